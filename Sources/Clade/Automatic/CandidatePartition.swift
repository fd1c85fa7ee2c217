/// A partition of the decided rows, and the methods that gave it.
package struct CandidatePartition: Sendable {
  /// The group of each row (n), −1 for none: the largest group first, ties by the first row.
  package let labels: [Int32]
  /// The number of groups, k.
  package let clusterCount: Int
  /// The number of rows in no group.
  package let noiseCount: Int
  /// The methods that gave it, in the order in which they are tried.
  package internal(set) var methods: [CandidateMethod]

  /// Numbers groups.
  ///
  /// - Parameters:
  ///   - groups: A number in 0..<n for each row that is the same for all rows of a group; negative
  ///     for none.
  ///   - method: What gave them.
  init(groups: [Int32], method: CandidateMethod) {
    let numbers = ClusterNumbers(groups, precedes: <)
    labels = numbers.labels
    clusterCount = numbers.sizes.count
    noiseCount = labels.count - numbers.sizes.reduce(0, +)
    methods = [method]
  }
}
