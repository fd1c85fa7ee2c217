import CladeCore

/// OPTICS: puts rows into an order in which clusters of every density are valleys, and finds these.
///
/// The *core distance* of a row is that of its ``minSamples``-th nearest row, itself included.
/// Beginning with some row, the next one is always that which is reached most easily from those
/// before: over the least *reachability*, the larger of the distance and the other row's core
/// distance. Plotted in this order, reachabilities show a valley for each cluster and smaller ones
/// for those inside of it.
///
/// ```swift
/// let model = try OPTICS(minSamples: 10).fit(points)
/// model.labels                            // clusters of the steep slopes, −1 for noise
/// try model.labels(cutAt: 0.5)            // those that DBSCAN finds for that ε, nearly
/// model.ordering.map { model.reachabilities[Int($0)] }    // the plot
/// ```
///
/// It begins with the row whose coordinates come first, and of rows that are reached equally easily
/// the one whose coordinates come first is next; so the plot doesn't depend on the order of the
/// rows. Equal rows have the same label, that of the first of them in the plot.
///
/// Source: "OPTICS: Ordering Points To Identify the Clustering Structure" (Ankerst, Breunig,
/// Kriegel and Sander, 1999). The correction by predecessors is from "Improving the Cluster
/// Structure Extracted from OPTICS Plots" (Schubert and Gertz, 2018).
public struct OPTICS: Sendable, Codable, Equatable {
  /// How many rows, itself included, are within the core distance of a row.
  public var minSamples: Int
  /// Neighbours farther apart than this don't count; infinite by default.
  public var maxEps: Double
  /// How clusters are found in the order.
  public var extraction: OPTICSExtraction
  /// How far apart two rows are.
  public var metric: Metric

  /// Creates the method.
  ///
  /// - Parameters:
  ///   - minSamples: The rows within a row's core distance, itself included: at least 2, at most n.
  ///   - maxEps: How far apart neighbours may be: positive.
  ///   - extraction: How clusters are found in the order.
  ///   - metric: How far apart two rows are.
  public init(
    minSamples: Int = 5, maxEps: Double = .infinity,
    extraction: OPTICSExtraction = .xi(0.05, minClusterSize: nil), metric: Metric = .euclidean
  ) {
    self.minSamples = minSamples
    self.maxEps = maxEps
    self.extraction = extraction
    self.metric = metric
  }

  /// Orders the rows and finds the clusters.
  ///
  /// - Parameters:
  ///   - data: n × d, finite, n at least ``minSamples``; for `Metric.precomputed` the distances, of
  ///     which equally long ones are decided between by the rows' numbers.
  ///   - threads: At most this many threads; `nil` for one per core. The result doesn't depend on
  ///     it.
  ///   - progress: Is told of each step, and of the part of the rows that is done.
  /// - Returns: Order, reachabilities and labels.
  /// - Throws: `CladeError` for parameters out of range, no data, values that the metric can't
  ///   take, and fewer rows than ``minSamples``; `CancellationError`.
  /// - Complexity: For the Euclidean, squared Euclidean, cosine, correlation, Mahalanobis and
  ///   haversine metrics with few columns about O(n · minSamples · log n) time, whatever
  ///   ``maxEps``; with many, and for other metrics, up to O(n² · d). Memory: O(n · d).
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  public func fit<Scalar: MatrixScalar>(
    _ data: Matrix<Scalar>, threads: Int? = nil, progress: ProgressObserver? = nil
  ) throws -> OPTICSModel<Scalar> {
    try check()
    let rows = try DensityRows(data, metric: metric, threads: threads)
    guard minSamples <= rows.count else {
      throw CladeError.invalidParameter(
        name: "minSamples", value: "\(minSamples)",
        reason: "there are \(rows.count) rows only; use fewer neighbours")
    }
    let canonical = rows.canonicalOrder(threads: threads)
    let order = try ReachabilityOrder(
      rows, canonical: canonical, minSamples: minSamples, maxEps: maxEps, threads: threads,
      progress: progress)
    progress?(ProgressUpdate(stage: "finding clusters", fraction: 0))
    let plot = ReachabilityPlot(order, of: rows.prepared)
    let clusters = try extraction.clusters(of: plot, minSamples: minSamples)
    return OPTICSModel(plot, clusters, canonical, of: rows, parameters: self)
  }

  func check() throws {
    guard minSamples >= 2 else {
      throw CladeError.invalidParameter(
        name: "minSamples", value: "\(minSamples)",
        reason: "a row is the first of its own neighbours; use 2 or more")
    }
    guard maxEps > 0 else {
      throw CladeError.invalidParameter(
        name: "maxEps", value: "\(maxEps)",
        reason: "it is the largest distance between neighbours; use a positive number")
    }
    try extraction.check()
  }
}

extension OPTICS {
  private enum CodingKeys: String, CodingKey {
    case minSamples, maxEps, extraction, metric
  }

  /// Reads the parameters; without ``maxEps`` any distance counts.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    minSamples = try container.decode(Int.self, forKey: .minSamples)
    maxEps = try container.decodeIfPresent(Double.self, forKey: .maxEps) ?? .infinity
    extraction = try container.decode(OPTICSExtraction.self, forKey: .extraction)
    metric = try container.decode(Metric.self, forKey: .metric)
  }

  /// Writes the parameters; ``maxEps`` only where it is finite, since JSON knows no infinity.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(minSamples, forKey: .minSamples)
    try container.encodeIfPresent(maxEps.isFinite ? maxEps : nil, forKey: .maxEps)
    try container.encode(extraction, forKey: .extraction)
    try container.encode(metric, forKey: .metric)
  }
}

/// How ``OPTICS`` finds clusters in the order of the rows.
public enum OPTICSExtraction: Sendable, Codable, Equatable {
  /// Where the plot falls and rises steeply: by at least the share ξ from a row to the next, in
  /// 0..<1. A cluster has at least `minClusterSize` rows, as many as `minSamples` if `nil`.
  case xi(Double, minClusterSize: Int?)
  /// Where it stays below ε, as DBSCAN does.
  case dbscan(eps: Double)

  func check() throws {
    switch self {
    case .xi(let xi, let size):
      guard xi > 0, xi < 1 else {
        throw CladeError.invalidParameter(
          name: "xi", value: "\(xi)",
          reason: "it is the share by which a steep slope falls; use a number between 0 and 1")
      }
      if let size, size < 2 {
        throw CladeError.invalidParameter(
          name: "minClusterSize", value: "\(size)", reason: "a cluster has 2 rows or more")
      }
    case .dbscan(let eps):
      guard eps > 0, eps.isFinite else {
        throw CladeError.invalidParameter(
          name: "eps", value: "\(eps)", reason: "use a positive number")
      }
    }
  }
}
