import CladeCore

/// What ``DBSCAN`` found: a cluster for each row, and the core rows that hold the clusters
/// together.
public struct DBSCANModel<Scalar: MatrixScalar>: ClusteringModel, Equatable {
  /// The parameters that the model was made with.
  public let parameters: DBSCAN
  /// The core rows (c × d), in ascending order of their numbers; none where only distances were
  /// given.
  public let coreRows: Matrix<Scalar>
  /// The cluster of each core row (c).
  public let coreLabels: [Int32]
  /// The number of each core row among the training rows (c), ascending; empty after decoding.
  public let coreIndices: [Int32]
  /// The cluster of each training row (n), −1 for noise; empty after decoding.
  public let labels: [Int32]
  /// The number of training rows in each cluster (k), border rows included.
  public let sizes: [Int]
  /// The number of training rows that belong to no cluster.
  public let noiseCount: Int
  /// What the metric learned of all training rows, where it learns anything.
  let learned: LearnedColumns?

  /// The number of clusters, k.
  public var clusterCount: Int { sizes.count }
  /// The share of the training rows that are noise, 0...1; DBSCAN minimises nothing.
  public var objective: Double {
    let count = sizes.reduce(noiseCount, +)
    return count > 0 ? Double(noiseCount) / Double(count) : 0
  }
  /// 1: nothing is iterated.
  public var iterations: Int { 1 }
  /// Always true.
  public var converged: Bool { true }

  init(_ partition: DensityPartition, of rows: DensityRows<Scalar>, parameters: DBSCAN) {
    let numbers = ClusterNumbers(partition.representatives, precedes: rows.precedes)
    self.parameters = parameters
    coreIndices = partition.isCore.indices.lazy.filter { partition.isCore[$0] }.map { Int32($0) }
    coreRows = rows.gathering(coreIndices)
    coreLabels = coreIndices.map { numbers.labels[Int($0)] }
    labels = numbers.labels
    sizes = numbers.sizes
    noiseCount = rows.count - numbers.sizes.reduce(0, +)
    learned = parameters.metric.learns ? rows.prepared.learned : nil
  }

  /// The cluster of the nearest core row within ε, −1 where there is none. For the training rows
  /// these are ``labels``.
  ///
  /// - Parameters:
  ///   - data: m × d, finite.
  ///   - threads: At most this many threads; `nil` for one per core. The labels don't depend on it.
  /// - Returns: A label in `-1..<k` for each row (m).
  /// - Throws: `CladeError.shapeMismatch` for another number of columns;
  ///   `CladeError.nonFiniteValue`.
  /// - Complexity: With few columns about O((c + m) log c) time; with many up to O(c · m · d).
  public func predict(_ data: Matrix<Scalar>, threads: Int? = nil) throws -> [Int32] {
    try NearestRowPlacement(self, threads: threads).labels(of: data, threads: threads)
  }
}

extension DBSCANModel {
  private enum CodingKeys: String, CodingKey {
    case parameters, coreRows, coreLabels, sizes, noiseCount, learned
  }

  /// Reads a model; ``labels`` and ``coreIndices`` are empty.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    parameters = try container.decode(DBSCAN.self, forKey: .parameters)
    coreRows = try container.decode(Matrix<Scalar>.self, forKey: .coreRows)
    coreLabels = try container.decode([Int32].self, forKey: .coreLabels)
    sizes = try container.decode([Int].self, forKey: .sizes)
    noiseCount = try container.decode(Int.self, forKey: .noiseCount)
    learned = try container.decodeIfPresent(LearnedColumns.self, forKey: .learned)
    coreIndices = []
    labels = []
    try parameters.check()
    let clusters = 0..<Int32(clamping: sizes.count)
    guard coreLabels.count == coreRows.rowCount || parameters.metric == .precomputed,
      coreLabels.allSatisfy(clusters.contains),
      coreRows.columnCount > 0 || parameters.metric == .precomputed,
      sizes.allSatisfy({ $0 > 0 && $0 < 1 << 40 }),
      (0..<1 << 40).contains(noiseCount)
    else {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: container.codingPath,
          debugDescription: "a label of one of its clusters for each core row is needed"))
    }
    try parameters.metric.checkRowsOfModel(coreRows)
  }

  /// Writes everything but ``labels`` and ``coreIndices``.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(parameters, forKey: .parameters)
    try container.encode(coreRows, forKey: .coreRows)
    try container.encode(coreLabels, forKey: .coreLabels)
    try container.encode(sizes, forKey: .sizes)
    try container.encode(noiseCount, forKey: .noiseCount)
    try container.encodeIfPresent(learned, forKey: .learned)
  }
}
