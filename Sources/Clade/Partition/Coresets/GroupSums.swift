import CladeCore

/// The mass and the cost of groups of rows, summed exactly in one pass over all rows.
struct GroupSums: Sendable {
  /// The mass of each group.
  private(set) var masses: [ExactSum]
  /// The cost of each group: of each row the cost of its nearest center, times its weight.
  private(set) var costs: [ExactSum]

  private struct Worker<Scalar: MatrixScalar> {
    var sums: GroupSums
    var chunk = RowCosts<Scalar>.Chunk()
  }

  /// Goes over all rows.
  ///
  /// - Parameters:
  ///   - groups: How many groups there are.
  ///   - stage: What the observer is told.
  ///   - group: The group of a row, given its place, its nearest center and its cost; called from
  ///     several threads.
  /// - Throws: What reading rows throws, and `CancellationError`.
  /// - Complexity: O(n · k · d).
  init<Scalar: MatrixScalar>(
    _ input: CoresetInput<Scalar>, _ costs: RowCosts<Scalar>, groups: Int, stage: String,
    _ progress: ProgressObserver?,
    group: @Sendable (_ row: Int, _ label: Int, _ cost: Double) -> Int
  ) throws {
    masses = Array(repeating: ExactSum(bound: input.heaviest), count: groups)
    self.costs = Array(repeating: ExactSum(bound: costs.bound * input.heaviest), count: groups)
    let none = self
    let count = ProgressCount(stage: stage, total: input.rowCount, observer: progress)
    let workers = try ParallelChunks.reduce(
      count: input.rowCount, chunkSize: input.rows.preferredChunkSize, threads: input.threads,
      state: { Worker<Scalar>(sums: none) }
    ) { worker, _, range in
      try Cancellation.check()
      try input.rows.withRows(range) { rows in
        guard let start = rows.baseAddress else { return }
        costs.evaluate(start, count: range.count, into: &worker.chunk)
      }
      for index in 0..<range.count {
        let (label, cost) = (Int(worker.chunk.labels[index]), worker.chunk.costs[index])
        let row = range.lowerBound &+ index
        let (group, weight) = (group(row, label, cost), input.weight(of: row))
        worker.sums.masses[group].add(weight)
        worker.sums.costs[group].addProduct(cost, weight)
      }
      count.add(range.count)
    }
    for worker in workers {
      for index in 0..<groups {
        masses[index].add(worker.sums.masses[index])
        self.costs[index].add(worker.sums.costs[index])
      }
    }
  }

  /// The cost of all groups together.
  var totalCost: Double {
    guard var total = costs.first else { return 0 }
    for cost in costs.dropFirst() { total.add(cost) }
    return total.value
  }
}
