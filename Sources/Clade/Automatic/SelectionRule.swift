/// How good partitions are taken to be, given what was measured of them.
package enum SelectionRule {
  /// The score of each partition: the larger, the better.
  ///
  /// - Parameter criteria: What ``PartitionCriteria`` measured of each partition.
  /// - Returns: A score for each.
  package static func scores(_ criteria: [[Double]]) -> [Double] {
    criteria.map { $0[0] }
  }
}
