import CladeCore

/// Counts what is missing in a matrix.
enum MissingCount {
  /// The number of NaN in each column (d).
  static func perColumn(of numbers: Matrix<Double>, threads: Int? = nil) -> [Int] {
    let columns = numbers.columnCount
    guard columns > 0 else { return [] }
    let chunks = ParallelChunks.map(
      count: numbers.rowCount, chunkSize: max(1, 1 << 18 / columns), threads: threads
    ) { _, rows in
      var counts = [Int](repeating: 0, count: columns)
      numbers.withUnsafeBufferPointer { values in
        for row in rows {
          for column in 0..<columns where values[row &* columns &+ column].isNaN {
            counts[column] += 1
          }
        }
      }
      return counts
    }
    return chunks.reduce(into: [Int](repeating: 0, count: columns)) { total, counts in
      for column in 0..<columns { total[column] += counts[column] }
    }
  }
}
