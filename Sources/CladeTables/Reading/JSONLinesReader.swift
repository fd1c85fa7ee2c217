import CladeCore

/// Reads JSON Lines: on every line one flat object, or one array.
///
/// Objects give columns by their keys, in the order in which the keys first come; a key that a line
/// does not have is missing there. Arrays give columns by place, and a first array of texts only that
/// do not come again holds the columns' names. Texts that spell numbers are numbers, as in CSV.
struct JSONLinesReader {
  private let source: ByteSource
  private let options: ReadOptions
  private let progress: ProgressObserver?

  init(source: ByteSource, options: ReadOptions, progress: ProgressObserver?) {
    self.source = source
    self.options = options
    self.progress = progress
  }

  func read() throws -> Table {
    var reader = BlockReader(source: source, maximumRowLength: options.maximumRowLength)
    let block = TextBlock(capacity: BlockReader.blockSize)
    var rows = JSONRows(path: source.path, options: options)
    do {
      while try reader.next(block) {
        try Task.checkCancellation()
        try read(block, into: &rows)
        progress?(
          ProgressUpdate(
            stage: "reading", fraction: source.fraction, detail: "\(rows.rowCount) rows"))
      }
    } catch let error as RowTooLong {
      throw rows.bad("the line is longer than \(error.limit) bytes; is this JSON Lines?")
    }
    return try rows.finish()
  }

  private func read(_ block: TextBlock, into rows: inout JSONRows) throws {
    var start = 0
    while start < block.count {
      let rest = block.rest(from: start)
      let length = BlockReader.find(UInt8(ascii: "\n"), in: rest) ?? rest.count
      var begin = block.bytes + start
      if rows.isAtStart, length >= 3, begin[0] == 0xef, begin[1] == 0xbb, begin[2] == 0xbf {
        begin += 3
      }
      try rows.addLine(JSONScanner(begin, end: block.bytes + start + length))
      start += length + 1
    }
  }
}

/// The rows of a JSON Lines file so far.
private struct JSONRows {
  private let path: String
  private let options: ReadOptions
  private let missing: MissingWords
  private let decimals = DecimalParser()
  private var columns: [JSONColumn] = []
  private var places: [[UInt8]: Int] = [:]
  private(set) var rowCount = 0
  private var line = 0
  /// The values that came, to see when almost all of the table is holes.
  private var valueCount = 0
  private var form: Form?
  private var names: [String]?
  /// The first array, while it may hold the names.
  private var pendingNames: [[UInt8]]?

  private enum Form { case objects, arrays }

  var isAtStart: Bool { line == 0 }

  init(path: String, options: ReadOptions) {
    self.path = path
    self.options = options
    missing = MissingWords(options.missing)
  }

  func bad(_ reason: String, column: String? = nil) -> CladeError {
    .badFile(path: path, line: max(1, line), column: column, reason: reason)
  }

  mutating func addLine(_ scanner: JSONScanner) throws {
    var scanner = scanner
    line += 1
    let first = scanner.peek()
    if first == 0, scanner.p == scanner.end { return }
    switch (first, form) {
    case (UInt8(ascii: "{"), nil), (UInt8(ascii: "{"), .objects):
      form = .objects
      try addObject(&scanner)
    case (UInt8(ascii: "["), nil), (UInt8(ascii: "["), .arrays):
      let isFirst = form == nil
      form = .arrays
      try addArray(&scanner, isFirst: isFirst)
    case (UInt8(ascii: "{"), _), (UInt8(ascii: "["), _):
      throw bad(
        "the lines before hold \(form == .objects ? "objects" : "arrays"), this one does not")
    default:
      throw bad("there is no JSON object or array on this line")
    }
    guard scanner.peek() == 0, scanner.p == scanner.end else {
      throw bad("there is something behind the JSON \(form == .objects ? "object" : "array")")
    }
    let cells = (rowCount + 1).multipliedReportingOverflow(by: columns.count)
    guard !cells.overflow, cells.partialValue <= 1_000_000 + 100 * valueCount else {
      throw bad("the rows have hardly any keys in common; is this a table?")
    }
    guard rowCount <= Int(Int32.max) else { throw bad("there are more than \(Int32.max) rows") }
  }

