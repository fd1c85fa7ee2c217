import CKernels
import CladeCore

/// The way of OPTICS through the places of a ``KDTree``, by squared Euclidean distances.
///
/// From each row that was visited, one of those that are left is reached first, and the way goes on
/// by the least of these reachabilities. Which row that is is looked up only once it may be the
/// least, and again only once the row that was found is visited itself: what was found before is a
/// bound, since ever fewer rows are left ("Fast Algorithms for Constructing Minimal Spanning Trees
/// in Coordinate Spaces", Bentley and Friedman, 1978).
///
/// The bounds play a tournament over the boxes of the tree. A box whose rows were all visited is
/// looked up as a whole before any row in it is, so that where the way leaves a cluster for a far
/// one, few of the cluster's rows are looked up again. This tournament is ours.
final class KDTreeWalk<Scalar: MatrixScalar>: ReachabilityWalk {
  /// What a row or a box gives at best: a reachability, and which of several it is.
  private struct Offer {
    var reachability: Scalar
    /// The rank of the row that is reached, and after it how many rows were visited before the one
    /// from which it is; 0 for what is a bound only.
    var order: UInt64

    static var none: Offer { Offer(reachability: .infinity, order: .max) }

    @inline(__always)
    static func bound(_ reachability: Scalar) -> Offer {
      Offer(reachability: reachability, order: 0)
    }

    @inline(__always)
    var isNone: Bool { order == .max }

    @inline(__always)
    func precedes(_ other: Offer) -> Bool {
      reachability != other.reachability
        ? reachability < other.reachability : order < other.order
    }
  }

  private let tree: KDTree<Scalar>
  private let limit: Scalar
  private let unvisited: RankedRows<Scalar>
  /// A place's row as a box.
  private let point: UnsafeMutablePointer<Scalar>
  /// By places.
  private let cores: [Scalar]
  /// The first row of each place that was visited, −1 for none yet, and how many were before it.
  private var sources: [Int32]
  private var times: [UInt32]
  /// What each place offers, and the place that it reaches.
  private let offers: UnsafeMutablePointer<Offer>
  private var reached: [Int32]
  /// What each node offers; and what the box of a node whose rows were all visited offers at best,
  /// infinite for nothing, with the place that was found for it, −1 for none.
  private let nodeOffers: UnsafeMutablePointer<Offer>
  private let boxOffers: UnsafeMutablePointer<Scalar>
  private var boxReached: [Int32]
  /// The least core distance in each node.
  private let nodeCores: [Scalar]
  private var visitedCount: UInt32 = 0
  /// By rows.
  private var places: [Int32]
  private var done: [Bool]
  private var reachabilities: [Scalar]
  private var predecessors: [Int32]

  /// - Parameters:
  ///   - data: The coordinates of the rows.
  ///   - ranks: What decides between equal reachabilities, for each row.
  ///   - limit: The largest squared distance between neighbours.
  init(
    _ data: Matrix<Scalar>, ranks: [Int32], minSamples: Int, limit: Scalar, threads: Int?,
    progress: ProgressObserver?
  ) throws {
    let tree = try KDTree(data, threads: threads)
    self.tree = tree
    self.limit = limit
    // A row is the first of its own neighbours.
    let cores = try tree.coreSquares(
      samples: minSamples - 1, threads: threads, progress: progress
    ).map { $0 <= limit ? $0 : .infinity }
    self.cores = cores
    unvisited = RankedRows(tree, ranks: ranks)
    point = .allocate(capacity: 2 * tree.columnCount)
    let (placeCount, nodeCount) = (tree.placeCount, tree.second.count)
    sources = Array(repeating: -1, count: placeCount)
    times = Array(repeating: 0, count: placeCount)
    offers = .allocate(capacity: placeCount)
    offers.initialize(repeating: .none, count: placeCount)
    reached = Array(repeating: -1, count: placeCount)
    nodeOffers = .allocate(capacity: nodeCount)
    nodeOffers.initialize(repeating: .none, count: nodeCount)
    boxOffers = .allocate(capacity: nodeCount)
    boxOffers.initialize(repeating: 0, count: nodeCount)
    boxReached = Array(repeating: -1, count: nodeCount)
    nodeCores = tree.foldNodes(
      leaf: { range in range.reduce(Scalar.infinity) { min($0, cores[$1]) } },
      inner: { min($0, $1) })
    done = Array(repeating: false, count: data.rowCount)
    reachabilities = Array(repeating: .infinity, count: data.rowCount)
    predecessors = Array(repeating: -1, count: data.rowCount)
    places = Array(repeating: 0, count: data.rowCount)
    for place in 0..<placeCount {
      for member in tree.memberStarts[place]..<tree.memberStarts[place + 1] {
        places[Int(tree.members[Int(member)])] = Int32(place)
      }
    }
  }

