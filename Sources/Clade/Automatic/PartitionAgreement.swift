/// Labels laid out to be compared with others of the same rows by the adjusted Rand index.
///
/// ``ExternalIndices`` has this index for any labels, however large; here they are those of a
/// partition, so that a table of all pairs of groups is small and hundreds of partitions can be
/// compared with each other.
struct PartitionAgreement: Sendable {
  /// The group of each row, 0 for none.
  private let groups: [Int32]
  /// The number of groups and one for rows in none.
  private let groupCount: Int
  /// The number of pairs of rows in one group.
  private let pairs: Int

  /// Lays out labels.
  ///
  /// - Parameter labels: The group of each row, −1 for none, which counts as a group; groups are
  ///   numbered from 0 with few gaps.
  /// - Complexity: O(n + k) time and memory for k groups.
  init(_ labels: some Sequence<Int32>) {
    let groups = labels.map { $0 + 1 }
    var sizes = [Int](repeating: 0, count: Int(groups.max() ?? 0) + 1)
    for group in groups { sizes[Int(group)] += 1 }
    (self.groups, groupCount) = (groups, sizes.count)
    pairs = sizes.reduce(0) { $0 + $1 * ($1 - 1) / 2 }
  }

  /// The adjusted Rand index: 1 for equal partitions, about 0 for unrelated ones.
  ///
  /// - Parameter other: Labels of the same rows.
  /// - Complexity: O(n + k · l) time, O(k · l) memory for k and l groups.
  func adjustedRandIndex(with other: PartitionAgreement) -> Double {
    let both = pairs(sharedWith: other)
    let n = groups.count
    let all = Double(n) * Double(n - 1) / 2
    guard all > 0 else { return 1 }
    let expected = Double(pairs) * Double(other.pairs) / all
    let most = Double(pairs + other.pairs) / 2
    return most > expected ? (Double(both) - expected) / (most - expected) : 1
  }

  /// The number of pairs of rows that are in one group in both.
  private func pairs(sharedWith other: PartitionAgreement) -> Int {
    withUnsafeTemporaryAllocation(of: Int32.self, capacity: groupCount * other.groupCount) {
      table in
      table.initialize(repeating: 0)
      var both = 0
      for (group, theirs) in zip(groups, other.groups) {
        let cell = Int(group) * other.groupCount + Int(theirs)
        both += Int(table[cell])
        table[cell] += 1
      }
      return both
    }
  }
}
