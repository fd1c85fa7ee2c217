import CladeCore

/// What ``AgglomerativeClustering`` found: the tree of all merges, and the clusters it was cut
/// into.
public struct AgglomerativeModel: ClusteringModel, Hashable {
  /// What it was fitted with.
  public let parameters: AgglomerativeClustering
  /// The merges.
  public let dendrogram: Dendrogram
  /// The cluster of each training row (n); empty after decoding, see ``Dendrogram/labels(_:)``.
  public let labels: [Int32]
  /// The number of training rows in each cluster (k), the largest first.
  public let sizes: [Int]

  /// The number of clusters, k.
  public var clusterCount: Int { sizes.count }
  /// The height of the highest merge within the clusters; 0 where every row is a cluster of its
  /// own.
  public let objective: Double
  /// One: the method isn't iterative.
  public var iterations: Int { 1 }
  /// Always.
  public var converged: Bool { true }

  /// Cuts a tree.
  ///
  /// - Parameter ranks: Where each row stands in the order that breaks ties (n); `nil` for a model
  ///   without labels.
  init(parameters: AgglomerativeClustering, dendrogram: Dendrogram, ranks: [Int32]?) throws {
    self.parameters = parameters
    self.dendrogram = dendrogram
    let groups = try dendrogram.groups(parameters.cut)
    let numbers = ClusterNumbers(groups) { a, b in ranks.map { $0[a] < $0[b] } ?? (a < b) }
    labels = ranks == nil ? [] : numbers.labels
    sizes = numbers.sizes
    let lifted = dendrogram.lifted
    objective = groups.reduce(0) {
      Int($1) < dendrogram.rowCount ? $0 : max($0, lifted[Int($1) - dendrogram.rowCount])
    }
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
    try self.init(
      parameters: container.decode(AgglomerativeClustering.self, forKey: .parameters),
      dendrogram: container.decode(Dendrogram.self, forKey: .dendrogram), ranks: nil)
  }

  /// Writes the parameters and the tree, from which the rest follows.
  ///
  /// - Parameter encoder: Where to write to.
  /// - Throws: What the encoder throws.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(parameters, forKey: .parameters)
    try container.encode(dendrogram, forKey: .dendrogram)
  }
}
