import CladeCore

/// What came in a column of numbers and is no finite number; decides in the end what the column is.
///
/// A column of numbers and words is text, unless at least ``numericShare`` of its values are numbers:
/// then the words are stray and an error, which says where the first of them is. The counts are over
/// the whole column, so that the order of the rows does not matter.
struct OddValues {
  /// The part of a column's values from which on it was meant to be numeric.
  static let numericShare = 0.9

  private var rows: [Int] = []
  private var texts = TextPool()
  private(set) var wordCount = 0
  private(set) var firstWord: StrayWord?
  private var firstUnusable: (kind: ParsedBlock.Oddity.Kind, text: String, line: Int)?

  var isEmpty: Bool { rows.isEmpty }

  /// The numbers that can't be used.
  var unusableCount: Int { rows.count - wordCount }

  /// Whether the words are too many for a column of that many numbers.
  func outweigh(numbers: Int) -> Bool {
    let numbers = numbers + unusableCount
    return Double(numbers) < Self.numericShare * Double(numbers + wordCount)
  }

  /// Notes a value; rows come in order.
  mutating func add(
    _ text: UnsafeRawBufferPointer, _ kind: ParsedBlock.Oddity.Kind, row: Int, line: Int
  ) {
    rows.append(row)
    texts.append(text)
    if kind == .word {
      wordCount += 1
      if firstWord == nil {
        firstWord = StrayWord(text: String(decoding: text, as: UTF8.self), line: line)
      }
    } else if firstUnusable == nil {
      firstUnusable = (kind, String(decoding: text, as: UTF8.self), line)
    }
  }

  /// The whole column as text, its numbers in their shortest spelling; `nil` if it is one of numbers.
  ///
  /// - Throws: `CladeError.badFile` for a stray word, and for an infinity
  ///   or a number too large in a column of numbers.
  func textColumn(
    numbers: some Sequence<Double>, isForced: Bool, name: @autoclosure () -> String, path: String
  ) throws -> TextColumnBuilder? {
    if firstWord == nil, !isForced {
      if let firstUnusable { throw Self.unusable(firstUnusable, in: name(), path: path) }
      return nil
    }
    let (builder, numberCount) = spelled(numbers)
    if !isForced, let firstWord {
      try firstWord.check(
        numbers: numberCount, values: numberCount + wordCount, in: name(), path: path)
    }
    return builder
  }

  /// The rows as text, numbers in their shortest spelling, and how many of them are numbers.
  func spelled(_ numbers: some Sequence<Double>) -> (TextColumnBuilder, numberCount: Int) {
    var builder = TextColumnBuilder()
    var numberCount = unusableCount
    var next = 0
    for (row, value) in numbers.enumerated() {
      if next < rows.count, rows[next] == row {
        texts.withBytes(next) { builder.append($0) }
        next += 1
      } else if value.isNaN {
        builder.appendMissing()
      } else {
        numberCount += 1
        builder.append(value)
      }
    }
    return (builder, numberCount)
  }

  private static func unusable(
    _ unusable: (kind: ParsedBlock.Oddity.Kind, text: String, line: Int), in name: String,
    path: String
  ) -> CladeError {
    CladeError.badFile(
      path: path, line: unusable.line, column: name,
      reason: unusable.kind == .tooLarge
        ? "\(Excerpt.of(unusable.text)) is a number too large; the largest is about 1.8e308"
        : "\(Excerpt.of(unusable.text)) is infinite; only finite numbers can be clustered, so "
          + "remove the row or leave the field empty")
  }
}

/// The first word of a column, and its line.
struct StrayWord {
  var text: String
  var line: Int

  /// - Throws: `CladeError.badFile` where the column's values are numbers
  ///   but for a few, so that the word can't have been meant.
  func check(numbers: Int, values: Int, in column: String, path: String) throws {
    guard numbers > 0, Double(numbers) >= OddValues.numericShare * Double(values) else { return }
    let word = Excerpt.of(text)
    throw CladeError.badFile(
      path: path, line: line, column: column,
      reason: "\"\(word)\" is no number, but \(numbers) of the column's \(values) values are; "
        + "correct it, or say that it stands for a missing value (--missing \"\(word)\") or that "
        + "the column is text (--text \"\(column)\")")
  }
}

/// Quotes what stands in a file.
enum Excerpt {
  /// The text, cut after 40 letters, without control characters.
  static func of(_ text: String) -> String {
    let shown = text.unicodeScalars.prefix(40).map { scalar -> Character in
      scalar.properties.generalCategory == .control ? " " : Character(scalar)
    }
    return String(shown) + (text.unicodeScalars.count > 40 ? "…" : "")
  }
}
