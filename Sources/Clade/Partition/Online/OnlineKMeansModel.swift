import CladeCore

/// What ``OnlineKMeans`` knows after its rows: k centers for placing others.
///
/// Clusters are numbered as they were in the stream: the first distinct rows gave them their
/// numbers.
public struct OnlineKMeansModel: ClusteringModel, Equatable {
  /// The centers (k × d).
  public let centers: Matrix<Double>
  /// The number of rows that were given each label (k).
  public let sizes: [Int]
  /// The inertia of the centers over all rows, as the coreset tells it.
  public let objective: Double
  /// The sum of the squared distances of the rows from the nearest center that was held when they
  /// came.
  public let loss: Double
  /// How often centers were computed anew.
  public let iterations: Int

  /// The label that each row was given when it came (n), where the model was made with them; empty
  /// after decoding.
  public let labels: [Int32]
  /// The number of clusters, k.
  public var clusterCount: Int { centers.rowCount }
  /// A stream has no end at which it could have converged.
  public var converged: Bool { true }

  init(
    centers: Matrix<Double>, labels: [Int32], sizes: [Int], estimatedInertia: Double, loss: Double,
    refreshCount: Int
  ) {
    self.centers = centers
    self.labels = labels
    self.sizes = sizes
    objective = estimatedInertia
    self.loss = loss
    iterations = refreshCount
  }

  /// The nearest center of each row; see ``KMeansModel/predict(_:threads:)``.
  public func predict(_ data: Matrix<Double>, threads: Int? = nil) throws -> [Int32] {
    try NearestCenters.labels(of: data, centers, threads: threads)
  }

  private enum CodingKeys: String, CodingKey {
    case centers, sizes, objective, loss
    case iterations = "refreshes"
  }

  /// Reads a model.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    centers = try container.decode(Matrix<Double>.self, forKey: .centers)
    sizes = try container.decode([Int].self, forKey: .sizes)
    objective = try container.decode(Double.self, forKey: .objective)
    loss = try container.decode(Double.self, forKey: .loss)
    iterations = try container.decode(Int.self, forKey: .iterations)
    labels = []
    try CodedCenters.check(centers, sizes: sizes, in: decoder)
  }
}
