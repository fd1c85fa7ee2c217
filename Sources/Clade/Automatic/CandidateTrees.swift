import CladeCore

/// Partitions out of a spanning tree: Genie and HDBSCAN* share it.
extension CandidateSearch {
  /// The Gini indices that Genie is tried with.
  private static let giniThresholds = [0.1, 0.3, 0.5, 0.7]
  /// The core distances that Genie is tried with.
  private static let genieSamples: Set<Int?> = [nil, 5, 10]

  /// The cuts of the spanning tree by plain distances, or by mutual reachability.
  func treeCuts(minSamples: Int?) throws -> [CandidatePartition] {
    let tree =
      if let minSamples {
        try MinimumSpanningTree.mutualReachability(
          of: rows, minSamples: minSamples, threads: 1)
      } else {
        try MinimumSpanningTree.plain(of: rows, threads: 1)
      }
    var partitions: [CandidatePartition] = []
    if let minSamples { partitions += try densityClusters(tree, minSamples: minSamples) }
    if Self.genieSamples.contains(minSamples) {
      partitions += try genieCuts(tree, minSamples: minSamples)
    }
    if minSamples == nil { partitions += try singleCuts(tree) }
    return partitions
  }

  /// HDBSCAN* for a range of least cluster sizes.
  private func densityClusters(
    _ tree: MinimumSpanningTree, minSamples: Int
  ) throws -> [CandidatePartition] {
    let merges = MergeTree(tree, rowCount: rows.rowCount)
    return try leastSizes.flatMap { size in
      try Task.checkCancellation()
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
  private func genieCuts(
    _ tree: MinimumSpanningTree, minSamples: Int?
  ) throws -> [CandidatePartition] {
    let distinct = DistinctRowTree(tree, order: CanonicalOrder(rows))
    return try Self.giniThresholds.flatMap { threshold in
      let forest = try GenieForest(
        distinct, giniThreshold: threshold, leavesOut: false, progress: nil)
      return counts.map { k in
        CandidatePartition(
          groups: distinct.spread(forest.clusters(k)),
          method: .genie(k: k, giniThreshold: threshold, minSamples: minSamples))
      }
    }
  }

  /// Single linkage where its heights grow the most.
  private func singleCuts(_ tree: MinimumSpanningTree) throws -> [CandidatePartition] {
    let distinct = DistinctRowTree(tree, order: CanonicalOrder(rows))
    let forest = try GenieForest(
      distinct, giniThreshold: 1, leavesOut: false, progress: nil)
    return largestSteps(heights: distinct.edges.map(\.length)).map { k in
      CandidatePartition(
        groups: distinct.spread(forest.clusters(k)),
        method: .agglomerative(linkage: .single, k: k))
    }
  }
}

extension DistinctRowTree {
  /// A number for each row from one for each node.
  func spread(_ numbers: [Int32]) -> [Int32] {
    var spread = [Int32](repeating: -1, count: rows.count)
    for node in numbers.indices {
      for place in Int(starts[node])..<Int(starts[node + 1]) {
        spread[Int(rows[place])] = numbers[node]
      }
    }
    return spread
  }
}
