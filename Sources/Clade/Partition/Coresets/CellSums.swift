import CladeCore

/// The masses and sums of the rows in each cell, exact.
struct CellSums<Scalar: MatrixScalar> {
  /// The mass of each cell.
  let masses: [Double]
  private let sums: ExactColumnSums
  private let tree: CellPlanes

  private struct Worker {
    var sums: ExactColumnSums
    var masses: [ExactSum]
    var labels: [Int32] = []
  }

  /// Goes over all rows.
  ///
  /// - Complexity: O(n · (d + depth)).
  init(
    _ input: CoresetInput<Scalar>, _ tree: CellPlanes, progress: ProgressObserver?
  ) throws {
    let cells = tree.cellCount
    let noSums = ExactColumnSums(bounds: input.bounds.map { $0 * input.heaviest }, groups: cells)
    let noMasses = [ExactSum](repeating: ExactSum(bound: input.heaviest), count: cells)
    let (columns, weights) = (input.columnCount, input.givenWeights)
    let count = ProgressCount(
      stage: "coreset, summing cells", total: input.rowCount, observer: progress)
    let workers = try ParallelChunks.reduce(
      count: input.rowCount, chunkSize: input.rows.preferredChunkSize, threads: input.threads,
      state: { Worker(sums: noSums, masses: noMasses) }
    ) { worker, _, range in
      try Cancellation.check()
      if worker.labels.count < range.count {
        worker.labels = Array(repeating: 0, count: range.count)
      }
      try input.rows.withRows(range) { rows in
        guard let start = rows.baseAddress else { return }
        tree.assign(start, count: range.count, columns: columns, into: &worker.labels)
        let own = weights.map { Array($0[range]) }
        worker.sums.add(start, count: range.count, after: worker.labels, weights: own)
      }
      for index in 0..<range.count {
        worker.masses[Int(worker.labels[index])].add(input.weight(of: range.lowerBound &+ index))
      }
      count.add(range.count)
    }
    var (sums, masses) = (noSums, noMasses)
    for worker in workers {
      sums.add(worker.sums)
      for cell in 0..<cells { masses[cell].add(worker.masses[cell]) }
    }
    self.sums = sums
    self.masses = masses.map(\.value)
    self.tree = tree
  }

  /// The mean of each cell (cells × d), rounded once; 0 where it has no rows.
  func means() -> Matrix<Scalar> {
    Matrix(rows: masses.count, columns: sums.columnCount) { buffer in
      var index = 0
      for (cell, mass) in masses.enumerated() {
        // Whole numbers divide exactly, so that a weight of 3 is the same as three equal rows.
        let count = mass < 0x1p53 && mass == mass.rounded(.down) ? Int(mass) : nil
        for column in 0..<sums.columnCount {
          var mean = 0.0
          if mass > 0 {
            mean =
              count.map { sums.mean(group: cell, column: column, count: $0) }
              ?? sums.sum(group: cell, column: column) / mass
          }
          buffer.initializeElement(at: index, to: Scalar(mean))
          index += 1
        }
      }
    }
  }

  /// The exact sum of the squared distances of all rows from the means of their cells.
  ///
  /// - Complexity: O(n · (d + depth)), one more pass.
  func inertia(
    around means: Matrix<Scalar>, _ input: CoresetInput<Scalar>, progress: ProgressObserver?
  ) throws -> Double {
    let reach = input.bounds.reduce(0.0) { $0 + 4 * $1 * $1 } * 1.001
    let noSum = ExactSum(bound: reach * input.heaviest)
    let (tree, columns) = (tree, input.columnCount)
    let count = ProgressCount(
      stage: "coreset, measuring cells", total: input.rowCount, observer: progress)
    let workers = try ParallelChunks.reduce(
      count: input.rowCount, chunkSize: input.rows.preferredChunkSize, threads: input.threads,
      state: { (sum: noSum, labels: [Int32](), distances: [Double]()) }
    ) { worker, _, range in
      try Cancellation.check()
      if worker.labels.count < range.count {
        worker.labels = Array(repeating: 0, count: range.count)
        worker.distances = Array(repeating: 0, count: range.count)
      }
      try input.rows.withRows(range) { rows in
        guard let start = rows.baseAddress else { return }
        tree.assign(start, count: range.count, columns: columns, into: &worker.labels)
        RowCosts<Scalar>.squaredDistances(
          start, count: range.count, means, worker.labels, into: &worker.distances)
      }
      for index in 0..<range.count {
        worker.sum.addProduct(
          worker.distances[index], input.weight(of: range.lowerBound &+ index))
      }
      count.add(range.count)
    }
    var total = noSum
    for worker in workers { total.add(worker.sum) }
    return total.value
  }
}
