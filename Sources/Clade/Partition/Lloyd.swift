import CKernels
import CladeCore

/// Lloyd's iteration: every row to its nearest center, every center to the mean of its rows ("Least
/// Squares Quantization in PCM", Lloyd, 1982).
///
/// The sums behind the means are exact, so they are carried from one iteration to the next: only rows
/// that changed their cluster are taken away from one and added to another. Means are rounded once.
///
/// Rows are read in chunks, once an iteration, so they needn't be in memory; a label a row is.
struct Lloyd<Scalar: MatrixScalar> {
  private let source: any RowSource<Scalar>
  private let weights: [Scalar]?
  private let threads: Int?
  private let k: Int

  private(set) var centers: Matrix<Scalar>
  private(set) var labels: [Int32]
  private(set) var iterations = 0
  private(set) var converged = false

  private var sums: ExactColumnSums
  /// The sums of the weights, where there are any.
  private var weightSums: ExactColumnSums?
  private let noSums: ExactColumnSums
  private let noWeightSums: ExactColumnSums?

  /// Prepares the iteration.
  ///
  /// - Parameters:
  ///   - source: n × d, finite; n is at least the number of centers.
  ///   - bounds: The largest magnitude in each column.
  ///   - weights: Positive weights (n).
  ///   - centers: The first centers (k × d).
  init(
    _ source: any RowSource<Scalar>, bounds: [Double], weights: [Scalar]?,
    centers: Matrix<Scalar>, threads: Int?
  ) {
    self.source = source
    self.weights = weights
    self.threads = threads
    self.centers = centers
    let groups = centers.rowCount
    k = groups
    labels = Array(repeating: -1, count: source.rowCount)
    let heaviest = weights.map { $0.reduce(0) { max($0, Double($1)) } }
    noSums = ExactColumnSums(bounds: bounds.map { $0 * (heaviest ?? 1) }, groups: k)
    noWeightSums = heaviest.map { ExactColumnSums(bounds: [$0], groups: groups) }
    sums = noSums
    weightSums = noWeightSums
  }

  /// Iterates until no row changes its cluster, the centers move by no more than `tolerance` (the sum
  /// of their squared moves), or `maxIterations` are done. No cluster is empty then. Goes on from where
  /// it stopped when it is called again.
  ///
  /// - Throws: `CladeError.tooManyClusters` for fewer distinct rows than centers, what reading rows
  ///   throws, and `CancellationError`.
  mutating func run(
    maxIterations: Int, tolerance: Double, progress: ProgressObserver?
  ) throws {
    if labels.first == -1 { _ = try assign() }
    while iterations < maxIterations {
      try Task.checkCancellation()
      let number = "iteration \(iterations + 1) of at most \(maxIterations)"
      progress?(ProgressUpdate(stage: "k-means", detail: number))
      let before = centers
      centers = means()
      let empty = emptyClusters
      if !empty.isEmpty { try fill(empty, distancesFrom: before) }
      let moved = try assign()
      iterations += 1
      guard emptyClusters.isEmpty else { continue }
      converged = moved == 0 || (tolerance > 0 && Self.squaredMove(before, centers) <= tolerance)
      if converged { return }
    }
    // Every round puts a center on a row that has none and takes away one that no row needs, so the
    // sum of the distances falls each time and this ends.
    while case let empty = emptyClusters, !empty.isEmpty {
      try Task.checkCancellation()
      try fill(empty, distancesFrom: centers)
      _ = try assign()
    }
  }

  // MARK: Steps

  private var emptyClusters: [Int] {
    (0..<k).filter { sums.addendCount(group: $0) == 0 }
  }

  /// The total weight of a cluster: the number of its rows where they have no weights.
  func mass(of cluster: Int) -> Double {
    weightSums?.sum(group: cluster, column: 0) ?? Double(sums.addendCount(group: cluster))
  }

