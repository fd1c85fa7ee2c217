import CKernels
import CladeCore

/// The iteration of spherical k-means: every row to the center at the smallest angle, every center
/// to the mean direction of its rows ("Concept Decompositions for Large Sparse Text Data Using
/// Clustering", Dhillon and Modha, 2001).
struct SphericalLloyd<Scalar: MatrixScalar> {
  private let rows: UnitRows
  private let weights: SphericalWeights?
  private let k: Int
  private let threads: Int?
  /// Whether to leave out what can't change the result; without, every row is compared with every
  /// center in every iteration.
  private let prunes: Bool
  private let longestRow: Int

  private(set) var centers: SphericalCenters<Scalar>
  private(set) var state: SphericalState
  private(set) var iterations = 0
  private(set) var converged = false

  /// The rows by cluster, and where each cluster's begin.
  private var order: [Int32]
  private var starts: [Int] = []
  /// Clusters whose rows aren't those that their centers were made of.
  private var changed: Set<Int32>

  private static var chunkSize: Int { 256 }

  init(
    _ rows: UnitRows, weights: SphericalWeights? = nil, centers: SphericalCenters<Scalar>,
    threads: Int?, prunes: Bool
  ) {
    self.rows = rows
    self.weights = weights
    self.threads = threads
    self.prunes = prunes
    k = centers.count
    self.centers = centers
    state = SphericalState(rowCount: rows.rowCount)
    order = (0..<Int32(rows.rowCount)).map { $0 }
    changed = Set(0..<Int32(centers.count))
    longestRow = (0..<rows.rowCount).reduce(0) {
      max($0, rows.starts[$1 + 1] - rows.starts[$1])
    }
  }

  /// Iterates until no row changes its cluster or `maxIterations` are done. No cluster is empty
  /// then.
  mutating func run(maxIterations: Int, progress: ProgressObserver?) throws {
    _ = assignToAll(SphericalProgress("spherical k-means, first assignment", rows, progress))
    while iterations < maxIterations {
      try Cancellation.check()
      let progress = SphericalProgress(
        "spherical k-means, iteration \(iterations + 1)", rows, progress)
      sortByCluster()
      var turns = moveToMeans()
      if hasEmpty { try fill(&turns) }
      let moved = update(turns, progress)
      iterations += 1
      sortByCluster()
      guard !hasEmpty else { continue }
      converged = moved == 0
      if converged { return }
    }
    sortByCluster()
    while hasEmpty {
      try Cancellation.check()
      var turns: [Int32: Double] = [:]
      try fill(&turns)
      _ = update(turns, nil)
      sortByCluster()
    }
  }

  /// The most similar center of each row.
  static func labels(
    _ data: SparseMatrix<Scalar>, _ centers: Matrix<Scalar>, threads: Int?
  ) throws -> [Int32] {
    var lloyd = SphericalLloyd(
      try UnitRows(data, threads: threads), centers: SphericalCenters(centers), threads: threads,
      prunes: true)
    _ = lloyd.assignToAll(nil)
    return lloyd.state.labels
  }

  /// The sum over all rows of 1 − cosine, times their weights.
  var objective: Double {
    if let weights { return weights.objective(state.similarities) }
    var sum = ExactSum(bound: 4)
    for similarity in state.similarities { sum.add(1 - similarity) }
    return sum.value
  }

  /// The total weight of each cluster: the number of its rows where they have no weights.
  var masses: [Double] {
    weights?.masses(state.labels, k: k) ?? (0..<k).map { Double(starts[$0 + 1] - starts[$0]) }
  }

  // MARK: Centers

  private var hasEmpty: Bool { (0..<k).contains { starts[$0] == starts[$0 + 1] } }

  private mutating func sortByCluster() {
    var counts = [Int](repeating: 0, count: k + 1)
    for label in state.labels { counts[Int(label) + 1] += 1 }
    for cluster in 0..<k { counts[cluster + 1] += counts[cluster] }
    starts = counts
    for (row, label) in state.labels.enumerated() {
      order[counts[Int(label)]] = Int32(row)
      counts[Int(label)] += 1
    }
  }

  /// Moves the centers of changed clusters to their mean directions; one without rows, or whose
  /// rows cancel out, stays.
  ///
  /// - Returns: The centers that moved, each with a cosine that it turned by no more than.
  private mutating func moveToMeans() -> [Int32: Double] {
    let clusters = changed.sorted().filter { self.starts[Int($0)] < self.starts[Int($0) + 1] }
    changed = []
    let means =
      weights.map { $0.withView { meanDirections(of: clusters, $0) } }
      ?? meanDirections(of: clusters, nil)
    var turns: [Int32: Double] = [:]
    for (cluster, mean) in means {
      turns[cluster] = mean.turn
      centers.replace(Int(cluster), columns: mean.columns, values: mean.values)
    }
    return turns
  }

  /// The mean directions of clusters, those that have one.
  private func meanDirections(
    of clusters: [Int32], _ weights: SphericalWeights.View?
  ) -> [(Int32, SphericalMeans.Mean<Scalar>)] {
    let (order, starts, columnCount, threads) = (order, starts, rows.columnCount, threads)
    let parts = rows.withView { rows in
      order.withUnsafeBufferPointer { order in
        centers.dense.withUnsafeBufferPointer { dense in
          nonisolated(unsafe) let (order, dense) = (order, dense)
          return ParallelChunks.reduce(
            count: clusters.count, chunkSize: 4, threads: threads,
            state: {
              (
                sums: SphericalMeans(columnCount: columnCount),
                means: [(Int32, SphericalMeans.Mean<Scalar>)]()
              )
            }
          ) { state, _, range in
            for cluster in clusters[range].map(Int.init) {
              let members = UnsafeBufferPointer(
                rebasing: order[starts[cluster]..<starts[cluster + 1]])
              let place = UnsafeBufferPointer(
                rebasing: dense[(cluster * columnCount)..<((cluster + 1) * columnCount)])
              if let mean = state.sums.mean(of: members, in: rows, weights: weights, from: place) {
                state.means.append((Int32(cluster), mean))
              }
            }
          }
        }
      }
    }
    return parts.flatMap(\.means)
  }

