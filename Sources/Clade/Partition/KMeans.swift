import CladeCore

/// k-means: k centers with the least sum of squared distances from the rows to their nearest
/// center, found by Lloyd's iteration.
///
/// ```swift
/// let model = try KMeans(k: 3).fit(points)
/// model.labels      // a cluster for each row
/// model.centers     // 3 × d
/// ```
///
/// The iteration is exact and runs to its end by default: until no row changes its cluster. Where
/// there are no more than 512 rows a cluster, a few rounds of exchanges come before it, which end
/// lower than Lloyd's iteration alone; see ``exchangeRounds``. The same data gives the same bits
/// for any number of threads, any order of the rows and any instruction set, and a weight of 3 the
/// same as three equal rows. No cluster is left empty: a center that loses all rows is put on the
/// row that is farthest from its own.
///
/// Source: "Least Squares Quantization in PCM" (Lloyd, 1982), and for exchanges "A K-Means
/// Clustering Algorithm" (Hartigan and Wong, 1979); for the first centers see ``Seeding``.
public struct KMeans: Sendable, Codable, Equatable {
  /// The number of clusters.
  public var k: Int
  /// How the first centers are found.
  public var seeding: Seeding
  /// How often to start anew, each time with other draws; the result with the least inertia is
  /// kept.
  public var restarts: Int
  /// The most times that centers are moved; 0 stops after seeding.
  public var maxIterations: Int
  /// Stops when the centers' squared moves add up to no more than this part of the mean variance of
  /// the columns; 0 goes on until no row changes its cluster.
  public var tolerance: Double
  /// Chooses the draws, where there are any.
  public var seed: UInt64
  /// How many rounds of local search improve the first centers ("A Better k-means++ Algorithm via
  /// Local Search", Lattanzi and Sohler, 2019): each draws a row as k-means++ does and moves that
  /// center there whose move lowers the inertia most, if any does. It ends early when 10 k + 100
  /// rounds in a row move none.
  public var localSearch: Int
  /// The most rounds of exchanges before Lloyd's iteration, each of which counts as one of
  /// ``maxIterations``: every row goes where it alone would lower the sum of squares most, which its
  /// own center, drawn towards it, may hide from Lloyd's iteration. They end when a round gains less
  /// than a 2000th. There are none with given first centers; nor where rows are more than 512 a
  /// cluster, as one row draws a center by too little then; nor with up to 4 columns and 128 clusters
  /// or more, where a round takes as long as many iterations. Among more than 1024 clusters a row
  /// goes to the nearest other one if at all. A row of weight w counts as w rows.
  public var exchangeRounds: Int

  /// Creates the method.
  ///
  /// - Parameters:
  ///   - k: The number of clusters, at least 1.
  ///   - seeding: How the first centers are found.
  ///   - restarts: How often to start anew, at least 1. ``Seeding/principalSplitting`` and
  ///     ``Seeding/maximin`` draw nothing, so their further starts are greedy k-means++.
  ///   - maxIterations: The most times that centers are moved; 0 stops after seeding.
  ///   - tolerance: Relative to the mean variance of the columns; 0 is exact.
  ///   - seed: Chooses the draws.
  ///   - localSearch: How many rounds of local search improve the first centers, O(n · d) each.
  ///   - exchangeRounds: The most rounds of exchanges, O(n · k · d) each; 0 for Lloyd's iteration
  ///     alone.
  public init(
    k: Int, seeding: Seeding = .default, restarts: Int = 1, maxIterations: Int = 300,
    tolerance: Double = 0, seed: UInt64 = 0, localSearch: Int = 0, exchangeRounds: Int = 10
  ) {
    self.k = k
    self.seeding = seeding
    self.restarts = restarts
    self.maxIterations = maxIterations
    self.tolerance = tolerance
    self.seed = seed
    self.localSearch = localSearch
    self.exchangeRounds = exchangeRounds
  }

