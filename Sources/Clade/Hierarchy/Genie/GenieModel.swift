import CladeCore

/// What ``Genie`` found: clusters, noise where that was asked for, and the tree of all clusters.
///
/// It holds the distinct training rows, as a new row goes to the cluster of the nearest one; so
/// does its file. Decoding leaves ``labels`` empty.
public struct GenieModel<Scalar: MatrixScalar>: ClusteringModel, Equatable {
  /// What it was fitted with.
  public let parameters: Genie
  /// The cluster of each training row (n), −1 for noise.
  public let labels: [Int32]
  /// The number of training rows in each cluster (k), the largest first.
  public let sizes: [Int]
  /// The number of training rows that are noise.
  public let noiseCount: Int
  /// How rows and clusters were joined (n − 1 merges).
  ///
  /// Genie may join two clusters at a shorter distance than others before them. A height is the
  /// least length of an edge from this merge on, so that heights never fall, as genieclust has
  /// them. The first merges join equal rows; where leaves are noise, the next ones join each with
  /// what it hangs on, so that noise takes no part in what follows and yet has a place.
  public let dendrogram: Dendrogram
  /// The sum of the lengths of the spanning tree's edges within clusters; Genie minimises nothing.
  public let objective: Double

  /// The distinct training rows in ascending order of their values; none where only distances were
  /// given.
  let rows: Matrix<Scalar>
  /// The label of each of them.
  let rowLabels: [Int32]
  /// What the metric learned of all training rows, where it learns anything.
  let learned: LearnedColumns?

  /// The number of clusters, k.
  public var clusterCount: Int { sizes.count }
  /// One: the method isn't iterative.
  public var iterations: Int { 1 }
  /// Always.
  public var converged: Bool { true }

  /// Keeps what a cut gave.
  ///
  /// - Parameters:
  ///   - parameters: What it was fitted with.
  ///   - hierarchy: What was found for all numbers of clusters.
  ///   - count: The number of clusters.
  init(_ parameters: Genie, _ hierarchy: GenieHierarchy<Scalar>, count: Int) {
    self.parameters = parameters
    let (ordered, tree) = (hierarchy.spanned.ordered, hierarchy.spanned.distinct)
    let numbers = hierarchy.numbers(count)
    labels = hierarchy.labels(numbers)
    sizes = numbers.sizes
    noiseCount = labels.count - numbers.sizes.reduce(0, +)
    dendrogram = hierarchy.dendrogram
    objective = hierarchy.forest.length(within: count)
    learned = parameters.metric.learns ? ordered.prepared.learned : nil
    rowLabels = tree.starts.dropLast().map { numbers.labels[Int($0)] }
    rows =
      ordered.order == nil
      ? Matrix(rows: 0, columns: 0)
      : ordered.data.gatheringRows(tree.starts.dropLast().map { tree.rows[Int($0)] })
  }

  /// The cluster of the nearest training row, −1 where that is noise; of several that are as near,
  /// that with the lowest values. For the training rows these are ``labels``.
  ///
  /// - Parameters:
  ///   - data: m × d, finite.
  ///   - threads: At most this many threads; `nil` for one per core. The labels don't depend on it.
  /// - Returns: A label in `-1..<k` for each row (m).
  /// - Throws: `CladeError.invalidParameter` for metrics that new rows can't be compared by,
  ///   `CladeError` for values that the metric can't take.
  /// - Complexity: With few columns about O((n + m) log n) time; with many up to O(n · m · d).
  public func predict(_ data: Matrix<Scalar>, threads: Int? = nil) throws -> [Int32] {
    try NearestRowPlacement(self, threads: threads).labels(of: data, threads: threads)
  }
}

extension GenieModel {
  private enum CodingKeys: String, CodingKey {
    case parameters, dendrogram, rows, rowLabels, sizes, noiseCount, objective, learned
  }

  /// Reads a model; what belongs to single training rows is empty.
  ///
  /// - Parameter decoder: Where to read from.
  /// - Throws: `DecodingError` where its parts don't fit each other.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    parameters = try container.decode(Genie.self, forKey: .parameters)
    rows = try container.decode(Matrix<Scalar>.self, forKey: .rows)
    rowLabels = try container.decode([Int32].self, forKey: .rowLabels)
    sizes = try container.decode([Int].self, forKey: .sizes)
    noiseCount = try container.decode(Int.self, forKey: .noiseCount)
    objective = try container.decode(Double.self, forKey: .objective)
    learned = try container.decodeIfPresent(LearnedColumns.self, forKey: .learned)
    labels = []
    dendrogram = try container.decode(Dendrogram.self, forKey: .dendrogram)
    try parameters.check()
    let clusters = -1..<Int32(clamping: sizes.count)
    guard rowLabels.count == rows.rowCount || parameters.metric == .precomputed,
      rows.rowCount > 0 && rows.columnCount > 0 || parameters.metric == .precomputed,
      rowLabels.allSatisfy(clusters.contains), !sizes.isEmpty,
      sizes.allSatisfy({ (1...max(1, dendrogram.rowCount)).contains($0) }), noiseCount >= 0,
      sizes.reduce(0, +) == dendrogram.rowCount - noiseCount
    else {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: container.codingPath,
          debugDescription: "a label of one of its clusters for each row is needed"))
    }
  }

  /// Writes everything but ``labels``.
  ///
  /// - Parameter encoder: Where to write to.
  /// - Throws: What the encoder throws.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(parameters, forKey: .parameters)
    try container.encode(dendrogram, forKey: .dendrogram)
    try container.encode(rows, forKey: .rows)
    try container.encode(rowLabels, forKey: .rowLabels)
    try container.encode(sizes, forKey: .sizes)
    try container.encode(noiseCount, forKey: .noiseCount)
    try container.encode(objective, forKey: .objective)
    try container.encodeIfPresent(learned, forKey: .learned)
  }
}
