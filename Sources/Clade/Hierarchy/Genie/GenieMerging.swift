import CladeCore

/// The clusters that ``Genie`` joins, one pair after the other, along the edges of a spanning tree.
struct GenieMerges: Sendable {
  /// The edges in the order in which they are taken.
  fileprivate(set) var edges: [Int32] = []
  /// The two clusters that each of them joins (2 · edges): the nodes of the tree are clusters
  /// 0..<nodes, and the j-th edge makes cluster nodes + j.
  fileprivate(set) var parts: [Int32] = []
}

/// The order in which ``Genie`` joins clusters along the edges of a spanning tree.
///
/// As long as the sizes of the clusters aren't too unequal, the shortest edge left is next, as in
/// single linkage; else the shortest of those that end in a smallest cluster.
struct GenieMerging: ~Copyable {
  /// The edges that are left, and their end after the last one.
  private let links: UnsafeMutablePointer<Link>
  private let end: Int
  /// What has grown together.
  private let nodes: UnsafeMutablePointer<Node>
  private var clusters: ClusterSizes
  /// No edge before this one ends in a cluster of ``cursorSize`` rows.
  private var cursor: Int32 = 0
  private var cursorSize = 0

  /// An edge that is left, with the next one and the one before.
  private struct Link {
    var next, previous: Int32
    /// Its ends, or what they have become parts of when it was last looked at.
    var first, second: Int32
  }

  /// A node of the tree, and at the root of a cluster that cluster: together, as all of it is asked
  /// for from places that are all over the memory.
  private struct Node {
    /// Another node nearer to the root of its cluster; at a root less than 0 by the rows of its
    /// cluster.
    var parent: Int32
    /// The number of the cluster.
    var number: Int32

    var size: Int32 { -parent }
  }

  /// An edge that is left, and the roots of its ends.
  private struct Choice {
    let edge: Int32
    let first, second: Int
  }

  /// The edges in the order in which they are taken.
  ///
  /// Edges that were passed by for a smallest size needn't be looked at again before that size
  /// changes, as clusters only grow; and where it is m, there are at most n / m clusters. So all
  /// searches together look at O(n · log n) edges.
  ///
  /// - Parameters:
  ///   - edges: The edges of a tree, by ascending length.
  ///   - sizes: The number of rows of each node.
  ///   - isLeftOut: The nodes that take no part, all of them leaves.
  ///   - giniThreshold: The largest index that is left alone.
  ///   - progress: Is told how far it has come.
  /// - Returns: What is joined, without the edges of the nodes left out.
  /// - Complexity: O(n · log n) time, O(n) memory.
  static func merges(
    of edges: [DistinctRowTree.Edge], sizes: [Int32], isLeftOut: [Bool], giniThreshold: Double,
    progress: ProgressObserver?
  ) throws -> GenieMerges {
    var merging = GenieMerging(edges: edges, sizes: sizes, isLeftOut: isLeftOut)
    let count = max(0, merging.clusters.clusterCount - 1)
    let done = ProgressCount(stage: "merging clusters", total: count, observer: progress)
    var merges = GenieMerges()
    merges.edges = Array(repeating: 0, count: count)
    merges.parts = Array(repeating: 0, count: 2 * count)
    try merges.edges.withUnsafeMutableBufferPointer { taken in
      try merges.parts.withUnsafeMutableBufferPointer { parts in
        for made in 0..<count {
          if made % 8192 == 0 {
            try Cancellation.check()
            done.add(min(8192, count - made))
          }
          let choice =
            merging.clusters.giniIndex > giniThreshold
            ? merging.shortestOfSmallest() : merging.choice(merging.shortest)
          taken[made] = choice.edge
          parts[2 * made] = merging.nodes[choice.first].number
          parts[2 * made + 1] = merging.nodes[choice.second].number
          merging.join(choice, as: Int32(sizes.count + made))
        }
      }
    }
    return merges
  }

  private init(edges: [DistinctRowTree.Edge], sizes: [Int32], isLeftOut: [Bool]) {
    end = edges.count
    links = .allocate(capacity: end + 1)
    nodes = .allocate(capacity: sizes.count)
    clusters = ClusterSizes(sizes.indices.lazy.filter { !isLeftOut[$0] }.map { sizes[$0] })
    for node in sizes.indices {
      nodes[node] = Node(parent: -sizes[node], number: Int32(node))
    }
    links[end] = Link(next: 0, previous: 0, first: 0, second: 0)
    var last = end
    for (edge, ends) in edges.enumerated()
    where !isLeftOut[Int(ends.first)] && !isLeftOut[Int(ends.second)] {
      links[last].next = Int32(edge)
      links[edge] = Link(
        next: Int32(end), previous: Int32(last), first: ends.first, second: ends.second)
      last = edge
    }
    links[last].next = Int32(end)
    links[end].previous = Int32(last)
  }

  deinit {
    links.deallocate()
    nodes.deallocate()
  }

  /// The shortest edge.
  private var shortest: Int32 { links[end].next }

  /// The shortest edge that ends in a cluster of the smallest size.
  private mutating func shortestOfSmallest() -> Choice {
    if cursorSize != clusters.smallest {
      cursorSize = clusters.smallest
      cursor = shortest
    }
    while true {
      let choice = choice(cursor)
      if Int(nodes[choice.first].size) == cursorSize
        || Int(nodes[choice.second].size) == cursorSize
      {
        return choice
      }
      cursor = links[Int(cursor)].next
    }
  }

  private func choice(_ edge: Int32) -> Choice {
    let link = links[Int(edge)]
    let (first, second) = (root(of: link.first), root(of: link.second))
    links[Int(edge)].first = Int32(first)
    links[Int(edge)].second = Int32(second)
    return Choice(edge: edge, first: first, second: second)
  }

  /// Joins two clusters; the edge between them leaves the list.
  private mutating func join(_ choice: Choice, as number: Int32) {
    let (first, second) = (nodes[choice.first].size, nodes[choice.second].size)
    clusters.join(Int(first), Int(second))
    let (root, other) =
      first >= second ? (choice.first, choice.second) : (choice.second, choice.first)
    nodes[other].parent = Int32(root)
    nodes[root] = Node(parent: -(first + second), number: number)
    let (next, previous) = (links[Int(choice.edge)].next, links[Int(choice.edge)].previous)
    if cursor == choice.edge { cursor = next }
    links[Int(previous)].next = next
    links[Int(next)].previous = previous
  }

  private func root(of node: Int32) -> Int {
    var node = Int(node)
    while true {
      let parent = Int(nodes[node].parent)
      if parent < 0 { return node }
      let next = Int(nodes[parent].parent)
      if next < 0 { return parent }
      nodes[node].parent = Int32(next)
      node = next
    }
  }
}
