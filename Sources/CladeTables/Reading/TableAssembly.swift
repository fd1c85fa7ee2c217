import CladeCore

/// Puts the parsed blocks of a delimited text together, in their order, and decides at the end what
/// each column is.
///
/// A column whose values are all numbers is numeric. A column of numbers and words is text, unless
/// at least ``numericShare`` of its values are numbers: then the words are stray and an error, which
/// says where the first of them is. The counts are over the whole column, so that the order of the
/// rows does not matter.
final class TableAssembly {
  /// The part of a column's values from which on it was meant to be numeric.
  static let numericShare = 0.9

  private let path: String
  private let layout: DelimitedLayout
  private let options: ReadOptions
  private let store: NumberStore
  private let memoryLimit: Int
  private var rowCount = 0
  private var lineCount: Int
  private var texts: [TextColumnBuilder]
  private var textNumbers: [Int]
  private var textFirstWords: [(text: String, line: Int)?]
  /// For each numeric column what was odd in it, if anything.
  private var oddities: [Int: ColumnOddities] = [:]
  private var failure: (any Error)?

  /// What stood in a column of numbers and is none.
  private struct ColumnOddities {
    var rows: [Int] = []
    var texts = TextPool()
    var wordCount = 0
    var firstWord: (text: String, line: Int)?
    var firstUnusable: (kind: ParsedBlock.Oddity.Kind, text: String, line: Int)?
  }

  init(path: String, layout: DelimitedLayout, options: ReadOptions, plainSize: Int?) throws {
    self.path = path
    self.layout = layout
    self.options = options
    let memoryLimit = MachineMemory.size
    self.memoryLimit = memoryLimit
    // A number takes at least two bytes of text: a digit and what ends the field.
    let bound = plainSize.map { min(memoryLimit, $0 / 2 * 8 + (1 << 20)) } ?? memoryLimit
    guard let store = NumberStore(limit: bound) else {
      throw CladeError.cannotRead(path: path, reason: "there is no memory left")
    }
    self.store = store
    lineCount = layout.skippedLines
    texts = Array(repeating: TextColumnBuilder(), count: layout.textColumnCount)
    textNumbers = Array(repeating: 0, count: layout.textColumnCount)
    textFirstWords = Array(repeating: nil, count: layout.textColumnCount)
  }

  var hasFailed: Bool { failure != nil }

  func throwFailure() throws {
    if let failure { throw failure }
  }

  /// Notes that the file can't be read any further.
  func fail(_ error: any Error) {
    if let tooLong = error as? RowTooLong {
      failure = bad(
        line: 1,
        "a row is longer than \(tooLong.limit) bytes; is a quotation mark left open, or "
          + "is this no table?")
    } else {
      failure = error
    }
  }

  /// Adds the rows of the next block.
  func append(_ block: ParsedBlock) {
    if let problem = block.problem {
      failure = error(for: problem)
      return
    }
    guard rowCount + block.rowCount <= Int(Int32.max) else {
      failure = bad(line: 1, "there are more than \(Int32.max) rows")
      return
    }
    let numbers = UnsafeBufferPointer(
      start: block.numbers, count: block.rowCount * layout.numericColumnCount)
    guard store.append(numbers) else {
      failure = CladeError.cannotRead(
        path: path,
        reason: "the numbers take more than this machine's memory (\(memoryLimit >> 30) GiB)")
      return
    }
    for column in texts.indices {
      texts[column].append(block.texts[column])
      textNumbers[column] += block.numberCounts[column]
      if textFirstWords[column] == nil, let word = block.firstWords[column] {
        textFirstWords[column] = (word.text, lineCount + word.line + 1)
      }
    }
    for (index, oddity) in block.oddities.enumerated() {
      note(oddity, index, block)
    }
    rowCount += block.rowCount
    lineCount += block.lineCount
  }

  private func note(_ oddity: ParsedBlock.Oddity, _ index: Int, _ block: ParsedBlock) {
    let line = lineCount + oddity.line + 1
    var column = oddities.removeValue(forKey: oddity.position) ?? ColumnOddities()
    column.rows.append(rowCount + oddity.row)
    block.oddTexts.withBytes(index) { column.texts.append($0) }
    if oddity.kind == .word {
      column.wordCount += 1
      if column.firstWord == nil { column.firstWord = (block.oddTexts[index], line) }
    } else if column.firstUnusable == nil {
      column.firstUnusable = (oddity.kind, block.oddTexts[index], line)
    }
    oddities[oddity.position] = column
  }

  // MARK: The finished table

  /// The table.
  ///
  /// - Throws: ``CladeError`` where a column of numbers holds a stray word, an infinity or a number
  ///   too large.
  func finish() throws -> Table {
    guard rowCount > 0 else {
      throw CladeError.emptyData(
        reason: "\(path) has a header but no rows; "
          + "if its first line is a row, say that there is no header")
    }
    try checkTextColumns()
    var turned = try turnedColumns()
    let encoding = try encode(&turned)
    let names = layout.names(encoding)
    let width = layout.numericColumnCount
    var columns: [TableColumn] = []
    var kept: [Int] = []
    var numeric = 0
    var nextTurned = 0
    for column in 0..<layout.columnCount {
      let textPosition = Int(layout.textPositions[column])
      if textPosition >= 0 {
        columns.append(textColumn(names[column], texts[textPosition].build()))
        texts[textPosition] = TextColumnBuilder()
        continue
      }
      if oddities[numeric] != nil {
        columns.append(textColumn(names[column], turned[nextTurned].build()))
        nextTurned += 1
      } else {
        columns.append(
          TableColumn(name: names[column], values: .numbers(position: kept.count), missingCount: 0))
        kept.append(numeric)
      }
      numeric += 1
    }
    store.keepColumns(kept, width: width)
    let numbers = store.takeMatrix(rows: rowCount, columns: kept.count)
    let missing = MissingCount.perColumn(of: numbers)
    for index in columns.indices {
      if let position = columns[index].position, missing[position] > 0 {
        columns[index] = TableColumn(
          name: columns[index].name, values: columns[index].values, missingCount: missing[position])
      }
    }
    return Table(
      rowCount: rowCount, columns: columns, numbers: numbers,
      source: TableSource(
        path: path, format: .delimited, delimiter: layout.delimiter, encoding: encoding,
        hasNames: layout.hasHeader, firstLine: layout.skippedLines + 1))
  }

