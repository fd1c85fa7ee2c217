/// A number type that matrices hold: `Float` or `Double`.
public protocol MatrixScalar:
  BinaryFloatingPoint, SIMDScalar, Codable, Sendable, LosslessStringConvertible
{}

extension Float: MatrixScalar {}
extension Double: MatrixScalar {}

/// A dense matrix whose rows are points: n × d, row-major, contiguous, with value semantics.
///
/// Copies share their storage until one of them is written to.
///
/// ```swift
/// let points = try Matrix([[0, 0], [1, 0], [0, 1]])   // 3 × 2, Double
/// points[2, 1]                                        // 1
/// ```
public struct Matrix<Scalar: MatrixScalar>: @unchecked Sendable {
  // Unchecked: the storage is written only while uniquely referenced.

  /// The number of rows, n.
  public let rowCount: Int
  /// The number of columns, d.
  public let columnCount: Int
  private var storage: MatrixStorage<Scalar>

  /// Creates a matrix with every entry equal to `value`.
  ///
  /// - Complexity: O(n · d) time and memory.
  public init(rows: Int, columns: Int, repeating value: Scalar = 0) {
    self.init(rows: rows, columns: columns) { $0.initialize(repeating: value) }
  }

  /// Creates a matrix whose entries `body` writes: all `rows * columns` of them, row after row.
  ///
  /// The buffer that `body` gets is uninitialised.
  public init(
    rows: Int, columns: Int,
    initializingWith body: (UnsafeMutableBufferPointer<Scalar>) throws -> Void
  ) rethrows {
    precondition(rows >= 0 && columns >= 0, "A matrix has no negative number of rows or columns")
    rowCount = rows
    columnCount = columns
    storage = MatrixStorage(count: rows * columns)
    try body(storage.buffer)
  }

  /// Creates a matrix from rows of equal length.
  ///
  /// - Throws: ``CladeError/raggedRows(row:expected:found:)`` for the first row of another length.
  public init(_ rows: [[Scalar]]) throws {
    let columns = rows.first?.count ?? 0
    if let ragged = rows.firstIndex(where: { $0.count != columns }) {
      throw CladeError.raggedRows(row: ragged, expected: columns, found: rows[ragged].count)
    }
    self.init(rows: rows.count, columns: columns) { buffer in
      for (index, row) in rows.enumerated() {
        _ = UnsafeMutableBufferPointer(rebasing: buffer[(index * columns)...])
          .initialize(from: row)
      }
    }
  }

  /// Creates a matrix from its entries, row after row.
  ///
  /// - Throws: ``CladeError/shapeMismatch(expected:found:)`` unless there are `rows * columns`.
  public init(rows: Int, columns: Int, values: [Scalar]) throws {
    let count = rows.multipliedReportingOverflow(by: columns)
    guard rows >= 0, columns >= 0, !count.overflow, values.count == count.partialValue else {
      throw CladeError.shapeMismatch(
        expected: "\(rows) × \(columns) values", found: "\(values.count)")
    }
    self.init(rows: rows, columns: columns) { _ = $0.initialize(from: values) }
  }

  /// Creates a matrix over memory that somebody else made, such as a mapped file.
  ///
  /// - Parameters:
  ///   - rows: The number of rows, n.
  ///   - columns: The number of columns, d.
  ///   - buffer: `rows * columns` entries, row after row. They must not change while the matrix or
  ///     a copy of it lives.
  ///   - writable: Whether the memory may be written in place. If not, the first write copies it.
  ///   - release: Called once, when the last copy is gone.
  public init(
    rows: Int, columns: Int, adopting buffer: UnsafeMutableBufferPointer<Scalar>,
    writable: Bool, release: @escaping @Sendable () -> Void
  ) {
    precondition(buffer.count == rows * columns, "The memory must hold rows × columns entries")
    rowCount = rows
    columnCount = columns
    storage = MatrixStorage(buffer: buffer, writable: writable, release: release)
  }

  /// The entry in one row and column.
  @inline(__always)
  public subscript(row: Int, column: Int) -> Scalar {
    get {
      precondition(row >= 0 && row < rowCount && column >= 0 && column < columnCount)
      return storage.buffer[row &* columnCount &+ column]
    }
    set {
      precondition(row >= 0 && row < rowCount && column >= 0 && column < columnCount)
      makeUnique()
      storage.buffer[row &* columnCount &+ column] = newValue
    }
  }

