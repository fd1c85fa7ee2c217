import CKernels
import CladeCore

/// The rows of a ``KDTree``, of which the nearest is looked up, of several the one with the least
/// rank, and which can be taken out.
///
/// Rows at one place are taken out in the order of their ranks. Several threads may look up rows at
/// once while none is taken out.
final class RankedRows<Scalar: MatrixScalar>: @unchecked Sendable {
  // Unchecked: see above.

  let tree: KDTree<Scalar>
  /// The node around each node, −1 for the root, and the leaf of each panel.
  let parents: [Int32]
  private let leafOfPanel: [Int32]
  /// The rows of each place by ascending rank, and how many of them were taken out.
  private let rows: [Int32]
  private var taken: [Int32]
  private let rankOfRow: [Int32]
  /// See `kd_frontier.h`.
  private let ranks: UnsafeMutablePointer<Int32>
  private let nodeRanks: UnsafeMutablePointer<Int32>

  /// - Parameter ranks: Distinct numbers, one for each row.
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
    taken = Array(repeating: 0, count: places)
    ranks = .allocate(capacity: places)
    nodeRanks = .allocate(capacity: nodes)
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
  }

  /// The rank of a place without rows.
  private static var none: Int32 { Int32(CLADE_KD_NOWHERE) }

  /// The rank of the next row of a place.
  @inline(__always)
  func rank(_ place: Int) -> Int32 { ranks[place] }

  /// Whether all rows of a place were taken out.
  @inline(__always)
  func isEmpty(_ place: Int) -> Bool { ranks[place] == Self.none }

  /// Whether all rows in a node were.
  @inline(__always)
  func isEmpty(node: Int) -> Bool { nodeRanks[node] == Self.none }

  /// The leaf of a place.
  @inline(__always)
  func leaf(_ place: Int) -> Int { Int(leafOfPanel[place / KDTree<Scalar>.panelWidth]) }

  /// The next row of a place.
  func next(_ place: Int) -> Int {
    Int(rows[Int(tree.memberStarts[place] + taken[place])])
  }

  /// Takes out the next row of a place.
  func removeNext(_ place: Int) {
    taken[place] += 1
    let next = Int(tree.memberStarts[place] + taken[place])
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
    return tree.places(of: node).reduce(Self.none) { min($0, ranks[$1]) }
  }

  /// The place whose next row is nearest to a point, and its squared distance, or `floor` where
  /// that is larger; of several that with the least rank.
  ///
  /// - Parameters:
  ///   - point: Twice the point's numbers: the corners of a box.
  ///   - floor: All distances up to it count as this.
  ///   - limit: The largest squared distance.
  func nearest(
    to point: UnsafePointer<Scalar>, floor: Scalar = 0, within limit: Scalar,
    _ kernelTree: UnsafePointer<clade_kd_tree>
  ) -> (place: Int, square: Scalar)? {
    nearest(to: point, floor, limit, kernelTree, any: false)
  }

  /// A place whose next row is nearest to the box of a node.
  func nearest(
    toNode node: Int, floor: Scalar, within limit: Scalar,
    _ kernelTree: UnsafePointer<clade_kd_tree>
  ) -> (place: Int, square: Scalar)? {
    tree.boxes.withUnsafeBufferPointer { boxes in
      boxes.baseAddress.flatMap {
        nearest(to: $0 + node * 2 * tree.columnCount, floor, limit, kernelTree, any: true)
      }
    }
  }

  private func nearest(
    to box: UnsafePointer<Scalar>, _ floor: Scalar, _ limit: Scalar,
    _ kernelTree: UnsafePointer<clade_kd_tree>, any: Bool
  ) -> (place: Int, square: Scalar)? {
    guard tree.rowCount > 0 else { return nil }
    var frontier = clade_kd_frontier(tree: kernelTree, ranks: ranks, node_ranks: nodeRanks)
    let box = UnsafeRawPointer(box)
    let (place, value): (Int32, Scalar)
    if Scalar.self == Float.self {
      let search = any ? clade_kd_any_next_f32 : clade_kd_next_f32
      var found: Float = 0
      place = search(
        &frontier, box.assumingMemoryBound(to: Float.self), Float(floor), Float(limit), &found)
      value = Scalar(found)
    } else {
      let search = any ? clade_kd_any_next_f64 : clade_kd_next_f64
      var found = 0.0
      place = search(
        &frontier, box.assumingMemoryBound(to: Double.self), Double(floor), Double(limit), &found)
      value = Scalar(found)
    }
    return place == Self.none ? nil : (Int(place), value)
  }
}
