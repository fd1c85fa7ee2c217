/// Where the criteria of each partition stand among those of the others.
///
/// Thresholds of criteria that are right for one table may be wrong for another, of other rows or
/// columns; what is high beside the other partitions of the same rows is so for any.
package struct CriterionStandings: Sendable {
  /// For each partition and criterion the part of the partitions whose criterion is lower, of those
  /// with an equal one half.
  package let values: [[Double]]

  /// Compares partitions.
  ///
  /// - Parameter criteria: The criteria of each partition, finite.
  /// - Complexity: O(criteria · partitions · log partitions).
  package init(_ criteria: [[Double]]) {
    var values = criteria
    for criterion in criteria.first?.indices ?? 0..<0 {
      let order = criteria.indices.sorted { criteria[$0][criterion] < criteria[$1][criterion] }
      var first = 0
      while first < order.count {
        let value = criteria[order[first]][criterion]
        var end = first + 1
        while end < order.count, criteria[order[end]][criterion] == value { end += 1 }
        let standing = Double(first + end) / Double(2 * order.count)
        for place in first..<end { values[order[place]][criterion] = standing }
        first = end
      }
    }
    self.values = values
  }
}
