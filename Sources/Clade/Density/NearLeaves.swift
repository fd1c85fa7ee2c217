import CladeCore

/// The leaves of a ``RegionTree`` that may hold rows near a box or a point, gathered in memory that is
/// used again.
struct NearLeaves<Scalar: MatrixScalar> {
  /// The leaves some of whose rows may be near enough.
  private(set) var leaves: [Int] = []
  /// The number of rows that surely are, in other boxes.
  private(set) var rowsWithin = 0
  /// Their places.
  private(set) var placesWithin: [Range<Int>] = []
  private var pending: [Int] = []

  /// Gathers what is near a box, and counts the boxes that are near as a whole.
  ///
  /// - Parameter count: The rows that count in a box; one without any is left out.
  mutating func collect(
    around box: UnsafePointer<Scalar>, in tree: RegionTree<Scalar>, within limit: Scalar,
    count: (Int) -> Int32
  ) {
    rowsWithin = 0
    placesWithin.removeAll(keepingCapacity: true)
    leaves.removeAll(keepingCapacity: true)
    pending.append(0)
    while let index = pending.popLast() {
      let other = tree.box(index)
      guard count(index) > 0, tree.leastSquare(box, other) <= limit else { continue }
      let node = tree.nodes[index]
      if tree.largestSquare(box, other) <= limit {
        rowsWithin += Int(count(index))
        placesWithin.append(node.range)
      } else if node.isLeaf {
        leaves.append(index)
      } else {
        pending.append(Int(node.children))
        pending.append(Int(node.children) + 1)
      }
    }
  }

  /// Gathers the leaves near a box.
  mutating func collectLeaves(
    around box: UnsafePointer<Scalar>, in tree: RegionTree<Scalar>, within limit: Scalar,
    count: (Int) -> Int32
  ) {
    collectLeaves(in: tree, count: count) { tree.leastSquare(box, $0) <= limit }
  }

  /// Gathers the leaves near a point.
  mutating func collectLeaves(
    aroundPoint point: UnsafePointer<Scalar>, in tree: RegionTree<Scalar>, within limit: Scalar,
    count: (Int) -> Int32
  ) {
    collectLeaves(in: tree, count: count) { tree.leastSquare($0, point: point) <= limit }
  }

  @inline(__always)
  private mutating func collectLeaves(
    in tree: RegionTree<Scalar>, count: (Int) -> Int32, isNear: (UnsafePointer<Scalar>) -> Bool
  ) {
    leaves.removeAll(keepingCapacity: true)
    pending.append(0)
    while let index = pending.popLast() {
      guard count(index) > 0, isNear(tree.box(index)) else { continue }
      let node = tree.nodes[index]
      if node.isLeaf {
        leaves.append(index)
      } else {
        pending.append(Int(node.children))
        pending.append(Int(node.children) + 1)
      }
    }
  }
}
