import CladeCore

/// What ``GraphDegreeLinkage`` found: clusters, and the tree of all joins.
///
/// It holds the distinct training rows, as a new row goes to the cluster of the nearest one; so
/// does its file. Decoding leaves ``labels`` empty.
public struct GraphDegreeModel<Scalar: MatrixScalar>: ClusteringModel, Equatable {
  /// What it was fitted with.
  public let parameters: GraphDegreeLinkage
  /// The cluster of each training row (n); empty after decoding.
  public let labels: [Int32]
  /// The number of training rows in each cluster (k), the largest first.
  public let sizes: [Int]
  /// How rows and clusters were joined (n − 1 merges).
  ///
  /// A height is one over the affinity; 0 for rows that are together from the start. Parts of the
  /// graph without edges both ways are joined in the end, the largest first, each as high as twice
  /// the highest merge before.
  public let dendrogram: Dendrogram
  /// The number of parts of the graph that affinities don't join: the fewest clusters.
  public let partCount: Int
  /// The least affinity at which clusters were joined; 0 where none were.
  public let objective: Double
  /// The rows that new ones are placed by.
  package let trainingRows: TrainingRows<Scalar>

  /// The number of clusters, k; more than were asked for where the graph falls into more parts.
  public var clusterCount: Int { sizes.count }
  /// One: the method isn't iterative.
  public var iterations: Int { 1 }
  /// Always.
  public var converged: Bool { true }

  /// Makes the tree and cuts it.
  ///
  /// - Parameters:
  ///   - parameters: What it was fitted with.
  ///   - ordered: The rows in the order that breaks ties; what follows numbers their places.
  ///   - begin: The cluster of each place at first.
  ///   - joins: How these were joined, by places.
  ///   - k: The number of clusters wanted.
  init(
    _ parameters: GraphDegreeLinkage, rows ordered: OrderedRows<Scalar>, begin: [Int32],
    joins: [DegreeMerging.Join], k: Int
  ) {
    self.parameters = parameters
    let rows = ordered.rows
    var firsts: [Int] = []
    var joints = RowJoints(rowCount: rows.count)
    var forest = SpanningForest(placeCount: rows.count)
    for (place, cluster) in begin.enumerated() {
      if Int(cluster) == firsts.count { firsts.append(place) }
      let first = firsts[Int(cluster)]
      if first != place {
        _ = forest.join(Int32(first), Int32(place))
        joints.join(rows[first], rows[place], at: 0)
      }
    }
    let kept = max(0, firsts.count - k)
    for join in joins.prefix(kept) { _ = forest.join(join.first, join.second) }
    let numbers = ClusterNumbers(forest.labels(), precedes: <)
    var labels = numbers.labels
    for (place, row) in rows.enumerated() { labels[Int(row)] = numbers.labels[place] }
    self.labels = labels
    sizes = numbers.sizes
    objective = joins.prefix(kept).reduce(nil) { min($0 ?? $1.affinity, $1.affinity) } ?? 0
    partCount = firsts.count - joins.count
    trainingRows = ordered.trainingRows(labels: labels)

    for join in joins {
      joints.join(
        rows[Int(join.first)], rows[Int(join.second)],
        at: min(1 / join.affinity, .greatestFiniteMagnitude / 2))
    }
    for join in joins.dropFirst(kept) { _ = forest.join(join.first, join.second) }
    let parts = ClusterNumbers(forest.labels(), precedes: <)
    let highest = joints.merges.reduce(0) { max($0, $1.height) }
    var members = [Int32](repeating: -1, count: parts.sizes.count)
    for (place, part) in parts.labels.enumerated() where members[Int(part)] < 0 {
      members[Int(part)] = rows[place]
    }
    for part in members.dropFirst() {
      joints.join(members[0], part, at: highest > 0 ? 2 * highest : 1)
    }
    dendrogram = joints.dendrogram
  }

  /// The cluster of the nearest training row; of several that are as near, that with the lowest
  /// values. For the training rows these are ``labels``.
  ///
  /// - Parameters:
  ///   - data: m × d, finite.
  ///   - threads: At most this many threads; `nil` for one per core. The labels don't depend on it.
  /// - Returns: A label in `0..<k` for each row (m).
  /// - Throws: `CladeError.invalidParameter` for a model of given distances, and `CladeError` for
  ///   rows of another length and for values that the metric can't take.
  /// - Complexity: With few columns about O((n + m) log n) time; with many up to O(n · m · d).
  public func predict(_ data: Matrix<Scalar>, threads: Int? = nil) throws -> [Int32] {
    try trainingRows.labels(of: data, threads: threads)
  }
}

extension GraphDegreeModel {
  private enum CodingKeys: String, CodingKey {
    case parameters, dendrogram, sizes, partCount, objective
  }

  /// Reads a model; ``labels`` is empty.
  ///
  /// - Parameter decoder: Where to read from.
  /// - Throws: `DecodingError` where its parts don't fit each other.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    parameters = try container.decode(GraphDegreeLinkage.self, forKey: .parameters)
    dendrogram = try container.decode(Dendrogram.self, forKey: .dendrogram)
    sizes = try container.decode([Int].self, forKey: .sizes)
    partCount = try container.decode(Int.self, forKey: .partCount)
    objective = try container.decode(Double.self, forKey: .objective)
    labels = []
    try parameters.check()
    let rows = 1...max(1, dendrogram.rowCount)
    guard sizes.count <= dendrogram.rowCount, sizes.allSatisfy(rows.contains),
      sizes.reduce(0, +) == dendrogram.rowCount, rows.contains(partCount), objective >= 0
    else {
      throw DecodingError.dataCorruptedError(
        forKey: .sizes, in: container, debugDescription: "Each row is in one cluster")
    }
    trainingRows = try TrainingRows(
      from: decoder, metric: parameters.metric, clusterCount: sizes.count,
      rowCount: dendrogram.rowCount, mayBeNoise: false)
  }

  /// Writes everything but ``labels``.
  ///
  /// - Parameter encoder: Where to write to.
  /// - Throws: What the encoder throws.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(parameters, forKey: .parameters)
    try container.encode(dendrogram, forKey: .dendrogram)
    try container.encode(sizes, forKey: .sizes)
    try container.encode(partCount, forKey: .partCount)
    try container.encode(objective, forKey: .objective)
    try trainingRows.encode(to: encoder)
  }
}
