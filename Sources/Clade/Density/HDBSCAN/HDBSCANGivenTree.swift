import CladeCore

extension HDBSCAN {
  /// Finds the clusters of `data` on a spanning tree that is there already, such as the one that
  /// several fits share. Which of several minimal trees it is changes no bit of the result.
  ///
  /// - Parameters:
  ///   - data: The rows (n × d); for `Metric.precomputed` their distances.
  ///   - spanningTree: The minimum spanning tree of these rows by mutual reachability for
  ///     ``metric`` and ``minSamples`` (``minClusterSize`` where that is `nil`); see
  ///     ``MinimumSpanningTree/mutualReachability(of:metric:minSamples:threads:progress:)``.
  ///   - progress: Told how far it has come.
  /// - Returns: The same model as ``fit(_:threads:progress:)``.
  /// - Throws: `CladeError.shapeMismatch` for a tree that isn't one of these rows by mutual
  ///   reachability, and as ``fit(_:threads:progress:)``.
  /// - Complexity: O(n · α(n)) time, O(n) memory, and what it takes to look at all values.
  public func fit<Scalar: MatrixScalar>(
    _ data: Matrix<Scalar>, spanningTree: MinimumSpanningTree, progress: ProgressObserver? = nil
  ) throws -> HDBSCANModel<Scalar> {
    try check()
    // Refuses the values that a fit refuses.
    let n = try metric.prepared(for: data, threads: nil).rowCount
    try check(rowCount: n)
    try spanningTree.check(rowCount: n, hasCores: true)
    return try model(
      of: data, coreDistances: spanningTree.coreDistances,
      merges: MergeTree(spanningTree, rowCount: n), progress: progress)
  }

  /// Finds the clusters of rows that a tree was grown on, the same that
  /// ``fit(_:threads:progress:)`` finds.
  ///
  /// ```swift
  /// let rows = try SpannedRows(points, minSamples: 10)
  /// let models = try [5, 10, 20].map { try HDBSCAN(minClusterSize: $0).fit(rows) }
  /// ```
  ///
  /// - Parameters:
  ///   - rows: Rows with a spanning tree by mutual reachability for ``metric``, and for
  ///     ``minSamples`` unless that is `nil`.
  ///   - progress: Told how far it has come.
  /// - Returns: A model whose ``minSamples`` are the tree's.
  /// - Throws: `CladeError.invalidParameter` for parameters that can't be, or that the tree wasn't
  ///   grown by; `CladeError.emptyData` for fewer than 2 rows.
  /// - Complexity: O(n) time and memory.
  public func fit<Scalar: MatrixScalar>(
    _ rows: SpannedRows<Scalar>, progress: ProgressObserver? = nil
  ) throws -> HDBSCANModel<Scalar> {
    try check()
    try check(rowCount: rows.count)
    guard let samples = rows.minSamples else {
      throw CladeError.invalidParameter(
        name: "minSamples", value: minSamples.map { "\($0)" } ?? "none",
        reason: "the spanning tree was grown by plain distances; grow it for a number of samples")
    }
    try rows.check(metric: metric, minSamples: minSamples ?? samples)
    var method = self
    method.minSamples = samples
    let density = rows.density
    return try method.model(
      of: rows.data, coreDistances: density.coreDistances, merges: density.merges,
      progress: progress)
  }
}
