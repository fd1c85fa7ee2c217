import CladeCore

/// k-median: k centers with the least sum of distances (not squared) from the rows to their nearest
/// center, found by alternating between nearest centers and geometric medians.
///
/// ```swift
/// let model = try KMedian(k: 3).fit(points)
/// model.centers     // 3 × d: the geometric medians of the clusters
/// ```
///
/// A row that lies far out pulls no more than any other, so that outliers move centers less than in
/// ``KMeans``. With one column the medians are exact; with more they are found by Weiszfeld's
/// iteration, as mended by Vardi and Zhang for medians that fall on a row.
///
/// The same data gives the same bits for any number of threads, any order of the rows and any
/// instruction set, and a weight of 3 the same as three equal rows. No cluster is left empty.
///
/// Source: "The Multivariate L1-Median and Associated Data Depth" (Vardi and Zhang, 2000) for the
/// medians; the first centers are those of ``KMeans``.
public struct KMedian: Sendable, Codable, Equatable {
  /// The number of clusters.
  public var k: Int
  /// How the first centers are found.
  public var seeding: Seeding
  /// How often to start anew, each time with other draws; the result with the least cost is kept.
  public var restarts: Int
  /// The most times that centers are moved; 0 stops after seeding.
  public var maxIterations: Int
  /// Stops when no row changes its cluster and the cost falls by less than this part of it.
  public var tolerance: Double
  /// Chooses the draws, where there are any.
  public var seed: UInt64

  /// Creates the method.
  ///
  /// - Parameters:
  ///   - k: The number of clusters, at least 1.
  ///   - seeding: How the first centers are found.
  ///   - restarts: How often to start anew, at least 1.
  ///   - maxIterations: The most times that centers are moved; 0 stops after seeding.
  ///   - tolerance: The least relative gain of an iteration in which no row changes its cluster; 0
  ///     goes on until nothing changes at all, or `maxIterations`.
  ///   - seed: Chooses the draws.
  public init(
    k: Int, seeding: Seeding = .default, restarts: Int = 1, maxIterations: Int = 300,
    tolerance: Double = 1e-12, seed: UInt64 = 0
  ) {
    self.k = k
    self.seeding = seeding
    self.restarts = restarts
    self.maxIterations = maxIterations
    self.tolerance = tolerance
    self.seed = seed
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
  /// - Returns: The centers, labels and cost.
  /// - Throws: `CladeError` for parameters out of range, empty or non-finite data, weights or
  ///   centers of another shape, and fewer than k distinct rows; `CancellationError`.
  /// - Complexity: O(n · k · d) time an iteration and O(n · d) for each of at most 8 steps of the
  ///   medians; a copy of the distinct rows in double precision.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  public func fit<Scalar: MatrixScalar>(
    _ data: Matrix<Scalar>, weights: [Scalar]? = nil, initialCenters: Matrix<Scalar>? = nil,
    threads: Int? = nil, progress: ProgressObserver? = nil
  ) throws -> KMedianModel<Scalar> {
    let shared = KMeans(
      k: k, seeding: seeding, restarts: restarts, maxIterations: maxIterations,
      tolerance: tolerance, seed: seed)
    try shared.checkParameters()
    if let initialCenters { try shared.check(initialCenters, columns: data.columnCount) }
    let input = try CoresetInput(data, weights: weights, threads: threads)
    let problem = KMedianProblem(input.scaling.scaled(data), weights: weights, threads: threads)
    guard problem.masses.count >= k else {
      throw CladeError.tooManyClusters(k: k, distinctRows: problem.masses.count)
    }
    let given = initialCenters.map { input.scaling.scaled($0).doubles }
    let sample = try given == nil ? input.sample(k: k, seed: seed, isLenient: false).0 : nil
    var best: KMedianSolution?
    for restart in 0..<(given == nil ? restarts : 1) {
      try Cancellation.check()
      progress?(ProgressUpdate(stage: "finding first centers"))
      guard
        let start = try given
          ?? sample?.firstCenters(shared, restart: restart, threads: threads).doubles
      else { break }
      progress?(ProgressUpdate(stage: "assigning to first centers"))
      // Seedings that find fewer centers are completed by the first, which loses its rows to none.
      let centers = start.gatheringRows((0..<k).map { $0 < start.rowCount ? $0 : 0 })
      var solution = KMedianSolution(problem, centers: centers, threads: threads)
      try solution.run(maxIterations: maxIterations, tolerance: tolerance, progress: progress)
      if best.map({ solution.cost < $0.cost }) ?? true { best = solution }
    }
    guard let best else {
      throw CladeError.invalidParameter(name: "restarts", value: "0", reason: "use at least 1")
    }
    return try model(of: best, data: data, input: input)
  }

  /// Numbers the clusters: the heaviest first, ties by the centers' coordinates; rounds the centers
  /// to `Scalar`, and measures the result with these.
  private func model<Scalar: MatrixScalar>(
    of solution: KMedianSolution, data: Matrix<Scalar>, input: CoresetInput<Scalar>
  ) throws -> KMedianModel<Scalar> {
    let masses = solution.clusterMasses
    let order = (0..<k).sorted { a, b in
      masses[a] != masses[b]
        ? masses[a] > masses[b]
        : solution.centers.row(a).lexicographicallyPrecedes(solution.centers.row(b))
    }
    let sorted = solution.centers.gatheringRows(order)
    let rounded = sorted.converted(to: Scalar.self)
    let centers = input.scaling.unscaled(rounded)
    let labels = NearestCenters.assign(
      input.scaling.scaled(data), rounded, threads: input.threads
    ).labels
    return KMedianModel(
      centers: centers, labels: labels,
      objective: try CoresetObjective.kMedian.cost(
        of: centers, on: data, weights: input.givenWeights, threads: input.threads),
      seedingCost: Double(
        sign: .plus, exponent: input.scaling.exponent, significand: solution.seedingCost),
      iterations: solution.iterations, converged: solution.converged)
  }
}
