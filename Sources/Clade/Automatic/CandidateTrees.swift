import CladeCore

/// Partitions out of a spanning tree: Genie and HDBSCAN* share it.
extension CandidateSearch {
  /// The Gini indices that Genie is tried with.
  private static let giniThresholds = [0.1, 0.3, 0.5, 0.7]
  /// The core distances that Genie is tried with.
  private static let genieSamples: Set<Int?> = [nil, 5, 10]

  /// The cuts of the spanning tree by plain distances, or by mutual reachability.
  func treeCuts(minSamples: Int?) throws -> [CandidatePartition] {
    let spanned = try SpannedRows(rows, minSamples: minSamples, threads: 1)
    var partitions: [CandidatePartition] = []
    if let minSamples { partitions += try densityClusters(spanned, minSamples: minSamples) }
    if Self.genieSamples.contains(minSamples) { partitions += try genieCuts(spanned) }
    if minSamples == nil { partitions += try singleCuts(spanned) }
    return partitions
  }

  /// HDBSCAN* for a range of least cluster sizes.
  private func densityClusters(
    _ spanned: SpannedRows<Double>, minSamples: Int
  ) throws -> [CandidatePartition] {
    let merges = spanned.density.merges
    return try inTime(leastSizes) { size in
      let condensed = Condensing.condense(merges, minClusterSize: size, data: rows)
      var variants: [(ClusterSelectionMethod, Bool)] = [
        (.excessOfMass, false), (.excessOfMass, true),
      ]
      if condensed.clusterCount > 3 { variants.append((.leaf, false)) }
      return variants.map { selection, single in
        let memberships = ClusterMemberships(
          condensed,
          ClusterSelection(
            method: selection, epsilon: 0, maxClusterSize: nil, allowsRoot: single), data: rows)
        return CandidatePartition(
          groups: memberships.labels,
          method: .hdbscan(
            minClusterSize: size, minSamples: minSamples, clusterSelection: selection,
            allowSingleCluster: single))
      }
    }
  }

  /// Genie for several Gini indices and numbers of groups.
  private func genieCuts(_ spanned: SpannedRows<Double>) throws -> [CandidatePartition] {
    try inTime(Self.giniThresholds) { threshold in
      let hierarchy = try Genie(giniThreshold: threshold, minSamples: spanned.minSamples)
        .hierarchy(of: spanned)
      return try counts.map { k in
        CandidatePartition(
          groups: try hierarchy.labels(k: k),
          method: .genie(k: k, giniThreshold: threshold, minSamples: spanned.minSamples))
      }
    }
  }

  /// Single linkage, which is Genie without a limit, where its heights grow the most.
  private func singleCuts(_ spanned: SpannedRows<Double>) throws -> [CandidatePartition] {
    let hierarchy = try Genie(giniThreshold: 1).hierarchy(of: spanned)
    return try largestSteps(heights: spanned.distinct.edges.map(\.length)).map { k in
      CandidatePartition(
        groups: try hierarchy.labels(k: k), method: .agglomerative(linkage: .single, k: k))
    }
  }
}
