import CladeCore

/// Mini-batch k-means: centers that are moved by small batches of rows, then one pass that gives
/// every row its nearest center.
///
/// ```swift
/// let model = try MiniBatchKMeans(k: 100).fit(points)
/// model.labels      // a cluster for each row
/// ```
///
/// It touches a part of the rows of large data before the last pass, so it is several times faster
/// than ``KMeans`` and ends a few percent above its inertia. Rows are drawn by their values: the
/// same seed gives the same bits for any number of threads, any order of the rows, any instruction
/// set, and any place of the rows, in memory or in a file; a weight of 3 is the same as three equal
/// rows.
///
/// Source: "Web-Scale K-Means Clustering" (Sculley, 2010). Stopping, and what becomes of centers
/// that are left behind, are scikit-learn's.
public struct MiniBatchKMeans: Sendable, Codable, Equatable {
  /// The number of clusters.
  public var k: Int
  /// The rows of a batch.
  public var batchSize: Int
  /// The most batches; `nil` for as many as hold 100 times as many rows as there are.
  public var maxIterations: Int?
  /// Stops when the smoothed inertia of the batches has not fallen for so many of them; `nil` goes
  /// on to ``maxIterations``.
  public var maxNoImprovement: Int?
  /// Centers that were given less than this part of the rows of the fullest one are put elsewhere.
  public var reassignmentRatio: Double
  /// How the first centers are found.
  public var seeding: Seeding
  /// The most distinct rows in which the first centers are looked for; `nil` for 3 batches, but 64
  /// rows a center at least.
  public var seedingRows: Int?
  /// Chooses the draws.
  public var seed: UInt64

  /// Creates the method.
  ///
  /// - Parameters:
  ///   - k: The number of clusters, at least 1.
  ///   - batchSize: The rows of a batch, at least 1.
  ///   - maxIterations: The most batches, at least 1.
  ///   - maxNoImprovement: Batches without improvement after which to stop, at least 1.
  ///   - reassignmentRatio: From 0, which lets centers stay where they are, to 1.
  ///   - seeding: How the first centers are found.
  ///   - seedingRows: The most distinct rows in which they are looked for.
  ///   - seed: Chooses the draws.
  public init(
    k: Int, batchSize: Int = 1024, maxIterations: Int? = nil, maxNoImprovement: Int? = 10,
    reassignmentRatio: Double = 0.01, seeding: Seeding = .default, seedingRows: Int? = nil,
    seed: UInt64 = 0
  ) {
    self.k = k
    self.batchSize = batchSize
    self.maxIterations = maxIterations
    self.maxNoImprovement = maxNoImprovement
    self.reassignmentRatio = reassignmentRatio
    self.seeding = seeding
    self.seedingRows = seedingRows
    self.seed = seed
  }

