import CladeCore

/// HDBSCAN*: clusters of any shape and density, and noise, without their number.
///
/// The density at a row is one over its core distance, that to its `minSamples`-th nearest other
/// row. Lowering a level of density lets regions appear, grow and join; those of at least
/// `minClusterSize` rows make a tree, and the clusters are the regions of it that last longest.
///
/// ```swift
/// let model = try HDBSCAN(minClusterSize: 20).fit(points)
/// model.labels          // 0..<k, −1 for noise
/// model.probabilities   // how deep each row is in its cluster
/// model.outlierScores
/// ```
///
/// What is the same for all spanning trees of the data decides, and nothing else: merges at one
/// height are made at once, as the definition has them, so that labels don't depend on the order of
/// the rows, also where distances tie. Mutual reachability makes ties of its own: a row between two
/// clusters is at its core distance from both. Such a row leaves the larger cluster when it splits,
/// and belongs to neither part; other programs give it to the part that they happen to meet first.
///
/// Rows have no weights. Several fits can share the spanning tree, also with ``Genie``: see
/// ``SpannedRows``.
///
/// - Complexity: that of a minimum spanning tree of mutual reachability, see
///   ``MinimumSpanningTree``, and O(n) time for the rest; O(n · d) memory.
///
/// Source: "Density-Based Clustering Based on Hierarchical Density Estimates" (Campello, Moulavi
/// and Sander, 2013); "Hierarchical Density Estimates for Data Clustering, Visualization, and
/// Outlier Detection" (Campello, Moulavi, Zimek and Sander, 2015); "Accelerated Hierarchical
/// Density Based Clustering" (McInnes and Healy, 2017). Merging below an epsilon: "A Hybrid
/// Approach to Hierarchical Density-Based Cluster Selection" (Malzer and Baum, 2020).
public struct HDBSCAN: Sendable, Hashable, Codable {
  /// The fewest rows that are a cluster, at least 2.
  public var minClusterSize: Int
  /// Which nearest other row the core distance reaches to, at least 1 and less than n; `nil` for
  /// ``minClusterSize``, or n − 1 where there are fewer. The larger, the smoother the density and
  /// the more noise.
  public var minSamples: Int?
  /// How far apart two rows are.
  public var metric: Metric
  /// How clusters are chosen from the tree.
  public var clusterSelection: ClusterSelectionMethod
  /// Clusters that split at a distance below this one stay together; 0 for none.
  public var clusterSelectionEpsilon: Double
  /// No cluster has more rows, except leaves that ``ClusterSelectionMethod/leaf`` chooses; `nil`
  /// for any number.
  public var maxClusterSize: Int?
  /// Whether all the data may be one cluster.
  public var allowSingleCluster: Bool

  /// Creates the method.
  ///
  /// - Parameters:
  ///   - minClusterSize: The fewest rows that are a cluster.
  ///   - minSamples: Which nearest other row the core distance reaches to; `nil` for
  ///     `minClusterSize`.
  ///   - metric: How far apart two rows are.
  ///   - clusterSelection: How clusters are chosen from the tree.
  ///   - clusterSelectionEpsilon: Clusters that split below this distance stay together.
  ///   - maxClusterSize: The most rows of a cluster; `nil` for any number.
  ///   - allowSingleCluster: Whether all the data may be one cluster.
  public init(
    minClusterSize: Int = 5, minSamples: Int? = nil, metric: Metric = .euclidean,
    clusterSelection: ClusterSelectionMethod = .excessOfMass, clusterSelectionEpsilon: Double = 0,
    maxClusterSize: Int? = nil, allowSingleCluster: Bool = false
  ) {
    self.minClusterSize = minClusterSize
    self.minSamples = minSamples
    self.metric = metric
    self.clusterSelection = clusterSelection
    self.clusterSelectionEpsilon = clusterSelectionEpsilon
    self.maxClusterSize = maxClusterSize
    self.allowSingleCluster = allowSingleCluster
  }

