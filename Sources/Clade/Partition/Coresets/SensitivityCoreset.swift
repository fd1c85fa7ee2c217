import CladeCore

/// Draws a coreset: rows with probabilities that follow from how much they can matter to any k
/// centers, and weights that make the cost of any centers right on average.
///
/// A rough solution of k centers, found on a sample of the rows, tells each row's cost and cluster;
/// from these follow bounds on its part in the cost of whatever centers, its *sensitivity*
/// (``CoresetSampling``). m distinct rows are then drawn by priority sampling, which takes exactly
/// m without replacement.
///
/// The draw of a row follows from its values and the seed alone, so that the coreset is the same
/// for any order of the rows, number of threads and instruction set, and whether rows are in memory
/// or in a file; a weight of 3 is the same as three equal rows. With weights `w` of the coreset's
/// rows, Σ w(x) f(x) has the expectation Σ f(x) over all rows for every function f.
///
/// A cost is estimated to within about √(1/m) for each of k centers that many rows of the coreset
/// belong to; for few columns and few rows a center, ``CellCoreset`` is closer.
public struct SensitivityCoreset: Sendable, Codable, Equatable {
  /// The number of rows to draw.
  public var size: Int
  /// The number of centers that the coreset is made for.
  public var k: Int
  /// The cost to keep.
  public var objective: CoresetObjective
  /// How likely each row is.
  public var sampling: CoresetSampling
  /// How the centers of the rough solution are found.
  public var seeding: Seeding
  /// Chooses the draws.
  public var seed: UInt64

  /// Creates the method.
  ///
  /// - Parameters:
  ///   - size: The number of rows to draw, at least 1; all distinct rows where there are no more.
  ///   - k: The number of centers that the coreset is made for, at least 1.
  ///   - objective: The cost to keep.
  ///   - sampling: How likely each row is.
  ///   - seeding: How the centers of the rough solution are found.
  ///   - seed: Chooses the draws.
  public init(
    size: Int, k: Int, objective: CoresetObjective = .kMeans,
    sampling: CoresetSampling = .balanced, seeding: Seeding = .greedyKMeansPlusPlus,
    seed: UInt64 = 0
  ) {
    self.size = size
    self.k = k
    self.objective = objective
    self.sampling = sampling
    self.seeding = seeding
    self.seed = seed
  }

