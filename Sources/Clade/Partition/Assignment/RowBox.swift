import CladeCore

/// The box that rows are in: the least and the greatest number of each column.
package struct RowBox: Sendable, Equatable {
  /// The least numbers (d).
  package private(set) var lower: [Double]
  /// The greatest numbers (d).
  package private(set) var upper: [Double]

  /// The box of no rows.
  package init(columns: Int) {
    lower = Array(repeating: .infinity, count: columns)
    upper = Array(repeating: -.infinity, count: columns)
  }

  /// A box around 0.
  ///
  /// - Parameter bounds: The largest magnitude in each column (d).
  package init(bounds: [Double]) {
    lower = bounds.map { -$0 }
    upper = bounds
  }

  /// The box of all rows of a matrix.
  ///
  /// - Complexity: O(n · d).
  package init<Scalar: MatrixScalar>(_ data: Matrix<Scalar>, threads: Int? = nil) {
    self.init(columns: data.columnCount)
    let columns = data.columnCount
    let parts = data.withUnsafeBufferPointer { values -> [RowBox] in
      guard let base = values.baseAddress else { return [] }
      nonisolated(unsafe) let start = base
      return ParallelChunks.map(
        count: data.rowCount, chunkSize: 1 << 16, threads: threads
      ) { _, range in
        var part = RowBox(columns: columns)
        part.enclose(start + range.lowerBound * columns, count: range.count)
        return part
      }
    }
    for part in parts { enclose(part) }
  }

  /// Widens the box by `count` rows.
  package mutating func enclose<Scalar: MatrixScalar>(_ rows: UnsafePointer<Scalar>, count: Int) {
    let columns = lower.count
    for column in 0..<columns {
      var (least, most) = (Scalar.infinity, -Scalar.infinity)
      for row in 0..<count {
        let value = rows[row &* columns &+ column]
        least = value < least ? value : least
        most = value > most ? value : most
      }
      lower[column] = min(lower[column], Double(least))
      upper[column] = max(upper[column], Double(most))
    }
  }

  /// Widens the box by another.
  package mutating func enclose(_ other: RowBox) {
    for column in lower.indices {
      lower[column] = min(lower[column], other.lower[column])
      upper[column] = max(upper[column], other.upper[column])
    }
  }

  /// Whether there is a box: it has rows, and they are finite.
  package var isFinite: Bool {
    zip(lower, upper).allSatisfy { $0.isFinite && $1.isFinite && $0 <= $1 }
  }
}
