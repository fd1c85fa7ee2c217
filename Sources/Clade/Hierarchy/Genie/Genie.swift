import CladeCore

/// Genie: single linkage that keeps clusters from becoming too unequal in size.
///
/// Single linkage joins the two clusters with the shortest edge between them, and ends up with one
/// large cluster and a few outliers. Genie does the same as long as Gini's index of the cluster
/// sizes is at most ``giniThreshold``; where it is larger, the shortest edge out of a smallest
/// cluster is taken instead. Clusters can have any shape, and all numbers of clusters come from one
/// tree.
///
/// ```swift
/// let model = try Genie(k: 5).fit(points)
/// model.labels
/// model.dendrogram
/// // By mutual reachability, with noise:
/// let dense = try Genie(k: 5, minSamples: 10, noise: .outlyingLeaves).fit(points)
/// ```
///
/// With ``minSamples`` distances are those of mutual reachability, as in ``HDBSCAN``, and with
/// ``GenieNoise`` the leaves of the spanning tree are left out before clusters are joined. The tree
/// can be shared by several fits, also with ``HDBSCAN``: see ``SpannedRows``.
///
/// Equal rows are together from the start, and of edges of the same length that between the rows
/// with the lower values is taken first; so labels follow the rows wherever these stand. Without
/// equal rows and ties, results are those of genieclust. Rows have no weights.
///
/// - Complexity: That of a minimum spanning tree, see ``MinimumSpanningTree``, and O(n · log n)
///   time for the rest; O(n · d) memory.
///
/// Source: "Genie: A new, fast, and outlier-resistant hierarchical clustering algorithm"
/// (Gagolewski, Bartoszuk and Cena, 2016); with mutual reachability and noise: "genieclust: Fast
/// and robust hierarchical clustering" (Gagolewski, 2021).
public struct Genie: Sendable, Hashable, Codable {
  /// The number of clusters, at least 1; `nil` to find it by ``Dendrogram/largestGap()``, as other
  /// trees of merges do.
  public var k: Int?
  /// The largest Gini index of the cluster sizes that is left alone, 0...1: 1 for single linkage;
  /// the lower, the more equal clusters are. Values of 0.1, 0.3, 0.5 and 0.7 are worth a try.
  public var giniThreshold: Double
  /// Which nearest other row core distances reach to, at least 1 and less than n; `nil` for plain
  /// distances.
  public var minSamples: Int?
  /// Which rows are noise. Needs ``minSamples``.
  public var noise: GenieNoise
  /// How far apart two rows are.
  public var metric: Metric

  /// Creates the method.
  ///
  /// - Parameters:
  ///   - k: The number of clusters; `nil` to find it.
  ///   - giniThreshold: The largest Gini index of the cluster sizes that is left alone, 0...1.
  ///   - minSamples: Which nearest other row core distances reach to; `nil` for plain distances.
  ///   - noise: Which rows are noise.
  ///   - metric: How far apart two rows are.
  public init(
    k: Int? = nil, giniThreshold: Double = 0.3, minSamples: Int? = nil, noise: GenieNoise = .none,
    metric: Metric = .euclidean
  ) {
    self.k = k
    self.giniThreshold = giniThreshold
    self.minSamples = minSamples
    self.noise = noise
    self.metric = metric
  }

