import CladeCore

extension HDBSCANModel {
  /// The training rows that stand for each cluster (k lists): the densest ones of each leaf of the
  /// tree below it, in the order of their values.
  ///
  /// A cluster of any shape has no center; its exemplars lie along its ridges.
  ///
  /// - Complexity: O(n) time, and O(e · log e · d) for e exemplars.
  public var exemplars: [[Int32]] {
    let tree = condensedTree
    var isLeaf = [Bool](repeating: true, count: tree.clusterCount)
    for parent in tree.parents.dropFirst() { isLeaf[Int(parent)] = false }
    var exemplars = [[Int32]](repeating: [], count: clusterCount)
    for (row, cluster) in tree.rowClusters.enumerated() where isLeaf[Int(cluster)] {
      let label = chosen.labels[Int(cluster)]
      guard label >= 0, tree.rowHeights[row] == tree.deathHeights[Int(cluster)] else { continue }
      exemplars[Int(label)].append(Int32(row))
    }
    let rows = parameters.metric == .precomputed ? nil : data
    return exemplars.map { list in
      list.sorted { precedes(Int($0), Int($1), in: rows) }
    }
  }

  /// How much each training row belongs to each cluster (n × k): soft clustering. A row's numbers
  /// add up to how much it belongs to any cluster at all, at most 1.
  ///
  /// Two things count alike: how near the row is to a cluster's exemplars, and how dense it is
  /// where the tree joins it with the cluster.
  ///
  /// Source: the soft clustering of "hdbscan: Hierarchical Density Based Clustering" (McInnes,
  /// Healy and Astels, 2017) and its documentation.
  ///
  /// - Parameters:
  ///   - threads: At most this many threads; `nil` for one per core. Changes no bit of the result.
  ///   - progress: Told how far it has come.
  /// - Throws: `CladeError.invalidParameter` where only distances were given;
  ///   `CladeError.notEnoughMemory` where n × k numbers would fill more than this machine's memory;
  ///   `CancellationError` when the task was cancelled.
  /// - Complexity: O(n · e · d) time for e exemplars, and O(n · k · depth); O(n · k) memory.
  public func membershipVectors(
    threads: Int? = nil, progress: ProgressObserver? = nil
  ) throws -> Matrix<Double> {
    guard parameters.metric != .precomputed else {
      throw CladeError.invalidParameter(
        name: "metric", value: "precomputed",
        reason: "soft clustering measures distances between rows; fit the rows themselves")
    }
    let (n, k) = (condensedTree.rowCount, clusterCount)
    try DistanceMemory.check(
      rows: n, columns: k, scalar: Double.self,
      remedy: "raise minClusterSize, so that there are fewer clusters")
    let count = ProgressCount(
      stage: "soft clustering", total: max(1, k + 1), observer: progress)
    var vectors = Matrix<Double>(rows: n, columns: k, repeating: .infinity)
    for (label, list) in exemplars.enumerated() {
      try Cancellation.check()
      try vectors.lower(label, by: list, of: data, metric: parameters.metric, threads: threads)
      count.add(1)
    }
    let merges = ClusterMerges(condensedTree, chosen.clusters)
    vectors.withUnsafeMutableBufferPointer { buffer in
      nonisolated(unsafe) let buffer = buffer
      ParallelChunks.forEach(count: n, chunkSize: 4096, threads: threads) { _, range in
        var scores = [Double](repeating: 0, count: k)
        for row in range where k > 0 {
          let vector = UnsafeMutableBufferPointer(rebasing: buffer[row * k..<(row + 1) * k])
          merges.weigh(
            vector, cluster: Int(condensedTree.rowClusters[row]),
            height: condensedTree.rowHeights[row], &scores)
        }
      }
    }
    count.add(1)
    return vectors
  }
}

extension Matrix<Double> {
  /// Lowers the entries of a column to the distance of each row from the nearest of some.
  fileprivate mutating func lower<Number: MatrixScalar>(
    _ column: Int, by rows: [Int32], of data: Matrix<Number>, metric: Metric, threads: Int?
  ) throws {
    let (n, k) = (rowCount, columnCount)
    let step = max(1, (1 << 24) / max(1, n))
    for first in stride(from: 0, to: rows.count, by: step) {
      let some = rows[first..<Swift.min(rows.count, first + step)]
      let distances = try metric.distances(
        from: data.gatheringRows(some), to: data, threads: threads)
      withUnsafeMutableBufferPointer { target in
        distances.withUnsafeBufferPointer { distances in
          for index in 0..<some.count {
            for row in 0..<n {
              let distance = distances[index * n + row]
              if distance < target[row * k + column] { target[row * k + column] = distance }
            }
          }
        }
      }
    }
  }
}

/// Where the tree joins its clusters with the chosen ones.
private struct ClusterMerges: Sendable {
  private let tree: CondensedTree
  private let chosen: [Int]
  /// For each cluster of the tree and each chosen one, the height at which they are parts of one
  /// cluster; NaN where one is a part of the other.
  private let heights: [Double]
  private let least: [Double]

  init(_ tree: CondensedTree, _ chosen: [Int]) {
    self.tree = tree
    self.chosen = chosen
    least = tree.deathHeights
    var heights = [Double](repeating: .nan, count: tree.clusterCount * chosen.count)
    // The way up from each chosen cluster, met by the way up from each other one.
    for (label, cluster) in chosen.enumerated() {
      var isAbove = [Bool](repeating: false, count: tree.clusterCount)
      var way = cluster
      while way >= 0 {
        isAbove[way] = true
        way = Int(tree.parents[way])
      }
      // Parents come first, so what holds for one holds for its parts, unless they part from the
      // way.
      for other in tree.parents.indices.dropFirst() where !isAbove[other] {
        let parent = Int(tree.parents[other])
        let place = other * chosen.count + label
        if !heights[parent * chosen.count + label].isNaN {
          heights[place] = heights[parent * chosen.count + label]
        } else if parent != cluster, isAbove[parent] {
          heights[place] = tree.birthHeights[other]
        }
      }
    }
    self.heights = heights
  }

  /// Turns a row's distances from the exemplars of each chosen cluster into memberships.
  func weigh(
    _ vector: UnsafeMutableBufferPointer<Double>, cluster: Int, height: Double,
    _ scores: inout [Double]
  ) {
    let k = chosen.count
    let end = least[cluster]
    // The merge with each cluster, as a height; the lowest is with the cluster that it belongs to
    // most.
    var (nearest, nearestHeight) = (-1, Double.infinity)
    for label in 0..<k {
      let known = heights[cluster * k + label]
      let merged = known.isNaN ? height : known
      let isBetter =
        merged < nearestHeight
        || merged == nearestHeight && (nearest < 0 || chosen[label] < chosen[nearest])
      if isBetter { (nearest, nearestHeight) = (label, merged) }
      // The density at the end over that at the merge.
      let ratio = merged > end ? merged / end : 1
      scores[label] = Elementary.exp(-ratio)
    }
    let highest = scores.max() ?? 0
    let closest = vector.min() ?? 0
    var total = 0.0
    for label in 0..<k {
      let nearness =
        closest > 0 ? closest / vector[label] : (vector[label] == 0 ? 1 : 0)
      vector[label] = nearness * Elementary.exp(scores[label] - highest)
      total += vector[label]
    }
    let top = min(height, least[chosen[nearest]])
    let share = top < nearestHeight ? top / nearestHeight : 1
    for label in 0..<k { vector[label] = total > 0 ? vector[label] / total * share : 0 }
  }
}
