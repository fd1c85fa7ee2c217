import CladeCore

/// The clusters that ``Genie`` joins, one pair after the other, along the edges of a spanning tree.
struct GenieMerges: Sendable {
  /// The edges in the order in which they are taken.
  fileprivate(set) var edges: [Int32] = []
  /// The two clusters that each of them joins (2 · edges): the nodes of the tree are clusters 0..<nodes,
  /// and the j-th edge makes cluster nodes + j.
  fileprivate(set) var parts: [Int32] = []
}

/// The order in which ``Genie`` joins clusters along the edges of a spanning tree.
///
/// As long as the sizes of the clusters aren't too unequal, the shortest edge left is next, as in single
/// linkage; else the shortest of those that end in a smallest cluster.
struct GenieMerging: ~Copyable {
  /// The edges that are left, each with the next one and the one before; the last number is their end.
  private let next: UnsafeMutablePointer<Int32>
  private let previous: UnsafeMutablePointer<Int32>
  private let edges: UnsafeBufferPointer<DistinctRowTree.Edge>
  /// What has grown together: for each node another one nearer to the root of its cluster, or itself; and
  /// the size of each cluster and its number, at its root.
  private let parents: UnsafeMutablePointer<Int32>
  private let sizes: UnsafeMutablePointer<Int32>
  private let numbers: UnsafeMutablePointer<Int32>
  private var clusters: ClusterSizes
  /// No edge before this one ends in a cluster of ``cursorSize`` rows.
  private var cursor: Int32 = 0
  private var cursorSize = 0

  /// An edge that is left, and the roots of its ends.
  private struct Choice {
    let edge: Int32
    let first, second: Int
  }

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
  /// - Returns: What is joined, without the edges of the nodes left out.
  /// - Complexity: O(n · log n) time, O(n) memory.
  static func merges(
    of edges: [DistinctRowTree.Edge], sizes: [Int32], isLeftOut: [Bool], giniThreshold: Double,
    progress: ProgressObserver?
  ) throws -> GenieMerges {
    try edges.withUnsafeBufferPointer { edges in
      var merging = GenieMerging(edges: edges, sizes: sizes, isLeftOut: isLeftOut)
      let count = max(0, merging.clusters.clusterCount - 1)
      let done = ProgressCount(stage: "merging clusters", total: count, observer: progress)
      var merges = GenieMerges()
      merges.edges.reserveCapacity(count)
      merges.parts.reserveCapacity(2 * count)
      for made in 0..<count {
        if made % 8192 == 0 {
          try Task.checkCancellation()
          done.add(min(8192, count - made))
        }
        let choice =
          merging.clusters.giniIndex > giniThreshold
          ? merging.shortestOfSmallest() : merging.shortest()
        merges.edges.append(choice.edge)
        merges.parts.append(merging.numbers[choice.first])
        merges.parts.append(merging.numbers[choice.second])
        merging.join(choice, as: Int32(sizes.count + made))
      }
      return merges
    }
  }

  private init(
    edges: UnsafeBufferPointer<DistinctRowTree.Edge>, sizes: [Int32], isLeftOut: [Bool]
  ) {
    self.edges = edges
    next = .allocate(capacity: edges.count + 1)
    previous = .allocate(capacity: edges.count + 1)
    parents = .allocate(capacity: sizes.count)
    self.sizes = .allocate(capacity: sizes.count)
    numbers = .allocate(capacity: sizes.count)
    clusters = ClusterSizes(sizes.indices.lazy.filter { !isLeftOut[$0] }.map { sizes[$0] })
    for node in sizes.indices {
      parents[node] = Int32(node)
      self.sizes[node] = sizes[node]
      numbers[node] = Int32(node)
    }
    var last = edges.count
    for edge in edges.indices
    where !isLeftOut[Int(edges[edge].first)] && !isLeftOut[Int(edges[edge].second)] {
      next[last] = Int32(edge)
      previous[edge] = Int32(last)
      last = edge
    }
    next[last] = Int32(edges.count)
    previous[edges.count] = Int32(last)
  }

  deinit {
    next.deallocate()
    previous.deallocate()
    parents.deallocate()
    sizes.deallocate()
    numbers.deallocate()
  }

  /// The shortest edge.
  private func shortest() -> Choice { choice(next[edges.count]) }

  /// The shortest edge that ends in a cluster of the smallest size.
  private mutating func shortestOfSmallest() -> Choice {
    if cursorSize != clusters.smallest {
      cursorSize = clusters.smallest
      cursor = next[edges.count]
    }
    while true {
      let choice = choice(cursor)
      if Int(sizes[choice.first]) == cursorSize || Int(sizes[choice.second]) == cursorSize {
        return choice
      }
      cursor = next[Int(cursor)]
    }
  }

  private func choice(_ edge: Int32) -> Choice {
    let ends = edges[Int(edge)]
    return Choice(edge: edge, first: root(of: ends.first), second: root(of: ends.second))
  }

  /// Joins two clusters; the edge between them leaves the list.
  private mutating func join(_ choice: Choice, as number: Int32) {
    let (first, second) = (sizes[choice.first], sizes[choice.second])
    clusters.join(Int(first), Int(second))
    let (root, other) =
      first >= second ? (choice.first, choice.second) : (choice.second, choice.first)
    parents[other] = Int32(root)
    sizes[root] = first + second
    numbers[root] = number
    let edge = Int(choice.edge)
    if cursor == choice.edge { cursor = next[edge] }
    next[Int(previous[edge])] = next[edge]
    previous[Int(next[edge])] = previous[edge]
  }

  private func root(of node: Int32) -> Int {
    var node = Int(node)
    while true {
      let parent = Int(parents[node])
      if parent == node { return node }
      let next = parents[parent]
      parents[node] = next
      node = Int(next)
    }
  }
}