  /// Finds the clusters.
  ///
  /// - Parameters:
  ///   - data: n × d, finite, at least k distinct rows.
  ///   - weights: What each row counts (n), not negative; 1 each if `nil`. A row is drawn as often
  ///     as its weight deserves; one of weight 0 gets a label and has no influence.
  ///   - initialCenters: k × d centers to start from, instead of ``seeding``.
  ///   - threads: At most this many threads; `nil` for one per core. The result doesn't depend on
  ///     it.
  ///   - progress: Is told of the batches.
  /// - Returns: The centers, labels and inertia. The model's `iterations` are batches, and it has
  ///   converged if it stopped by ``maxNoImprovement``.
  /// - Throws: `CladeError` for parameters out of range, empty or non-finite data, weights or
  ///   centers of another shape, and fewer than k distinct rows; `CancellationError`.
  /// - Complexity: O(batchSize · k · d) time a batch, and O(n · k · d) for the labels. Memory: 17
  ///   bytes a row beside the data, up to 27 where many batches are drawn.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  public func fit<Scalar: MatrixScalar>(
    _ data: Matrix<Scalar>, weights: [Scalar]? = nil, initialCenters: Matrix<Scalar>? = nil,
    threads: Int? = nil, progress: ProgressObserver? = nil
  ) throws -> KMeansModel<Scalar> {
    try fit(
      data, held: data, weights: weights, initialCenters: initialCenters, threads: threads,
      progress: progress)
  }

  /// Finds the clusters of rows that needn't be in memory, such as those of a file.
  ///
  /// The result is the same, bit for bit, as that with the same rows in memory. Rows are read once
  /// to check them, once where some are chosen, for first centers and for the batches that fit
  /// into 32 MiB, again for more of these, and once for labels.
  ///
  /// - Parameters:
  ///   - source: n × d, finite, at least k distinct rows.
  ///   - initialCenters: k × d centers to start from, instead of ``seeding``.
  ///   - threads: At most this many threads; `nil` for one per core. The result doesn't depend on
  ///     it.
  ///   - progress: Is told of the batches.
  /// - Returns: The centers, labels and inertia, as of rows in memory.
  /// - Throws: `CladeError` for parameters out of range, empty or non-finite data, centers of
  ///   another shape, fewer than k distinct rows, and rows that can't be read; `CancellationError`.
  /// - Complexity: O(batchSize · k · d) time a batch, and O(n · k · d) for the labels. Memory: 17
  ///   bytes a row, up to 27 where many batches are drawn.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  public func fit<Scalar: MatrixScalar>(
    source: any RowSource<Scalar>, initialCenters: Matrix<Scalar>? = nil, threads: Int? = nil,
    progress: ProgressObserver? = nil
  ) throws -> KMeansModel<Scalar> {
    try fit(
      source, held: nil, weights: nil, initialCenters: initialCenters, threads: threads,
      progress: progress)
  }

  // MARK: Steps

  private func fit<Scalar: MatrixScalar>(
    _ source: any RowSource<Scalar>, held: Matrix<Scalar>?, weights: [Scalar]?,
    initialCenters: Matrix<Scalar>?, threads: Int?, progress: ProgressObserver?
  ) throws -> KMeansModel<Scalar> {
    try checkParameters()
    guard source.rowCount > 0, source.columnCount > 0 else {
      throw CladeError.emptyData(
        reason: source.rowCount == 0 ? "there are no rows" : "there are no columns")
    }
    let lloyd = KMeans(k: k, seeding: seeding, maxIterations: 0, seed: seed)
    if let initialCenters { try lloyd.check(initialCenters, columns: source.columnCount) }
    progress?(ProgressUpdate(stage: "checking rows"))
    let checked = CheckedRows(source)
    // What a row is drawn by is found while it is checked, but where rows are left out before.
    var drawnByValue: RowDraws<Scalar>?
    if weights == nil {
      drawnByValue = try RowDraws(checked, weights: nil, seed: seed, threads: threads)
    } else {
      try checked.readAll(threads: threads)
    }
    let bounds = checked.bounds
    let scaling = MagnitudeScaling(largest: bounds.max() ?? 0, Scalar.self)
    var problem = KMeansProblem(data: source, weights: nil, bounds: bounds, threads: threads)
    if let weights, let held { try problem.apply(weights: weights, to: held) }
    if !scaling.isIdentity {
      drawnByValue = nil
      problem.data = MagnitudeScaledRows(problem.data, scaling)
      problem.bounds = try FiniteBounds.check(rowsOf: problem.data, threads: threads)
    }
    progress?(ProgressUpdate(stage: "finding first centers"))
    let (centers, batches, converged) = try movedCenters(
      problem, drawnByValue.take(), initialCenters: initialCenters.map(scaling.scaled), lloyd,
      progress)
    progress?(ProgressUpdate(stage: "labelling all rows"))
    // Stops after one assignment, in which no cluster stays empty.
    let labelled = lloyd.model(
      of: try lloyd.solve(problem, centers, nil), data: held.map(scaling.scaled),
      threads: threads, centers: { scaling.unscaled($0) },
      inertia: { Double(sign: .plus, exponent: 2 * scaling.exponent, significand: $0) })
    return KMeansModel(
      centers: labelled.centers, labels: labelled.labels, sizes: labelled.sizes,
      objective: labelled.objective, seedingCost: nil, iterations: batches, converged: converged)
  }

  /// The centers after all batches. The order that rows are drawn in takes much memory, which is
  /// given back with this.
  private func movedCenters<Scalar: MatrixScalar>(
    _ problem: KMeansProblem<Scalar>, _ drawn: consuming RowDraws<Scalar>?,
    initialCenters: Matrix<Scalar>?, _ method: KMeans, _ progress: ProgressObserver?
  ) throws -> (centers: Matrix<Scalar>, batches: Int, converged: Bool) {
    var draws =
      try drawn
      ?? RowDraws(problem.data, weights: problem.weights, seed: seed, threads: problem.threads)
    let plan = BatchPlan(self, problem)
    let (start, rows) = try begin(
      problem, &draws, plan, initialCenters: initialCenters, method)
    return try moved(start, problem, &draws, plan, first: rows, progress)
  }

  /// The first centers, from a sample of distinct rows unless they are given, and the rows of the
  /// first batches: both are read together.
  private func begin<Scalar: MatrixScalar>(
    _ problem: KMeansProblem<Scalar>, _ draws: inout RowDraws<Scalar>, _ plan: BatchPlan,
    initialCenters: Matrix<Scalar>?, _ method: KMeans
  ) throws -> (centers: Matrix<Scalar>, rows: Matrix<Scalar>) {
    if let initialCenters {
      let drawn = draws.draw(plan.rows(after: 0))
      return (initialCenters, try problem.data.gathering(drawn, threads: problem.threads))
    }
    let limit = max(k, seedingRows ?? max(3 * batchSize, 64 * k))
    let drawn = draws.draw(plan.rows(after: 0), beforeDistinctRows: limit)
    let (places, masses) = draws.distinctRows(limit: limit, weights: problem.weights)
    let rows = try problem.data.gathering(places + drawn, threads: problem.threads)
    let sample = try SeedingSample(
      distinct: rows.gatheringRows(places.indices), masses: masses, k: k, threads: problem.threads)
    let centers = try sample.firstCenters(method, restart: 0, threads: problem.threads)
    return (
      centers.gatheringRows((0..<k).map { min($0, centers.rowCount - 1) }),
      rows.gatheringRows(places.count..<rows.rowCount)
    )
  }

  /// The centers after all batches, of the first of which the rows are given.
  private func moved<Scalar: MatrixScalar>(
    _ start: Matrix<Scalar>, _ problem: KMeansProblem<Scalar>, _ draws: inout RowDraws<Scalar>,
    _ plan: BatchPlan, first: Matrix<Scalar>, _ progress: ProgressObserver?
  ) throws -> (centers: Matrix<Scalar>, batches: Int, converged: Bool) {
    let (size, limit) = (plan.size, plan.limit)
    var state = MiniBatchCenters(start, reassignmentRatio: reassignmentRatio, seed: seed)
    var inertia = SmoothedInertia(
      batchSize: size, rowCount: plan.mass, patience: maxNoImprovement)
    var rows = first
    var batches = 0
    while batches < limit {
      let group = rows.rowCount / size
      for index in 0..<group {
        try Cancellation.check()
        progress?(
          ProgressUpdate(
            stage: "mini-batch k-means", detail: "batch \(batches + 1) of at most \(limit)"))
        let batch = group == 1 ? rows : rows.gatheringRows((index * size)..<((index + 1) * size))
        let mean = state.move(by: batch, threads: problem.threads)
        batches += 1
        if inertia.add(mean) { return (state.centers, batches, true) }
      }
      rows = try problem.data.gathering(
        draws.draw(plan.rows(after: batches)), threads: problem.threads)
    }
    return (state.centers, batches, false)
  }

  private func checkParameters() throws {
    try require(k >= 1, "k", k, "there is at least 1 cluster")
    try require(k <= Int(Int32.max), "k", k, "that is more than there can be")
    try require(batchSize >= 1, "batchSize", batchSize, "a batch has at least 1 row")
    try require(batchSize <= 1 << 30, "batchSize", batchSize, "use 2^30 rows at most")
    try require(maxIterations ?? 1 >= 1, "maxIterations", maxIterations ?? 0, "use 1 or more")
    try require(
      maxNoImprovement ?? 1 >= 1, "maxNoImprovement", maxNoImprovement ?? 0, "use 1 or more")
    try require(
      reassignmentRatio >= 0 && reassignmentRatio <= 1, "reassignmentRatio", reassignmentRatio,
      "use a part from 0 to 1")
    try require(seedingRows ?? 1 >= 1, "seedingRows", seedingRows ?? 0, "use 1 or more")
  }
}

/// How many rows are read when.
private struct BatchPlan {
  /// As many rows as the weights stand for.
  let mass: Double
  /// The rows of a batch.
  let size: Int
  /// The most batches.
  let limit: Int
  /// How many batches' rows are read at once: one in memory; from elsewhere as many as take 32
  /// MiB, so that they are read in the order in which they lie there.
  private let ahead: Int

  init<Scalar: MatrixScalar>(_ method: MiniBatchKMeans, _ problem: KMeansProblem<Scalar>) {
    mass = max(
      Double(problem.data.rowCount), problem.weights.map { ExactSum.of($0.map { Double($0) }) } ?? 0
    )
    size = Int(min(Double(method.batchSize), mass))
    limit = method.maxIterations ?? Int(min(0x1p62, (100 * mass / Double(size)).rounded(.up)))
    let bytes = size * problem.data.columnCount * MemoryLayout<Scalar>.stride
    ahead =
      problem.data is Matrix<Scalar> ? 1 : max(1, min(64, (32 << 20) / max(1, bytes)))
  }

  /// The rows that are read when `batches` have been worked on.
  func rows(after batches: Int) -> Int { min(ahead, limit - batches) * size }
}
