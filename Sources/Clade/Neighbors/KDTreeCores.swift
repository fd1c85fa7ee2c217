import CKernels
import CladeCore

extension KDTree {
  /// The most rows that are looked for by lists of them; for the distance of a later one alone,
  /// rings around it are searched.
  static var longestList: Int { 64 }

  /// The squared distance of each place's rows from their `samples`-th nearest other row, infinite
  /// where a place has no row.
  ///
  /// - Parameters:
  ///   - samples: The number of other rows, less than n.
  ///   - threads: At most this many threads; `nil` for one per core. Results don't depend on it.
  ///   - progress: Is told how far the search has come.
  /// - Complexity: About O(n · (samples + log n)) time in few columns, less for many samples, as
  ///   most of the rows within are only counted; up to O(n² · d) in many.
  func coreSquares(
    samples: Int, threads: Int?, progress: ProgressObserver?
  ) throws -> [Scalar] {
    guard samples >= Self.longestList else {
      return try nearestPlaces(
        samples: samples, mostListed: 2, threads: threads, progress: progress
      ).cores
    }
    var cores = [Scalar](repeating: .infinity, count: placeCount)
    let done = ProgressCount(
      stage: "finding core distances", total: leaves.count, observer: progress)
    try cores.withUnsafeMutableBufferPointer { cores in
      nonisolated(unsafe) let cores = cores
      try withKernelTree { tree in
        try withMembers { members in
          nonisolated(unsafe) let tree = tree
          try ParallelChunks.forEach(count: leaves.count, chunkSize: 64, threads: threads) {
            _, range in
            try Cancellation.check()
            var search = CoreRing(self, samples: samples)
            for leaf in range {
              for place in places(ofLeaf: Int(leaves[leaf])) {
                cores[place] = search.core(of: place, tree, members)
              }
            }
            done.add(range.count)
          }
        }
      }
    }
    return cores
  }
}

/// Looks for the core distances of places that follow each other: that of the last one says between
/// which distances the next one's is, by the triangle inequality.
private struct CoreRing<Scalar: MatrixScalar> {
  private let tree: KDTree<Scalar>
  private let samples: Int
  private var surroundings = KDTreeSurroundings<Scalar>()
  private var point: [Scalar]
  /// The last place's row and squared core distance, where there was one.
  private var lastPoint: [Scalar]
  private var lastCore: Scalar?
  private var candidates: [Scalar] = []

  init(_ tree: KDTree<Scalar>, samples: Int) {
    self.tree = tree
    self.samples = samples
    point = Array(repeating: 0, count: tree.columnCount)
    lastPoint = point
  }

  /// The squared core distance of a place's rows.
  mutating func core(
    of place: Int, _ kernelTree: UnsafePointer<clade_kd_tree>, _ members: KDTreeMembers
  ) -> Scalar {
    let tree = tree
    point.withUnsafeMutableBufferPointer { point in
      guard let point = point.baseAddress else { return }
      tree.copyRows(place, count: 1, to: point)
    }
    let (lower, upper) = bounds()
    let core =
      core(from: lower, through: upper, kernelTree, members)
      ?? core(from: 0, through: .greatestFiniteMagnitude, kernelTree, members) ?? .infinity
    swap(&point, &lastPoint)
    lastCore = core
    return core
  }

  /// Between which squared distances the core distance is: a little more than that, and checked.
  private func bounds() -> (lower: Scalar, upper: Scalar) {
    let most = Scalar.greatestFiniteMagnitude
    guard let lastCore else { return (0, most) }
    var square: Scalar = 0
    for (x, y) in zip(point, lastPoint) { square += (x - y) * (x - y) }
    let (gap, reach) = (square.squareRoot(), lastCore.squareRoot())
    let slack = Scalar.ulpOfOne * Scalar(16 + 2 * tree.columnCount)
    let (near, far) = (max(0, reach - gap), reach + gap)
    return (near * near * (1 - slack), min(far * far * (1 + slack), most))
  }

  /// The squared core distance if it is from `lower` through `upper`.
  private mutating func core(
    from lower: Scalar, through upper: Scalar, _ kernelTree: UnsafePointer<clade_kd_tree>,
    _ members: KDTreeMembers
  ) -> Scalar? {
    point.withUnsafeBufferPointer { point in
      guard let point = point.baseAddress else { return }
      surroundings.find(from: lower, through: upper, of: point, kernelTree, members)
    }
    // A row is the first of its own neighbours.
    let wanted = samples + 1 - surroundings.nearerRows
    guard wanted > 0 else { return nil }
    candidates.removeAll(keepingCapacity: true)
    for index in 0..<surroundings.count {
      let place = Int(surroundings.places[index])
      let rows = Int(members.starts[place + 1] - members.starts[place])
      // Equal rows share a place; more than are wanted don't matter.
      for _ in 0..<min(rows, wanted) { candidates.append(surroundings.squares[index]) }
    }
    guard candidates.count >= wanted else { return nil }
    candidates.withUnsafeMutableBufferPointer { Selection.moveSmallest(wanted, of: $0) { $0 } }
    return candidates[wanted - 1]
  }
}
