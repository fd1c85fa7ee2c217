import CladeCore

/// Reads sparse rows in the text format of LIBSVM and SVMlight: on each line a label, then
/// `column:value` for the values that aren't 0.
///
/// ```
/// 1 3:0.5 17:2     # columns count from 1 and ascend
/// -1 1:1
/// ```
///
/// What follows `#` is a comment; empty lines and `qid:` fields are passed over. The file may be packed
/// by gzip.
public enum LibSVMReader {
  /// Sparse rows and what stood before each of them.
  public struct Contents<Scalar: MatrixScalar>: Sendable {
    /// The rows (n × d).
    public let rows: SparseMatrix<Scalar>
    /// The number before each row (n), which names a class or is a value to predict.
    public let targets: [Double]
  }

  /// The longest line that is read, in bytes.
  private static let longestLine = 64 << 20

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - path: The file, or `-` for standard input.
  ///   - columnCount: The number of columns, d; the largest that is there if `nil`.
  ///   - type: The type of the values.
  /// - Returns: The rows, in double or single precision, and the numbers before them.
  /// - Throws: `CladeError.cannotRead`; `CladeError.badFile` with the line for what is no number, columns
  ///   below 1, not in ascending order or beyond `columnCount`, values that aren't finite, and a file
  ///   without rows.
  /// - Complexity: O(size of the file).
  public static func read<Scalar: MatrixScalar>(
    _ path: String, columnCount: Int? = nil, as type: Scalar.Type = Scalar.self
  ) throws -> Contents<Scalar> {
    let source = try ByteSource(path: path)
    var parser = LibSVMParser<Scalar>(path: source.path, columnLimit: columnCount)
    var pending: [UInt8] = []
    while true {
      let block = try source.take(1 << 20)
      let isLast = block.isEmpty
      pending += block
      var start = 0
      while let end = pending[start...].firstIndex(of: UInt8(ascii: "\n")) {
        try parser.addLine(pending[start..<end])
        start = end + 1
      }
      if isLast {
        if start < pending.count { try parser.addLine(pending[start...]) }
        break
      }
      pending.removeFirst(start)
      guard pending.count <= longestLine else {
        throw parser.bad("it is longer than \(longestLine >> 20) MiB; is this a text file?")
      }
    }
    return try parser.contents(columnCount: columnCount)
  }
}

/// Gathers the rows of a file, line by line.
private struct LibSVMParser<Scalar: MatrixScalar> {
  let path: String
  let columnLimit: Int?
  private var line = 1
  private var starts = [0]
  private var columns: [Int32] = []
  private var values: [Scalar] = []
  private var targets: [Double] = []
  private let decimals = DecimalParser()

  init(path: String, columnLimit: Int?) {
    self.path = path
    self.columnLimit = columnLimit
  }

  func bad(_ reason: String) -> CladeError {
    .badFile(path: path, line: line, column: nil, reason: reason)
  }

  mutating func addLine(_ bytes: ArraySlice<UInt8>) throws {
    defer { line += 1 }
    let content = bytes.prefix { $0 != UInt8(ascii: "#") }
    var isFirst = true
    var before: Int32 = 0
    for field in content.split(whereSeparator: { $0 <= UInt8(ascii: " ") }) {
      if isFirst {
        isFirst = false
        guard let target = number(field) else {
          throw bad("the row begins with \(Self.excerpt(field)), which is no number")
        }
        targets.append(target)
        continue
      }
      guard let colon = field.firstIndex(of: UInt8(ascii: ":")) else {
        throw bad("\(Self.excerpt(field)) is no column:value")
      }
      if field[..<colon].elementsEqual("qid".utf8) { continue }
      let column = try self.column(field[..<colon], after: before)
      guard let value = number(field[(colon + 1)...]) else {
        throw bad(
          "column \(column) holds \(Self.excerpt(field[(colon + 1)...])), which is no number")
      }
      let entry = Scalar(value)
      guard entry.isFinite else {
        throw bad("column \(column) holds \(value); it has to be finite")
      }
      before = column
      columns.append(column - 1)
      values.append(entry)
    }
    if !isFirst { starts.append(values.count) }
  }

  private func column(_ field: ArraySlice<UInt8>, after before: Int32) throws -> Int32 {
    guard let column = Int32(String(decoding: field, as: UTF8.self)) else {
      throw bad("\(Self.excerpt(field)) is no number of a column")
    }
    guard column >= 1 else { throw bad("column \(column) can't be; columns count from 1") }
    guard column > before else {
      throw bad(
        column == before
          ? "column \(column) is there twice" : "column \(column) comes after \(before); sort them")
    }
    if let columnLimit, column > columnLimit {
      throw bad("column \(column) is beyond the \(columnLimit) columns")
    }
    return column
  }

  private func number(_ field: ArraySlice<UInt8>) -> Double? {
    field.withUnsafeBytes { decimals.parse($0) }
  }

  private static func excerpt(_ field: ArraySlice<UInt8>) -> String {
    "\"\(String(decoding: field.prefix(24), as: UTF8.self))\(field.count > 24 ? "…" : "")\""
  }

  func contents(columnCount: Int?) throws -> LibSVMReader.Contents<Scalar> {
    guard !targets.isEmpty else {
      throw CladeError.badFile(path: path, line: nil, column: nil, reason: "it holds no rows")
    }
    let width = columnCount ?? Int(columns.max() ?? -1) + 1
    return LibSVMReader.Contents(
      rows: try SparseMatrix(
        rowCount: targets.count, columnCount: width, rowStarts: starts, columns: columns,
        values: values),
      targets: targets)
  }
}
