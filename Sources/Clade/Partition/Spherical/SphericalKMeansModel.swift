import CladeCore

/// What ``SphericalKMeans`` found: k directions, and which of them each row is nearest to.
public struct SphericalKMeansModel<Scalar: MatrixScalar>: ClusteringModel, Equatable {
  /// The centers (k × d), each of length 1, in the order of the clusters: the largest first, ties by
  /// coordinates.
  public let centers: Matrix<Scalar>
  /// The cluster of each training row (n); empty after decoding.
  public let labels: [Int32]
  /// The number of training rows in each cluster (k).
  public let sizes: [Int]
  /// The sum over the rows of 1 − the cosine of the angle to their centers, which the method makes
  /// small. Exact up to its one rounding.
  public let objective: Double
  /// The number of times that centers were moved.
  public let iterations: Int
  /// Whether it stopped because no row changed its cluster.
  public let converged: Bool

  /// The number of clusters, k.
  public var clusterCount: Int { centers.rowCount }

  /// The center of each row that makes the smallest angle with it. For the training rows these are
  /// ``labels``.
  ///
  /// Of centers at exactly the same angle, the one whose coordinates come first is taken.
  ///
  /// - Parameters:
  ///   - data: m × d, no row of zeros.
  ///   - threads: At most this many threads; `nil` for one per core. The labels don't depend on it.
  /// - Returns: A label in `0..<k` for each row (m).
  /// - Throws: `CladeError.shapeMismatch` for another number of columns;
  ///   `CladeError.nonFiniteValue`; `CladeError.emptyData` for a row of zeros.
  /// - Complexity: O(e · k) time for e stored values.
  public func predict(_ data: SparseMatrix<Scalar>, threads: Int? = nil) throws -> [Int32] {
    guard data.columnCount == centers.columnCount else {
      throw CladeError.shapeMismatch(
        expected: "rows of \(centers.columnCount) columns", found: "\(data.columnCount)")
    }
    guard data.rowCount > 0 else { return [] }
    var lloyd = SphericalLloyd(
      try UnitRows(data), centers: centers, threads: threads, prunes: true)
    lloyd.assign()
    return lloyd.state.labels
  }

  /// The center of each dense row (m × d); see the other `predict`.
  public func predict(_ data: Matrix<Scalar>, threads: Int? = nil) throws -> [Int32] {
    try predict(SparseMatrix(data), threads: threads)
  }
}

extension SphericalKMeansModel {
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
