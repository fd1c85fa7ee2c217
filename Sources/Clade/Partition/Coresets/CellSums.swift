import CladeCore

/// The masses and sums of the rows in each cell, and what they cost, exact.
struct CellSums<Scalar: MatrixScalar> {
  /// The mass of each cell.
  let masses: [Double]
  private let sums: ExactColumnSums
  private let cells: CoresetCells<Scalar>
  /// The sum of the squared distances of all rows from the middles of their cells.
  private let cost: Double

  private struct Worker {
    var sums: ExactColumnSums
    var masses: [ExactSum]
    var cost: ExactSum
    var labels: [Int32] = []
    var distances: [Double] = []
  }

  /// Goes over all rows.
  ///
  /// - Complexity: O(n · (d + log cells)) for cells of similar sizes; O(n · d · cells) at most.
  init(
    _ input: CoresetInput<Scalar>, _ cells: CoresetCells<Scalar>, progress: ProgressObserver?
  ) throws {
    let cellCount = cells.count
    let reach = input.bounds.reduce(0.0) { $0 + 4 * $1 * $1 } * 1.001
    let noCost = ExactSum(bound: reach * input.heaviest)
    let bounds = input.bounds.map { $0 * input.heaviest }
    let noSums = ExactColumnSums(bounds: bounds, groups: cellCount)
    let noMasses = [ExactSum](repeating: ExactSum(bound: input.heaviest), count: cellCount)
    let weights = input.givenWeights
    let count = ProgressCount(
      stage: "coreset, summing cells", total: input.rowCount, observer: progress)
    let workers = try ParallelChunks.reduce(
      count: input.rowCount, chunkSize: input.rows.preferredChunkSize, threads: input.threads,
      state: { Worker(sums: noSums, masses: noMasses, cost: noCost) }
    ) { worker, _, range in
      try Cancellation.check()
      if worker.labels.count < range.count {
        worker.labels = Array(repeating: 0, count: range.count)
        worker.distances = Array(repeating: 0, count: range.count)
      }
      try input.rows.withRows(range) { rows in
        guard let start = rows.baseAddress else { return }
        cells.assign(start, count: range.count, into: &worker.labels)
        RowCosts<Scalar>.squaredDistances(
          start, count: range.count, cells.middles, worker.labels,
          into: &worker.distances)
        let own = weights.map { Array($0[range]) }
        worker.sums.add(start, count: range.count, after: worker.labels, weights: own)
      }
      for index in 0..<range.count {
        let weight = input.weight(of: range.lowerBound &+ index)
        worker.masses[Int(worker.labels[index])].add(weight)
        worker.cost.addProduct(worker.distances[index], weight)
      }
      count.add(range.count)
    }
    var (sums, masses, cost) = (noSums, noMasses, noCost)
    for worker in workers {
      sums.add(worker.sums)
      cost.add(worker.cost)
      for cell in 0..<cellCount { masses[cell].add(worker.masses[cell]) }
    }
    self.sums = sums
    self.masses = masses.map(\.value)
    self.cells = cells
    self.cost = cost.value
  }

  /// The mean of each cell (cells × d), rounded once; 0 where it has no rows.
  func means() -> Matrix<Scalar> {
    Matrix(rows: masses.count, columns: sums.columnCount) { buffer in
      for index in buffer.indices {
        let (cell, column) = (index / sums.columnCount, index % sums.columnCount)
        buffer.initializeElement(at: index, to: Scalar(mean(of: cell, column: column)))
      }
    }
  }

  private func mean(of cell: Int, column: Int) -> Double {
    let mass = masses[cell]
    guard mass > 0 else { return 0 }
    // Whole numbers divide exactly, so that a weight of 3 is the same as three equal rows.
    let count = mass < 0x1p53 && mass == mass.rounded(.down) ? Int(mass) : nil
    return count.map { sums.mean(group: cell, column: column, count: $0) }
      ?? sums.sum(group: cell, column: column) / mass
  }

  /// The sum of the squared distances of all rows from the rounded means of their cells: from the
  /// middles, less what the middles are from the means, and what these are from the rounded ones.
  func inertia(around means: Matrix<Scalar>) -> Double {
    var change = 0.0
    for (cell, mass) in masses.enumerated() where mass > 0 {
      for column in 0..<sums.columnCount {
        let mean = mean(of: cell, column: column)
        let toMiddle = mean - Double(cells.middles[cell, column])
        let toRounded = mean - Double(means[cell, column])
        change += mass * (toRounded * toRounded - toMiddle * toMiddle)
      }
    }
    return max(0, cost + change)
  }
}
