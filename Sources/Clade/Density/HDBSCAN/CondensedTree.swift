import CladeCore

/// The hierarchy of dense regions with all that is too small to be a cluster taken out: clusters
/// that are born when a larger one splits, lose rows, and end by splitting or running out of rows.
///
/// Heights are distances of mutual reachability; the density at a height is λ = 1 / height,
/// infinite at
/// 0. All merges of one height count as one, so that a cluster can split into more than two, and
/// neither ties nor the order of the rows change the tree.
///
/// Clusters are numbered from the root, 0, such that parents come before their parts: by descending
/// ``birthHeights``, then by descending size, then by the first of their rows in lexicographic
/// order.
///
/// Source: "Density-Based Clustering Based on Hierarchical Density Estimates" (Campello, Moulavi
/// and Sander, 2013); "Accelerated Hierarchical Density Based Clustering" (McInnes and Healy,
/// 2017).
public struct CondensedTree: Sendable, Equatable {
  /// The cluster that each cluster split off from; −1 for the root.
  public let parents: [Int32]
  /// The height below which each cluster stands alone; infinite for the root.
  public let birthHeights: [Double]
  /// The height at which each cluster splits or its last rows leave.
  public let deathHeights: [Double]
  /// The number of rows of each cluster at its birth.
  public let sizes: [Int]
  /// How much each cluster's rows stay with it: the sum of λ(row leaves) − λ(birth) over its rows,
  /// its excess of mass. Infinite where more rows coincide than core distances look at.
  public let stabilities: [Double]
  /// The smallest cluster that each row is a part of (n).
  public let rowClusters: [Int32]
  /// The height at which each row leaves that cluster (n).
  public let rowHeights: [Double]

  /// The number of clusters, the root included.
  public var clusterCount: Int { parents.count }
  /// The number of rows, n.
  public var rowCount: Int { rowClusters.count }

  /// The density at a height.
  @inline(__always)
  public static func density(atHeight height: Double) -> Double { 1 / height }

  /// The clusters that each cluster splits into, in ascending order.
  public var children: [[Int32]] {
    var children = [[Int32]](repeating: [], count: clusterCount)
    for cluster in parents.indices.dropFirst() {
      children[Int(parents[cluster])].append(Int32(cluster))
    }
    return children
  }

  init(
    parents: [Int32], birthHeights: [Double], deathHeights: [Double], sizes: [Int],
    stabilities: [Double], rowClusters: [Int32], rowHeights: [Double]
  ) {
    self.parents = parents
    self.birthHeights = birthHeights
    self.deathHeights = deathHeights
    self.sizes = sizes
    self.stabilities = stabilities
    self.rowClusters = rowClusters
    self.rowHeights = rowHeights
  }

  /// The same tree with clusters in the order that ``CondensedTree`` documents.
  ///
  /// - Parameter order: The old numbers in their new order.
  func renumbered(_ order: [Int]) -> CondensedTree {
    var places = [Int32](repeating: 0, count: order.count)
    for (place, old) in order.enumerated() { places[old] = Int32(place) }
    return CondensedTree(
      parents: order.map { parents[$0] < 0 ? -1 : places[Int(parents[$0])] },
      birthHeights: order.map { birthHeights[$0] }, deathHeights: order.map { deathHeights[$0] },
      sizes: order.map { sizes[$0] }, stabilities: order.map { stabilities[$0] },
      rowClusters: rowClusters.map { places[Int($0)] }, rowHeights: rowHeights)
  }
}
