import CladeCore

/// Takes the numbers out of one line.
protocol StreamLineParser {
  /// Appends the numbers of the columns that are used, or nothing for a blank line.
  ///
  /// - Parameters:
  ///   - line: The line's bytes, which may be changed; a line end stands behind them.
  ///   - length: Their number.
  /// - Throws: ``StreamLineProblem``.
  func parse(
    _ line: UnsafeMutablePointer<UInt8>, length: Int, into values: inout [Double]) throws
}

/// What is wrong with a line, and what to do.
struct StreamLineProblem: Error {
  /// The column's place, where one is to blame.
  var column: Int?
  let reason: String

  static func missing(_ column: Int) -> StreamLineProblem {
    StreamLineProblem(
      column: column,
      reason: "the value is missing, and a stream has no median to put in its place; fill it, or "
        + "leave such rows out before they come here")
  }

  static func notANumber(_ text: UnsafeRawBufferPointer, _ column: Int) -> StreamLineProblem {
    let word = String(decoding: text.prefix(40), as: UTF8.self)
    return StreamLineProblem(
      column: column,
      reason:
        "\"\(word)\(text.count > 40 ? "…" : "")\" is no number that can be used; turn it into "
        + "one, or leave the column out with --ignore")
  }

  static func width(_ found: Int, expected: Int) -> StreamLineProblem {
    StreamLineProblem(
      reason: "the row has \(found) \(found == 1 ? "value" : "values") where the rows before have "
        + "\(expected); all rows of a stream need the same columns")
  }
}

/// Lines of fields with a delimiter between them.
struct DelimitedLineParser: StreamLineParser {
  private let scanner: FieldScanner
  private let missing: MissingWords
  private let decimals: DecimalParser
  private let columnCount: Int
  private let isUsed: [Bool]
  private let isWhitespace: Bool

  init(layout: DelimitedLayout, options: ReadOptions, used: [Int]) {
    scanner = FieldScanner(delimiter: layout.delimiter)
    isWhitespace = layout.delimiter == .whitespace
    missing = MissingWords(options.missing)
    decimals = DecimalParser(point: UInt8(ascii: options.decimalComma ? "," : "."))
    columnCount = layout.columnCount
    let used = Set(used)
    isUsed = (0..<layout.columnCount).map { used.contains($0) }
  }

  func parse(
    _ line: UnsafeMutablePointer<UInt8>, length: Int, into values: inout [Double]
  ) throws {
    var next = line
    let end = line + length + 1
    guard var p = scanner.rowStart(&next), p < end else { return }
    var column = 0
    while true {
      let field = scanner.field(p, end: end)
      guard field.isClosed else {
        throw StreamLineProblem(
          column: column < columnCount ? column : nil,
          reason: "a quote is not closed on this line; rows of a stream have no line ends inside")
      }
      // Between blanks there are no empty fields.
      if isWhitespace, field.endsRow, field.text.isEmpty, !field.isQuoted, column > 0 { break }
      if column < columnCount, isUsed[column] { values.append(try number(field.text, column)) }
      column += 1
      if field.endsRow { break }
      p = field.next
    }
    if column != columnCount { throw StreamLineProblem.width(column, expected: columnCount) }
  }

  private func number(_ text: UnsafeRawBufferPointer, _ column: Int) throws -> Double {
    if missing.contains(text) { throw StreamLineProblem.missing(column) }
    var value = 0.0
    guard let start = text.baseAddress?.assumingMemoryBound(to: UInt8.self),
      let end = decimals.parse(start, &value), end == start + text.count, value.isFinite
    else { throw StreamLineProblem.notANumber(text, column) }
    return value
  }
}

/// What the first line of JSON Lines says of the columns.
struct JSONLineForm {
  let isObject: Bool
  /// The keys of an object, or the texts of an array that holds nothing else.
  private(set) var keys: [[UInt8]] = []
  private(set) var columnCount = 0
  /// Whether the line is an array of names and no row.
  private(set) var isHeader = false

  /// Looks at the first line.
  ///
  /// - Throws: ``StreamLineProblem``.
  init(_ line: UnsafeMutablePointer<UInt8>, length: Int, header: Bool?) throws {
    let malformed = StreamLineProblem(
      reason: "this is not valid JSON: every line holds one flat object or array")
    var scanner = JSONScanner(line, end: line + length)
    isObject = scanner.skip(UInt8(ascii: "{"))
    guard isObject || scanner.skip(UInt8(ascii: "[")) else { throw malformed }
    let close = isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")
    var texts = 0
    var seen: Set<[UInt8]> = []
    repeat {
      if isObject {
        guard scanner.string() else { throw malformed }
        let key = scanner.text.withBytes { Array($0) }
        guard seen.insert(key).inserted else {
          throw StreamLineProblem(
            reason:
              "the key \"\(TextDecoding.string(key, nil))\" comes twice; give each column a name "
              + "of its own")
        }
        keys.append(key)
        guard scanner.skip(UInt8(ascii: ":")) else { throw malformed }
      }
      guard let value = scanner.value() else { throw malformed }
      if case .nested = value {
        let key =
          isObject ? " under the key \"\(TextDecoding.string(keys[columnCount], nil))\"" : ""
        throw StreamLineProblem(
          reason: "there is an object or array inside\(key); only flat JSON can be read")
      }
      if !isObject, case .text = value {
        texts += 1
        keys.append(scanner.text.withBytes { Array($0) })
      }
      columnCount += 1
    } while scanner.skip(UInt8(ascii: ","))
    guard scanner.skip(close) else { throw malformed }
    isHeader = !isObject && header != false && texts == columnCount
    if !isObject, !isHeader { keys = [] }
  }

