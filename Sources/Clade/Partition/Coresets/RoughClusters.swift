import CladeCore

/// The mass and the cost of each cluster of a rough solution, and of its rings, summed exactly.
struct RoughClusters: Sendable {
  /// The mass of each cluster (k).
  private(set) var masses: [Double]
  /// The cost of each cluster (k).
  private(set) var costs: [Double]
  /// The masses and costs of the rings of each cluster (k × ``ringCount``), where they were asked for.
  private(set) var ringMasses: [Double] = []
  private(set) var ringCosts: [Double] = []

  /// A ring holds the rows whose costs are within a factor of two, 2⁻¹⁰ to 2¹⁰ times the mean cost of
  /// their cluster; the first one those nearer, the last one those farther away.
  static let ringCount = 22
  private static let middleRing = 11

  /// Goes over all rows, once more for rings.
  ///
  /// - Complexity: O(n · k · d).
  init<Scalar: MatrixScalar>(
    _ input: CoresetInput<Scalar>, _ costs: RowCosts<Scalar>, k: Int, withRings: Bool,
    progress: ProgressObserver?
  ) throws {
    let sums = try Self.sums(input, costs, groups: k, progress) { label, _ in label }
    (masses, self.costs) = sums
    guard withRings else { return }
    let means = zip(sums.costs, sums.masses).map { $1 > 0 ? $0 / $1 : 0 }
    (ringMasses, ringCosts) = try Self.sums(
      input, costs, groups: k * Self.ringCount, progress
    ) { label, cost in
      label &* Self.ringCount &+ Self.ring(cost: cost, mean: means[label])
    }
  }

  /// The ring of a row in a cluster with a mean cost.
  @inline(__always)
  static func ring(cost: Double, mean: Double) -> Int {
    guard cost > 0, mean > 0 else { return 0 }
    let ratio = cost / mean
    guard ratio.isNormal else { return ratio > 1 ? ringCount - 1 : 0 }
    return min(max(Int(ratio.exponent) + middleRing, 0), ringCount - 1)
  }

  private struct Worker<Scalar: MatrixScalar> {
    var masses: [ExactSum]
    var costs: [ExactSum]
    var chunk = RowCosts<Scalar>.Chunk()
  }

  private static func sums<Scalar: MatrixScalar>(
    _ input: CoresetInput<Scalar>, _ costs: RowCosts<Scalar>, groups: Int,
    _ progress: ProgressObserver?, group: @Sendable (_ label: Int, _ cost: Double) -> Int
  ) throws -> (masses: [Double], costs: [Double]) {
    let noMasses = [ExactSum](repeating: ExactSum(bound: input.heaviest), count: groups)
    let noCosts = [ExactSum](
      repeating: ExactSum(bound: costs.bound * input.heaviest), count: groups)
    let count = ProgressCount(
      stage: "coreset, measuring clusters", total: input.rowCount, observer: progress)
    let workers = try ParallelChunks.reduce(
      count: input.rowCount, chunkSize: input.rows.preferredChunkSize, threads: input.threads,
      state: { Worker<Scalar>(masses: noMasses, costs: noCosts) }
    ) { worker, _, range in
      try Task.checkCancellation()
      try input.rows.withRows(range) { rows in
        guard let start = rows.baseAddress else { return }
        costs.evaluate(start, count: range.count, into: &worker.chunk)
      }
      for index in 0..<range.count {
        let (label, cost) = (Int(worker.chunk.labels[index]), worker.chunk.costs[index])
        let (group, weight) = (group(label, cost), input.weight(of: range.lowerBound &+ index))
        worker.masses[group].add(weight)
        worker.costs[group].addProduct(cost, weight)
      }
      count.add(range.count)
    }
    var (masses, sums) = (noMasses, noCosts)
    for worker in workers {
      for index in 0..<groups {
        masses[index].add(worker.masses[index])
        sums[index].add(worker.costs[index])
      }
    }
    return (masses.map(\.value), sums.map(\.value))
  }
}
