import CladeCore

/// A spanning tree over the distinct rows of some data, in an order that follows from their values.
///
/// Rows that are equal can't be told apart, so that a result that doesn't depend on the order of
/// the rows has to keep them together. They are one node here; nodes are numbered in ascending
/// order of their values, and edges sorted by length, ties by their nodes.
struct DistinctRowTree: Sendable {
  /// An edge between two nodes, the lower number first.
  struct Edge: Sendable, Equatable {
    let first, second: Int32
    let length: Double
  }

  /// The rows by their nodes (n).
  let rows: [Int32]
  /// Where each node's rows begin in ``rows``, and their end (nodes + 1).
  let starts: [Int32]
  /// The edges by ascending length (nodes − 1).
  let edges: [Edge]
  /// The core distance of each node; none where lengths are plain distances.
  let coreDistances: [Double]

  /// The number of nodes.
  var nodeCount: Int { starts.count - 1 }

  /// The number of rows of each node.
  var sizes: [Int32] { (0..<nodeCount).map { starts[$0 + 1] - starts[$0] } }

  /// Whether each node hangs on a single edge and stands for a single row.
  var leaves: [Bool] {
    var degrees = [Int32](repeating: 0, count: nodeCount)
    for edge in edges {
      degrees[Int(edge.first)] += 1
      degrees[Int(edge.second)] += 1
    }
    return degrees.indices.map { degrees[$0] == 1 && starts[$0 + 1] - starts[$0] == 1 }
  }

  /// Reads a tree.
  ///
  /// - Parameters:
  ///   - tree: A spanning tree of rows.
  ///   - order: The rows in ascending order of their values; `nil` where only distances are known,
  ///     so that no two rows are equal.
  ///   - isOrdered: Whether the tree's numbers are already those of places in `order`.
  init(_ tree: MinimumSpanningTree, order: CanonicalOrder?, isOrdered: Bool = false) {
    let n = tree.edges.count + 1
    rows = order?.order ?? Array(0..<Int32(n))
    starts = (order?.distinctStarts ?? Array(0..<Int32(n))) + [Int32(n)]
    // The node of each of the tree's numbers.
    var nodes = [Int32](repeating: 0, count: n)
    for node in 0..<(starts.count - 1) {
      for place in Int(starts[node])..<Int(starts[node + 1]) {
        nodes[isOrdered ? place : Int(rows[place])] = Int32(node)
      }
    }
    var edges = tree.edges.map { edge in
      let (a, b) = (nodes[Int(edge.first)], nodes[Int(edge.second)])
      return Edge(first: min(a, b), second: max(a, b), length: edge.length)
    }
    edges.sortRuns(of: { $0.length }) { ($0.first, $0.second) < ($1.first, $1.second) }
    if starts.count <= n {
      // Of edges between the same nodes only the shortest is left, and of a circle all but the
      // longest.
      var forest = SpanningForest(placeCount: starts.count - 1)
      edges = edges.filter { forest.join($0.first, $0.second) }
    }
    self.edges = edges
    coreDistances =
      tree.coreDistances.isEmpty
      ? []
      : starts.dropLast().map { [rows] in
        tree.coreDistances[isOrdered ? Int($0) : Int(rows[Int($0)])]
      }
  }
}
