import CladeCore

/// The order in which ``Genie`` joins the nodes of a tree: what is joined for any number of clusters is the
/// first part of it.
struct GenieForest: Sendable {
  let tree: DistinctRowTree
  /// The edges in the order in which clusters are joined, without those to leaves that are left out.
  let order: [Int32]
  /// The leaves that are left out, and the node that each of them hangs on; −1 for other nodes.
  let anchors: [Int32]

  /// The nodes that take part.
  let innerCount: Int

  /// Joins all clusters.
  init(
    _ tree: DistinctRowTree, giniThreshold: Double, leavesOut: Bool, progress: ProgressObserver?
  ) throws {
    self.tree = tree
    let isLeftOut =
      leavesOut ? tree.leaves : Array(repeating: false, count: tree.nodeCount)
    order = try GenieMerging.order(
      of: tree.edges, sizes: tree.sizes, isLeftOut: isLeftOut, giniThreshold: giniThreshold,
      progress: progress)
    innerCount = isLeftOut.reduce(0) { $0 + ($1 ? 0 : 1) }
    var anchors = [Int32](repeating: -1, count: tree.nodeCount)
    if leavesOut {
      for edge in tree.edges {
        if isLeftOut[Int(edge.first)] { anchors[Int(edge.first)] = edge.second }
        if isLeftOut[Int(edge.second)] { anchors[Int(edge.second)] = edge.first }
      }
    }
    self.anchors = anchors
  }

  /// A number for each node that is the same for all of its cluster; −1 for leaves that were left out.
  ///
  /// - Parameter k: The number of clusters, 1...``innerCount``.
  func clusters(_ k: Int) -> [Int32] {
    var forest = SpanningForest(placeCount: tree.nodeCount)
    for edge in order.prefix(innerCount - k) {
      _ = forest.join(tree.edges[Int(edge)].first, tree.edges[Int(edge)].second)
    }
    return anchors.indices.map { anchors[$0] < 0 ? forest.root(of: Int32($0)) : -1 }
  }

  /// The sum of the lengths of the edges within k clusters.
  func length(within k: Int) -> Double {
    order.prefix(innerCount - k).reduce(0) { $0 + tree.edges[Int($1)].length }
  }

  /// The merges of all rows: first those of equal ones, then leaves that were left out with what they hang
  /// on, then clusters.
  var dendrogram: Dendrogram {
    var joints = RowJoints(rowCount: tree.rows.count)
    for node in 0..<tree.nodeCount {
      let rows = tree.rows[Int(tree.starts[node])..<Int(tree.starts[node + 1])]
      let height = tree.coreDistances.isEmpty ? 0 : tree.coreDistances[node]
      for row in rows.dropFirst() { joints.join(rows[rows.startIndex], row, at: height) }
    }
    func join(_ edge: DistinctRowTree.Edge) {
      joints.join(row(of: edge.first), row(of: edge.second), at: edge.length)
    }
    for edge in tree.edges where anchors[Int(edge.first)] >= 0 || anchors[Int(edge.second)] >= 0 {
      join(edge)
    }
    for edge in order { join(tree.edges[Int(edge)]) }
    return joints.monotoneDendrogram
  }

  private func row(of node: Int32) -> Int32 { tree.rows[Int(tree.starts[Int(node)])] }
}
