import CladeCore

/// Writes a two-dimensional NumPy array to an open file some rows at a time, so that all of it
/// needn't be in memory.
public struct NPYRowWriter<Number: Sendable> {
  private let file: AtomicFile
  private let values: Int
  private var written = 0

  /// Writes the header of an array of n × m numbers.
  ///
  /// - Parameters:
  ///   - file: The caller commits it after ``finish()``.
  ///   - rows: n.
  ///   - columns: m.
  /// - Throws: `CladeError.cannotWrite`.
  public init(_ file: AtomicFile, rows: Int, columns: Int) throws
  where Number: MatrixScalar {
    try self.init(file, type: "f\(MemoryLayout<Number>.size)", rows: rows, columns: columns)
  }

  /// Writes the header of an array of n × m whole numbers of 32 bits.
  public init(_ file: AtomicFile, rows: Int, columns: Int) throws where Number == Int32 {
    try self.init(file, type: "i4", rows: rows, columns: columns)
  }

  private init(_ file: AtomicFile, type: String, rows: Int, columns: Int) throws {
    self.file = file
    values = rows * columns
    try NPYWriter.writeHeader(type: type, shape: "(\(rows), \(columns))", to: file)
  }

  /// Writes the next rows.
  ///
  /// - Throws: `CladeError.cannotWrite`; `CladeError.shapeMismatch` where these are more than there
  ///   should be.
  public mutating func write(_ rows: [Number]) throws {
    written += rows.count
    guard written <= values else { throw mismatch }
    try rows.withUnsafeBytes { try file.write($0) }
  }

  /// Writes the next rows.
  ///
  /// - Throws: As ``write(_:)-([Number])``.
  public mutating func write(_ rows: Matrix<Number>) throws where Number: MatrixScalar {
    written += rows.rowCount * rows.columnCount
    guard written <= values else { throw mismatch }
    try rows.withUnsafeBufferPointer { try file.write(UnsafeRawBufferPointer($0)) }
  }

  /// Checks that all rows have been written.
  ///
  /// - Throws: `CladeError.shapeMismatch` where some are missing.
  public func finish() throws {
    guard written == values else { throw mismatch }
  }

  private var mismatch: CladeError {
    .shapeMismatch(expected: "\(values) numbers in \(file.path)", found: "\(written)")
  }
}
