import CladeCore

/// DBSCAN: clusters are rows that are connected through dense places; what lies outside of them is
/// noise.
///
/// A row is a *core row* where at least ``minSamples`` rows, itself included, lie within ``eps`` of
/// it. Core rows within ε of each other are in one cluster. A row that isn't a core row but lies
/// within ε of one is a *border row* of a cluster; all others are noise, label −1.
///
/// ```swift
/// let model = try DBSCAN(eps: 0.5, minSamples: 5).fit(points)
/// model.labels            // a cluster for each row, −1 for noise
/// model.coreRows          // what new rows are compared with
/// ```
///
/// A border row may be within ε of core rows of several clusters, and the paper gives it to
/// whichever was found first. Here it belongs to the cluster of the *nearest* core row, and of
/// several at the same distance to the one whose coordinates come first, so that the result doesn't
/// depend on the order of the rows. Other programs visit rows in their order, as scikit-learn does:
/// core rows and their partition are the same there, and only such border rows may differ.
///
/// The result is exact for every metric and takes O(n) memory: neighbours are never listed.
///
/// Sources: "A Density-Based Algorithm for Discovering Clusters in Large Spatial Databases with
/// Noise" (Ester, Kriegel, Sander and Xu, 1996); "DBSCAN Revisited, Revisited: Why and How You
/// Should (Still) Use DBSCAN" (Schubert et al., 2017).
public struct DBSCAN: Sendable, Codable, Equatable {
  /// How far apart two rows may be and still be neighbours, in the units of the metric.
  public var eps: Double
  /// How many rows, itself included, have to lie within ``eps`` of a core row; with weights, what
  /// these rows have to count together.
  public var minSamples: Int

  /// How far apart two rows are.
  public var metric: Metric

  /// Creates the method.
  ///
  /// - Parameters:
  ///   - eps: How far apart neighbours may be: positive, finite.
  ///   - minSamples: The neighbours of a core row, itself included: at least 1.
  ///   - metric: How far apart two rows are.
  public init(eps: Double, minSamples: Int = 5, metric: Metric = .euclidean) {
    self.eps = eps
    self.minSamples = minSamples
    self.metric = metric
  }

  /// Finds the clusters.
  ///
  /// - Parameters:
  ///   - data: n × d, finite, n and d at least 1; for `Metric.precomputed` the distances, of which
  ///     equally long ones are decided between by the rows' numbers.
  ///   - weights: What each row counts as a neighbour (n), finite; 1 each if `nil`. A row of weight
  ///     3 makes its neighbours dense as three equal rows do; one of negative weight keeps them
  ///     from being core rows. Every row gets a label.
  ///   - threads: At most this many threads; `nil` for one per core. The result doesn't depend on
  ///     it.
  ///   - progress: Is told of each step, and of the part of the rows that is done.
  /// - Returns: Labels and core rows.
  /// - Throws: `CladeError` for parameters out of range, no data, values that the metric can't
  ///   take, and weights of another number or that aren't finite; `CancellationError`.
  /// - Complexity: For the Euclidean, squared Euclidean, cosine, correlation, Mahalanobis and
  ///   haversine metrics with few columns about O(n log n) time whatever ``eps``. For other metrics
  ///   with the triangle inequality and few columns about O(n log n + r) for r pairs within
  ///   ``eps``. With many columns and for all else up to O(n² · d). Memory: O(n · d).
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  public func fit<Scalar: MatrixScalar>(
    _ data: Matrix<Scalar>, weights: [Scalar]? = nil, threads: Int? = nil,
    progress: ProgressObserver? = nil
  ) throws -> DBSCANModel<Scalar> {
    try check()
    let rows = try DensityRows(data, metric: metric, threads: threads)
    let counted = try weights.map { try NeighborWeights($0, rowCount: rows.count) }
    let limit = rows.prepared.largestRaw(within: eps)
    let solve =
      rows.fitsRegions ? EuclideanRegions<Scalar>.solve : PairwiseRegions<Scalar>.solve
    let partition = try solve(rows, limit, minSamples, counted, threads, progress)
    return DBSCANModel(partition, of: rows, parameters: self)
  }

  func check() throws {
    guard eps > 0, eps.isFinite else {
      throw CladeError.invalidParameter(
        name: "eps", value: "\(eps)",
        reason: "it is the largest distance between neighbours; use a positive number")
    }
    guard minSamples >= 1 else {
      throw CladeError.invalidParameter(
        name: "minSamples", value: "\(minSamples)",
        reason: "a row is its own neighbour; use 1 or more")
    }
  }
}
