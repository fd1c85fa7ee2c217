/// A matrix most of whose entries are 0: n × d, compressed by rows (CSR), as SciPy's `csr_matrix`.
///
/// Row i's values stand at the places `rowStarts[i]..<rowStarts[i + 1]` of ``values``, and the
/// columns that they belong to at the same places of ``columns``, in ascending order.
///
/// ```swift
/// // 1 0 2
/// // 0 3 0
/// let matrix = try SparseMatrix<Double>(
///   rowCount: 2, columnCount: 3, rowStarts: [0, 2, 3], columns: [0, 2, 1], values: [1, 2, 3])
/// ```
public struct SparseMatrix<Scalar: MatrixScalar>: Sendable, Equatable {
  /// The number of rows, n.
  public let rowCount: Int
  /// The number of columns, d.
  public let columnCount: Int
  /// Where each row begins in ``columns`` and ``values``, and where the last one ends (n + 1).
  public let rowStarts: [Int]
  /// The column of each value, ascending within a row.
  public let columns: [Int32]
  /// The values, row after row; those that aren't here are 0.
  public let values: [Scalar]

  /// The number of values that are stored.
  public var storedCount: Int { values.count }

  /// Creates a matrix from its compressed rows.
  ///
  /// - Parameters:
  ///   - rowCount: The number of rows, n.
  ///   - columnCount: The number of columns, d; at most 2³¹ − 1.
  ///   - rowStarts: n + 1 places, from 0 to the number of values, none smaller than the one before.
  ///   - columns: The column of each value: in `0..<columnCount`, ascending within a row, none
  ///     twice.
  ///   - values: As many as there are columns given.
  /// - Throws: `CladeError.shapeMismatch` for arrays of other lengths, and
  ///   `CladeError.invalidParameter` for places and columns that can't be, with the row.
  /// - Complexity: O(n + the number of values).
  public init(
    rowCount: Int, columnCount: Int, rowStarts: [Int], columns: [Int32], values: [Scalar]
  ) throws {
    guard rowCount >= 0, columnCount >= 0, columnCount <= Int(Int32.max) else {
      throw CladeError.invalidParameter(
        name: "shape", value: "\(rowCount) × \(columnCount)",
        reason: "a sparse matrix has from 0 to 2147483647 columns")
    }
    guard rowStarts.count - 1 == rowCount else {
      throw CladeError.shapeMismatch(
        expected: "\(rowCount) + 1 row starts", found: "\(rowStarts.count)")
    }
    guard columns.count == values.count else {
      throw CladeError.shapeMismatch(
        expected: "as many columns as the \(values.count) values", found: "\(columns.count)")
    }
    guard rowStarts.first == 0, rowStarts.last == values.count else {
      throw CladeError.invalidParameter(
        name: "rowStarts", value: "\(rowStarts.first ?? 0) ... \(rowStarts.last ?? 0)",
        reason: "they go from 0 to the number of values, \(values.count)")
    }
    for row in 0..<rowCount {
      let (start, end) = (rowStarts[row], rowStarts[row + 1])
      guard start <= end, end <= values.count else {
        throw CladeError.invalidParameter(
          name: "rowStarts", value: "\(end) after \(start)",
          reason: "row \(row) has to end where it begins or later, and within the "
            + "\(values.count) values")
      }
      var before: Int32 = -1
      for place in start..<end {
        let column = columns[place]
        guard column >= 0, Int(column) < columnCount else {
          throw CladeError.invalidParameter(
            name: "columns", value: "\(column)",
            reason: "row \(row) names a column outside of 0 ..< \(columnCount)")
        }
        guard column > before else {
          throw CladeError.invalidParameter(
            name: "columns",
            value: column == before ? "\(column) twice" : "\(column) after \(before)",
            reason: "the columns of row \(row) have to ascend, each once; sort them and add up "
              + "what is there twice")
        }
        before = column
      }
    }
    self.init(
      trusted: rowCount, columnCount, rowStarts: rowStarts, columns: columns, values: values)
  }

  /// Creates a matrix from parts that are known to fit each other.
  private init(
    trusted rowCount: Int, _ columnCount: Int, rowStarts: [Int], columns: [Int32],
    values: [Scalar]
  ) {
    self.rowCount = rowCount
    self.columnCount = columnCount
    self.rowStarts = rowStarts
    self.columns = columns
    self.values = values
  }

  /// The entries of a dense matrix that aren't 0.
  ///
  /// - Complexity: O(n · d).
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  public init(_ dense: Matrix<Scalar>) {
    var starts = [0]
    starts.reserveCapacity(dense.rowCount + 1)
    var columns: [Int32] = []
    var values: [Scalar] = []
    dense.withUnsafeBufferPointer { entries in
      for row in 0..<dense.rowCount {
        let first = row * dense.columnCount
        for column in 0..<dense.columnCount where entries[first + column] != 0 {
          columns.append(Int32(column))
          values.append(entries[first + column])
        }
        starts.append(values.count)
      }
    }
    self.init(
      trusted: dense.rowCount, dense.columnCount, rowStarts: starts, columns: columns,
      values: values)
  }

  /// The matrix with all its zeros: n × d.
  ///
  /// - Complexity: O(n · d) time and memory.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  public func dense() -> Matrix<Scalar> {
    Matrix(rows: rowCount, columns: columnCount) { target in
      target.initialize(repeating: 0)
      for row in 0..<rowCount {
        for place in rowStarts[row]..<rowStarts[row + 1] {
          target[row * columnCount + Int(columns[place])] = values[place]
        }
      }
    }
  }

  /// The rows that `indices` name, in that order, as a new matrix.
  ///
  /// - Complexity: O(m + the number of values) for m indices.
  public func gatheringRows(_ indices: some Collection<Int>) -> SparseMatrix {
    var starts = [0]
    starts.reserveCapacity(indices.count + 1)
    var columns: [Int32] = []
    var values: [Scalar] = []
    for index in indices {
      let range = rowStarts[index]..<rowStarts[index + 1]
      columns += self.columns[range]
      values += self.values[range]
      starts.append(values.count)
    }
    return SparseMatrix(
      trusted: indices.count, columnCount, rowStarts: starts, columns: columns, values: values)
  }
}

extension SparseMatrix: Codable {
  private enum CodingKeys: String, CodingKey {
    case rows, columns
    case rowStarts = "row_starts"
    case places, values
  }

  /// Reads a matrix.
  ///
  /// - Throws: `CladeError` where its parts don't fit each other.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      rowCount: container.decode(Int.self, forKey: .rows),
      columnCount: container.decode(Int.self, forKey: .columns),
      rowStarts: container.decode([Int].self, forKey: .rowStarts),
      columns: container.decode([Int32].self, forKey: .places),
      values: container.decode([Scalar].self, forKey: .values))
  }

  /// Writes `rows` and `columns` (their numbers), `row_starts`, `places` (the column of each value)
  /// and `values`.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(rowCount, forKey: .rows)
    try container.encode(columnCount, forKey: .columns)
    try container.encode(rowStarts, forKey: .rowStarts)
    try container.encode(columns, forKey: .places)
    try container.encode(values, forKey: .values)
  }
}
