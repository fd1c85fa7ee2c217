import CladeCore

/// What ``SphericalKMeans`` found: k directions, and which of them each row is nearest to.
public struct SphericalKMeansModel<Scalar: MatrixScalar>: ClusteringModel, Equatable {
  /// The centers (k × d), each of length 1, in the order of the clusters: the heaviest first, ties
  /// by coordinates.
  public let centers: Matrix<Scalar>
  /// The cluster of each training row (n); empty after decoding.
  public let labels: [Int32]
  /// The number of training rows in each cluster (k).
  public let sizes: [Int]
  /// The sum over the rows of 1 − the cosine of the angle to their centers, each times the row's
  /// weight, which the method makes small. Exact up to its one rounding.
  public let objective: Double
  /// The number of times that centers were moved.
  public let iterations: Int
  /// Whether it stopped because no row changed its cluster.
  public let converged: Bool

  /// The number of clusters, k.
  public var clusterCount: Int { centers.rowCount }

  init(
    centers: Matrix<Scalar>, labels: [Int32], objective: Double, iterations: Int, converged: Bool
  ) {
    self.centers = centers
    self.labels = labels
    sizes = labels.sizes(clusterCount: centers.rowCount)
    self.objective = objective
    self.iterations = iterations
    self.converged = converged
  }

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
  ///   `CladeError.nonFiniteValue`; `CladeError.rowOfZeros`.
  /// - Complexity: O(e · k) time for e stored values.
  public func predict(_ data: SparseMatrix<Scalar>, threads: Int? = nil) throws -> [Int32] {
    guard data.columnCount == centers.columnCount else {
      throw CladeError.shapeMismatch(
        expected: "rows of \(centers.columnCount) columns", found: "\(data.columnCount)")
    }
    guard data.rowCount > 0 else { return [] }
    return try SphericalLloyd.labels(data, centers, threads: threads)
  }

  /// The center of each dense row (m × d); see the other `predict`.
  public func predict(_ data: Matrix<Scalar>, threads: Int? = nil) throws -> [Int32] {
    try predict(SparseMatrix(data), threads: threads)
  }
}

extension SphericalKMeansModel {
  /// Reads a model; ``labels`` are empty.
  public init(from decoder: any Decoder) throws {
    let coded = try CodedCenters<Scalar>(from: decoder)
    centers = coded.centers
    labels = []
    sizes = coded.sizes
    objective = coded.objective
    iterations = coded.iterations
    converged = coded.converged
  }

  /// Writes everything but ``labels``.
  public func encode(to encoder: any Encoder) throws {
    try CodedCenters(
      centers: centers, sizes: sizes, objective: objective,
      iterations: iterations, converged: converged
    ).encode(to: encoder)
  }
}
