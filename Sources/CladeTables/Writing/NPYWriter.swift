import CladeCore

/// Writes NumPy arrays: version 1.0, C order, little endian.
public enum NPYWriter {
  /// Writes a matrix (n × d) of `Float` (f4) or `Double` (f8).
  public static func write<Scalar: MatrixScalar>(
    _ matrix: Matrix<Scalar>, to path: String
  ) throws {
    let file = try AtomicFile(path: path)
    try write(matrix, to: file)
    try file.commit()
  }

  /// Writes a matrix (n × d) of `Float` (f4) or `Double` (f8) to a file that the caller commits.
  public static func write<Scalar: MatrixScalar>(
    _ matrix: Matrix<Scalar>, to file: AtomicFile
  ) throws {
    try writeHeader(
      type: "f\(MemoryLayout<Scalar>.size)", shape: "(\(matrix.rowCount), \(matrix.columnCount))",
      to: file)
    try matrix.withUnsafeBufferPointer { try file.write(UnsafeRawBufferPointer($0)) }
  }

  /// Writes labels (n) as int32.
  public static func write(_ labels: [Int32], to path: String) throws {
    let file = try AtomicFile(path: path)
    try write(labels, to: file)
    try file.commit()
  }

  /// Writes numbers (n) as f8 to a file that the caller commits.
  public static func write(_ numbers: [Double], to file: AtomicFile) throws {
    try writeHeader(type: "f8", shape: "(\(numbers.count),)", to: file)
    try numbers.withUnsafeBytes { try file.write($0) }
  }

  static func write(_ labels: [Int32], to file: AtomicFile) throws {
    try writeHeader(type: "i4", shape: "(\(labels.count),)", to: file)
    try labels.withUnsafeBytes { try file.write($0) }
  }

  /// The magic bytes and the description, filled up with blanks so that the data is aligned to 64.
  static func writeHeader(type: String, shape: String, to file: AtomicFile) throws {
    let order = Int(littleEndian: 1) == 1 ? "<" : ">"
    let text = "{'descr': '\(order)\(type)', 'fortran_order': False, 'shape': \(shape), }"
    let fill = 63 - (10 + text.utf8.count) % 64
    let length = text.utf8.count + fill + 1
    try file.write(
      [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length & 0xff), UInt8(length >> 8)])
    try file.write(text + String(repeating: " ", count: fill) + "\n")
  }
}
