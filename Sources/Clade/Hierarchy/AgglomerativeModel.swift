import CladeCore

/// What ``AgglomerativeClustering`` found: the tree of all merges, and the clusters it was cut
/// into.
///
/// It holds the distinct training rows, as a new row goes to the cluster of the nearest one; so
/// does its file. Decoding leaves ``labels`` empty.
public struct AgglomerativeModel<Scalar: MatrixScalar>: ClusteringModel, Equatable {
  /// What it was fitted with.
  public let parameters: AgglomerativeClustering
  /// The merges.
  public let dendrogram: Dendrogram
  /// The cluster of each training row (n); empty after decoding, see ``Dendrogram/labels(_:)``.
  public let labels: [Int32]
  /// The number of training rows in each cluster (k), the largest first.
  public let sizes: [Int]
  /// The rows that new ones are placed by.
  package let trainingRows: TrainingRows<Scalar>

  /// The number of clusters, k.
  public var clusterCount: Int { sizes.count }
  /// The height of the highest merge within the clusters; 0 where every row is a cluster of its
  /// own.
  public let objective: Double
  /// One: the method isn't iterative.
  public var iterations: Int { 1 }
  /// Always.
  public var converged: Bool { true }

  /// Cuts the tree of some rows.
  init(
    parameters: AgglomerativeClustering, dendrogram: Dendrogram, rows: LinkageRows<Scalar>
  ) throws {
    self.parameters = parameters
    self.dendrogram = dendrogram
    let groups = try dendrogram.groups(parameters.cut)
    let numbers = ClusterNumbers(groups) { rows.ranks[$0] < rows.ranks[$1] }
    (labels, sizes) = (numbers.labels, numbers.sizes)
    objective = dendrogram.highestMerge(within: groups)
    trainingRows = TrainingRows(
      rows.order, of: rows.data, prepared: rows.prepared, labels: numbers.labels)
  }

  /// The cluster of the nearest training row; of several that are as near, that with the lowest
  /// values. For the training rows these are ``labels``.
  ///
  /// That is so for all linkages: the rows of a cluster are where it is, whatever its shape, and no
  /// row that was there when the tree was made changes its cluster, as it could where new rows went
  /// to the nearest centroid or to the least mean distance.
  ///
  /// - Parameters:
  ///   - data: m × d, finite but where the metric takes missing values.
  ///   - threads: At most this many threads; `nil` for one per core. The labels don't depend on it.
  /// - Returns: A label in `0..<k` for each row (m).
  /// - Throws: `CladeError.invalidParameter` for a model of given distances, and `CladeError` for
  ///   rows of another length and for values that the metric can't take.
  /// - Complexity: With few columns about O((n + m) log n) time; with many up to O(n · m · d).
  public func predict(_ data: Matrix<Scalar>, threads: Int? = nil) throws -> [Int32] {
    try trainingRows.labels(of: data, threads: threads)
  }
}

extension AgglomerativeModel {
  private enum CodingKeys: String, CodingKey {
    case parameters, dendrogram
  }

  /// Reads a model, and cuts its tree; ``labels`` is empty.
  ///
  /// - Parameter decoder: Where to read from.
  /// - Throws: `CladeError` for a tree or a cut that can't be, and what the decoder throws.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    parameters = try container.decode(AgglomerativeClustering.self, forKey: .parameters)
    dendrogram = try container.decode(Dendrogram.self, forKey: .dendrogram)
    let groups = try dendrogram.groups(parameters.cut)
    labels = []
    sizes = ClusterNumbers(groups, precedes: <).sizes
    objective = dendrogram.highestMerge(within: groups)
    trainingRows = try TrainingRows(
      from: decoder, metric: parameters.metric, clusterCount: sizes.count,
      rowCount: dendrogram.rowCount, mayBeNoise: false)
  }

  /// Writes the parameters, the tree, from which the rest follows, and the distinct rows.
  ///
  /// - Parameter encoder: Where to write to.
  /// - Throws: What the encoder throws.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(parameters, forKey: .parameters)
    try container.encode(dendrogram, forKey: .dendrogram)
    try trainingRows.encode(to: encoder)
  }
}

extension Dendrogram {
  /// The height of the highest merge within some groups that it was cut into.
  fileprivate func highestMerge(within groups: [Int32]) -> Double {
    let lifted = lifted
    return groups.reduce(0) {
      Int($1) < rowCount ? $0 : max($0, lifted[Int($1) - rowCount])
    }
  }
}
