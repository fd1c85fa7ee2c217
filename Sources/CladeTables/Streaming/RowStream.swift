import CladeCore

/// Rows of numbers from standard input or a file as they come, in bounded memory.
///
/// Delimited text, with or without a header, and JSON Lines. Each call of ``next()`` waits until a
/// row is there and hands out all that have come by then, so that nobody waits for rows that others
/// could already have. All rows need the same columns, and a number in each.
public struct RowStream {
  /// What the input is called in errors.
  public var path: String { file.path }
  /// The names of all columns, once the first row has come.
  public private(set) var columnNames: [String] = []
  /// Whether these are in the input; otherwise they are made up from the columns' places.
  public private(set) var hasNames = false
  /// The columns that are used, as places in ``columnNames``.
  public private(set) var usedColumns: [Int] = []

  private let file: InputFile
  private let options: ReadOptions
  private let columns: [String]?
  private let ignored: [String]
  private let end: RowStreamEnd?
  /// What was read and not handed out; whole lines first.
  private let buffer = TextBlock(capacity: 1 << 16)
  private var isAtEnd = false
  private var line = 0
  private var parser: (any StreamLineParser)?
  private var failure: (any Error)?

  /// Opens the input.
  ///
  /// - Parameters:
  ///   - path: A file, or "-" for standard input.
  ///   - options: How it is read. ``ReadOptions/textColumns`` and ``ReadOptions/array`` mean
  ///     nothing here.
  ///   - columns: Use these columns only; `nil` for all.
  ///   - ignored: Leave these columns out; what they hold is not looked at.
  ///   - end: Ends the stream before its input does. A line that hasn't come whole by then is left
  ///     out.
  /// - Throws: `CladeError.cannotRead`.
  public init(
    path: String, options: ReadOptions = ReadOptions(), columns: [String]? = nil,
    ignored: [String] = [], end: RowStreamEnd? = nil
  ) throws {
    file = try InputFile(path: path)
    self.options = options
    self.columns = columns
    self.ignored = ignored
    self.end = end
  }

  /// The rows that have come since the last call, of the columns that are used (m × d); `nil` at
  /// the end of the input.
  ///
  /// Of rows before a bad one, those that are good are handed out first.
  ///
  /// - Throws: `CladeError.badFile` with the number of the line for a row of another width, for
  ///   what is no number, and for missing values; `CladeError.unknownColumn`;
  ///   `CladeError.emptyData` for an input without rows; `CladeError.cannotRead`.
  /// - Complexity: Memory for 64 KiB of text, or the longest line.
  public mutating func next() throws -> Matrix<Double>? {
    while true {
      if let failure { throw failure }
      let values = try takeLines()
      if !values.isEmpty {
        return Matrix(rows: values.count / usedColumns.count, columns: usedColumns.count) {
          _ = $0.initialize(from: values)
        }
      }
      if isAtEnd, failure == nil {
        guard parser != nil else {
          throw CladeError.emptyData(reason: "\(path) has no rows")
        }
        return nil
      }
      if failure == nil { try readMore() }
    }
  }

  // MARK: Bytes

  /// Reads once: whatever is there, at least a byte.
  private mutating func readMore() throws {
    if let end, !end.waits(for: file) {
      isAtEnd = true
      buffer.count = wholeLines
      return
    }
    if buffer.count == buffer.capacity {
      guard buffer.capacity < options.maximumRowLength else {
        throw CladeError.badFile(
          path: path, line: line + 1, column: nil,
          reason: "the line is longer than \(options.maximumRowLength) bytes; are these rows?")
      }
      buffer.grow(to: 2 * buffer.capacity)
    }
    let count = try file.read(
      into: UnsafeMutableRawBufferPointer(
        start: buffer.bytes + buffer.count, count: buffer.capacity - buffer.count))
    buffer.count += count
    guard count == 0 else { return }
    isAtEnd = true
    // The last line may have no end.
    if buffer.count > 0, buffer.bytes[buffer.count - 1] != UInt8(ascii: "\n") {
      buffer.grow(to: buffer.count + 1)
      buffer.bytes[buffer.count] = UInt8(ascii: "\n")
      buffer.count += 1
    }
  }

  /// The bytes of the whole lines that are there.
  private var wholeLines: Int {
    var end = buffer.count
    while end > 0, buffer.bytes[end - 1] != UInt8(ascii: "\n") { end -= 1 }
    return end
  }

