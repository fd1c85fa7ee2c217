import CladeCore

/// What ``KMeans`` found: k centers, and which of them each row is nearest to.
public struct KMeansModel<Scalar: MatrixScalar>: ClusteringModel, Equatable {
  /// The centers (k × d), in the order of the clusters: the heaviest first, ties by coordinates.
  public let centers: Matrix<Scalar>
  /// The cluster of each training row (n); empty after decoding.
  public let labels: [Int32]
  /// The number of training rows in each cluster (k).
  public let sizes: [Int]
  /// The inertia: the sum of the squared distances of the rows from their centers, each times the
  /// row's weight. Exact up to its one rounding.
  public let objective: Double
  /// The inertia of the first centers of the start that was kept, centers without rows having been
  /// put where they have some; `nil` in models that don't say.
  public let seedingCost: Double?
  /// The number of times that centers were moved, in the restart that was kept.
  public let iterations: Int
  /// Whether it stopped because no row changed its cluster, or by `tolerance`.
  public let converged: Bool

  /// The number of clusters, k.
  public var clusterCount: Int { centers.rowCount }
  /// The same as ``objective``.
  public var inertia: Double { objective }

  /// - Parameter sizes: The rows of each cluster; `nil` counts labels.
  init(
    centers: Matrix<Scalar>, labels: [Int32], sizes: [Int]? = nil, objective: Double,
    seedingCost: Double?, iterations: Int, converged: Bool
  ) {
    self.centers = centers
    self.labels = labels
    self.sizes = sizes ?? labels.sizes(clusterCount: centers.rowCount)
    self.objective = objective
    self.seedingCost = seedingCost
    self.iterations = iterations
    self.converged = converged
  }

  /// The nearest center of each row. For the training rows these are ``labels``.
  ///
  /// Of centers at exactly the same distance, the one whose coordinates come first is taken.
  ///
  /// - Parameters:
  ///   - data: m × d.
  ///   - threads: At most this many threads; `nil` for one per core. The labels don't depend on it.
  /// - Returns: A label in `0..<k` for each row (m).
  /// - Throws: `CladeError.shapeMismatch` for another number of columns;
  ///   `CladeError.nonFiniteValue`.
  /// - Complexity: O(m · k · d) time.
  public func predict(_ data: Matrix<Scalar>, threads: Int? = nil) throws -> [Int32] {
    try NearestCenters.labels(of: data, centers, threads: threads)
  }
}

extension KMeansModel {
  /// Reads a model; ``labels`` are empty.
  public init(from decoder: any Decoder) throws {
    let coded = try CodedCenters<Scalar>(from: decoder)
    centers = coded.centers
    labels = []
    sizes = coded.sizes
    objective = coded.objective
    seedingCost = coded.seedingCost
    iterations = coded.iterations
    converged = coded.converged
  }

  /// Writes everything but ``labels``.
  public func encode(to encoder: any Encoder) throws {
    try CodedCenters(
      centers: centers, sizes: sizes, objective: objective, seedingCost: seedingCost,
      iterations: iterations, converged: converged
    ).encode(to: encoder)
  }
}
