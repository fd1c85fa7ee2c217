import CladeCore

/// What ``KMedian`` found: k centers, and which of them each row is nearest to.
public struct KMedianModel<Scalar: MatrixScalar>: ClusteringModel, Equatable {
  /// The centers (k × d), in the order of the clusters: the heaviest first, ties by coordinates.
  public let centers: Matrix<Scalar>
  /// The cluster of each training row (n); empty after decoding.
  public let labels: [Int32]
  /// The number of training rows in each cluster (k).
  public let sizes: [Int]
  /// The sum of the distances of the rows from their centers, each times the row's weight.
  public let objective: Double
  /// The number of times that centers were moved, in the restart that was kept.
  public let iterations: Int
  /// Whether it stopped because nothing gained any more.
  public let converged: Bool

  /// The number of clusters, k.
  public var clusterCount: Int { centers.rowCount }

  init(
    centers: Matrix<Scalar>, labels: [Int32], objective: Double, iterations: Int, converged: Bool
  ) {
    var sizes = [Int](repeating: 0, count: centers.rowCount)
    for label in labels { sizes[Int(label)] += 1 }
    self.centers = centers
    self.labels = labels
    self.sizes = sizes
    self.objective = objective
    self.iterations = iterations
    self.converged = converged
  }

  /// The nearest center of each row. For the training rows these are ``labels``.
  ///
  /// - Parameters:
  ///   - data: m × d.
  ///   - threads: At most this many threads; `nil` for one per core. The labels don't depend on it.
  /// - Returns: A label in `0..<k` for each row (m).
  /// - Throws: `CladeError.shapeMismatch` for another number of columns;
  ///   `CladeError.nonFiniteValue`.
  /// - Complexity: O(m · k · d) time.
  public func predict(_ data: Matrix<Scalar>, threads: Int? = nil) throws -> [Int32] {
    guard data.columnCount == centers.columnCount else {
      throw CladeError.shapeMismatch(
        expected: "rows of \(centers.columnCount) columns", found: "\(data.columnCount)")
    }
    guard data.rowCount > 0 else { return [] }
    let bounds = try FiniteBounds.check(data, threads: threads)
    let known = ExactColumnSums.bounds(of: centers)
    let scaling = MagnitudeScaling(
      largest: max(bounds.max() ?? 0, known.max() ?? 0), Scalar.self)
    return NearestCenters.assign(
      scaling.scaled(data), scaling.scaled(centers), threads: threads
    ).labels
  }
}

extension KMedianModel {
  private enum CodingKeys: String, CodingKey {
    case centers, sizes, objective, iterations, converged
  }

  /// Reads a model; ``labels`` are empty.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    centers = try container.decode(Matrix<Scalar>.self, forKey: .centers)
    sizes = try container.decode([Int].self, forKey: .sizes)
    objective = try container.decode(Double.self, forKey: .objective)
    iterations = try container.decode(Int.self, forKey: .iterations)
    converged = try container.decode(Bool.self, forKey: .converged)
    labels = []
    guard centers.rowCount > 0, sizes.count == centers.rowCount else {
      throw DecodingError.dataCorruptedError(
        forKey: .sizes, in: container, debugDescription: "A model has a size for each center")
    }
  }

  /// Writes everything but ``labels``.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(centers, forKey: .centers)
    try container.encode(sizes, forKey: .sizes)
    try container.encode(objective, forKey: .objective)
    try container.encode(iterations, forKey: .iterations)
    try container.encode(converged, forKey: .converged)
  }
}
