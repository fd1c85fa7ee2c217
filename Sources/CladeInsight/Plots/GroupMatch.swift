/// Which groups of two partitions of the same rows are about the same.
package enum GroupMatch {
  /// For each group of one partition the group of another that it shares most rows with; no two get
  /// the same, and one that is left over gets `nil`.
  ///
  /// - Parameters:
  ///   - labels: The group of each row, −1 for none.
  ///   - clusterCount: The number of groups.
  ///   - other: The groups of the same rows in the other partition.
  /// - Complexity: O(n log n).
  package static func partners(
    of labels: [Int32], clusterCount: Int, in other: [Int32]
  ) -> [Int32?] {
    let pairs = zip(labels, other).filter { $0 >= 0 && $1 >= 0 }.sorted { $0 < $1 }
    var shared: [(count: Int, group: Int32, partner: Int32)] = []
    for pair in pairs {
      if let last = shared.last, (last.group, last.partner) == pair {
        shared[shared.count - 1].count += 1
      } else {
        shared.append((1, pair.0, pair.1))
      }
    }
    var partners = [Int32?](repeating: nil, count: clusterCount)
    var taken: Set<Int32> = []
    for pair in shared.sorted(by: {
      ($1.count, $0.group, $0.partner) < ($0.count, $1.group, $1.partner)
    })
    where Int(pair.group) < clusterCount && partners[Int(pair.group)] == nil
      && taken.insert(pair.partner).inserted
    {
      partners[Int(pair.group)] = pair.partner
    }
    return partners
  }
}
