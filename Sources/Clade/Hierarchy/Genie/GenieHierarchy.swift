import CladeCore

/// The merges that ``Genie`` makes, all the way to one cluster: every number of clusters is a cut
/// of it.
///
/// It is what ``Genie/hierarchy(of:progress:)`` returns.
public struct GenieHierarchy<Scalar: MatrixScalar>: Sendable {
  /// What it was made with; ``Genie/k`` plays no part.
  public let parameters: Genie
  /// How rows and clusters were joined, see ``GenieModel/dendrogram``.
  public let dendrogram: Dendrogram

  let spanned: SpannedRows<Scalar>
  let forest: GenieForest
  /// The leaves that were left out and yet are in a cluster.
  private let borderLeaves: [Int]

  /// The largest number of clusters: the number of distinct rows without leaves that are left out.
  public var mostClusters: Int { forest.innerCount }

  /// Joins all clusters.
  ///
  /// - Parameters:
  ///   - parameters: What was checked already.
  ///   - rows: Rows with a tree that fits them.
  ///   - progress: Is told how far it has come.
  init(_ parameters: Genie, _ rows: SpannedRows<Scalar>, progress: ProgressObserver?) throws {
    self.parameters = parameters
    spanned = rows
    forest = try GenieForest(
      rows.distinct, giniThreshold: parameters.giniThreshold,
      leavesOut: parameters.noise != .none, progress: progress)
    dendrogram = forest.dendrogram
    try dendrogram.checkHeights()
    borderLeaves =
      parameters.noise == .outlyingLeaves
      ? try forest.borderLeaves(of: rows.ordered.prepared) : []
  }

  /// The labels of k clusters.
  ///
  /// - Parameter k: The number of clusters, 1...``mostClusters``.
  /// - Returns: The cluster of each row (n), the largest is 0; −1 for noise.
  /// - Throws: As ``model(k:)``.
  /// - Complexity: O(n · α(n)) time, O(n) memory.
  public func labels(k: Int) throws -> [Int32] {
    try check(k)
    return labels(numbers(k))
  }

  /// The model of k clusters, the same as ``Genie/fit(_:threads:progress:)`` makes.
  ///
  /// - Parameter k: The number of clusters, 1...``mostClusters``; `nil` to find it by
  ///   ``Dendrogram/largestGap()``.
  /// - Returns: A model whose ``GenieModel/parameters`` have this number.
  /// - Throws: `CladeError.invalidParameter` for a number that can't be,
  ///   `CladeError.tooManyClusters` for fewer distinct rows than clusters.
  /// - Complexity: O(n · (α(n) + d)) time and O(n · d) memory.
  public func model(k: Int?) throws -> GenieModel<Scalar> {
    if let k { try check(k) }
    var parameters = parameters
    parameters.k = k
    // Where all rows are leaves that are left out, there isn't even one.
    let count = k ?? max(1, min(dendrogram.largestGap().clusterCount, mostClusters))
    try check(count)
    return GenieModel(parameters, self, count: count)
  }

  /// Refuses numbers of clusters that aren't there.
  private func check(_ k: Int) throws {
    guard k >= 1 else {
      throw CladeError.invalidParameter(
        name: "k", value: "\(k)", reason: "there is at least one cluster; give 1 or more")
    }
    guard k <= spanned.distinct.nodeCount else {
      throw CladeError.tooManyClusters(k: k, distinctRows: spanned.distinct.nodeCount)
    }
    guard k <= mostClusters else {
      throw CladeError.invalidParameter(
        name: "k", value: "\(k)",
        reason: "only \(mostClusters) rows aren't leaves of the spanning tree; ask for at "
          + "most that many clusters, or for no noise")
    }
  }

  /// The k clusters of the rows in the order of the tree's.
  func numbers(_ k: Int) -> ClusterNumbers {
    let tree = spanned.distinct
    var clusters = forest.clusters(k)
    for leaf in borderLeaves { clusters[leaf] = clusters[Int(forest.anchors[leaf])] }
    var groups = [Int32](repeating: -1, count: tree.rows.count)
    for node in clusters.indices {
      for place in tree.starts[node]..<tree.starts[node + 1] { groups[Int(place)] = clusters[node] }
    }
    return ClusterNumbers(groups, precedes: <)
  }

  /// The labels of the rows as they came.
  func labels(_ numbers: ClusterNumbers) -> [Int32] {
    var labels = numbers.labels
    for (place, row) in spanned.distinct.rows.enumerated() {
      labels[Int(row)] = numbers.labels[place]
    }
    return labels
  }
}
