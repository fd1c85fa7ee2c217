import CladeCore

/// The cost that a coreset keeps: a sum over rows of a power of the distance from the nearest
/// center.
public enum CoresetObjective: String, Sendable, Codable, CaseIterable {
  /// The sum of squared distances, which ``KMeans`` lowers.
  case kMeans
  /// The sum of distances, which ``KMedian`` lowers.
  case kMedian

  /// The cost of a set of centers: the sum over all rows of the (squared) distance from the nearest
  /// center, each times the row's weight.
  ///
  /// - Parameters:
  ///   - centers: k × d, at least one.
  ///   - source: n × d, finite: a matrix, or rows that needn't be in memory.
  ///   - weights: What each row counts (n), not negative; 1 each if `nil`.
  ///   - threads: At most this many threads; `nil` for one per core. The cost doesn't depend on it.
  /// - Returns: The cost, summed exactly and rounded once.
  /// - Throws: `CladeError` for shapes that don't fit, non-finite values and negative weights, and
  ///   what reading rows throws.
  /// - Complexity: O(n · k · d) time, one pass after the check.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  public func cost<Scalar: MatrixScalar>(
    of centers: Matrix<Scalar>, on source: any RowSource<Scalar>, weights: [Scalar]? = nil,
    threads: Int? = nil
  ) throws -> Double {
    let input = try CoresetInput(source, weights: weights, threads: threads, around: centers)
    let costs = RowCosts(centers: input.scaling.scaled(centers), objective: self, input: input)
    let noSum = ExactSum(bound: costs.bound * input.heaviest)
    let workers = try ParallelChunks.reduce(
      count: source.rowCount, chunkSize: source.preferredChunkSize, threads: threads,
      state: { (sum: noSum, chunk: RowCosts<Scalar>.Chunk()) }
    ) { worker, _, range in
      try input.rows.withRows(range) { rows in
        guard let start = rows.baseAddress else { return }
        costs.evaluate(start, count: range.count, into: &worker.chunk)
      }
      for index in 0..<range.count {
        worker.sum.addProduct(
          worker.chunk.costs[index], input.weight(of: range.lowerBound &+ index))
      }
    }
    var total = noSum
    for worker in workers { total.add(worker.sum) }
    return unscaled(total.value, input.scaling)
  }

  /// The cost of a row of weight 1 at a squared distance from its center.
  @inline(__always)
  func cost(squaredDistance: Double) -> Double {
    self == .kMeans ? squaredDistance : squaredDistance.squareRoot()
  }

  /// A cost of rows that were brought to ordinary magnitude, in their own units.
  func unscaled(_ cost: Double, _ scaling: MagnitudeScaling) -> Double {
    Double(
      sign: .plus, exponent: (self == .kMeans ? 2 : 1) * scaling.exponent, significand: cost)
  }
}
