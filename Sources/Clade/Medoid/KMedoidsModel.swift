import CladeCore

/// What ``KMedoids`` found: the rows that stand for all, and which of them each row is nearest to.
public struct KMedoidsModel<Scalar: MatrixScalar>: ClusteringModel, Equatable {
  /// The parameters that the model was made with.
  public let parameters: KMedoids
  /// The number of the row that is the medoid of each cluster (k).
  public let medoids: [Int32]
  /// The samples that the medoids were found on, if they were.
  public let sampling: MedoidSampling?
  /// The medoids' rows (k × d); none where only dissimilarities were given.
  public let medoidRows: Matrix<Scalar>
  /// What the metric learned of all training rows, where it learns anything.
  let learned: LearnedColumns?
  /// The number of training rows, n.
  public let rowCount: Int
  /// The cluster of each training row (n): that of the nearest medoid, and of several the one whose
  /// values come first; empty after decoding.
  public let labels: [Int32]
  /// The number of training rows in each cluster (k).
  public let sizes: [Int]
  /// The loss: the summed dissimilarity of all rows from their nearest medoids.
  public let objective: Double
  /// The part of ``objective`` in each cluster (k).
  public let losses: [Double]
  /// The passes over the candidates.
  public let iterations: Int
  /// The swaps that were made.
  public let swaps: Int
  /// Whether the last pass found nothing to improve.
  public let converged: Bool
  /// The medoid silhouette of each training row (n), 0...1: 1 − a / b for the dissimilarities a
  /// from the nearest and b from the second nearest medoid; empty after decoding, and where k is 1.
  public let probabilities: [Double]
  /// The mean medoid silhouette of each cluster (k); empty where k is 1.
  public let separability: [Double]

  /// The number of clusters, k.
  public var clusterCount: Int { sizes.count }

  /// The mean medoid silhouette of all training rows; `nil` where k is 1.
  public var medoidSilhouette: Double? {
    guard !separability.isEmpty else { return nil }
    return zip(separability, sizes).reduce(0) { $0 + $1.0 * Double($1.1) } / Double(rowCount)
  }

  init(
    _ solution: MedoidSolution, of items: MedoidItems<Scalar>, data: Matrix<Scalar>?,
    parameters: KMedoids
  ) throws {
    // Of medoids that are equally near the first of these counts, whatever came before.
    let found = solution.medoids
    let ordered =
      data.map { data in found.sorted { data.precedes(Int($0), Int($1)) } } ?? found
    let assignment = try MedoidAssignment(ordered, of: items.rows)
    let k = ordered.count
    let sizes = assignment.slots.sizes(clusterCount: k)
    let numbers = (0..<k).sorted { (-sizes[$0], $0) < (-sizes[$1], $1) }
    var label = [Int32](repeating: 0, count: k)
    for (number, slot) in numbers.enumerated() { label[slot] = Int32(number) }
    let values = MedoidClusters(assignment, unit: items.rows.unit)

    self.parameters = parameters
    medoids = numbers.map { ordered[$0] }
    medoidRows = data?.gatheringRows(medoids) ?? Matrix(rows: 0, columns: 0)
    learned = items.learned
    sampling = solution.sampling
    rowCount = items.count
    labels = assignment.slots.map { label[Int($0)] }
    self.sizes = numbers.map { sizes[$0] }
    objective = values.loss
    losses = numbers.map { values.losses[$0] }
    probabilities = values.silhouettes
    separability = values.silhouettes.isEmpty ? [] : numbers.map { values.means[$0] }
    iterations = solution.iterations
    swaps = solution.swaps
    converged = solution.converged
  }

  /// The cluster of the nearest medoid, for each of other rows. For the training rows these are
  /// ``labels``.
  ///
  /// - Parameters:
  ///   - data: m × d; for `Metric.precomputed` their dissimilarities from the n training rows (m ×
  ///     n).
  ///   - threads: At most this many threads; `nil` for one per core. The labels don't depend on it.
  /// - Returns: A label in `0..<k` for each row (m).
  /// - Throws: `CladeError` for rows of another length, and values that the metric can't take.
  /// - Complexity: O(m · k · d), or O(m · k) where dissimilarities are given.
  public func predict(_ data: Matrix<Scalar>, threads: Int? = nil) throws -> [Int32] {
    guard parameters.metric == .precomputed else {
      return try NearestMedoids(self, threads: threads).labels(of: data, threads: threads)
    }
    guard data.columnCount == rowCount else {
      throw CladeError.shapeMismatch(
        expected: "the dissimilarities from all \(rowCount) training rows",
        found: "\(data.columnCount) columns")
    }
    return (0..<data.rowCount).map { row in
      var best = 0
      for cluster in medoids.indices.dropFirst()
      where data[row, Int(medoids[cluster])] < data[row, Int(medoids[best])] { best = cluster }
      return Int32(best)
    }
  }
}

extension KMedoidsModel {
  private enum CodingKeys: String, CodingKey {
    case parameters, medoids, medoidRows, rowCount, sizes, objective, losses, iterations, swaps
    case converged, separability, learned, sampling
  }

  /// Reads a model; ``labels`` and ``probabilities`` are empty.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    parameters = try container.decode(KMedoids.self, forKey: .parameters)
    medoids = try container.decode([Int32].self, forKey: .medoids)
    medoidRows = try container.decode(Matrix<Scalar>.self, forKey: .medoidRows)
    sampling = try container.decodeIfPresent(MedoidSampling.self, forKey: .sampling)
    learned = try container.decodeIfPresent(LearnedColumns.self, forKey: .learned)
    rowCount = try container.decode(Int.self, forKey: .rowCount)
    sizes = try container.decode([Int].self, forKey: .sizes)
    objective = try container.decode(Double.self, forKey: .objective)
    losses = try container.decode([Double].self, forKey: .losses)
    iterations = try container.decode(Int.self, forKey: .iterations)
    swaps = try container.decode(Int.self, forKey: .swaps)
    converged = try container.decode(Bool.self, forKey: .converged)
    separability = try container.decode([Double].self, forKey: .separability)
    labels = []
    probabilities = []
    try parameters.check()
    let k = medoids.count
    guard k == parameters.k, sizes.count == k, losses.count == k,
      (1...Int(Int32.max)).contains(rowCount),
      separability.isEmpty || separability.count == k,
      sizes.allSatisfy({ (0...rowCount).contains($0) }), sizes.reduce(0, +) == rowCount,
      medoids.allSatisfy({ (0..<rowCount).contains(Int($0)) }),
      parameters.metric == .precomputed ? medoidRows.rowCount == 0 : medoidRows.rowCount == k
    else {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: container.codingPath,
          debugDescription: "a medoid, a size and a loss for each of k clusters are needed"))
    }
  }

  /// Writes everything but ``labels`` and ``probabilities``.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(parameters, forKey: .parameters)
    try container.encode(medoids, forKey: .medoids)
    try container.encode(medoidRows, forKey: .medoidRows)
    try container.encodeIfPresent(sampling, forKey: .sampling)
    try container.encodeIfPresent(learned, forKey: .learned)
    try container.encode(rowCount, forKey: .rowCount)
    try container.encode(sizes, forKey: .sizes)
    try container.encode(objective, forKey: .objective)
    try container.encode(losses, forKey: .losses)
    try container.encode(iterations, forKey: .iterations)
    try container.encode(swaps, forKey: .swaps)
    try container.encode(converged, forKey: .converged)
    try container.encode(separability, forKey: .separability)
  }
}