  /// Puts the centers of empty clusters on the rows that are least similar to their centers, one
  /// after the other; of rows equally dissimilar, on that whose values come first.
  private mutating func fill(_ turns: inout [Int32: Double]) throws {
    var similarities = state.similarities
    let columnCount = rows.columnCount
    let empty = (0..<k).filter { starts[$0] == starts[$0 + 1] }
    for cluster in empty {
      var farthest = 0
      for row in 1..<max(1, rows.rowCount) where similarities[row] <= similarities[farthest] {
        if similarities[row] < similarities[farthest] || rows.precedes(row, farthest) {
          farthest = row
        }
      }
      guard similarities[farthest] < 1 - SphericalCenters<Scalar>.tolerance else {
        throw CladeError.tooManyClusters(k: k, distinctRows: k - empty.count)
      }
      let range = rows.starts[farthest]..<rows.starts[farthest + 1]
      centers.replace(
        cluster, columns: Array(rows.columns[range]), values: rows.values[range].map { Scalar($0) })
      changed.insert(Int32(cluster))
      turns[Int32(cluster)] = -1
      rows.withView { rows in
        centers.dense.withUnsafeBufferPointer { dense in
          guard let center = dense.baseAddress else { return }
          for row in similarities.indices {
            let first = rows.starts[row]
            let own = SparseProducts.dot(
              rows.columns.baseAddress.map { $0 + first },
              rows.values.baseAddress.map { $0 + first }, rows.count(row),
              center + cluster * columnCount)
            similarities[row] = max(similarities[row], own)
          }
        }
      }
    }
  }

  // MARK: Rows

  /// Compares every row with every center.
  ///
  /// - Returns: How many rows changed their cluster.
  private mutating func assignToAll(_ progress: SphericalProgress?) -> Int {
    guard prunes else {
      return work(order, progress) { worker, row in worker.compareWithAll(row) }.moved
    }
    let index = CenterIndex(centers, active: (0..<Int32(k)).map { $0 }, threads: threads)
    return index.withView { index in
      work(order, progress) { worker, row in worker.evaluate(row, index) }.moved
    }
  }

  /// Brings the rows up to date after centers moved.
  ///
  /// - Returns: How many rows changed their cluster.
  private mutating func update(_ turns: [Int32: Double], _ progress: SphericalProgress?) -> Int {
    guard prunes else { return assignToAll(progress) }
    guard !turns.isEmpty else { return 0 }
    var hasMoved = [Bool](repeating: false, count: k)
    for center in turns.keys { hasMoved[Int(center)] = true }
    let leastCosine = turns.values.min() ?? 1
    let index = CenterIndex(centers, active: turns.keys.sorted(), threads: threads)
    let first = index.withView { index in
      hasMoved.withUnsafeBufferPointer { hasMoved in
        nonisolated(unsafe) let hasMoved = hasMoved
        return work(order, progress) { worker, row in
          guard let hasMoved = hasMoved.baseAddress else { return }
          worker.update(row, movedIndex: index, hasMoved: hasMoved, leastCosine: leastCosine)
        }
      }
    }
    guard !first.pending.isEmpty else { return first.moved }
    // The rows that lost so much that centers which stayed may win too.
    let complete =
      turns.count == k
      ? index : CenterIndex(centers, active: (0..<Int32(k)).map { $0 }, threads: threads)
    return complete.withView { index in
      first.moved
        + work(first.pending, progress) { worker, row in worker.evaluate(row, index) }.moved
    }
  }

  /// Calls `body` for the rows that `list` names, on several threads, and collects what they found.
  private mutating func work(
    _ list: [Int32], _ progress: SphericalProgress?,
    _ body: @Sendable (SphericalWorker<Scalar>, Int) -> Void
  ) -> (moved: Int, pending: [Int32]) {
    let (centers, longestRow, threads) = (centers, longestRow, threads)
    let workers = rows.withView { rows in
      state.labels.withUnsafeMutableBufferPointer { labels in
        state.similarities.withUnsafeMutableBufferPointer { similarities in
          state.bounds.withUnsafeMutableBufferPointer { bounds in
            centers.dense.withUnsafeBufferPointer { dense in
              guard let labels = labels.baseAddress, let similarities = similarities.baseAddress,
                let bounds = bounds.baseAddress, let dense = dense.baseAddress
              else { return [SphericalWorker<Scalar>]() }
              nonisolated(unsafe) let (label, similarity, bound, entries) = (
                labels, similarities, bounds, dense
              )
              return ParallelChunks.reduce(
                count: list.count, chunkSize: Self.chunkSize, threads: threads,
                state: {
                  SphericalWorker(
                    rows, centers, dense: entries, labels: label, similarities: similarity,
                    bounds: bound, longestRow: longestRow)
                }
              ) { worker, _, range in
                let pending = worker.pending.count
                for row in list[range] { body(worker, Int(row)) }
                progress?.settled(range.count - (worker.pending.count - pending))
              }
            }
          }
        }
      }
    }
    var moved = 0
    var pending: [Int32] = []
    for worker in workers {
      moved += worker.movedCount
      pending += worker.pending
      changed.formUnion(worker.changedClusters)
    }
    return (moved, pending)
  }
}