  deinit {
    point.deallocate()
    offers.deallocate()
    nodeOffers.deallocate()
    boxOffers.deallocate()
  }

  func isDone(_ row: Int) -> Bool { done[row] }

  func visit(_ row: Int) {
    let place = Int(places[row])
    done[row] = true
    unvisited.removeNext(place)
    visitedCount += 1
    // Equal rows reach the same ones, and the first of them is the first to do so.
    guard sources[place] < 0, cores[place].isFinite else { return }
    sources[place] = Int32(row)
    times[place] = visitedCount
    offers[place] = .bound(cores[place])
    update(unvisited.leaf(place))
  }

  func next() -> Int? {
    tree.withKernelTree { kernelTree in
      while !nodeOffers[0].isNone {
        guard let place = leastPlace(kernelTree) else { continue }
        let target = Int(reached[place])
        // A rank says which row it was found for.
        if offers[place].order > 0, offers[place].order >> 32 == UInt64(unvisited.rank(target)) {
          let row = unvisited.next(target)
          reachabilities[row] = offers[place].reachability
          predecessors[row] = sources[place]
          return row
        }
        look(from: place, kernelTree)
      }
      return nil
    }
  }

  var result: (reachabilities: [Scalar], cores: [Scalar], predecessors: [Int32]) {
    (reachabilities, places.map { cores[Int($0)] }, predecessors)
  }

  /// The place with the least offer; `nil` where a box on the way to it has a greater one than was
  /// known.
  private func leastPlace(_ kernelTree: UnsafePointer<clade_kd_tree>) -> Int? {
    var node = 0
    while true {
      if unvisited.isEmpty(node: node), !isKnown(node) {
        lookFrom(node: node, kernelTree)
        return nil
      }
      let second = Int(tree.second[node])
      guard second > 0 else { break }
      node = nodeOffers[second].precedes(nodeOffers[node + 1]) ? second : node + 1
    }
    let places = tree.places(of: node)
    var least = places.lowerBound
    for place in places where offers[place].precedes(offers[least]) {
      least = place
    }
    return least
  }

  /// Whether what was found for the box of a node is still to be visited.
  private func isKnown(_ node: Int) -> Bool {
    boxReached[node] >= 0 && !unvisited.isEmpty(Int(boxReached[node]))
  }

  private func lookFrom(node: Int, _ kernelTree: UnsafePointer<clade_kd_tree>) {
    if let found = unvisited.nearest(
      toNode: node, floor: nodeCores[node], within: limit, kernelTree)
    {
      boxOffers[node] = found.square
      boxReached[node] = Int32(found.place)
    } else {
      // There is none, and never will be.
      boxOffers[node] = .infinity
    }
    update(node)
  }

  private func look(from place: Int, _ kernelTree: UnsafePointer<clade_kd_tree>) {
    tree.copyPoint(place, to: point)
    if let found = unvisited.nearest(
      to: point, floor: cores[place], within: limit, kernelTree)
    {
      offers[place] = Offer(
        reachability: found.square,
        order: UInt64(unvisited.rank(found.place)) << 32 | UInt64(times[place]))
      reached[place] = Int32(found.place)
    } else {
      offers[place] = .none
    }
    update(unvisited.leaf(place))
  }

  /// Lets the offers of a node and of those around it follow from what is in them.
  private func update(_ first: Int) {
    var node = first
    while true {
      var offer = least(in: node)
      if unvisited.isEmpty(node: node) {
        let bound = boxOffers[node]
        if bound == .infinity {
          offer = .none
        } else if bound > offer.reachability {
          offer = .bound(bound)
        }
      }
      let before = nodeOffers[node]
      guard offer.precedes(before) || before.precedes(offer) else { return }
      nodeOffers[node] = offer
      guard unvisited.parents[node] >= 0 else { return }
      node = Int(unvisited.parents[node])
    }
  }

  private func least(in node: Int) -> Offer {
    let second = Int(tree.second[node])
    guard second == 0 else {
      let (a, b) = (nodeOffers[node + 1], nodeOffers[second])
      return b.precedes(a) ? b : a
    }
    var least = Offer.none
    for place in tree.places(of: node) where offers[place].precedes(least) {
      least = offers[place]
    }
    return least
  }
}
