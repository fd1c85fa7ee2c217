import CladeCore

/// Which rows belong to the chosen clusters of a condensed tree, and how strongly.
struct ClusterMemberships {
  /// The cluster of each row (n), −1 for noise.
  private(set) var labels: [Int32]
  /// How strongly each row belongs to its cluster, 0...1 (n); 0 for noise.
  private(set) var strengths: [Double]
  /// The number of rows of each cluster (k).
  private(set) var sizes: [Int]
  /// How labels follow from clusters of the tree.
  let chosen: ChosenClusters

  /// Gives rows to the clusters of `selection`.
  ///
  /// - Complexity: O(n), and O(n · d) at most where clusters tie in size.
  init<Scalar: MatrixScalar>(
    _ tree: CondensedTree, _ selection: ClusterSelection, data: Matrix<Scalar>?
  ) {
    var clusters = selection.clusters(of: tree)
    // The root alone loses the rows that leave it before the others do.
    let limit =
      clusters == [0] ? (selection.epsilon > 0 ? selection.epsilon : tree.deathHeights[0]) : nil
    if let limit, !tree.rowHeights.contains(where: { $0 <= limit }) { clusters = [] }
    clusters = tree.ordered(clusters, data) { tree.sizes[$0] > tree.sizes[$1] }
    chosen = ChosenClusters(clusters, of: tree, rootLimit: clusters.isEmpty ? nil : limit)

    let n = tree.rowCount
    labels = Array(repeating: -1, count: n)
    strengths = Array(repeating: 0, count: n)
    sizes = Array(repeating: 0, count: clusters.count)
    for row in 0..<n {
      let (label, strength) = chosen.membership(
        cluster: Int(tree.rowClusters[row]), height: tree.rowHeights[row])
      labels[row] = label
      strengths[row] = strength
      if label >= 0 { sizes[Int(label)] += 1 }
    }
  }
}

/// The chosen clusters of a condensed tree: what a place in the tree means for a row.
struct ChosenClusters: Sendable, Equatable {
  /// The cluster of the tree that each label stands for (k).
  let clusters: [Int]
  /// The label of each cluster of the tree: that of the chosen one around it, −1 for none.
  let labels: [Int32]
  /// Where only the root is chosen: the height at which rows have to be in it still.
  let rootLimit: Double?
  /// The greatest density in each chosen cluster outside of its parts (k).
  private let peaks: [Double]

  init(_ clusters: [Int], of tree: CondensedTree, rootLimit: Double?) {
    self.clusters = clusters
    self.rootLimit = rootLimit
    var labels = [Int32](repeating: -1, count: tree.clusterCount)
    for (label, cluster) in clusters.enumerated() { labels[cluster] = Int32(label) }
    for cluster in labels.indices.dropFirst() where labels[cluster] < 0 {
      labels[cluster] = labels[Int(tree.parents[cluster])]
    }
    self.labels = labels
    peaks = clusters.map { CondensedTree.density(atHeight: tree.deathHeights[$0]) }
  }

  /// The label and strength of a row that leaves a cluster of the tree at a height.
  @inline(__always)
  func membership(cluster: Int, height: Double) -> (label: Int32, strength: Double) {
    let label = labels[cluster]
    guard label >= 0 else { return (-1, 0) }
    if let rootLimit, !(height <= rootLimit) { return (-1, 0) }
    let (density, peak) = (CondensedTree.density(atHeight: height), peaks[Int(label)])
    let strength = density < peak && peak > 0 ? density / peak : 1
    return (label, strength)
  }
}

extension CondensedTree {
  /// How far each row is outlying, 0...1 (n): by how much sparser it is where it leaves its cluster
  /// than the densest place in it, as a part of that density.
  ///
  /// Source: the global-local outlier score from hierarchies, GLOSH, of "Hierarchical Density
  /// Estimates for Data Clustering, Visualization, and Outlier Detection" (Campello, Moulavi, Zimek
  /// and Sander, 2015).
  ///
  /// - Complexity: O(n) time and memory.
  public func outlierScores() -> [Double] {
    let least = leastHeights
    return rowClusters.indices.map { row in
      let peak = Self.density(atHeight: least[Int(rowClusters[row])])
      let density = Self.density(atHeight: rowHeights[row])
      if !(density < peak) { return 0 }
      return peak < .infinity ? (peak - density) / peak : 1
    }
  }

  /// The least height at which a row leaves each cluster or a part of it.
  var leastHeights: [Double] {
    var least = deathHeights
    for cluster in parents.indices.dropFirst().reversed() {
      let parent = Int(parents[cluster])
      least[parent] = min(least[parent], least[cluster])
    }
    return least
  }
}
