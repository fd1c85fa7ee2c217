import CladeCore

/// Agglomerative clustering: every row begins as a cluster, and the nearest two become one until a
/// single cluster is left.
///
/// The tree of all merges is the result; clusters are read off by cutting it, see
/// ``DendrogramCut``.
///
/// ```swift
/// let model = try AgglomerativeClustering(linkage: .ward, k: 3).fit(points)
/// model.labels
/// model.dendrogram.merges.last?.height
/// ```
///
/// The tree has the ids and heights that SciPy and fastcluster have. Where distances tie there are
/// several right trees; here the rows' values decide, so that it is the same whatever order the
/// rows come in. Of given distances (`Metric.precomputed`) it is their distances to all others that
/// decide; rows for which these are the same, too, stay in the order in which they came.
///
/// Rows have no weights.
///
/// - Complexity: ``Linkage/single``: that of a ``MinimumSpanningTree``, O(n · d) memory.
///   ``Linkage/ward``, ``Linkage/centroid`` and ``Linkage/median`` of Euclidean distances: O(n² ·
///   d) time, Ward's in few columns far less, O(n · d) memory. The others, and all of given
///   distances: O(n² · d) time, 4 · n² bytes of memory, said before it is tried; twice that for
///   centroid and median linkage of given distances, and where rows form one chain of ever longer
///   steps.
///
/// Source: "Modern hierarchical, agglomerative clustering algorithms" (Müllner, 2011); joining all
/// pairs of reciprocal nearest neighbours in a round, and the bounds on boxes of centroids, are
/// ours.
public struct AgglomerativeClustering: Sendable, Hashable, Codable {
  /// How far apart two clusters are.
  public var linkage: Linkage
  /// How far apart two rows are.
  public var metric: Metric
  /// Where the tree is cut.
  public var cut: DendrogramCut

  /// Creates the method.
  ///
  /// - Parameters:
  ///   - linkage: How far apart two clusters are.
  ///   - metric: How far apart two rows are; Euclidean for Ward's, centroid and median linkage.
  ///   - cut: Where the tree is cut into clusters.
  public init(
    linkage: Linkage = .ward, metric: Metric = .euclidean, cut: DendrogramCut = .largestGap
  ) {
    self.linkage = linkage
    self.metric = metric
    self.cut = cut
  }

  /// Creates the method for a known number of clusters.
  ///
  /// - Parameters:
  ///   - linkage: How far apart two clusters are.
  ///   - metric: How far apart two rows are; Euclidean for Ward's, centroid and median linkage.
  ///   - k: The number of clusters, 1...n.
  public init(linkage: Linkage = .ward, metric: Metric = .euclidean, k: Int) {
    self.init(linkage: linkage, metric: metric, cut: .count(k))
  }

  /// Builds the tree of `data`, and cuts it.
  ///
  /// - Parameters:
  ///   - data: The rows (n × d); for `Metric.precomputed` their distances, n × n or the
  ///     n · (n − 1) / 2 above the diagonal in one row. Ward's, centroid and median linkage take
  ///     these for Euclidean ones.
  ///   - threads: At most this many threads; `nil` for one per core. Changes no bit of the result.
  ///   - progress: Told how far it has come.
  /// - Returns: The tree, and the clusters.
  /// - Throws: `CladeError` for no rows, for values that the metric can't take, for a linkage that
  ///   needs Euclidean distances with another metric, for a cut that can't be, as into more
  ///   clusters than there are distinct rows, and, before it is tried, for a matrix of distances
  ///   that doesn't fit into memory; `CancellationError` when the task was cancelled.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  public func fit<Scalar: MatrixScalar>(
    _ data: Matrix<Scalar>, threads: Int? = nil, progress: ProgressObserver? = nil
  ) throws -> AgglomerativeModel<Scalar> {
    let rows = try LinkageRows(
      data, metric: metric, isMonotone: linkage.isMonotone, threads: threads)
    try cut.check(rowCount: rows.order.count)
    let tree = try LinkageTree.dendrogram(
      of: rows, linkage: linkage, threads: threads, progress: progress)
    try tree.checkHeights()
    return try AgglomerativeModel(parameters: self, dendrogram: tree, rows: rows)
  }
}
