import CladeCore

/// The nearest neighbours of rows and the spanning trees through them, as ``PartitionCriteria``
/// looks at them.
struct RowSurroundings: Sendable {
  /// A spanning tree, its shortest edges first.
  struct Tree: Sendable {
    let edges: [MinimumSpanningTree.Edge]
    /// The length of the longest edge.
    let longest: Double
  }

  /// The nearest neighbours of each row.
  let neighbors: NearestRows<Double>
  /// The edges of each row in the graph of nearest neighbours, to it and from it (n).
  let edgeCounts: [Double]
  /// The distance of each row's neighbour that density is measured by (n), above 0.
  let radii: [Double]
  /// The rows in the order of their radii.
  let byRadius: [Int32]
  /// By mutual reachability, and by plain distances.
  let reachability, plain: Tree
  /// A length that counts as none.
  let least: Double

  init(_ rows: Matrix<Double>, threads: Int?) throws {
    let n = rows.rowCount
    let count = min(PartitionCriteria.neighborCount, n - 1)
    let place = min(PartitionCriteria.densityNeighbor, n - 1)
    neighbors = try NeighborIndex(rows, threads: threads).neighbors(count: count, threads: threads)
    var edgeCounts = [Double](repeating: Double(count), count: n)
    for row in neighbors.rows { edgeCounts[Int(row)] += 1 }
    self.edgeCounts = edgeCounts
    plain = Tree(try MinimumSpanningTree.plain(of: rows, threads: threads))
    reachability = Tree(
      try MinimumSpanningTree.mutualReachability(of: rows, minSamples: place, threads: threads))
    let least = max(1e-9 * reachability.longest, 1e-200)
    self.least = least
    let lists = neighbors
    radii = (0..<n).map { max(lists.distances[lists.range(of: $0).lowerBound + place - 1], least) }
    byRadius = Self.order(radii)
  }

  private static func order(_ values: [Double]) -> [Int32] {
    (0..<Int32(values.count)).sorted { (values[Int($0)], $0) < (values[Int($1)], $1) }
  }

  /// The radius below which a share of each group's rows is.
  func radii(of groups: LabeledGroups, share: Double) -> [Double] {
    var left = groups.sizes.map { Int(Double($0 - 1) * share) }
    var found = [Double](repeating: 0, count: groups.count)
    for row in byRadius {
      let label = Int(groups.labels[Int(row)])
      guard label >= 0 else { continue }
      if left[label] == 0 { found[label] = radii[Int(row)] }
      left[label] -= 1
    }
    return found
  }
}

extension RowSurroundings.Tree {
  init(_ tree: MinimumSpanningTree) {
    edges = tree.edges
    longest = tree.edges.last?.length ?? 0
  }
}

extension RowSurroundings.Tree {
  /// Labels in which rows in no group have that of the group they hang on by the shortest edges.
  func filled(_ labels: [Int32]) -> [Int32] {
    guard labels.contains(where: { $0 < 0 }), labels.contains(where: { $0 >= 0 }) else {
      return labels
    }
    var parents = Array(labels.indices)
    var found = labels
    func root(_ row: Int32) -> Int {
      var row = Int(row)
      while parents[row] != row {
        parents[row] = parents[parents[row]]
        row = parents[row]
      }
      return row
    }
    // Parts that have a group aren't joined: the first edge to a part with one decides.
    for edge in edges {
      let (first, second) = (root(edge.first), root(edge.second))
      if found[first] < 0 {
        parents[first] = second
      } else if found[second] < 0 {
        parents[second] = first
      }
    }
    for row in found.indices where found[row] < 0 { found[row] = found[root(Int32(row))] }
    return found
  }
}
