import CladeCore

/// Rows brought to length 1 and compressed: what spherical k-means works on.
///
/// A row's length is the root of its squares' sum, columns in ascending order, after a power of two
/// has brought its largest value near 1; so rows that differ by a power of two become equal.
struct UnitRows: Sendable {
  let rowCount: Int
  let columnCount: Int
  let starts: [Int]
  /// Ascending within a row.
  let columns: [Int32]
  let values: [Double]
  /// The same entries in single precision, the rarest columns first.
  let rareFirstColumns: [Int32]
  let rareFirstValues: [Float]

  /// Normalises the rows of a sparse matrix.
  ///
  /// - Throws: `CladeError.emptyData` for a matrix without rows or columns;
  ///   `CladeError.rowOfZeros`; `CladeError.nonFiniteValue`.
  init<Scalar: MatrixScalar>(_ data: SparseMatrix<Scalar>, threads: Int?) throws {
    guard data.rowCount > 0, data.columnCount > 0 else {
      throw CladeError.emptyData(
        reason: data.rowCount == 0 ? "the matrix has no rows" : "the matrix has no columns")
    }
    let (rowStarts, given, entries) = (data.rowStarts, data.columns, data.values)
    var starts = [0]
    starts.reserveCapacity(data.rowCount + 1)
    for row in 0..<data.rowCount {
      let count = entries[rowStarts[row]..<rowStarts[row + 1]].count { $0 != 0 }
      starts.append(starts[row] + count)
    }
    var columns = [Int32](repeating: 0, count: starts[data.rowCount])
    var values = [Double](repeating: 0, count: starts[data.rowCount])
    let places = starts
    try columns.withUnsafeMutableBufferPointer { columns in
      try values.withUnsafeMutableBufferPointer { values in
        nonisolated(unsafe) let (columns, values) = (columns, values)
        try ParallelChunks.forEach(
          count: data.rowCount, chunkSize: Self.chunkSize, threads: threads
        ) { (_, range) throws in
          for row in range {
            let exponent = Int(try Self.largestMagnitude(of: row, in: data).exponent)
            var squares = 0.0
            var end = places[row]
            for place in rowStarts[row]..<rowStarts[row + 1] where entries[place] != 0 {
              let value = Double(
                sign: .plus, exponent: -exponent, significand: Double(entries[place]))
              squares += value * value
              columns[end] = given[place]
              values[end] = value
              end += 1
            }
            let length = squares.squareRoot()
            for place in places[row]..<end { values[place] /= length }
          }
        }
      }
    }
    rowCount = data.rowCount
    columnCount = data.columnCount
    self.starts = starts
    self.columns = columns
    self.values = values
    (rareFirstColumns, rareFirstValues) = Self.rareFirst(
      starts, columns, values, columnCount: data.columnCount, threads: threads)
  }

  private static let chunkSize = 1024

  /// Throws what ``init(_:threads:)`` would for one of the rows.
  static func check<Scalar: MatrixScalar>(_ data: SparseMatrix<Scalar>) throws {
    for row in 0..<data.rowCount { _ = try largestMagnitude(of: row, in: data) }
  }

  private static func largestMagnitude<Scalar: MatrixScalar>(
    of row: Int, in data: SparseMatrix<Scalar>
  ) throws -> Double {
    var largest = 0.0
    for place in data.rowStarts[row]..<data.rowStarts[row + 1] {
      let value = Double(data.values[place])
      guard value.isFinite else {
        throw CladeError.nonFiniteValue(
          row: row, column: Int(data.columns[place]), value: "\(data.values[place])")
      }
      largest = max(largest, value.magnitude)
    }
    guard largest > 0 else { throw CladeError.rowOfZeros(row: row) }
    return largest
  }

  /// Every row's entries by how many rows have their column, the fewest first.
  private static func rareFirst(
    _ starts: [Int], _ columns: [Int32], _ values: [Double], columnCount: Int, threads: Int?
  ) -> ([Int32], [Float]) {
    var frequencies = [Int32](repeating: 0, count: columnCount)
    for column in columns { frequencies[Int(column)] += 1 }
    let byFrequency = (0..<Int32(columnCount)).sorted {
      let (a, b) = (frequencies[Int($0)], frequencies[Int($1)])
      return a != b ? a < b : $0 < $1
    }
    var ranks = frequencies
    for (rank, column) in byFrequency.enumerated() { ranks[Int(column)] = Int32(rank) }
    let rankOf = ranks
    var ordered = [Int32](repeating: 0, count: columns.count)
    var numbers = [Float](repeating: 0, count: columns.count)
    ordered.withUnsafeMutableBufferPointer { ordered in
      numbers.withUnsafeMutableBufferPointer { numbers in
        nonisolated(unsafe) let (ordered, numbers) = (ordered, numbers)
        ParallelChunks.forEach(
          count: starts.count - 1, chunkSize: chunkSize, threads: threads
        ) { _, range in
          var keys: [UInt64] = []
          for row in range {
            let first = starts[row]
            keys.removeAll(keepingCapacity: true)
            for place in first..<starts[row + 1] {
              keys.append(UInt64(rankOf[Int(columns[place])]) << 32 | UInt64(place - first))
            }
            keys.sort()
            for (offset, key) in keys.enumerated() {
              let place = first + Int(key & 0xffff_ffff)
              ordered[first + offset] = columns[place]
              numbers[first + offset] = Float(values[place])
            }
          }
        }
      }
    }
    return (ordered, numbers)
  }

  /// Whether row `a`, as a vector, comes before row `b` in lexicographic order.
  func precedes(_ a: Int, _ b: Int) -> Bool {
    var (i, j) = (starts[a], starts[b])
    let (endA, endB) = (starts[a + 1], starts[b + 1])
    while i < endA || j < endB {
      let columnA = i < endA ? columns[i] : .max
      let columnB = j < endB ? columns[j] : .max
      if columnA != columnB { return columnA < columnB ? values[i] < 0 : values[j] > 0 }
      if values[i] != values[j] { return values[i] < values[j] }
      (i, j) = (i + 1, j + 1)
    }
    return false
  }

  /// Calls `body` with pointers to the entries.
  func withView<Result>(_ body: (UnitRowsView) throws -> Result) rethrows -> Result {
    try starts.withUnsafeBufferPointer { starts in
      try columns.withUnsafeBufferPointer { columns in
        try values.withUnsafeBufferPointer { values in
          try rareFirstColumns.withUnsafeBufferPointer { rareColumns in
            try rareFirstValues.withUnsafeBufferPointer { rareValues in
              try body(
                UnitRowsView(
                  starts: starts, columns: columns, values: values, rareColumns: rareColumns,
                  rareValues: rareValues))
            }
          }
        }
      }
    }
  }
}

/// The entries of rows where they lie in memory.
struct UnitRowsView: @unchecked Sendable {
  // Unchecked: what the pointers lead to is only read, and lives as long as `withView` runs.
  let starts: UnsafeBufferPointer<Int>
  let columns: UnsafeBufferPointer<Int32>
  let values: UnsafeBufferPointer<Double>
  let rareColumns: UnsafeBufferPointer<Int32>
  let rareValues: UnsafeBufferPointer<Float>

  @inline(__always)
  func count(_ row: Int) -> Int { starts[row + 1] - starts[row] }
}
