import CladeCore

/// The hierarchy of a spanning tree: in which order, and at which heights, rows grow together.
///
/// Edges of one length are merges of one height, and a minimum spanning tree of data with ties is
/// one of many. What all of them agree on is which rows are together below and at each height, so a
/// group is read off with all merges of its height made at once: a merge whose parent has the same
/// height is ``isInner(_:)``, a part of its parent, and no group of its own.
///
/// The `n` rows are the nodes `0..<n`; merge `i` is the node `n + i`. Merges stand in ascending
/// height, so that a node's parts come before it. Flat arrays, 24 bytes a merge.
struct MergeTree {
  /// The number of rows, n.
  let rowCount: Int
  /// The height of each merge (n − 1), ascending.
  let heights: [Double]
  /// The two nodes that each merge joins (2 · (n − 1)).
  let parts: [Int32]
  /// The number of rows below each merge (n − 1).
  let sizes: [Int32]
  /// The merge of which each merge is a part; its own number for the last.
  let parents: [Int32]

  /// Joins rows along the edges of a spanning tree.
  ///
  /// - Complexity: O(n · α(n)) time, O(n) memory.
  init(_ tree: MinimumSpanningTree, rowCount n: Int) {
    rowCount = n
    let merges = tree.edges.count
    heights = tree.edges.map(\.length)
    var parts = [Int32](repeating: 0, count: 2 * merges)
    var sizes = [Int32](repeating: 0, count: merges)
    var parents = (0..<merges).map { Int32($0) }
    // The node of the rows that are together so far, at their root.
    var forest = SpanningForest(placeCount: n)
    var nodes = (0..<n).map { Int32($0) }
    tree.edges.withUnsafeBufferPointer { edges in
      for (merge, edge) in edges.enumerated() {
        let (first, second) = (forest.root(of: edge.first), forest.root(of: edge.second))
        let pair = (nodes[Int(first)], nodes[Int(second)])
        let sizeOf = { (node: Int32) in Int(node) < n ? 1 : sizes[Int(node) - n] }
        if Int(pair.0) >= n { parents[Int(pair.0) - n] = Int32(merge) }
        if Int(pair.1) >= n { parents[Int(pair.1) - n] = Int32(merge) }
        parts[2 * merge] = pair.0
        parts[2 * merge + 1] = pair.1
        sizes[merge] = sizeOf(pair.0) + sizeOf(pair.1)
        _ = forest.join(first, second)
        nodes[Int(forest.root(of: first))] = Int32(n + merge)
      }
    }
    self.parts = parts
    self.sizes = sizes
    self.parents = parents
  }

  /// Whether a merge only helps its parent, which has the same height, to join more than two.
  @inline(__always)
  func isInner(_ merge: Int) -> Bool {
    let parent = Int(parents[merge])
    return parent != merge && heights[parent] == heights[merge]
  }
}