  private func textColumn(_ name: String, _ text: TextColumn) -> TableColumn {
    TableColumn(
      name: name, values: .text(text), missingCount: text.codes.lazy.filter { $0 < 0 }.count)
  }

  private func name(numeric position: Int) -> String {
    let columns = layout.textPositions.indices.filter { layout.textPositions[$0] < 0 }
    return layout.names(options.encoding)[columns[position]]
  }

  /// Text columns that are all but a few words numbers.
  private func checkTextColumns() throws {
    let columns = layout.textPositions.indices.filter { layout.textPositions[$0] >= 0 }
    for (position, builder) in texts.enumerated()
    where !layout.forcedText.contains(position) && textNumbers[position] > 0 {
      let values = builder.count - builder.missingCount
      guard let word = textFirstWords[position],
        Double(textNumbers[position]) >= Self.numericShare * Double(values)
      else { continue }
      throw strayWord(
        word, in: layout.names(options.encoding)[columns[position]],
        numbers: textNumbers[position], values: values)
    }
  }

  /// The columns that began with numbers and are text after all, in their order.
  ///
  /// Their numbers have no spelling of their own any more and get the shortest one.
  private func turnedColumns() throws -> [TextColumnBuilder] {
    let width = layout.numericColumnCount
    var result: [TextColumnBuilder] = []
    for position in oddities.keys.sorted() {
      guard let column = oddities[position] else { continue }
      guard let word = column.firstWord else {
        if let unusable = column.firstUnusable { throw self.unusable(unusable, position) }
        continue
      }
      var builder = TextColumnBuilder()
      var numberCount = 0
      var next = 0
      for row in 0..<rowCount {
        if next < column.rows.count, column.rows[next] == row {
          column.texts.withBytes(next) { builder.append($0) }
          next += 1
          continue
        }
        let value = store[row * width + position]
        if value.isNaN {
          builder.appendMissing()
        } else {
          numberCount += 1
          var spelling = NumberSpelling.shortest(value)
          spelling.withUTF8 { builder.append(UnsafeRawBufferPointer($0)) }
        }
      }
      numberCount += column.rows.count - column.wordCount
      let values = numberCount + column.wordCount
      if Double(numberCount) >= Self.numericShare * Double(values) {
        throw strayWord(word, in: name(numeric: position), numbers: numberCount, values: values)
      }
      result.append(builder)
    }
    return result
  }

  /// Makes all text UTF-8; returns how it was spelled.
  private func encode(_ turned: inout [TextColumnBuilder]) throws -> TextEncoding {
    let isUTF8 =
      layout.rawNames.allSatisfy { TextDecoding.isUTF8($0) }
      && texts.allSatisfy(\.isUTF8) && turned.allSatisfy(\.isUTF8)
    switch options.encoding {
    case .utf8 where !isUTF8:
      throw CladeError.badFile(
        path: path, line: nil, column: nil,
        reason: "it is not valid UTF-8; if it is Latin-1, say so")
    case .latin1, nil:
      if isUTF8, options.encoding == nil { return .utf8 }
      for column in texts.indices { texts[column].decodeLatin1() }
      for column in turned.indices { turned[column].decodeLatin1() }
      return .latin1
    default: return .utf8
    }
  }

  // MARK: Errors

  private func bad(line: Int, column: String? = nil, _ reason: String) -> CladeError {
    CladeError.badFile(path: path, line: lineCount + line, column: column, reason: reason)
  }

  private func error(for problem: ParsedBlock.Problem) -> CladeError {
    switch problem {
    case .ragged(let line, let found):
      bad(
        line: line + 1,
        "the row has \(found) \(found == 1 ? "field" : "fields") where \(layout.columnCount) were "
          + "expected (delimiter: \(layout.delimiter)); give all rows the same number")
    case .openQuote(let line):
      bad(line: line + 1, "a quotation mark is opened here and never closed")
    case .nulByte(let line):
      bad(line: line + 1, "there is a NUL byte; this is not a text table")
    }
  }

  private func unusable(
    _ unusable: (kind: ParsedBlock.Oddity.Kind, text: String, line: Int), _ position: Int
  ) -> CladeError {
    CladeError.badFile(
      path: path, line: unusable.line, column: name(numeric: position),
      reason: unusable.kind == .tooLarge
        ? "\(Excerpt.of(unusable.text)) is a number too large; the largest is about 1.8e308"
        : "\(Excerpt.of(unusable.text)) is infinite; only finite numbers can be clustered, so "
          + "remove the row or leave the field empty")
  }

  private func strayWord(
    _ word: (text: String, line: Int), in column: String, numbers: Int, values: Int
  ) -> CladeError {
    CladeError.badFile(
      path: path, line: word.line, column: column,
      reason: "\"\(Excerpt.of(word.text))\" is no number, but \(numbers) of the column's \(values) "
        + "values are; correct it, or say that it stands for a missing value "
        + "(--missing \"\(Excerpt.of(word.text))\") or that the column is text "
        + "(--text \"\(column)\")")
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