  /// Finds the clusters of `data`.
  ///
  /// - Parameters:
  ///   - data: The rows (n × d); for `Metric.precomputed` their distances.
  ///   - threads: At most this many threads; `nil` for one per core. Changes no bit of the result.
  ///   - progress: Told how far it has come.
  /// - Returns: The clusters, the tree they are chosen from, and what places new rows.
  /// - Throws: `CladeError.invalidParameter` for parameters that can't be, `CladeError.emptyData`
  ///   for fewer than 2 rows, `CladeError.nonFiniteValue` and what else the metric can't take, and
  ///   `CancellationError` when the task was cancelled.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  public func fit<Scalar: MatrixScalar>(
    _ data: Matrix<Scalar>, threads: Int? = nil, progress: ProgressObserver? = nil
  ) throws -> HDBSCANModel<Scalar> {
    try check()
    let n = rowCount(of: data)
    try check(rowCount: n)
    let spanning = try MinimumSpanningTree.mutualReachability(
      of: data, metric: metric, minSamples: samples(rowCount: n), threads: threads,
      progress: progress)
    return try model(
      of: data, coreDistances: spanning.coreDistances,
      merges: MergeTree(spanning, rowCount: n), progress: progress)
  }

  /// Chooses clusters from the merges of a spanning tree.
  func model<Scalar: MatrixScalar>(
    of data: Matrix<Scalar>, coreDistances: [Double], merges: MergeTree,
    progress: ProgressObserver?
  ) throws -> HDBSCANModel<Scalar> {
    // Ties are broken by rows, where there are any.
    let rows = metric == .precomputed ? nil : data
    try Cancellation.check()
    progress?(ProgressUpdate(stage: "choosing clusters", fraction: 0))
    let tree = Condensing.condense(merges, minClusterSize: minClusterSize, data: rows)
    progress?(ProgressUpdate(stage: "choosing clusters", fraction: 0.5))
    let memberships = ClusterMemberships(tree, selection, data: rows)
    let model = HDBSCANModel(
      parameters: self, data: data, coreDistances: coreDistances, tree: tree,
      memberships: memberships)
    progress?(ProgressUpdate(stage: "choosing clusters", fraction: 1))
    return model
  }

  private var selection: ClusterSelection {
    ClusterSelection(
      method: clusterSelection, epsilon: clusterSelectionEpsilon, maxClusterSize: maxClusterSize,
      allowsRoot: allowSingleCluster)
  }

  /// What the core distances of `n` rows reach to.
  func samples(rowCount n: Int) -> Int {
    minSamples ?? min(minClusterSize, max(1, n - 1))
  }

  /// The number of rows; of those whose distances are given, as a matrix or in a single row.
  func rowCount<Scalar: MatrixScalar>(of data: Matrix<Scalar>) -> Int {
    guard metric == .precomputed, data.rowCount == 1, data.columnCount > 1 else {
      return data.rowCount
    }
    return Int((0.5 + (0.25 + 2 * Double(data.columnCount)).squareRoot()).rounded())
  }

  // MARK: Checks

  /// Refuses what no data could make right.
  package func check() throws {
    try require(
      minClusterSize >= 2, "minClusterSize", minClusterSize,
      "a cluster has at least 2 rows; give 2 or more")
    if let minSamples {
      try require(
        minSamples >= 1, "minSamples", minSamples,
        "core distances reach to the first nearest row at least; give 1 or more")
    }
    try require(
      clusterSelectionEpsilon >= 0 && clusterSelectionEpsilon.isFinite, "clusterSelectionEpsilon",
      clusterSelectionEpsilon, "give a distance, 0 for none")
    if let maxClusterSize {
      try require(
        maxClusterSize >= minClusterSize, "maxClusterSize", maxClusterSize,
        "no cluster has fewer rows than minClusterSize, \(minClusterSize); give that many or more")
    }
  }

  /// Refuses what `n` rows couldn't make right.
  func check(rowCount n: Int) throws {
    guard n >= 2 else {
      throw CladeError.emptyData(
        reason:
          "clusters of density need at least 2 rows, and there \(n == 1 ? "is 1" : "are none")")
    }
    if let minSamples, minSamples >= n {
      throw CladeError.invalidParameter(
        name: "minSamples", value: "\(minSamples)",
        reason: "each of the \(n) rows has only \(n - 1) others; give at most that many")
    }
  }
}
