import CladeCore

/// What a Gaussian needs to know of each cell of a partition: its count, mean and scatter matrix.
///
/// Scatter matrices are packed: the lower triangle, row after row, d · (d + 1) / 2 numbers.
package struct CellStatistics: Sendable {
  package let columnCount: Int
  package private(set) var counts: [Double]
  /// cells × d.
  package private(set) var means: [Double]
  /// cells × d · (d + 1) / 2.
  package private(set) var scatters: [Double]

  package var cellCount: Int { counts.count }
  var packedCount: Int { columnCount * (columnCount + 1) / 2 }
  package var rowCount: Double { counts.reduce(0, +) }

  /// Sums up the cells of a partition of `points`, whose rows are in canonical order.
  ///
  /// - Complexity: O(m · d²).
  package init(_ points: Matrix<Double>, labels: [Int32], cellCount: Int) {
    let d = points.columnCount
    columnCount = d
    let packed = d * (d + 1) / 2
    var counts = [Double](repeating: 0, count: cellCount)
    var means = [Double](repeating: 0, count: cellCount * d)
    var scatters = [Double](repeating: 0, count: cellCount * packed)
    points.withUnsafeBufferPointer { values in
      for (row, label) in labels.enumerated() {
        counts[Int(label)] += 1
        for column in 0..<d { means[Int(label) * d + column] += values[row * d + column] }
      }
      for cell in 0..<cellCount where counts[cell] > 0 {
        for column in 0..<d { means[cell * d + column] /= counts[cell] }
      }
      var difference = [Double](repeating: 0, count: d)
      scatters.withUnsafeMutableBufferPointer { scatters in
        difference.withUnsafeMutableBufferPointer { difference in
          for (row, label) in labels.enumerated() {
            for column in 0..<d {
              difference[column] = values[row * d + column] - means[Int(label) * d + column]
            }
            var entry = Int(label) * packed
            for i in 0..<d {
              let value = difference[i]
              for j in 0...i { scatters[entry + j] += value * difference[j] }
              entry += i + 1
            }
          }
        }
      }
    }
    self.counts = counts
    self.means = means
    self.scatters = scatters
  }

  /// The cells joined into groups: `groups` has the group of each cell.
  package func joined(_ groups: [Int], groupCount: Int) -> CellStatistics {
    var joined = self
    let d = columnCount
    joined.counts = Array(repeating: 0, count: groupCount)
    joined.means = Array(repeating: 0, count: groupCount * d)
    joined.scatters = Array(repeating: 0, count: groupCount * packedCount)
    for cell in 0..<cellCount {
      joined.counts[groups[cell]] += counts[cell]
      for column in 0..<d {
        joined.means[groups[cell] * d + column] += counts[cell] * means[cell * d + column]
      }
    }
    for group in 0..<groupCount where joined.counts[group] > 0 {
      for column in 0..<d { joined.means[group * d + column] /= joined.counts[group] }
    }
    for cell in 0..<cellCount {
      let group = groups[cell]
      var entry = 0
      for i in 0..<d {
        let shift = counts[cell] * (means[cell * d + i] - joined.means[group * d + i])
        for j in 0...i {
          joined.scatters[group * packedCount + entry] +=
            scatters[cell * packedCount + entry]
            + shift * (means[cell * d + j] - joined.means[group * d + j])
          entry += 1
        }
      }
    }
    return joined
  }

  /// The covariance within the cells, all pooled: d · (d + 1) / 2 numbers.
  package var pooledCovariance: [Double] {
    var pooled = [Double](repeating: 0, count: packedCount)
    for cell in 0..<cellCount {
      for entry in 0..<packedCount { pooled[entry] += scatters[cell * packedCount + entry] }
    }
    let freedom = max(1, rowCount - Double(cellCount))
    return pooled.map { $0 / freedom }
  }

  /// The number, mean and scatter of one cell after another that stand next to each other in
  /// memory.
  package func withCell<Result>(
    _ cell: Int,
    _ body: (_ count: Double, _ mean: UnsafePointer<Double>, _ scatter: UnsafePointer<Double>) ->
      Result
  ) -> Result {
    means.withUnsafeBufferPointer { means in
      scatters.withUnsafeBufferPointer { scatters in
        // safe: the cell exists, so neither is empty
        body(
          counts[cell], means.baseAddress! + cell * columnCount,
          scatters.baseAddress! + cell * packedCount)
      }
    }
  }
}