  /// Finds the clusters.
  ///
  /// - Parameters:
  ///   - data: n × d, finite, at least k distinct rows.
  ///   - weights: What each row counts (n), not negative; 1 each if `nil`. A row of weight 0 gets a
  ///     label and has no influence.
  ///   - initialCenters: k × d centers to start from, instead of ``seeding`` and ``restarts``.
  ///   - threads: At most this many threads; `nil` for one per core. The result doesn't depend on
  ///     it.
  ///   - progress: Is told of every iteration.
  /// - Returns: The centers, labels and inertia.
  /// - Throws: `CladeError` for parameters out of range, empty or non-finite data, weights or
  ///   centers of another shape, and fewer than k distinct rows; `CancellationError`.
  /// - Complexity: O(n · k · d) time an iteration. Memory beside the data: 4 bytes a row, 8 with
  ///   several starts, and 16 more while empty clusters are filled, or all the time where there are so
  ///   many columns that it is little beside them; 16 bytes and two to four numbers an entry of the
  ///   centers, 8 MiB, and while seeding 36 bytes a row
  ///   more.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  public func fit<Scalar: MatrixScalar>(
    _ data: Matrix<Scalar>, weights: [Scalar]? = nil, initialCenters: Matrix<Scalar>? = nil,
    threads: Int? = nil, progress: ProgressObserver? = nil
  ) throws -> KMeansModel<Scalar> {
    try checkParameters()
    guard data.rowCount > 0, data.columnCount > 0 else {
      throw CladeError.emptyData(
        reason: data.rowCount == 0 ? "the matrix has no rows" : "the matrix has no columns")
    }
    let bounds = try FiniteBounds.check(data, threads: threads)
    let scaling = MagnitudeScaling(largest: bounds.max() ?? 0, Scalar.self)
    var problem = KMeansProblem(data: data, weights: nil, bounds: bounds, threads: threads)
    if let weights {
      try problem.apply(weights: weights, to: data)
    }
    if let initialCenters {
      try check(initialCenters, columns: data.columnCount)
    }
    guard scaling.isIdentity else {
      if let kept = problem.data as? Matrix<Scalar> { problem.data = scaling.scaled(kept) }
      problem.bounds = try FiniteBounds.check(rowsOf: problem.data, threads: threads)
      let best = try solve(problem, initialCenters.map(scaling.scaled), progress)
      return model(
        of: best, data: scaling.scaled(data), threads: threads,
        centers: { scaling.unscaled($0) },
        inertia: { Double(sign: .plus, exponent: 2 * scaling.exponent, significand: $0) })
    }
    let best = try solve(problem, initialCenters, progress)
    return model(of: best, data: data, threads: threads, centers: { $0 }, inertia: { $0 })
  }

  // MARK: Steps

  struct Solution<Scalar: MatrixScalar> {
    let centers: Matrix<Scalar>
    var labels: [Int32]
    /// How many rows each cluster has.
    let sizes: [Int]
    /// The clusters' weights.
    let masses: [Double]
    let iterations: Int
    let converged: Bool
    let inertia: Double
    let seedingCost: Double
  }

  /// The best of all restarts; of equally good ones the first.
  ///
  /// - Parameter drawn: The rows that first centers are found from, where they were drawn already.
  func solve<Scalar: MatrixScalar>(
    _ problem: KMeansProblem<Scalar>, _ initialCenters: Matrix<Scalar>?,
    drawn: consuming SeedingSample<Scalar>? = nil, _ progress: ProgressObserver?
  ) throws -> Solution<Scalar> {
    // The first start's centers, and the sample that further ones are found from. Samples and
    // centers take much memory, so none are kept that are done with.
    var first: Matrix<Scalar>
    var sample: SeedingSample<Scalar>?
    if let initialCenters {
      try problem.checkDistinctRows(k)
      first = initialCenters
    } else {
      progress?(ProgressUpdate(stage: "finding first centers"))
      let drawn = try drawn ?? problem.seedingSample(self)
      first = try drawn.firstCenters(self, restart: 0, threads: problem.threads)
      if restarts > 1 { sample = drawn }
    }
    progress?(ProgressUpdate(stage: "assigning to first centers"))
    let tolerance = tolerance > 0 ? try tolerance * problem.meanVariance() : 0
    var best: Solution<Scalar>?
    let count = sample == nil ? 1 : restarts
    for number in 0..<count {
      try Cancellation.check()
      if number > 0, let sample {
        first = try sample.firstCenters(self, restart: number, threads: problem.threads)
      }
      var lloyd = Lloyd(
        problem.data, bounds: problem.bounds, weights: problem.weights, centers: completed(first),
        threads: problem.threads)
      first = Matrix(rows: 0, columns: 0) { _ in }
      try lloyd.run(maxIterations: 0, tolerance: 0, progress: nil)
      let seedingCost = try lloyd.inertia()
      let observer = Self.observer(progress, start: number, of: count)
      if initialCenters == nil {
        try lloyd.exchange(rounds: min(exchangeRounds, maxIterations), progress: observer)
      }
      try lloyd.run(maxIterations: maxIterations, tolerance: tolerance, progress: observer)
      let inertia = maxIterations == 0 ? seedingCost : try lloyd.inertia()
      if best.map({ inertia < $0.inertia }) ?? true {
        best = Solution(
          centers: lloyd.centers, labels: lloyd.labels, sizes: (0..<k).map { lloyd.size(of: $0) },
          masses: (0..<k).map { lloyd.mass(of: $0) },
          iterations: lloyd.iterations, converged: lloyd.converged, inertia: inertia,
          seedingCost: seedingCost)
      }
    }
    guard let best else {
      throw CladeError.invalidParameter(name: "restarts", value: "0", reason: "use at least 1")
    }
    return best
  }

  /// Tells how many of several starts are done besides what each of them tells.
  private static func observer(
    _ progress: ProgressObserver?, start: Int, of count: Int
  ) -> ProgressObserver? {
    guard let progress, count > 1 else { return progress }
    return { update in
      progress(
        ProgressUpdate(
          stage: update.stage, fraction: Double(start) / Double(count),
          detail: "start \(start + 1) of \(count)"))
    }
  }

  /// As many centers as there are clusters: the first one stands in for what is missing, and is
  /// moved to where it is needed since it attracts no rows.
  private func completed<Scalar: MatrixScalar>(_ centers: Matrix<Scalar>) -> Matrix<Scalar> {
    guard centers.rowCount < k else { return centers }
    return centers.gatheringRows((0..<k).map { $0 < centers.rowCount ? $0 : 0 })
  }

  /// Numbers the clusters: the heaviest first, ties by the centers' coordinates.
  ///
  /// - Parameter data: All rows, where some may have been left out of the solution.
  func model<Scalar: MatrixScalar>(
    of solution: consuming Solution<Scalar>, data: Matrix<Scalar>?, threads: Int?,
    centers unscaled: (Matrix<Scalar>) -> Matrix<Scalar>, inertia: (Double) -> Double
  ) -> KMeansModel<Scalar> {
    let masses = solution.masses
    let order = (0..<k).sorted { a, b in
      masses[a] != masses[b]
        ? masses[a] > masses[b]
        : solution.centers.row(a).lexicographicallyPrecedes(solution.centers.row(b))
    }
    let centers = solution.centers.gatheringRows(order)
    var sizes: [Int]?
    // Rows of weight 0 took no part, so that labels are missing where there are any.
    if let data, solution.labels.count < data.rowCount {
      solution.labels = NearestCenters.assign(data, centers, threads: threads).labels
    } else {
      sizes = order.map { solution.sizes[$0] }
      var numbers = [Int32](repeating: 0, count: k)
      for (number, cluster) in order.enumerated() { numbers[cluster] = Int32(number) }
      Self.renumber(&solution.labels, numbers, threads: threads)
    }
    return KMeansModel(
      centers: unscaled(centers), labels: solution.labels, sizes: sizes,
      objective: inertia(solution.inertia),
      seedingCost: inertia(solution.seedingCost), iterations: solution.iterations,
      converged: solution.converged)
  }

  /// Calls each label what `numbers` say, in place.
  private static func renumber(_ labels: inout [Int32], _ numbers: [Int32], threads: Int?) {
    guard numbers.indices.contains(where: { numbers[$0] != $0 }) else { return }
    labels.withUnsafeMutableBufferPointer { labels in
      nonisolated(unsafe) let labels = labels
      ParallelChunks.forEach(count: labels.count, chunkSize: 1 << 16, threads: threads) {
        _, range in
        for row in range { labels[row] = numbers[Int(labels[row])] }
      }
    }
  }

  // MARK: Checks

  func checkParameters() throws {
    try require(k >= 1, "k", k, "there is at least 1 cluster")
    try require(k <= Int(Int32.max), "k", k, "that is more than there can be")
    try require(restarts >= 1, "restarts", restarts, "there is at least 1 start")
    try require(maxIterations >= 0, "maxIterations", maxIterations, "use 0 or more")
    try require(localSearch >= 0, "localSearch", localSearch, "use 0 or more")
    try require(exchangeRounds >= 0, "exchangeRounds", exchangeRounds, "use 0 or more")
    try require(
      tolerance.isFinite && tolerance >= 0, "tolerance", tolerance, "use 0 or a small number")
  }

  func check<Scalar: MatrixScalar>(_ centers: Matrix<Scalar>, columns: Int) throws {
    guard centers.rowCount == k, centers.columnCount == columns else {
      throw CladeError.shapeMismatch(
        expected: "\(k) × \(columns) initial centers",
        found: "\(centers.rowCount) × \(centers.columnCount)")
    }
    _ = try FiniteBounds.check(centers)
  }
}