  /// The numbers of all whole lines that are there.
  private mutating func takeLines() throws -> [Double] {
    let end = wholeLines
    guard end > 0 else { return [] }
    var start = 0
    if parser == nil {
      guard let skipped = try begin(end) else { return [] }
      start = skipped
    }
    var values: [Double] = []
    do {
      while start < end, let parser {
        let rest = UnsafeRawBufferPointer(start: buffer.bytes + start, count: end - start)
        let length = BlockReader.find(UInt8(ascii: "\n"), in: rest) ?? rest.count
        line += 1
        let first = buffer.bytes + start
        start += length + 1
        let known = values.count
        do {
          try parser.parse(first, length: length, into: &values)
        } catch let problem as StreamLineProblem {
          values.removeSubrange(known...)
          throw CladeError.badFile(
            path: path, line: line, column: problem.column.map { columnNames[$0] },
            reason: problem.reason)
        }
      }
    } catch {
      failure = error
    }
    drop(start)
    return values
  }

  /// Forgets the first bytes.
  private func drop(_ count: Int) {
    let rest = buffer.count - count
    buffer.bytes.update(from: buffer.bytes + count, count: rest)
    buffer.count = rest
  }

  // MARK: The first lines

  /// Finds out from the first `end` bytes, whole lines, how the input is laid out.
  ///
  /// - Returns: The bytes before the first row, or `nil` where more has to come first.
  private mutating func begin(_ end: Int) throws -> Int? {
    var start = 0
    if end >= 3, buffer.bytes[0] == 0xef, buffer.bytes[1] == 0xbb, buffer.bytes[2] == 0xbf {
      start = 3
    }
    while start < end, buffer.bytes[start] <= UInt8(ascii: " ") { start += 1 }
    guard start < end else { return isAtEnd ? end : nil }
    let text = UnsafeRawBufferPointer(start: buffer.bytes, count: end)
    if text[0] == 0x1f, end > 1, text[1] == 0x8b {
      throw CladeError.badFile(
        path: path, line: nil, column: nil,
        reason: "it is packed by gzip; unpack it on the way, with gunzip -c")
    }
    try TextSignature.check(text, path: path)
    let lines = (0..<start).lazy.filter { text[$0] == UInt8(ascii: "\n") }.count
    if text[start] == UInt8(ascii: "{") || text[start] == UInt8(ascii: "[") {
      return try beginJSON(start, end, lines: lines)
    }
    guard let layout = try layout(end) else { return nil }
    columnNames = layout.names(options.encoding)
    hasNames = layout.hasHeader
    line = layout.skippedLines
    try chooseColumns()
    parser = DelimitedLineParser(
      layout: layout, options: options, used: usedColumns)
    return layout.skippedBytes
  }

  private mutating func beginJSON(_ start: Int, _ end: Int, lines: Int) throws -> Int? {
    let rest = UnsafeRawBufferPointer(start: buffer.bytes + start, count: end - start)
    let length = BlockReader.find(UInt8(ascii: "\n"), in: rest) ?? rest.count
    let form: JSONLineForm
    do {
      form = try JSONLineForm(buffer.bytes + start, length: length, header: options.header)
    } catch let problem as StreamLineProblem {
      throw CladeError.badFile(
        path: path, line: lines + 1, column: nil, reason: problem.reason)
    }
    columnNames = ColumnNames.completed(form.names, count: form.columnCount)
    hasNames = form.hasNames
    line = lines
    try chooseColumns()
    parser = JSONLineParser(form: form, options: options, used: usedColumns)
    guard form.isHeader else { return start }
    line += 1
    return start + length + 1
  }

  /// The layout of delimited text, or `nil` while only a line has come that may be a header.
  private func layout(_ end: Int) throws -> DelimitedLayout? {
    func detect(_ options: ReadOptions) throws -> DelimitedLayout {
      // Copied: looking at fields takes them out of their quotes.
      let copy = TextBlock(capacity: end)
      copy.bytes.update(from: buffer.bytes, count: end)
      copy.count = end
      copy.terminate()
      return try LayoutDetector(path: path, options: options, block: copy, isWhole: true).detect()
    }
    var options = options
    options.textColumns = []
    if !isAtEnd {
      var plain = options
      plain.header = false
      let rows = try detect(plain)
      let text = UnsafeRawBufferPointer(start: buffer.bytes, count: end)
      let more = text[rows.skippedBytes...].drop { $0 <= UInt8(ascii: " ") }
      let isOneLine = !more.dropLast().contains(UInt8(ascii: "\n"))
      if isOneLine, options.header ?? (rows.numericColumnCount == 0) { return nil }
    }
    return try detect(options)
  }

  private mutating func chooseColumns() throws {
    let names = columnNames
    for name in (columns ?? []) + ignored where !names.contains(name) {
      throw CladeError.unknownColumn(name: name, nearest: NearestName.of(name, among: names))
    }
    usedColumns = names.indices.filter {
      (columns?.contains(names[$0]) ?? true) && !ignored.contains(names[$0])
    }
    guard !usedColumns.isEmpty else {
      throw CladeError.noUsableColumn(reason: "all columns of \(path) are left out")
    }
  }
}
