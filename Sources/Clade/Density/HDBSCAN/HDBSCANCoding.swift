import CladeCore

extension HDBSCANModel {
  private enum CodingKeys: String, CodingKey {
    case type, parameters, rows, coreDistances, tree, clusters, rootLimit, sizes
  }

  /// What a model's file says of the type of its numbers.
  package static var typeName: String { "\(Scalar.self)" }

  /// Reads a model; what belongs to single training rows is empty.
  ///
  /// - Throws: `DecodingError` where its parts don't fit each other.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func require(_ isRight: Bool, _ key: CodingKeys, _ what: String) throws {
      guard isRight else {
        throw DecodingError.dataCorruptedError(
          forKey: key, in: container, debugDescription: what)
      }
    }
    let parameters = try container.decode(HDBSCAN.self, forKey: .parameters)
    let data = try container.decode(Matrix<Scalar>.self, forKey: .rows)
    let coreDistances = try container.decode([Double].self, forKey: .coreDistances)
    let tree = try container.decode(CondensedTree.self, forKey: .tree)
    let clusters = try container.decode([Int].self, forKey: .clusters)
    let rootLimit = try container.decodeIfPresent(Double.self, forKey: .rootLimit)
    let sizes = try container.decode([Int].self, forKey: .sizes)
    try parameters.check()
    try parameters.metric.checkRowsOfModel(data)
    let n = tree.rowCount
    try require(
      coreDistances.count == n && coreDistances.allSatisfy { $0 >= 0 }, .coreDistances,
      "Each row has a core distance")
    try require(
      parameters.metric == .precomputed || data.rowCount == n, .rows,
      "Each row has a place in the tree")
    let samples = parameters.samples(rowCount: n)
    try require(samples < n, .parameters, "Core distances reach to one of the other rows")
    try require(
      Set(clusters).count == clusters.count
        && clusters.allSatisfy { tree.parents.indices.contains($0) }, .clusters,
      "Each cluster is one of the tree's")
    try require(
      sizes.count == clusters.count && sizes.allSatisfy { (1...n).contains($0) }, .sizes,
      "Each cluster has rows")
    self.init(
      parameters: parameters, data: data, coreDistances: coreDistances, tree: tree,
      chosen: ChosenClusters(clusters, of: tree, rootLimit: rootLimit), sizes: sizes)
  }

  /// Writes everything but what belongs to single training rows and follows from the rest.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(Self.typeName, forKey: .type)
    try container.encode(parameters, forKey: .parameters)
    try container.encode(data, forKey: .rows)
    try container.encode(coreDistances, forKey: .coreDistances)
    try container.encode(condensedTree, forKey: .tree)
    try container.encode(chosen.clusters, forKey: .clusters)
    try container.encodeIfPresent(chosen.rootLimit, forKey: .rootLimit)
    try container.encode(sizes, forKey: .sizes)
  }
}

extension CondensedTree: Codable {
  private enum CodingKeys: String, CodingKey {
    case parents, birthHeights, deathHeights, sizes, stabilities, rowClusters, rowHeights
  }

  /// Reads a tree.
  ///
  /// - Throws: `DecodingError` where its parts don't fit each other.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let later = try container.decode([Int32].self, forKey: .parents)
    parents = [-1] + later
    birthHeights = try [.infinity] + container.decode([Double].self, forKey: .birthHeights)
    deathHeights = try container.decode([Double].self, forKey: .deathHeights)
    sizes = try container.decode([Int].self, forKey: .sizes)
    stabilities = try container.decode([Double?].self, forKey: .stabilities).map { $0 ?? .infinity }
    rowClusters = try container.decode([Int32].self, forKey: .rowClusters)
    rowHeights = try container.decode([Double].self, forKey: .rowHeights)
    let count = parents.count
    guard
      [birthHeights.count, deathHeights.count, sizes.count, stabilities.count]
        .allSatisfy({ $0 == count }),
      later.enumerated().allSatisfy({ $1 >= 0 && Int($1) <= $0 }), rowClusters.count >= 2,
      rowHeights.count == rowClusters.count,
      rowClusters.allSatisfy({ $0 >= 0 && Int($0) < count }),
      sizes.allSatisfy({ $0 >= 1 && $0 <= rowClusters.count }),
      (rowHeights + birthHeights + deathHeights + stabilities).allSatisfy({ $0 >= 0 })
    else {
      throw DecodingError.dataCorruptedError(
        forKey: .parents, in: container,
        debugDescription: "Clusters and rows have a place in the tree each")
    }
  }

  /// Writes a tree, without what is the same for all roots.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(Array(parents.dropFirst()), forKey: .parents)
    try container.encode(Array(birthHeights.dropFirst()), forKey: .birthHeights)
    try container.encode(deathHeights, forKey: .deathHeights)
    try container.encode(sizes, forKey: .sizes)
    try container.encode(stabilities.map { $0 < .infinity ? $0 : nil }, forKey: .stabilities)
    try container.encode(rowClusters, forKey: .rowClusters)
    try container.encode(rowHeights, forKey: .rowHeights)
  }
}