  /// Gives each row its nearest center and brings the sums up to date.
  ///
  /// - Returns: How many rows changed their cluster.
  private mutating func assign() throws -> Int {
    let nearest = NearestCenters(centers, threads: threads)
    let chunkSize = source.preferredChunkSize
    let (source, weights, noSums, noWeightSums) = (source, weights, noSums, noWeightSums)
    let threads = threads
    let workers = try labels.withUnsafeMutableBufferPointer { labels in
      try weights.withOptionalBufferPointer { weights in
        guard let labels = labels.baseAddress else { return [LloydWorker<Scalar>]() }
        nonisolated(unsafe) let (current, weights) = (labels, weights)
        return try ParallelChunks.reduce(
          count: source.rowCount, chunkSize: chunkSize, threads: threads,
          state: {
            LloydWorker(
              sums: noSums, weightSums: noWeightSums,
              labels: Array(repeating: 0, count: chunkSize),
              scratch: Array(repeating: 0, count: chunkSize))
          }
        ) { worker, _, range in
          try source.withRows(range) { values in
            guard let rows = values.baseAddress else { return }
            let old = current + range.lowerBound
            let weights = weights.map { $0 + range.lowerBound }
            nearest.label(
              rows, count: range.count, labels: &worker.labels, scratch: &worker.scratch)
            worker.moved += worker.sums.add(
              rows, count: range.count, before: old, after: worker.labels, weights: weights)
            if let weights {
              _ = worker.weightSums?.add(
                weights, count: range.count, before: old, after: worker.labels)
            }
            old.update(from: worker.labels, count: range.count)
          }
        }
      }
    }
    var moved = 0
    for worker in workers where worker.moved > 0 {
      moved += worker.moved
      sums.add(worker.sums)
      if let part = worker.weightSums { weightSums?.add(part) }
    }
    return moved
  }

  /// The means of the clusters; an empty one keeps its center.
  private func means() -> Matrix<Scalar> {
    var means = centers
    let columns = source.columnCount
    means.withUnsafeMutableBufferPointer { means in
      nonisolated(unsafe) let means = means
      ParallelChunks.forEach(count: k, chunkSize: 64, threads: threads) { _, clusters in
        for cluster in clusters where sums.addendCount(group: cluster) > 0 {
          let mass = mass(of: cluster)
          // Whole numbers divide exactly, so that a weight of 3 is the same as three equal rows.
          let count = mass < 0x1p53 && mass == mass.rounded(.down) ? Int(mass) : nil
          for column in 0..<columns {
            means[cluster * columns + column] = Scalar(
              count.map { sums.mean(group: cluster, column: column, count: $0) }
                ?? sums.sum(group: cluster, column: column) / mass)
          }
        }
      }
    }
    return means
  }

  /// Puts the centers of empty clusters on the rows that are farthest from their centers, one after
  /// the other; of rows equally far, on that whose values come first.
  private mutating func fill(_ empty: [Int], distancesFrom before: Matrix<Scalar>) throws {
    var distances = try SquaredDistances.fromOwn(source, before, labels, threads: threads)
    for cluster in empty {
      var farthest = 0
      var values = try source.row(0)
      for row in 1..<max(1, source.rowCount) where distances[row] >= distances[farthest] {
        let others = try source.row(row)
        if distances[row] > distances[farthest] || others.lexicographicallyPrecedes(values) {
          (farthest, values) = (row, others)
        }
      }
      guard distances[farthest] > 0 else {
        throw CladeError.tooManyClusters(k: k, distinctRows: k - empty.count)
      }
      for (column, value) in values.enumerated() { centers[cluster, column] = value }
      let chosen = Matrix(rows: 1, columns: values.count) { _ = $0.initialize(from: values) }
      let own = try SquaredDistances.fromOwn(
        source, chosen, Array(repeating: 0, count: source.rowCount), threads: threads)
      for row in distances.indices { distances[row] = min(distances[row], own[row]) }
    }
  }

  private static func squaredMove(_ a: Matrix<Scalar>, _ b: Matrix<Scalar>) -> Double {
    var sum = 0.0
    for row in 0..<a.rowCount {
      for column in 0..<a.columnCount {
        let difference = Double(a[row, column]) - Double(b[row, column])
        sum += difference * difference
      }
    }
    return sum
  }
}

/// What one thread needs for itself while rows are assigned.
private struct LloydWorker<Scalar: MatrixScalar> {
  var sums: ExactColumnSums
  var weightSums: ExactColumnSums?
  var moved = 0
  var labels: [Int32]
  var scratch: [Scalar]
}

extension RowSource {
  /// One row, copied.
  fileprivate func row(_ index: Int) throws -> [Scalar] {
    try withRows(index..<(index + 1)) { Array($0) }
  }
}

extension Optional {
  /// Calls `body` with the elements of an array if there is one.
  fileprivate func withOptionalBufferPointer<Element, Result>(
    _ body: (UnsafePointer<Element>?) throws -> Result
  ) rethrows -> Result where Wrapped == [Element] {
    guard let array = self else { return try body(nil) }
    return try array.withUnsafeBufferPointer { try body($0.baseAddress) }
  }
}
