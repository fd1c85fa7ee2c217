import CladeCore

/// DBSCAN's three steps for Euclidean distances, of the rows or of coordinates made of them: which rows are core rows, which core rows are
/// connected, and to which of them the others belong.
///
/// Rows are cut into boxes of at most the diagonal ε. The core rows of such a box are connected
/// whatever their number, and of two boxes it only matters whether any two core rows are near enough,
/// so that dense data costs no more than sparse data ("DBSCAN Revisited: Mis-Claim, Un-Fixability, and
/// Approximation", Gan and Tao, 2015; "Theoretically-Efficient and Practical Parallel DBSCAN", Wang, Gu
/// and Shun, 2020).
struct EuclideanRegions<Scalar: MatrixScalar>: @unchecked Sendable {
  // Unchecked: each leaf is written by one thread.
  private let rows: DensityRows<Scalar>
  /// The coordinates of the rows.
  private let data: Matrix<Scalar>
  private let tree: RegionTree<Scalar>
  /// The largest squared distance that is within ε.
  private let limit: Scalar
  /// What each row counts; `nil` for 1 each.
  private let weights: RegionWeights?
  private let minSamples: Int
  private let threads: Int?
  /// How many of a leaf's rows are core rows; these are its first.
  private let coreCounts: UnsafeMutableBufferPointer<Int32>

  /// The leaves that a thread takes at a time.
  private static var chunk: Int { 64 }

  /// Finds the clusters.
  ///
  /// - Parameter limit: The largest squared distance that is within ε.
  /// - Returns: For each row the core row that stands for its cluster, −1 for noise; and whether it is a
  ///   core row.
  static func solve(
    _ rows: DensityRows<Scalar>, limit: Scalar, minSamples: Int, weights: RegionWeights?,
    threads: Int?, progress: ProgressObserver?
  ) throws -> DensityPartition {
    let data = rows.prepared.coordinates
    progress?(ProgressUpdate(stage: "dividing space", fraction: 0))
    let tree = try RegionTree(data, diagonal: limit, threads: threads)
    let coreCounts = UnsafeMutableBufferPointer<Int32>.allocate(capacity: tree.nodes.count)
    coreCounts.initialize(repeating: 0)
    defer { coreCounts.deallocate() }
    let regions = EuclideanRegions(
      rows: rows, data: data, tree: tree, limit: limit, weights: weights, minSamples: minSamples,
      threads: threads, coreCounts: coreCounts)
    try regions.findCores(progress)
    regions.shrinkBoxes()
    let components = try regions.connectCores(progress)
    return try regions.settleBorders(components, progress)
  }

  // MARK: Core rows

  /// Counts the neighbours of every row, as far as that matters, and moves core rows to the front of
  /// their leaves.
  private func findCores(_ progress: ProgressObserver?) throws {
    let count = ProgressCount(
      stage: "finding core rows", total: data.rowCount, observer: progress)
    try ParallelChunks.forEach(
      count: tree.leaves.count, chunkSize: Self.chunk, threads: threads
    ) { _, range in
      try Task.checkCancellation()
      var near = NearLeaves<Scalar>()
      var squares = [Scalar](repeating: 0, count: tree.largestLeaf)
      var rows = 0
      for index in range {
        let leaf = Int(tree.leaves[index])
        rows += Int(tree.nodes[leaf].count)
        near.collect(around: tree.box(leaf), in: tree, within: limit) { tree.nodes[$0].count }
        coreCounts[leaf] = Int32(
          weights.map { coresByWeight(leaf, near, $0, &squares) } ?? cores(leaf, near))
      }
      count.add(rows)
    }
  }

  /// Moves the core rows of a leaf to its front and returns their number.
  private func cores(_ leaf: Int, _ near: NearLeaves<Scalar>) -> Int {
    let node = tree.nodes[leaf]
    guard near.rowsWithin < minSamples else { return Int(node.count) }
    return partition(leaf) { point in
      var found = near.rowsWithin
      for other in near.leaves {
        let box = tree.box(other)
        guard tree.leastSquare(box, point: point) <= limit else { continue }
        let count = Int(tree.nodes[other].count)
        found +=
          tree.largestSquare(box, point: point) <= limit
          ? count : tree.count(other, first: count, within: limit, of: point)
        if found >= minSamples { return true }
      }
      return false
    }
  }

  /// The same where rows have weights, whose sum is exact.
  private func coresByWeight(
    _ leaf: Int, _ near: NearLeaves<Scalar>, _ weights: RegionWeights, _ squares: inout [Scalar]
  ) -> Int {
    partition(leaf) { point in
      var total = weights.none
      for place in near.placesWithin {
        for other in place { total.add(weights[tree.order[other]]) }
      }
      for other in near.leaves where tree.leastSquare(tree.box(other), point: point) <= limit {
        let node = tree.nodes[other]
        squares.withUnsafeMutableBufferPointer { squares in
          tree.squares(other, first: Int(node.count), from: point, into: squares.baseAddress!)
          for place in 0..<Int(node.count) where squares[place] <= limit {
            total.add(weights[tree.order[Int(node.first) + place]])
          }
        }
      }
      return total.value >= Double(minSamples)
    }
  }

  /// Moves those rows of a leaf to its front for which a condition holds, and returns their number.
  private func partition(_ leaf: Int, _ isCore: (UnsafePointer<Scalar>) -> Bool) -> Int {
    let range = tree.nodes[leaf].range
    var found = range.lowerBound
    data.withUnsafeBufferPointer { values in
      for place in range
      where isCore(values.baseAddress! + Int(tree.order[place]) * data.columnCount) {
        tree.order.swapAt(place, found)
        found += 1
      }
    }
    return found - range.lowerBound
  }

