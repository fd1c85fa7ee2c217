/// How HDBSCAN* chooses clusters from its tree.
public enum ClusterSelectionMethod: String, Sendable, Codable, CaseIterable {
  /// Excess of mass: the clusters, none within another, whose stabilities add up to the most.
  case excessOfMass = "eom"
  /// The leaves of the tree: many small clusters of about one density each.
  case leaf
}

/// The choice of clusters from a condensed tree.
struct ClusterSelection {
  /// What clusters are chosen by.
  let method: ClusterSelectionMethod
  /// Clusters that are born below this height are merged.
  let epsilon: Double
  /// No cluster has more rows; `nil` for any number.
  let maxClusterSize: Int?
  /// Whether the root may be chosen.
  let allowsRoot: Bool

  /// The chosen clusters of `tree`, none within another, in ascending order.
  ///
  /// - Complexity: O(clusters · depth).
  func clusters(of tree: CondensedTree) -> [Int] {
    let children = tree.children
    var chosen =
      switch method {
      case .excessOfMass: mostStable(tree, children)
      case .leaf: tree.parents.indices.map { children[$0].isEmpty && (allowsRoot || $0 > 0) }
      }
    if epsilon > 0 { merge(&chosen, tree) }
    return keepingOutermost(chosen, tree)
  }

  /// From the leaves to the root, a cluster is chosen where it is as stable as what was chosen
  /// below.
  private func mostStable(_ tree: CondensedTree, _ children: [[Int32]]) -> [Bool] {
    var chosen = [Bool](repeating: false, count: tree.clusterCount)
    var stabilities = tree.stabilities
    for cluster in tree.parents.indices.reversed() where allowsRoot || cluster > 0 {
      var below = CompensatedSum()
      for child in children[cluster] { below.add(stabilities[Int(child)]) }
      let isTooLarge = maxClusterSize.map { tree.sizes[cluster] > $0 } ?? false
      if below.value > stabilities[cluster] || isTooLarge {
        stabilities[cluster] = below.value
      } else {
        chosen[cluster] = true
      }
    }
    return chosen
  }

  /// Replaces clusters that are born below ``epsilon`` by the first around them that is born above;
  /// the root is reached only where it is allowed.
  private func merge(_ chosen: inout [Bool], _ tree: CondensedTree) {
    for cluster in keepingOutermost(chosen, tree)
    where cluster > 0 && tree.birthHeights[cluster] < epsilon {
      var merged = cluster
      while tree.birthHeights[merged] <= epsilon {
        let parent = Int(tree.parents[merged])
        guard parent > 0 || allowsRoot else { break }
        merged = parent
      }
      chosen[cluster] = false
      chosen[merged] = true
    }
  }

  /// The chosen clusters that aren't within another.
  private func keepingOutermost(_ chosen: [Bool], _ tree: CondensedTree) -> [Int] {
    var covered = chosen
    var outermost: [Int] = []
    for cluster in tree.parents.indices {
      let parent = Int(tree.parents[cluster])
      let isWithin = parent >= 0 && covered[parent]
      if isWithin { covered[cluster] = true } else if chosen[cluster] { outermost.append(cluster) }
    }
    return outermost
  }
}
