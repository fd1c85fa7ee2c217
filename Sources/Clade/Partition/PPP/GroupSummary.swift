import CladeCore

/// The size, center and separability of each group, summed exactly over all rows.
struct GroupSummary {
  let sizes: [Int]
  /// k × d.
  let centers: Matrix<Double>
  /// The mean posterior of each group's rows.
  let separability: [Double]

  /// - Complexity: O(n · d).
  init<Scalar: MatrixScalar>(
    _ data: Matrix<Scalar>, bounds: [Double], labels: [Int32], posteriors: [Double],
    groupCount: Int, threads: Int?
  ) {
    let d = data.columnCount
    var sizes = [Int](repeating: 0, count: groupCount)
    for label in labels { sizes[Int(label)] += 1 }
    var returned = [ExactSum](repeating: ExactSum(bound: 1), count: groupCount)
    for (row, label) in labels.enumerated() { returned[Int(label)].add(posteriors[row]) }
    let parts = data.withUnsafeBufferPointer { values -> [ExactColumnSums] in
      nonisolated(unsafe) let values = values
      return ParallelChunks.map(count: data.rowCount, chunkSize: 65_536, threads: threads) {
        _, range in
        var sums = ExactColumnSums(bounds: bounds, groups: groupCount)
        _ = labels.withUnsafeBufferPointer { labels in
          // safe: the chunk has rows and the matrix columns
          sums.add(
            values.baseAddress! + range.lowerBound * d, count: range.count,
            after: labels.baseAddress! + range.lowerBound)
        }
        return sums
      }
    }
    var sums = ExactColumnSums(bounds: bounds, groups: groupCount)
    for part in parts { sums.add(part) }
    self.sizes = sizes
    separability = (0..<groupCount).map { returned[$0].value(dividedBy: max(1, sizes[$0])) }
    centers = Matrix(rows: groupCount, columns: d) { buffer in
      for group in 0..<groupCount {
        for column in 0..<d {
          buffer[group * d + column] = sums.mean(
            group: group, column: column, count: max(1, sizes[group]))
        }
      }
    }
  }

  /// The groups, the largest first; ties by their centers.
  var canonicalOrder: [Int] {
    sizes.indices.sorted { a, b in
      if sizes[a] != sizes[b] { return sizes[a] > sizes[b] }
      return centers.row(a).lexicographicallyPrecedes(centers.row(b))
    }
  }
}