  /// Makes every box as small as its core rows allow.
  private func shrinkBoxes() {
    ParallelChunks.forEach(count: tree.leaves.count, chunkSize: 256, threads: threads) { _, range in
      for index in range {
        let leaf = Int(tree.leaves[index])
        tree.fill(leaf: leaf, from: data)
        tree.shrink(leaf: leaf, toFirst: Int(coreCounts[leaf]))
      }
    }
    for (index, node) in tree.nodes.enumerated().reversed() where !node.isLeaf {
      let children = Int(node.children)
      coreCounts[index] = coreCounts[children] + coreCounts[children + 1]
      tree.shrink(node: index)
    }
  }

  // MARK: Connections

  /// Joins the core rows that are connected; items are places of ``RegionTree/order``.
  private func connectCores(_ progress: ProgressObserver?) throws -> SharedComponents {
    let components = SharedComponents(count: data.rowCount)
    let count = ProgressCount(
      stage: "connecting core rows", total: tree.leaves.count, observer: progress)
    let isTight = tree.leaves.map { leaf in
      let box = tree.box(Int(leaf))
      return coreCounts[Int(leaf)] > 0 && tree.largestSquare(box, box) <= limit
    }
    for (index, leaf) in tree.leaves.enumerated() where isTight[index] {
      let first = Int(tree.nodes[Int(leaf)].first)
      for place in first..<first + Int(coreCounts[Int(leaf)]) { components.join(first, place) }
    }
    try ParallelChunks.forEach(
      count: tree.leaves.count, chunkSize: Self.chunk, threads: threads
    ) { _, range in
      try Task.checkCancellation()
      var near = NearLeaves<Scalar>()
      for index in range {
        let leaf = Int(tree.leaves[index])
        guard coreCounts[leaf] > 0 else { continue }
        near.collectLeaves(around: tree.box(leaf), in: tree, within: limit) { coreCounts[$0] }
        // Every pair of leaves once; a leaf with itself where its rows aren't all connected yet.
        for other in near.leaves {
          let number = Int(tree.nodes[other].leafNumber)
          guard number > index || number == index && !isTight[index] else { continue }
          connect(leaf, other, isTight[index], isTight[number], components)
        }
      }
      count.add(range.count)
    }
    return components
  }

  /// Joins the core rows of two leaves that are within ε of each other.
  private func connect(
    _ a: Int, _ b: Int, _ aIsTight: Bool, _ bIsTight: Bool, _ components: SharedComponents
  ) {
    let (firstA, firstB) = (Int(tree.nodes[a].first), Int(tree.nodes[b].first))
    let (countA, countB) = (Int(coreCounts[a]), Int(coreCounts[b]))
    if aIsTight, bIsTight {
      guard components.root(firstA) != components.root(firstB) else { return }
      if tree.largestSquare(tree.box(a), tree.box(b)) <= limit {
        components.join(firstA, firstB)
        return
      }
    }
    data.withUnsafeBufferPointer { values in
      for place in firstA..<firstA + countA {
        let point = values.baseAddress! + Int(tree.order[place]) * data.columnCount
        guard tree.leastSquare(tree.box(b), point: point) <= limit else { continue }
        if bIsTight {
          if tree.count(b, first: countB, within: limit, of: point) > 0 {
            components.join(place, firstB)
            if aIsTight { return }
          }
        } else {
          withUnsafeTemporaryAllocation(of: Scalar.self, capacity: countB) { squares in
            tree.squares(b, first: countB, from: point, into: squares.baseAddress!)
            for other in 0..<countB where squares[other] <= limit {
              components.join(place, firstB + other)
            }
          }
        }
      }
    }
  }

  // MARK: Border rows

  /// Gives every row that isn't a core row to the cluster of the nearest core row within ε, of several
  /// at the same distance to the one whose coordinates come first.
  private func settleBorders(
    _ components: SharedComponents, _ progress: ProgressObserver?
  ) throws -> DensityPartition {
    var representatives = [Int32](repeating: -1, count: data.rowCount)
    var isCore = [Bool](repeating: false, count: data.rowCount)
    let count = ProgressCount(
      stage: "placing border rows", total: tree.leaves.count, observer: progress)
    try representatives.withUnsafeMutableBufferPointer { representatives in
      try isCore.withUnsafeMutableBufferPointer { isCore in
        nonisolated(unsafe) let (representatives, isCore) = (representatives, isCore)
        try ParallelChunks.forEach(
          count: tree.leaves.count, chunkSize: Self.chunk, threads: threads
        ) { _, range in
          try Task.checkCancellation()
          var near = NearLeaves<Scalar>()
          var squares = [Scalar](repeating: 0, count: tree.largestLeaf)
          for index in range {
            let leaf = Int(tree.leaves[index])
            let (places, cores) = (tree.nodes[leaf].range, Int(coreCounts[leaf]))
            for place in places.prefix(cores) {
              let row = Int(tree.order[place])
              representatives[row] = tree.order[components.root(place)]
              isCore[row] = true
            }
            guard cores < places.count else { continue }
            // The box holds core rows only, so that the others are looked up one by one.
            for place in places.dropFirst(cores) {
              let row = Int(tree.order[place])
              let nearest = data.withUnsafeBufferPointer { values in
                near.nearest(
                  to: values.baseAddress! + row * data.columnCount, in: tree, within: limit,
                  squares: &squares, count: { coreCounts[$0] }, precedes: rows.precedes)
              }
              if let nearest { representatives[row] = tree.order[components.root(nearest.place)] }
            }
          }
          count.add(range.count)
        }
      }
    }
    return DensityPartition(representatives: representatives, isCore: isCore)
  }
}
