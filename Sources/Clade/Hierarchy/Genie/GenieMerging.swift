import CladeCore

/// The order in which ``Genie`` joins clusters along the edges of a spanning tree.
///
/// As long as the sizes of the clusters aren't too unequal, the shortest edge left is next, as in single
/// linkage; else the shortest of those that end in a smallest cluster.
struct GenieMerging {
  /// The edges that are left, each with the next one and the one before; the last number is their end.
  private var next: [Int32]
  private var previous: [Int32]
  private let edges: [DistinctRowTree.Edge]
  /// What has grown together, and the size of each cluster at its root.
  private var forest: SpanningForest
  private var sizes: [Int32]
  private var clusters: ClusterSizes
  /// No edge before this one ends in a cluster of ``cursorSize`` rows.
  private var cursor: Int32 = 0
  private var cursorSize = 0

  /// The edges in the order in which they are taken.
  ///
  /// Edges that were passed by for a smallest size needn't be looked at again before that size changes,
  /// as clusters only grow; and where it is m, there are at most n / m clusters. So all searches together
  /// look at O(n · log n) edges.
  ///
  /// - Parameters:
  ///   - edges: The edges of a tree, by ascending length.
  ///   - sizes: The number of rows of each node.
  ///   - isLeftOut: The nodes that take no part, all of them leaves.
  ///   - giniThreshold: The largest index that is left alone.
  ///   - progress: Is told how far it has come.
  /// - Returns: Numbers of edges, without those of the nodes left out.
  /// - Complexity: O(n · log n) time, O(n) memory.
  static func order(
    of edges: [DistinctRowTree.Edge], sizes: [Int32], isLeftOut: [Bool], giniThreshold: Double,
    progress: ProgressObserver?
  ) throws -> [Int32] {
    let taking = edges.indices.filter {
      !isLeftOut[Int(edges[$0].first)] && !isLeftOut[Int(edges[$0].second)]
    }
    guard giniThreshold < 1 else { return taking.map { Int32($0) } }
    var merging = GenieMerging(
      edges: taking.map { edges[$0] }, sizes: sizes,
      counted: sizes.indices.filter { !isLeftOut[$0] }.map { sizes[$0] })
    let done = ProgressCount(
      stage: "merging clusters", total: taking.count, observer: progress)
    var order: [Int32] = []
    order.reserveCapacity(taking.count)
    while order.count < taking.count {
      if order.count % 8192 == 0 {
        try Task.checkCancellation()
        done.add(min(8192, taking.count - order.count))
      }
      order.append(Int32(taking[Int(merging.join(giniThreshold: giniThreshold))]))
    }
    return order
  }

  private init(edges: [DistinctRowTree.Edge], sizes: [Int32], counted: [Int32]) {
    self.edges = edges
    self.sizes = sizes
    let end = Int32(edges.count)
    next = (0...end).map { $0 == end ? 0 : $0 + 1 }
    previous = (0...end).map { $0 == 0 ? end : $0 - 1 }
    forest = SpanningForest(placeCount: sizes.count)
    clusters = ClusterSizes(counted)
  }

  /// Joins two clusters and returns the edge between them.
  private mutating func join(giniThreshold: Double) -> Int32 {
    let edge = clusters.giniIndex > giniThreshold ? shortestOfSmallest() : next[edges.count]
    let (a, b) = (root(edges[Int(edge)].first), root(edges[Int(edge)].second))
    let (first, second) = (sizes[a], sizes[b])
    clusters.join(Int(first), Int(second))
    _ = forest.join(Int32(a), Int32(b))
    sizes[root(Int32(a))] = first + second
    // The edge leaves the list.
    if cursor == edge { cursor = next[Int(edge)] }
    next[Int(previous[Int(edge)])] = next[Int(edge)]
    previous[Int(next[Int(edge)])] = previous[Int(edge)]
    return edge
  }

  /// The shortest edge that ends in a cluster of the smallest size.
  private mutating func shortestOfSmallest() -> Int32 {
    if cursorSize != clusters.smallest {
      cursorSize = clusters.smallest
      cursor = next[edges.count]
    }
    while Int(sizes[root(edges[Int(cursor)].first)]) != cursorSize,
      Int(sizes[root(edges[Int(cursor)].second)]) != cursorSize
    {
      cursor = next[Int(cursor)]
    }
    return cursor
  }

  private mutating func root(_ node: Int32) -> Int { Int(forest.root(of: node)) }
}
