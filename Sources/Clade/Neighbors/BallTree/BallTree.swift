import CladeCore

/// Rows sorted into balls around some of them: for looking up neighbours by any metric for which
/// the triangle inequality holds.
///
/// Each node takes as many of its rows for pivots as are compared with a row at once, and each
/// other row goes to its nearest pivot ("Near Neighbor Search in Large Metric Spaces", Brin, 1995).
/// Of each ball the least and the largest distance from its pivot are known, and so is how near its
/// rows can be to a query at best. Rows have numbers that follow from their values, and pivots are
/// drawn by these, so that the tree doesn't depend on the order of the data or on threads.
///
/// - Complexity: O(n · d · log n) time where balls are about as large, O(n · d) memory.
struct BallTree<Scalar: MatrixScalar>: Sendable {
  struct Node: Sendable {
    /// The first of its balls among the nodes; none for a leaf.
    var firstBall: Int32 = 0
    var ballCount: Int32 = 0
    /// The panel of its pivots; of a leaf, the first one of its rows.
    var panel: Int32 = 0
    /// The rows of a leaf.
    var rowCount: Int32 = 0
    /// Whether the rows of a leaf are known to be equal: then only the first ones are ever in a
    /// list.
    var isUniform = false
    /// The least and the largest distance of its rows from its own pivot.
    var nearest = 0.0
    var farthest = 0.0
  }

  /// The rows, whose numbers settle ties.
  let rows: PreparedRows<Scalar>
  private(set) var nodes: [Node]
  /// The rows of the leaves, each leaf's in panels of its own.
  let leaves: DistancePanels<Scalar>
  /// The number of the row in each place of ``leaves``.
  let places: [Int32]
  /// The rows in the order of the places.
  let placed: PreparedRows<Scalar>
  /// The pivots of the inner nodes, each node's in a panel of its own.
  let pivots: DistancePanels<Scalar>
  /// The leaves, in the order of their places.
  let leafNodes: [Int32]
  /// The most rows of a leaf, and of one whose rows may differ.
  let (largestLeaf, largestMixedLeaf): (Int, Int)
  /// What makes of raw distances those that are compared.
  let scale: DistanceScale

  static var width: Int { DistancePanels<Scalar>.panelWidth }

  /// Builds the tree.
  ///
  /// - Throws: What the metric throws, and `CancellationError` when the task was cancelled.
  init(_ rows: PreparedRows<Scalar>, threads: Int? = nil) throws {
    let builder = BallTreeBuilder(rows: rows)
    let parts = try builder.build(threads: threads)
    self.rows = rows
    scale = rows.treeScale
    nodes = parts.nodes
    places = parts.places
    placed = rows.gathering(parts.places)
    leaves = DistancePanels(rows, order: parts.places)
    pivots = DistancePanels(rows, order: parts.pivots)
    leafNodes = parts.nodes.indices.filter { parts.nodes[$0].ballCount == 0 }.map { Int32($0) }
    largestLeaf = Int(parts.nodes.map(\.rowCount).max() ?? 0)
    largestMixedLeaf = Int(parts.nodes.lazy.filter { !$0.isUniform }.map(\.rowCount).max() ?? 0)
  }

  /// By what part of them distances may be off, with room to spare.
  var slack: Double {
    let unit = Scalar.self == Float.self ? 0x1p-24 : 0x1p-53
    return 8 * Double(rows.coordinates.columnCount + 8) * unit
  }
}