  /// One row, copied.
  public func row(_ index: Int) -> [Scalar] {
    precondition(index >= 0 && index < rowCount)
    return Array(storage.buffer[(index * columnCount)..<((index + 1) * columnCount)])
  }

  /// One column, copied.
  public func column(_ index: Int) -> [Scalar] {
    precondition(index >= 0 && index < columnCount)
    return (0..<rowCount).map { storage.buffer[$0 * columnCount + index] }
  }

  /// The rows that `indices` name, in that order, as a new matrix.
  ///
  /// - Complexity: O(m · d) for m indices.
  @_specialize(where Scalar == Double, Indices == [Int32])
  @_specialize(where Scalar == Float, Indices == [Int32])
  public func gatheringRows<Indices: Collection>(_ indices: Indices) -> Matrix
  where Indices.Element: BinaryInteger {
    Matrix(rows: indices.count, columns: columnCount) { target in
      guard columnCount > 0, var to = target.baseAddress else { return }
      let from = storage.buffer.baseAddress!  // safe: columnCount > 0 and an index names a row
      for index in indices {
        precondition(index >= 0 && index < rowCount)
        to.initialize(from: from + Int(index) * columnCount, count: columnCount)
        to += columnCount
      }
    }
  }

  /// Some of the rows, in this matrix's memory.
  ///
  /// - Complexity: O(1), also in memory; the first write to the result copies its rows.
  package func sharingRows(_ range: Range<Int>) -> Matrix {
    precondition(range.lowerBound >= 0 && range.upperBound <= rowCount)
    let entries = (range.lowerBound * columnCount)..<(range.upperBound * columnCount)
    let owner = self
    return Matrix(
      rows: range.count, columns: columnCount,
      adopting: UnsafeMutableBufferPointer(rebasing: storage.buffer[entries]), writable: false
    ) { withExtendedLifetime(owner) {} }
  }

  /// Calls `body` with all entries, row after row.
  public func withUnsafeBufferPointer<Result>(
    _ body: (UnsafeBufferPointer<Scalar>) throws -> Result
  ) rethrows -> Result {
    try withExtendedLifetime(storage) { try body(UnsafeBufferPointer(storage.buffer)) }
  }

  /// Calls `body` with all entries, row after row, to change in place.
  public mutating func withUnsafeMutableBufferPointer<Result>(
    _ body: (UnsafeMutableBufferPointer<Scalar>) throws -> Result
  ) rethrows -> Result {
    makeUnique()
    return try withExtendedLifetime(storage) { try body(storage.buffer) }
  }

  private mutating func makeUnique() {
    guard !isKnownUniquelyReferenced(&storage) || !storage.writable else { return }
    let copy = MatrixStorage<Scalar>(count: rowCount * columnCount)
    _ = copy.buffer.initialize(from: storage.buffer)
    storage = copy
  }
}

extension Matrix: Equatable {
  /// Whether both have the same shape and equal entries.
  public static func == (a: Matrix, b: Matrix) -> Bool {
    a.rowCount == b.rowCount && a.columnCount == b.columnCount
      && a.storage.buffer.elementsEqual(b.storage.buffer)
  }
}

extension Matrix: Codable {
  private enum CodingKeys: String, CodingKey {
    case rows, columns, values
  }

  /// Reads `rows`, `columns` and `values` (row after row).
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      rows: container.decode(Int.self, forKey: .rows),
      columns: container.decode(Int.self, forKey: .columns),
      values: container.decode([Scalar].self, forKey: .values))
  }

  /// Writes `rows`, `columns` and `values` (row after row).
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(rowCount, forKey: .rows)
    try container.encode(columnCount, forKey: .columns)
    try container.encode(Array(storage.buffer), forKey: .values)
  }
}

/// The memory of a matrix, aligned to 64 bytes, or adopted.
private final class MatrixStorage<Scalar: MatrixScalar> {
  let buffer: UnsafeMutableBufferPointer<Scalar>
  let writable: Bool
  private let release: @Sendable () -> Void

  init(count: Int) {
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: max(1, count) * MemoryLayout<Scalar>.stride, alignment: 64)
    let start = memory.bindMemory(to: Scalar.self, capacity: count)
    buffer = UnsafeMutableBufferPointer(start: start, count: count)
    writable = true
    nonisolated(unsafe) let owned = memory
    release = { owned.deallocate() }
  }

  init(
    buffer: UnsafeMutableBufferPointer<Scalar>, writable: Bool,
    release: @escaping @Sendable () -> Void
  ) {
    self.buffer = buffer
    self.writable = writable
    self.release = release
  }

  deinit { release() }
}
