import CladeCore

/// Groups that leave no row out: what a method of density left as noise was given to the group of
/// the nearest row that has one, and so is every new row.
///
/// It holds the distinct training rows, as groups of any shape have no shorter description; so does
/// its file. Decoding leaves ``labels`` empty.
///
/// ```swift
/// let found = try HDBSCAN(minClusterSize: 20).fit(points)
/// let whole = try NearestRowModel(assigningNoiseOf: found.labels, in: points)
/// whole.labels              // none is −1
/// try whole.predict(more)   // nor here
/// ```
public struct NearestRowModel<Scalar: MatrixScalar>: ClusteringModel, Equatable {
  /// The group of each training row (n): the largest group first, ties by the row whose values come
  /// first. −1 only where no row had a group.
  public let labels: [Int32]
  /// The number of training rows in each group (k).
  public let sizes: [Int]
  /// The number of training rows that had no group and were given to one.
  public let assignedCount: Int
  /// The number of training rows.
  public let rowCount: Int

  /// The distinct training rows, and the group of each.
  private let trainingRows: TrainingRows<Scalar>

  /// How rows are compared.
  public var metric: Metric { trainingRows.metric }
  /// The number of groups, k.
  public var clusterCount: Int { sizes.count }
  /// The share of the training rows that were given to a group, 0...1.
  public var objective: Double {
    rowCount == 0 ? 0 : Double(assignedCount) / Double(rowCount)
  }
  /// 1: nothing is iterated.
  public var iterations: Int { 1 }
  /// Always true.
  public var converged: Bool { true }

  /// Gives the noise of a labelling to its groups.
  ///
  /// Of several rows at the same distance the one whose values come first counts.
  ///
  /// - Parameters:
  ///   - labels: The group of each row (n), from 0 on; negative for noise.
  ///   - data: The rows (n × d).
  ///   - metric: How they are compared.
  ///   - threads: At most this many threads; `nil` for one per core. The groups don't depend on it.
  /// - Throws: `CladeError.shapeMismatch` where there isn't a label for each row,
  ///   `CladeError.invalidParameter` for distances that are given instead of rows, and for values
  ///   that the metric can't take.
  /// - Complexity: With few columns about O(n log n) time; with many up to O(n · noise · d).
  public init(
    assigningNoiseOf labels: [Int32], in data: Matrix<Scalar>, metric: Metric = .euclidean,
    threads: Int? = nil
  ) throws {
    guard metric != .precomputed else {
      throw CladeError.invalidParameter(
        name: "noise", value: "assign",
        reason: "only distances were given, and noise is assigned by comparing rows; keep it")
    }
    guard labels.count == data.rowCount, labels.allSatisfy({ Int($0) < data.rowCount }) else {
      throw CladeError.shapeMismatch(
        expected: "\(data.rowCount) labels below that", found: "\(labels.count) labels")
    }
    let prepared = try DensityRows(data, metric: metric, threads: threads)
    let learned = metric.learns ? prepared.prepared.learned : nil
    let noise = labels.indices.filter { labels[$0] < 0 }
    var groups = labels
    if !noise.isEmpty, noise.count < labels.count {
      let members = labels.indices.filter { labels[$0] >= 0 }
      let placement = try NearestRowPlacement(
        data.gatheringRows(members), members.map { labels[$0] }, metric, learned: learned,
        clusterCount: Int(labels.max() ?? -1) + 1, threads: threads)
      let found = try placement.labels(of: data.gatheringRows(noise), threads: threads)
      for (row, label) in zip(noise, found) { groups[row] = label }
    }
    let numbers = ClusterNumbers(groups, precedes: prepared.precedes)
    let order = prepared.canonicalOrder(threads: threads)
    let distinct = order.distinctStarts.map { order.order[Int($0)] }
    self.labels = numbers.labels
    sizes = numbers.sizes
    assignedCount = noise.count(where: { groups[$0] >= 0 })
    rowCount = data.rowCount
    trainingRows = TrainingRows(
      distinct, of: data, prepared: prepared.prepared, labels: numbers.labels)
  }

  /// The group of the nearest training row; of several that are as near, of the one whose values
  /// come first. For the training rows these are ``labels``, where rows that differ are apart.
  ///
  /// - Parameters:
  ///   - data: m × d, finite.
  ///   - threads: At most this many threads; `nil` for one per core. The labels don't depend on it.
  /// - Returns: A label for each row (m); −1 only where the model has no group.
  /// - Throws: `CladeError.shapeMismatch` for another number of columns, `CladeError` for values
  ///   that the metric can't take.
  /// - Complexity: With few columns about O((n + m) log n) time; with many up to O(n · m · d).
  public func predict(_ data: Matrix<Scalar>, threads: Int? = nil) throws -> [Int32] {
    try placement(threads: threads).labels(of: data, threads: threads)
  }

  /// The rows arranged so that the nearest of new ones is found quickly.
  package func placement(threads: Int? = nil) throws -> NearestRowPlacement<Scalar> {
    try NearestRowPlacement(trainingRows, threads: threads)
  }
}

extension NearestRowModel {
  private enum CodingKeys: String, CodingKey {
    case metric, sizes, assignedCount, rowCount
  }

  /// Reads a model; ``labels`` is empty.
  ///
  /// - Parameter decoder: Where to read from.
  /// - Throws: `DecodingError` where its parts don't fit each other.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let metric = try container.decode(Metric.self, forKey: .metric)
    sizes = try container.decode([Int].self, forKey: .sizes)
    assignedCount = try container.decode(Int.self, forKey: .assignedCount)
    let rowCount = try container.decode(Int.self, forKey: .rowCount)
    self.rowCount = rowCount
    labels = []
    guard metric != .precomputed, (1..<1 << 40).contains(rowCount),
      (0...rowCount).contains(assignedCount), sizes.allSatisfy({ (1...rowCount).contains($0) }),
      sizes.isEmpty || sizes.reduce(0, +) == rowCount
    else {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: container.codingPath,
          debugDescription: "groups of rows that can be compared are needed"))
    }
    trainingRows = try TrainingRows(
      from: decoder, metric: metric, clusterCount: sizes.count, rowCount: rowCount,
      mayBeNoise: sizes.isEmpty)
  }

  /// Writes everything but ``labels``.
  ///
  /// - Parameter encoder: Where to write to.
  /// - Throws: What the encoder throws.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(metric, forKey: .metric)
    try container.encode(sizes, forKey: .sizes)
    try container.encode(assignedCount, forKey: .assignedCount)
    try container.encode(rowCount, forKey: .rowCount)
    try trainingRows.encode(to: encoder)
  }
}
