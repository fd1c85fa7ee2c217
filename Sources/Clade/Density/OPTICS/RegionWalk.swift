import CladeCore

/// The way of OPTICS through the places of a ``RegionTree``, by squared Euclidean distances.
///
/// Each box knows the largest reachability of those of its rows that are still to come, so that a row
/// which can't lower any of them passes the box by.
final class RegionWalk<Scalar: MatrixScalar>: ReachabilityWalk {
  private let data: Matrix<Scalar>
  private let tree: RegionTree<Scalar>
  private let limit: Scalar
  /// What follows is by places of the tree.
  private let cores: [Scalar]
  private var reachabilities: [Scalar]
  private var predecessors: [Int32]
  private var done: [Bool]
  private var heap: ReachabilityHeap<Scalar>
  /// The place of each row.
  private var places: [Int32]
  /// The leaf of each place, and the box around each box.
  private var leaves: [Int32]
  private var parents: [Int32]
  /// The rows in each box that are still to come, and the largest reachability among them.
  private var left: [Int32]
  private var largest: [Scalar]
  private var squares: [Scalar]

  /// - Parameters:
  ///   - data: The coordinates of the rows.
  ///   - ranks: What decides between equal reachabilities, for each row.
  ///   - limit: The largest squared distance between neighbours.
  init(
    _ data: Matrix<Scalar>, ranks: [Int32], minSamples: Int, limit: Scalar, threads: Int?,
    progress: ProgressObserver?
  ) throws {
    self.data = data
    self.limit = limit
    let tree = try RegionTree(data, diagonal: 0, threads: threads)
    self.tree = tree
    cores = try tree.coreSquares(
      data, k: minSamples, within: limit, threads: threads, progress: progress)
    let count = tree.rowCount
    reachabilities = Array(repeating: .infinity, count: count)
    predecessors = Array(repeating: -1, count: count)
    done = Array(repeating: false, count: count)
    heap = ReachabilityHeap(ranks: tree.order.map { ranks[Int($0)] })
    places = Array(repeating: 0, count: count)
    for place in 0..<count { places[Int(tree.order[place])] = Int32(place) }
    leaves = Array(repeating: 0, count: count)
    parents = Array(repeating: -1, count: tree.nodes.count)
    left = tree.nodes.map(\.count)
    largest = Array(repeating: .infinity, count: tree.nodes.count)
    squares = Array(repeating: 0, count: tree.largestLeaf)
    for (index, node) in tree.nodes.enumerated() {
      if node.isLeaf {
        for place in node.range { leaves[place] = Int32(index) }
      } else {
        parents[Int(node.children)] = Int32(index)
        parents[Int(node.children) + 1] = Int32(index)
      }
    }
  }

  func isDone(_ row: Int) -> Bool { done[Int(places[row])] }

  func next() -> Int? {
    reachabilities.withUnsafeBufferPointer { heap.popLeast($0.baseAddress!) }
      .map { Int(tree.order[$0]) }
  }

  func visit(_ row: Int) {
    let place = Int(places[row])
    done[place] = true
    var node = leaves[place]
    while node >= 0 {
      left[Int(node)] -= 1
      node = parents[Int(node)]
    }
    guard cores[place].isFinite else { return }
    data.withUnsafeBufferPointer { lower(0, place, $0.baseAddress! + row * data.columnCount) }
  }

  var result: (reachabilities: [Scalar], cores: [Scalar], predecessors: [Int32]) {
    (
      places.map { reachabilities[Int($0)] }, places.map { cores[Int($0)] },
      places.map {
        let from = predecessors[Int($0)]
        return from < 0 ? -1 : tree.order[Int(from)]
      }
    )
  }

  /// Lowers the reachabilities in a box.
  private func lower(_ index: Int, _ place: Int, _ point: UnsafePointer<Scalar>) {
    guard left[index] > 0 else { return }
    let least = tree.leastSquare(tree.box(index), point: point)
    guard least <= limit, max(least, cores[place]) < largest[index] else { return }
    let node = tree.nodes[index]
    if node.isLeaf {
      lowerLeaf(index, place, point)
    } else {
      let children = Int(node.children)
      lower(children, place, point)
      lower(children + 1, place, point)
      largest[index] = max(
        left[children] > 0 ? largest[children] : 0,
        left[children + 1] > 0 ? largest[children + 1] : 0)
    }
  }

  private func lowerLeaf(_ index: Int, _ from: Int, _ point: UnsafePointer<Scalar>) {
    let node = tree.nodes[index]
    let (first, count, core) = (Int(node.first), Int(node.count), cores[from])
    squares.withUnsafeMutableBufferPointer {
      tree.squares(index, first: count, from: point, into: $0.baseAddress!)
    }
    var most: Scalar = 0
    for offset in 0..<count where !done[first + offset] {
      let place = first + offset
      let reachability = max(core, squares[offset])
      if squares[offset] <= limit, reachability < reachabilities[place] {
        reachabilities[place] = reachability
        predecessors[place] = Int32(from)
        reachabilities.withUnsafeBufferPointer { heap.lower(place, $0.baseAddress!) }
      }
      most = max(most, reachabilities[place])
    }
    largest[index] = most
  }
}