  private mutating func addObject(_ scanner: inout JSONScanner) throws {
    _ = scanner.skip(UInt8(ascii: "{"))
    var expected = 0
    if !scanner.skip(UInt8(ascii: "}")) {
      repeat {
        guard scanner.string(), scanner.skip(UInt8(ascii: ":")) else { throw malformed() }
        // Objects mostly have the same keys in the same order.
        let place: Int
        if expected < columns.count, columns[expected].key == scanner.text {
          place = expected
        } else if let known = places[scanner.text] {
          place = known
        } else {
          place = columns.count
          places[scanner.text] = place
          columns.append(JSONColumn(key: scanner.text))
        }
        try addValue(&scanner, place)
        expected = place + 1
      } while scanner.skip(UInt8(ascii: ","))
      guard scanner.skip(UInt8(ascii: "}")) else { throw malformed() }
    }
    rowCount += 1
  }

  private mutating func addArray(_ scanner: inout JSONScanner, isFirst: Bool) throws {
    if isFirst, options.header != false, let texts = Self.texts(scanner) {
      pendingNames = texts
      _ = try skipArray(&scanner)
      return
    }
    try settleNames(before: scanner)
    _ = scanner.skip(UInt8(ascii: "["))
    var place = 0
    if !scanner.skip(UInt8(ascii: "]")) {
      repeat {
        if place == columns.count {
          guard rowCount == 0, names == nil else { break }
          columns.append(JSONColumn(key: []))
        }
        try addValue(&scanner, place)
        place += 1
      } while scanner.skip(UInt8(ascii: ","))
      guard place == columns.count, scanner.skip(UInt8(ascii: "]")) else {
        if scanner.peek() == UInt8(ascii: "]") || place == columns.count {
          throw bad(
            "the array has \(place < columns.count ? "fewer" : "more") than the "
              + "\(columns.count) values of the lines before")
        }
        throw malformed()
      }
    }
    guard place == columns.count else {
      throw bad("the array has \(place) values where \(columns.count) were expected")
    }
    rowCount += 1
  }

  /// The texts of an array that holds nothing else; `nil` for any other.
  private static func texts(_ scanner: JSONScanner) -> [[UInt8]]? {
    var scanner = scanner
    var texts: [[UInt8]] = []
    _ = scanner.skip(UInt8(ascii: "["))
    repeat {
      guard scanner.string() else { return nil }
      texts.append(scanner.text)
    } while scanner.skip(UInt8(ascii: ","))
    return scanner.skip(UInt8(ascii: "]")) && Set(texts).count == texts.count ? texts : nil
  }

  private mutating func skipArray(_ scanner: inout JSONScanner) throws {
    _ = scanner.skip(UInt8(ascii: "["))
    repeat { _ = scanner.value() } while scanner.skip(UInt8(ascii: ","))
    guard scanner.skip(UInt8(ascii: "]")) else { throw malformed() }
  }

  /// Decides whether the first array held names, now that a second one is there.
  private mutating func settleNames(before scanner: JSONScanner?) throws {
    guard let texts = pendingNames else { return }
    pendingNames = nil
    let repeats = scanner.flatMap(Self.texts).map { !Set($0).isDisjoint(with: texts) } ?? false
    if options.header ?? !repeats {
      names = texts.map { String(decoding: $0, as: UTF8.self) }
      columns = texts.map { JSONColumn(key: $0) }
    } else {
      columns = texts.map { _ in JSONColumn(key: []) }
      for (place, text) in texts.enumerated() { addText(text, place, line: max(1, line - 1)) }
      rowCount += 1
    }
  }

