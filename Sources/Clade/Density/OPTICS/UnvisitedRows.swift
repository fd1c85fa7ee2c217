import CKernels
import CladeCore

/// The rows of a ``KDTree`` that OPTICS has still to visit, and which of them is nearest to a place.
///
/// Rows at one place are visited in the order of their ranks.
final class UnvisitedRows<Scalar: MatrixScalar> {
  let tree: KDTree<Scalar>
  /// The node around each node, −1 for the root, and the leaf of each panel.
  let parents: [Int32]
  private let leafOfPanel: [Int32]
  /// The rows of each place by ascending rank, and how many of them were visited.
  private let rows: [Int32]
  private var visited: [Int32]
  private let rankOfRow: [Int32]
  /// See `kd_frontier.h`.
  private let ranks: UnsafeMutablePointer<Int32>
  private let nodeRanks: UnsafeMutablePointer<Int32>
  /// A box that is a point.
  private let point: UnsafeMutablePointer<Scalar>

  /// - Parameter ranks: Distinct numbers that say which of several rows is visited first.
  init(_ tree: KDTree<Scalar>, ranks rankOfRow: [Int32]) {
    self.tree = tree
    self.rankOfRow = rankOfRow
    let (nodes, places, width) = (tree.second.count, tree.placeCount, KDTree<Scalar>.panelWidth)
    var parents = [Int32](repeating: -1, count: nodes)
    var leafOfPanel = [Int32](repeating: 0, count: places / width)
    for node in 0..<nodes {
      if tree.second[node] == 0 {
        for panel in tree.firstPanel[node]..<tree.endPanel[node] {
          leafOfPanel[Int(panel)] = Int32(node)
        }
      } else {
        parents[node + 1] = Int32(node)
        parents[Int(tree.second[node])] = Int32(node)
      }
    }
    self.parents = parents
    self.leafOfPanel = leafOfPanel
    var rows = tree.members
    visited = Array(repeating: 0, count: places)
    ranks = .allocate(capacity: places)
    nodeRanks = .allocate(capacity: nodes)
    point = .allocate(capacity: 2 * tree.columnCount)
    for place in 0..<places {
      let range = Int(tree.memberStarts[place])..<Int(tree.memberStarts[place + 1])
      if range.count > 1 { rows[range].sort { rankOfRow[Int($0)] < rankOfRow[Int($1)] } }
      ranks[place] = range.isEmpty ? Self.none : rankOfRow[Int(rows[range.lowerBound])]
    }
    self.rows = rows
    for node in (0..<nodes).reversed() { nodeRanks[node] = leastRank(node) }
  }

  deinit {
    ranks.deallocate()
    nodeRanks.deallocate()
    point.deallocate()
  }

  /// The rank of a place without rows.
  private static var none: Int32 { Int32(CLADE_KD_NOWHERE) }

  /// The rank of the next row of a place.
  @inline(__always)
  func rank(_ place: Int) -> Int32 { ranks[place] }

  /// Whether all rows of a place were visited.
  @inline(__always)
  func isDone(_ place: Int) -> Bool { ranks[place] == Self.none }

  /// Whether all rows in a node were.
  @inline(__always)
  func isDone(node: Int) -> Bool { nodeRanks[node] == Self.none }

  /// The leaf of a place.
  @inline(__always)
  func leaf(_ place: Int) -> Int { Int(leafOfPanel[place / KDTree<Scalar>.panelWidth]) }

  /// The next row of a place.
  func next(_ place: Int) -> Int {
    Int(rows[Int(tree.memberStarts[place] + visited[place])])
  }

  /// Visits the next row of a place.
  func visit(_ place: Int) {
    visited[place] += 1
    let next = Int(tree.memberStarts[place] + visited[place])
    ranks[place] =
      next < Int(tree.memberStarts[place + 1]) ? rankOfRow[Int(rows[next])] : Self.none
    var node = leaf(place)
    while true {
      let rank = leastRank(node)
      guard rank != nodeRanks[node] else { return }
      nodeRanks[node] = rank
      guard parents[node] >= 0 else { return }
      node = Int(parents[node])
    }
  }

  private func leastRank(_ node: Int) -> Int32 {
    let second = Int(tree.second[node])
    guard second == 0 else { return min(nodeRanks[node + 1], nodeRanks[second]) }
    let width = KDTree<Scalar>.panelWidth
    var least = Self.none
    for place in Int(tree.firstPanel[node]) * width..<Int(tree.endPanel[node]) * width {
      least = min(least, ranks[place])
    }
    return least
  }

  /// The place that is reached first from another one, and its reachability.
  func nearest(
    to place: Int, core: Scalar, within limit: Scalar, _ kernelTree: UnsafePointer<clade_kd_tree>
  ) -> (place: Int, reachability: Scalar)? {
    tree.copyRows(place, count: 1, to: point)
    (point + tree.columnCount).update(from: point, count: tree.columnCount)
    return nearest(to: UnsafePointer(point), core, limit, kernelTree, any: false)
  }

  /// A place that is reached first from a node's box, were all rows in it as dense as `core`, and its
  /// reachability.
  func nearest(
    toNode node: Int, core: Scalar, within limit: Scalar, _ kernelTree: UnsafePointer<clade_kd_tree>
  ) -> (place: Int, reachability: Scalar)? {
    tree.boxes.withUnsafeBufferPointer { boxes in
      boxes.baseAddress.flatMap {
        nearest(to: $0 + node * 2 * tree.columnCount, core, limit, kernelTree, any: true)
      }
    }
  }

  private func nearest(
    to box: UnsafePointer<Scalar>, _ core: Scalar, _ limit: Scalar,
    _ kernelTree: UnsafePointer<clade_kd_tree>, any: Bool
  ) -> (place: Int, reachability: Scalar)? {
    var frontier = clade_kd_frontier(tree: kernelTree, ranks: ranks, node_ranks: nodeRanks)
    let box = UnsafeRawPointer(box)
    let (place, value): (Int32, Scalar)
    if Scalar.self == Float.self {
      let search = any ? clade_kd_any_next_f32 : clade_kd_next_f32
      var found: Float = 0
      place = search(
        &frontier, box.assumingMemoryBound(to: Float.self), Float(core), Float(limit), &found)
      value = Scalar(found)
    } else {
      let search = any ? clade_kd_any_next_f64 : clade_kd_next_f64
      var found = 0.0
      place = search(
        &frontier, box.assumingMemoryBound(to: Double.self), Double(core), Double(limit), &found)
      value = Scalar(found)
    }
    return place == Self.none ? nil : (Int(place), value)
  }
}
