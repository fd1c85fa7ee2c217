/// Partitions from the best to the worst.
struct PartitionRanking: Sendable {
  private let partitions: [CandidatePartition]
  private let criteria: [[Double]]
  private let scores: [Double]
  /// The partitions' numbers, the best first: by score, of equal ones the one with fewer groups, then
  /// the one that is tried first.
  let order: [Int]

  /// The most runners-up, and the adjusted Rand index from which on two partitions are alike.
  private static let mostRunnersUp = 5
  private static let alike = 0.9

  /// Ranks partitions.
  ///
  /// - Parameters:
  ///   - partitions: Different partitions of the same rows, at least one.
  ///   - criteria: What was measured of each.
  init(_ partitions: [CandidatePartition], criteria: [[Double]]) {
    self.partitions = partitions
    self.criteria = criteria
    let scores = partitions.count == 1 ? [0] : SelectionRule.scores(criteria)
    self.scores = scores
    order = partitions.indices.sorted { a, b in
      scores[a] != scores[b]
        ? scores[a] > scores[b]
        : (partitions[a].clusterCount, a) < (partitions[b].clusterCount, b)
    }
  }

  /// The best partition, and the next best ones that aren't like any better one.
  func candidates(decided: DecisionRows, rowCount: Int, columns: Int) -> [AutomaticCandidate] {
    var chosen: [Int] = []
    for index in order where chosen.count <= Self.mostRunnersUp {
      let isNew = chosen.allSatisfy {
        PartitionAgreement.adjustedRandIndex(partitions[$0].labels, partitions[index].labels)
          < Self.alike
      }
      if isNew { chosen.append(index) }
    }
    return chosen.enumerated().map { place, index in
      let partition = partitions[index]
      func full(_ method: CandidateMethod) -> CandidateMethod {
        method.scaled(from: decided.numbers.count, to: rowCount)
      }
      let method =
        partition.methods.first { full($0).runs(on: rowCount, columns: columns) }
        ?? partition.methods[0]
      return AutomaticCandidate(
        method: full(method), decisionMethod: method,
        alsoFoundBy: partition.methods.filter { $0 != method }.map(full),
        clusterCount: partition.clusterCount, noiseCount: partition.noiseCount,
        score: scores[index],
        criteria: zip(PartitionCriterion.allCases, criteria[index]).map {
          .init(name: "\($0)", value: $1)
        },
        labels: partition.labels,
        reasons: reasons(index, place: place, next: chosen.count > 1 ? chosen[1] : nil))
    }
  }

  private func reasons(_ index: Int, place: Int, next: Int?) -> [String] {
    guard place == 0, let next else { return [] }
    return [
      "\(partitions[index].methods[0].title) has the highest score, "
        + "\(Self.rounded(scores[index])); the next different one, "
        + "\(partitions[next].methods[0].title), has \(Self.rounded(scores[next]))"
    ]
  }

  private static func rounded(_ score: Double) -> Double { (score * 1000).rounded() / 1000 }
}
