/// Partitions from the best to the worst.
struct PartitionRanking: Sendable {
  private let partitions: [CandidatePartition]
  private let criteria: [[Double]]
  private let scores: [Double]
  /// The partitions' numbers, the best first: by score, of equal ones the one with fewer groups,
  /// then the one that is tried first.
  let order: [Int]

  /// The most runners-up, and the adjusted Rand index from which on two partitions are alike.
  private static let mostRunnersUp = 5
  private static let alike = 0.9

  /// Ranks partitions.
  ///
  /// - Parameters:
  ///   - partitions: Different partitions of the same rows, at least one.
  ///   - criteria: What was measured of each; of a single one nothing need be.
  init(_ partitions: [CandidatePartition], criteria: [[Double]]) {
    self.partitions = partitions
    self.criteria = criteria
    let scores = SelectionRule.scores(criteria)
    self.scores = scores
    order = partitions.indices.sorted { a, b in
      scores[a] != scores[b]
        ? scores[a] > scores[b]
        : (partitions[a].clusterCount, a) < (partitions[b].clusterCount, b)
    }
  }

  /// The best partition, and the next best ones that aren't like any better one.
  func candidates(decided: DecisionRows, rowCount: Int, columns: Int) -> [AutomaticCandidate] {
    let chosen = distinctOrder()
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
        criteria: criteria[index].isEmpty
          ? []
          : ReportedCriterion.all.map {
            .init(name: $0.name, value: criteria[index][$0.criterion.rawValue])
          },
        labels: partition.labels,
        reasons: reasons(index, place: place, next: chosen.count > 1 ? chosen[1] : nil))
    }
  }

  /// The best partitions' numbers, without those that are like a better one.
  private func distinctOrder() -> [Int] {
    var chosen: [Int] = []
    var compared: [PartitionAgreement] = []
    for index in order where chosen.count <= Self.mostRunnersUp {
      let labels = PartitionAgreement(partitions[index].labels)
      if compared.allSatisfy({ labels.adjustedRandIndex(with: $0) < Self.alike }) {
        chosen.append(index)
        compared.append(labels)
      }
    }
    return chosen
  }

  private func reasons(_ index: Int, place: Int, next: Int?) -> [String] {
    guard place == 0, let next else { return [] }
    let merits = ReportedCriterion.all.filter { $0.prefers(criteria[index], to: criteria[next]) }
      .prefix(3).map(\.merit)
    let scores = "\(Self.rounded(scores[index])) against \(Self.rounded(scores[next]))"
    let beside = "beside the next different one, \(partitions[next].methods[0].title)"
    guard partitions[index].clusterCount > 1 else {
      return ["no division is clear enough to be more than chance: \(scores) \(beside)"]
    }
    guard !merits.isEmpty else { return ["it has the highest score, \(scores) \(beside)"] }
    return [
      "it has the highest score, \(scores) \(beside): it " + Self.listed(Array(merits))
    ]
  }

  private static func listed(_ parts: [String]) -> String {
    parts.count < 2
      ? parts.joined() : parts.dropLast().joined(separator: ", ") + " and " + (parts.last ?? "")
  }

  private static func rounded(_ score: Double) -> Double { (score * 1000).rounded() / 1000 }
}