  /// Finds the clusters of `data`.
  ///
  /// - Parameters:
  ///   - data: The rows (n × d); for `Metric.precomputed` their distances.
  ///   - threads: At most this many threads; `nil` for one per core. Changes no bit of the result.
  ///   - progress: Told how far it has come.
  /// - Returns: The clusters, and the tree of all of them.
  /// - Throws: `CladeError.invalidParameter` for parameters that can't be, `CladeError.emptyData`
  ///   for no rows, `CladeError.tooManyClusters` for fewer distinct rows than clusters,
  ///   `CladeError.nonFiniteValue` and what else the metric can't take, and `CancellationError`
  ///   when the task was cancelled.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  public func fit<Scalar: MatrixScalar>(
    _ data: Matrix<Scalar>, threads: Int? = nil, progress: ProgressObserver? = nil
  ) throws -> GenieModel<Scalar> {
    try check()
    return try hierarchy(
      of: SpannedRows(
        data, metric: metric, minSamples: minSamples, threads: threads, progress: progress),
      progress: progress
    ).model(k: k)
  }

  /// Finds the clusters of `data` on a spanning tree that is there already, such as the one that
  /// several fits share. Where there are many, ``fit(_:progress:)`` does what belongs to the tree
  /// once.
  ///
  /// - Parameters:
  ///   - data: The rows (n × d); for `Metric.precomputed` their distances.
  ///   - spanningTree: A spanning tree of these rows, by ``metric``; by mutual reachability for
  ///     ``minSamples`` where that is given. Where lengths tie, labels may depend on which of
  ///     several trees it is.
  ///   - progress: Told how far it has come.
  /// - Returns: The clusters, and the tree of all of them.
  /// - Throws: `CladeError.shapeMismatch` for a tree that isn't one of these rows, and as
  ///   ``fit(_:threads:progress:)``.
  public func fit<Scalar: MatrixScalar>(
    _ data: Matrix<Scalar>, spanningTree: MinimumSpanningTree, progress: ProgressObserver? = nil
  ) throws -> GenieModel<Scalar> {
    try check()
    return try hierarchy(
      of: SpannedRows(
        data, metric: metric, minSamples: minSamples, spanningTree: spanningTree),
      progress: progress
    ).model(k: k)
  }

  /// Finds the clusters of rows that a tree was grown on, the same that
  /// ``fit(_:threads:progress:)`` finds.
  ///
  /// - Parameters:
  ///   - rows: Rows with a spanning tree by ``metric`` and ``minSamples``.
  ///   - progress: Told how far it has come.
  /// - Returns: The clusters, and the tree of all of them.
  /// - Throws: As ``hierarchy(of:progress:)``, and as ``GenieHierarchy/model(k:)``.
  /// - Complexity: O(n · log n) time, O(n) memory.
  public func fit<Scalar: MatrixScalar>(
    _ rows: SpannedRows<Scalar>, progress: ProgressObserver? = nil
  ) throws -> GenieModel<Scalar> {
    try hierarchy(of: rows, progress: progress).model(k: k)
  }

  /// Joins clusters until one is left: what all numbers of clusters have in common, so that each is
  /// a cut.
  ///
  /// ```swift
  /// let rows = try SpannedRows(points, minSamples: 10)
  /// for threshold in [0.1, 0.3, 0.5] {
  ///   let tree = try Genie(giniThreshold: threshold, minSamples: 10).hierarchy(of: rows)
  ///   for k in 2...20 { let labels = try tree.labels(k: k) }
  /// }
  /// ```
  ///
  /// - Parameters:
  ///   - rows: Rows with a spanning tree by ``metric`` and ``minSamples``.
  ///   - progress: Told how far it has come.
  /// - Returns: The merges, ready to be cut; ``k`` plays no part.
  /// - Throws: `CladeError.invalidParameter` for parameters that can't be, or that the tree wasn't
  ///   grown by; `CladeError.valueOutOfRange` for rows that are farther apart than numbers go.
  /// - Complexity: O(n · log n) time, O(n) memory.
  public func hierarchy<Scalar: MatrixScalar>(
    of rows: SpannedRows<Scalar>, progress: ProgressObserver? = nil
  ) throws -> GenieHierarchy<Scalar> {
    try check()
    try rows.check(metric: metric, minSamples: minSamples)
    return try GenieHierarchy(self, rows, progress: progress)
  }

  /// Refuses what no data could make right.
  package func check() throws {
    if let k { try require(k >= 1, "k", k, "there is at least one cluster; give 1 or more") }
    try require(
      giniThreshold >= 0 && giniThreshold <= 1, "giniThreshold", giniThreshold,
      "Gini's index is between 0 and 1; give a number in that range")
    if let minSamples {
      try require(
        minSamples >= 1, "minSamples", minSamples,
        "core distances reach to the first nearest row at least; give 1 or more")
    }
    try require(
      noise == .none || minSamples != nil, "noise", noise.rawValue,
      "leaves are noise by mutual reachability only; give minSamples as well")
  }
}
