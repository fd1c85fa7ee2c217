import CladeCore

/// Makes a coreset in the stages of a quantum algorithm, on an ordinary machine, and counts what
/// either needs to read.
///
/// "Near-Optimal Quantum Coreset Construction Algorithms for Clustering" finds a coreset with about
/// √(n k) d^(3/2) queries of rows, where a classical algorithm has to read all n. Its stages make
/// sense on any machine, and this is them, each run classically:
///
/// 1. *Bicriteria approximation.* Rows are drawn uniformly, the half of the rows that is nearest to
///    those
///    drawn is set aside, and so on with the rest, so that about log₂ n rounds leave a few centers
///    for each of k ("Optimal Time Bounds for Approximate Clustering", Mettu and Plaxton, 2004).
/// 2. *Rings and groups* around these centers, with their masses and costs
/// (``CoresetSampling/groups``). 3. *Importance sampling* within the groups.
///
/// ``Query`` counts are exact for the classical run. Beside them stand the leading terms of what
/// quantum search and counting would need, all constants and logarithms left out: √(N s) queries to
/// draw s of N rows, and √(N g) to find the masses of g groups. No quantum computer is simulated,
/// and none of the coreset's numbers depends on these terms.
public struct StagedCoreset: Sendable, Codable, Equatable {
  /// The number of rows to draw in the last stage.
  public var size: Int
  /// The number of centers that the coreset is made for.
  public var k: Int
  /// The cost to keep.
  public var objective: CoresetObjective
  /// Chooses the draws.
  public var seed: UInt64

  /// Creates the method.
  ///
  /// - Parameters:
  ///   - size: The number of rows to draw, at least 1.
  ///   - k: The number of centers that the coreset is made for, at least 1.
  ///   - objective: The cost to keep.
  ///   - seed: Chooses the draws.
  public init(size: Int, k: Int, objective: CoresetObjective = .kMedian, seed: UInt64 = 0) {
    self.size = size
    self.k = k
    self.objective = objective
    self.seed = seed
  }

  /// What a stage had to read, and what a quantum computer would have to.
  public struct Query: Sendable, Equatable, Codable {
    /// The stage: "bicriteria", "groups", "sampling".
    public let stage: String
    /// How often a row was read.
    public let rowReads: Int
    /// How many distances were computed.
    public let distances: Int
    /// The leading term of the queries of the quantum algorithm's stage.
    public let quantumQueries: Double
  }

  /// A coreset, the centers around which it was drawn, and what was read for it.
  public struct Result<Scalar: MatrixScalar>: Sendable {
    /// The coreset.
    public let coreset: Coreset<Scalar>
    /// The centers of the first stage: more than k.
    public let centers: Matrix<Scalar>
    /// The stages in their order.
    public let queries: [Query]
  }

  /// The queries within which the quantum algorithm finds a coreset, √(n k) d^(3/2), constants and
  /// logarithms left out.
  public static func quantumBound(rows: Int, columns: Int, k: Int) -> Double {
    let width = Double(columns)
    return (Double(rows) * Double(k)).squareRoot() * width * width.squareRoot()
  }

  /// The queries that any quantum algorithm needs for a constant factor, √(n k), constants left
  /// out.
  public static func quantumLowerBound(rows: Int, k: Int) -> Double {
    (Double(rows) * Double(k)).squareRoot()
  }

  /// Makes a coreset of the rows of a matrix.
  ///
  /// - Parameters:
  ///   - data: n × d, finite.
  ///   - weights: What each row counts (n), not negative; 1 each if `nil`.
  ///   - threads: At most this many threads; `nil` for one per core. The coreset doesn't depend on
  ///     it.
  ///   - progress: Is told of every stage.
  /// - Throws: `CladeError` for parameters out of range, empty or non-finite data, weights that are
  ///   missing or negative, and fewer than k distinct rows; `CancellationError`.
  /// - Complexity: O(n · k · d · log n) time; the distinct rows once more in memory.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  public func coreset<Scalar: MatrixScalar>(
    of data: Matrix<Scalar>, weights: [Scalar]? = nil, threads: Int? = nil,
    progress: ProgressObserver? = nil
  ) throws -> Result<Scalar> {
    let sampling = SensitivityCoreset(
      size: size, k: k, objective: objective, sampling: .groups, seed: seed)
    try sampling.checkParameters()
    let input = try CoresetInput(data, weights: weights, threads: threads)
    progress?(ProgressUpdate(stage: "coreset, bicriteria approximation", fraction: 0))
    let problem = KMedianProblem(
      input.scaling.scaled(data), weights: weights, threads: threads)
    guard k <= problem.masses.count else {
      throw CladeError.tooManyClusters(k: k, distinctRows: problem.masses.count)
    }
    let (chosen, first) = try bicriteria(problem, rowCount: data.rowCount, threads: threads)
    let centers = problem.rows.gatheringRows(chosen)
    let rounded = centers.converted(to: Scalar.self)
    let coreset = try sampling.draw(input, around: rounded, progress: progress)
    let (n, centerCount) = (data.rowCount, rounded.rowCount)
    let (rows, groups) = (Double(n), Double(centerCount * RoughClusters.ringCount))
    return Result(
      coreset: coreset, centers: input.scaling.unscaled(rounded),
      queries: [
        first,
        Query(
          stage: "groups", rowReads: 2 * n, distances: 2 * n * centerCount,
          quantumQueries: (rows * min(rows, groups)).squareRoot()),
        Query(
          stage: "sampling", rowReads: n, distances: n * centerCount,
          quantumQueries: (rows * min(rows, Double(size))).squareRoot()),
      ])
  }

  /// Draws, sets the nearer half aside, and goes on with the rest.
  private func bicriteria(
    _ problem: KMedianProblem, rowCount: Int, threads: Int?
  ) throws -> (chosen: [Int], query: Query) {
    var random = CounterRandom(seed: seed, stream: 0x7374_6167)
    let draws = 2 * k
    var rest = Array(problem.masses.indices)
    var chosen: [Int] = []
    var (reads, distances, queries) = (0, 0, 0.0)
    while rest.count > draws {
      try Cancellation.check()
      let masses = CumulativeMasses(rest.map { problem.masses[$0] })
      // With replacement, so that a row may be drawn twice.
      let places = Set((0..<draws).map { _ in masses.draw(random.uniform()) }).sorted()
      let drawn = places.map { rest[$0] }
      chosen += drawn
      reads += rest.count
      distances += rest.count * drawn.count
      queries += (Double(rowCount) * Double(draws)).squareRoot()
      let nearest = NearestCenters.assign(
        problem.rows.gatheringRows(rest), problem.rows.gatheringRows(drawn), threads: threads
      ).squaredDistances
      // By distance, then in canonical order.
      let order = rest.indices.sorted {
        nearest[$0] != nearest[$1] ? nearest[$0] < nearest[$1] : $0 < $1
      }
      var (aside, end) = (0.0, 0)
      while end < order.count, aside < masses.total / 2 || nearest[order[end]] == 0 {
        aside += problem.masses[rest[order[end]]]
        end += 1
      }
      rest = order[end...].sorted().map { rest[$0] }
    }
    chosen += rest
    return (
      chosen,
      Query(
        stage: "bicriteria", rowReads: reads, distances: distances, quantumQueries: queries)
    )
  }
}