  /// Draws a coreset of the rows of a matrix.
  ///
  /// - Parameters:
  ///   - data: n × d, finite, at least k distinct rows.
  ///   - weights: What each row counts (n), not negative; 1 each if `nil`.
  ///   - threads: At most this many threads; `nil` for one per core. The coreset doesn't depend on
  ///     it.
  ///   - progress: Is told of every stage.
  /// - Throws: `CladeError` for parameters out of range, empty or non-finite data, weights that are
  ///   missing or negative, and fewer than k distinct rows; `CancellationError`.
  /// - Complexity: O(n · k · d) time, two assignments to the rough solution. Memory: some 100 bytes
  ///   for each row that is drawn, 16 bytes a row but at most 64 MiB for each thread, and the
  ///   sample for the rough solution.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  public func coreset<Scalar: MatrixScalar>(
    of data: Matrix<Scalar>, weights: [Scalar]? = nil, threads: Int? = nil,
    progress: ProgressObserver? = nil
  ) throws -> Coreset<Scalar> {
    try coreset(source: data, weights: weights, threads: threads, progress: progress)
  }

  /// Draws a coreset of rows that needn't be in memory: the same, bit for bit, as of the same rows
  /// in a matrix.
  ///
  /// Rows are read five times (six for group sampling): to check them, to draw the sample for the
  /// rough solution, to count equal rows, to measure its clusters, and to draw; and then those
  /// drawn. The parameters, errors and costs are those of
  /// ``coreset(of:weights:threads:progress:)``, and `CladeError.cannotRead`.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  public func coreset<Scalar: MatrixScalar>(
    source: any RowSource<Scalar>, weights: [Scalar]? = nil, threads: Int? = nil,
    progress: ProgressObserver? = nil
  ) throws -> Coreset<Scalar> {
    try draw(source, weights: weights, threads: threads, isLenient: false, progress: progress)
  }

  // MARK: Steps

  /// - Parameter isLenient: Whether the rough solution may have fewer centers where there are fewer
  ///   distinct rows.
  func draw<Scalar: MatrixScalar>(
    _ source: any RowSource<Scalar>, weights: [Scalar]?, threads: Int?, isLenient: Bool,
    progress: ProgressObserver?
  ) throws -> Coreset<Scalar> {
    try checkParameters()
    progress?(ProgressUpdate(stage: "coreset, checking rows", fraction: 0))
    let input = try CoresetInput(source, weights: weights, threads: threads)
    progress?(ProgressUpdate(stage: "coreset, finding a rough solution", fraction: 0))
    let rough = try roughCenters(input, isLenient: isLenient)
    return try draw(input, around: rough, progress: progress)
  }

  /// Draws with the sensitivities that follow from given centers, in the units of `input.rows`.
  func draw<Scalar: MatrixScalar>(
    _ input: CoresetInput<Scalar>, around rough: Matrix<Scalar>, progress: ProgressObserver?
  ) throws -> Coreset<Scalar> {
    try Cancellation.check()
    let costs = RowCosts(centers: rough, objective: objective, input: input)
    let clusters = try RoughClusters(
      input, costs, k: rough.rowCount, withRings: sampling == .groups, progress: progress)
    let (entries, threshold) = try sample(
      input, costs, Sensitivities(clusters, sampling), progress: progress)
    let gathered = try input.gather(entries.map(\.place))
    let order = CanonicalOrder(gathered, threads: input.threads).order
    return Coreset(
      rows: gathered.gatheringRows(order),
      weights: order.map {
        let entry = entries[Int($0)]
        return Scalar(max(entry.mass, threshold / entry.sensitivity))
      },
      indices: order.map { entries[Int($0)].place }, objective: objective, offset: 0,
      sourceRowCount: input.rowCount)
  }

  func checkParameters() throws {
    for (name, value) in [("size", size), ("k", k)] where value < 1 || value > Int(Int32.max) / 4 {
      throw CladeError.invalidParameter(
        name: name, value: "\(value)",
        reason: value < 1 ? "use at least 1" : "that is more than there can be")
    }
  }

  /// A few rounds of the method itself on a sample of the rows.
  private func roughCenters<Scalar: MatrixScalar>(
    _ input: CoresetInput<Scalar>, isLenient: Bool
  ) throws -> Matrix<Scalar> {
    let (sample, k) = try input.sample(k: k, seed: seed, isLenient: isLenient)
    // Weights near 1, whatever the rows' are.
    let exponent = -Int((sample.masses.max() ?? 1).exponent)
    let masses = sample.masses.map {
      Scalar(Double(sign: .plus, exponent: exponent, significand: $0))
    }
    switch objective {
    case .kMeans:
      return try KMeans(k: k, seeding: seeding, maxIterations: Self.roughIterations, seed: seed)
        .fit(sample.rows, weights: masses, threads: input.threads).centers
    case .kMedian:
      return try KMedian(k: k, seeding: seeding, maxIterations: Self.roughIterations, seed: seed)
        .fit(sample.rows, weights: masses, threads: input.threads).centers
    }
  }

  private static var roughIterations: Int { 5 }

  private struct Worker<Scalar: MatrixScalar> {
    var sketch: PrioritySketch
    var chunk = RowCosts<Scalar>.Chunk()
  }

  /// The pass that draws.
  private func sample<Scalar: MatrixScalar>(
    _ input: CoresetInput<Scalar>, _ costs: RowCosts<Scalar>, _ sensitivities: Sensitivities,
    progress: ProgressObserver?
  ) throws -> (entries: [PrioritySketch.Entry], threshold: Double) {
    // Another stream than that of the sample for the rough solution, which takes rows by their
    // fingerprints too.
    let draws = CounterRandom(seed: seed, stream: 0x636F_7265).value(at: 0)
    let masses = try MassSketch(input, seed: draws)
    let empty = PrioritySketch(
      limit: size, rows: input.rowCount,
      heaviest: input.givenWeights == nil ? nil : input.heaviest)
    let columns = input.columnCount
    let count = ProgressCount(stage: "coreset, drawing", total: input.rowCount, observer: progress)
    let workers = try ParallelChunks.reduce(
      count: input.rowCount, chunkSize: input.rows.preferredChunkSize, threads: input.threads,
      state: { Worker<Scalar>(sketch: empty) }
    ) { worker, _, range in
      try Cancellation.check()
      try input.rows.withRows(range) { rows in
        guard let start = rows.baseAddress else { return }
        costs.evaluate(start, count: range.count, into: &worker.chunk)
        RowFingerprint.forEach(rows, count: range.count, columns: columns, seed: draws) {
          index, fingerprint in
          let weight = input.weight(of: range.lowerBound &+ index)
          guard weight > 0 else { return }
          worker.sketch.add(
            fingerprint, place: range.lowerBound &+ index,
            sensitivity: sensitivities.value(
              label: Int(worker.chunk.labels[index]), cost: worker.chunk.costs[index]),
            massBound: masses.bound(fingerprint), weight: weight)
        }
      }
      count.add(range.count)
    }
    return PrioritySketch.highest(size, of: workers.map(\.sketch))
  }
}