  var hasNames: Bool { isObject || isHeader }
  var names: [String] { keys.map { TextDecoding.string($0, nil) } }
}

/// Lines of flat JSON objects or arrays.
struct JSONLineParser: StreamLineParser {
  private let form: JSONLineForm
  private let words: JSONWords
  private let places: [[UInt8]: Int]
  /// The place of each column among those that are used, −1 for others.
  private let positions: [Int]
  private let usedCount: Int

  init(form: JSONLineForm, options: ReadOptions, used: [Int]) {
    self.form = form
    words = JSONWords(options)
    places =
      form.isObject
      ? Dictionary(uniqueKeysWithValues: form.keys.enumerated().map { ($0.element, $0.offset) })
      : [:]
    var positions = [Int](repeating: -1, count: form.columnCount)
    for (position, column) in used.enumerated() { positions[column] = position }
    self.positions = positions
    usedCount = used.count
  }

  func parse(
    _ line: UnsafeMutablePointer<UInt8>, length: Int, into values: inout [Double]
  ) throws {
    var scanner = JSONScanner(line, end: line + length)
    if scanner.peek() == 0 { return }
    guard scanner.skip(form.isObject ? UInt8(ascii: "{") : UInt8(ascii: "[")) else {
      throw StreamLineProblem(
        reason:
          "there is no JSON \(form.isObject ? "object" : "array") on this line, as on the first")
    }
    let first = values.count
    // Nothing has come for a column yet: NaN, which no number in JSON is.
    values.append(contentsOf: repeatElement(.nan, count: usedCount))
    var column = 0
    var found = 0
    repeat {
      if form.isObject {
        guard scanner.string() else { throw malformed }
        column = try scanner.text.withBytes { try place(of: $0, expected: column) }
        guard scanner.skip(UInt8(ascii: ":")) else { throw malformed }
      }
      guard let value = scanner.value() else { throw malformed }
      if case .nested = value {
        throw StreamLineProblem(
          column: column < form.columnCount ? column : nil,
          reason: "there is an object or array inside; only flat ones can be read")
      }
      if column < form.columnCount, positions[column] >= 0 {
        let position = first + positions[column]
        guard values[position].isNaN else {
          throw StreamLineProblem(column: column, reason: "the key comes twice")
        }
        values[position] = try number(value, scanner.text, column)
      }
      column += 1
      found += 1
    } while scanner.skip(UInt8(ascii: ","))
    guard scanner.skip(form.isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")),
      scanner.peek() == 0, scanner.p == scanner.end
    else { throw malformed }
    if form.isObject,
      let absent = positions.indices.first(where: {
        positions[$0] >= 0 && values[first + positions[$0]].isNaN
      })
    {
      throw StreamLineProblem.missing(absent)
    }
    guard found == form.columnCount else {
      throw StreamLineProblem.width(found, expected: form.columnCount)
    }
  }

  /// The column that a key names. Objects mostly have the same keys in the same order.
  private func place(of key: UnsafeRawBufferPointer, expected: Int) throws -> Int {
    if expected < form.columnCount, key.elementsEqual(form.keys[expected]) { return expected }
    if let place = places[Array(key)] { return place }
    throw StreamLineProblem(
      reason: "the key \"\(String(decoding: key, as: UTF8.self))\" was not in the rows before; all "
        + "rows of a stream need the same columns")
  }

  private func number(
    _ value: JSONScanner.Scalar, _ text: JSONScanner.Text, _ column: Int
  ) throws -> Double {
    switch value {
    case .number(let number): return number
    case .null, .nested: throw StreamLineProblem.missing(column)
    case .unusable, .text:
      return try text.withBytes { bytes in
        switch words.meaning(bytes) {
        case .number(let number): return number
        case .missing: throw StreamLineProblem.missing(column)
        case .word: throw StreamLineProblem.notANumber(bytes, column)
        }
      }
    }
  }

  private var malformed: StreamLineProblem {
    StreamLineProblem(reason: "this is not valid JSON")
  }
}
