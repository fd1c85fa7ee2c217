/// Clusters numbered from the largest to the smallest, ties by the row whose coordinates come
/// first.
struct ClusterNumbers {
  /// The cluster of each row (n), −1 for noise.
  let labels: [Int32]
  /// The number of rows in each cluster (k).
  let sizes: [Int]

  /// Numbers clusters.
  ///
  /// - Parameters:
  ///   - groups: A number from 0 on for each row that is the same for all rows of its cluster; −1
  ///     for noise (n).
  ///   - precedes: Whether a row's coordinates come before another's.
  /// - Complexity: O(n + k log k) comparisons, O(n) memory for numbers below n.
  init(_ groups: [Int32], precedes: (_ a: Int, _ b: Int) -> Bool) {
    let count = Int(groups.max() ?? -1) + 1
    var sizes = [Int](repeating: 0, count: count)
    for group in groups where group >= 0 { sizes[Int(group)] += 1 }
    var firsts = [Int](repeating: -1, count: count)
    for (row, group) in groups.enumerated() where group >= 0 {
      let first = firsts[Int(group)]
      if first < 0 || precedes(row, first) { firsts[Int(group)] = row }
    }
    let order = sizes.indices.filter { sizes[$0] > 0 }.sorted { a, b in
      sizes[a] != sizes[b] ? sizes[a] > sizes[b] : precedes(firsts[a], firsts[b])
    }
    var numbers = [Int32](repeating: -1, count: count)
    for (number, group) in order.enumerated() { numbers[group] = Int32(number) }
    labels = groups.map { $0 < 0 ? -1 : numbers[Int($0)] }
    self.sizes = order.map { sizes[$0] }
  }
}
