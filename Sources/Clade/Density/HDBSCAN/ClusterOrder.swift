import CladeCore

extension CondensedTree {
  /// The clusters in the order that the type documents; parents come before their parts, as these
  /// are born at a smaller height.
  func canonicalOrder<Scalar: MatrixScalar>(_ data: Matrix<Scalar>?) -> [Int] {
    ordered(Array(parents.indices), data) { a, b in
      birthHeights[a] != birthHeights[b]
        ? birthHeights[a] > birthHeights[b] : sizes[a] > sizes[b]
    }
  }

  /// Sorts clusters; those of which neither is before the other by the first of their rows.
  func ordered<Scalar: MatrixScalar>(
    _ clusters: [Int], _ data: Matrix<Scalar>?, by isBefore: (Int, Int) -> Bool
  ) -> [Int] {
    let sorted = clusters.sorted(by: isBefore)
    guard zip(sorted, sorted.dropFirst()).contains(where: { !isBefore($0, $1) }) else {
      return sorted
    }
    let first = firstRows(data)
    return clusters.sorted { a, b in
      isBefore(a, b)
        || !isBefore(b, a) && precedes(first[a], first[b], in: data)
    }
  }

  /// The row of each cluster, its parts included, that comes first in lexicographic order.
  private func firstRows<Scalar: MatrixScalar>(_ data: Matrix<Scalar>?) -> [Int] {
    var first = [Int](repeating: -1, count: clusterCount)
    for (row, cluster) in rowClusters.enumerated() {
      let known = first[Int(cluster)]
      if known < 0 || precedes(row, known, in: data) { first[Int(cluster)] = row }
    }
    // Provisional numbers too have parents before their parts.
    for cluster in parents.indices.reversed() where parents[cluster] >= 0 {
      let parent = Int(parents[cluster])
      if first[parent] < 0 || precedes(first[cluster], first[parent], in: data) {
        first[parent] = first[cluster]
      }
    }
    return first
  }
}