  private mutating func addValue(_ scanner: inout JSONScanner, _ place: Int) throws {
    valueCount += 1
    guard columns[place].rows <= rowCount else {
      throw bad("the key comes twice", column: columns[place].name)
    }
    switch scanner.value() {
    case nil: throw malformed()
    case .nested:
      throw bad(
        "there is an object or array inside; only flat ones can be read",
        column: columns[place].key.isEmpty ? Table.defaultName(place) : columns[place].name)
    case .null: columns[place].add(.nan, row: rowCount)
    case .number(let value): columns[place].add(value, row: rowCount)
    case .unusable(let kind, let spelling):
      columns[place].addOdd(Array(spelling.utf8), kind, row: rowCount, line: line)
    case .text: addText(scanner.text, place, line: line)
    }
  }

  private mutating func addText(_ text: [UInt8], _ place: Int, line: Int) {
    text.withUnsafeBytes { bytes in
      if missing.contains(bytes) {
        columns[place].add(.nan, row: rowCount)
      } else if let value = decimals.parse(bytes), value.isFinite {
        columns[place].add(value, row: rowCount)
      } else {
        columns[place].addOdd(text, .word, row: rowCount, line: line)
      }
    }
  }

  private func malformed() -> CladeError { bad("this is not valid JSON") }

  mutating func finish() throws -> Table {
    try settleNames(before: nil)
    guard rowCount > 0, !columns.isEmpty else {
      throw CladeError.emptyData(reason: "\(path) has no rows")
    }
    let keys = form == .objects ? columns.map(\.name) : names ?? []
    let hasNames = form == .objects || names != nil
    let names = ColumnNames.completed(keys, count: columns.count)
    for name in options.textColumns where !names.contains(name) {
      throw CladeError.unknownColumn(name: name, nearest: NearestName.of(name, among: names))
    }
    var result: [TableColumn] = []
    var numeric: [Int] = []
    for place in columns.indices {
      columns[place].fill(to: rowCount)
      let isText = options.textColumns.contains(names[place])
      if let text = try columns[place].asText(isForced: isText, name: names[place], path: path) {
        result.append(
          TableColumn(name: names[place], values: .text(text), missingCount: text.missingCount))
      } else {
        result.append(
          TableColumn(
            name: names[place], values: .numbers(position: numeric.count),
            missingCount: columns[place].numbers.missingCount))
        numeric.append(place)
      }
    }
    let rows = rowCount
    let numbers = Matrix<Double>(rows: rows, columns: numeric.count) { buffer in
      // Chunk by chunk, and each is given up at once, so that there is one copy of the numbers.
      for first in stride(from: 0, to: rows, by: NumberChunks.size) {
        for (position, place) in numeric.enumerated() {
          for (offset, value) in columns[place].takeChunk(of: first).enumerated() {
            buffer[(first + offset) * numeric.count + position] = value
          }
        }
      }
    }
    return Table(
      rowCount: rows, columns: result, numbers: numbers,
      source: TableSource(
        path: path, format: .jsonLines, encoding: .utf8, hasNames: hasNames, firstLine: 1))
  }
}

/// One column of a JSON Lines file.
private struct JSONColumn {
  let key: [UInt8]
  /// A number for each row so far, NaN where there is none.
  private(set) var numbers = NumberChunks()
  private var odd = OddValues()

  init(key: [UInt8]) { self.key = key }

  var name: String { TextDecoding.string(key, nil) }
  var rows: Int { numbers.count }

  /// Makes the rows before `row` missing where nothing came.
  mutating func fill(to row: Int) {
    while numbers.count < row { numbers.append(.nan) }
  }

  mutating func add(_ value: Double, row: Int) {
    fill(to: row)
    numbers.append(value)
  }

  mutating func addOdd(
    _ text: [UInt8], _ kind: ParsedBlock.Oddity.Kind, row: Int, line: Int
  ) {
    add(.nan, row: row)
    text.withUnsafeBytes { odd.add($0, kind, row: row, line: line) }
  }

  /// The numbers of a chunk of rows, which the column hasn't got any more.
  mutating func takeChunk(of row: Int) -> [Double] { numbers.takeChunk(of: row) }

  /// The column as text, or `nil` if it is one of numbers.
  func asText(isForced: Bool, name: String, path: String) throws -> TextColumn? {
    if odd.isEmpty, !isForced { return nil }
    return try odd.textColumn(
      numbers: numbers.all, isForced: isForced, name: name, path: path)?.build()
  }
}
