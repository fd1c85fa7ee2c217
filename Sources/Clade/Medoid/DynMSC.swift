import CladeCore

/// Finds medoids and how many there are: the number with the largest mean medoid silhouette.
///
/// From the largest number downwards, medoids are improved as ``KMedoids/Algorithm/fasterMSC`` does
/// it, and then the one is taken away that the silhouette needs least. So each number starts from
/// what the one before ended with, and all of them together take little longer than the first.
///
/// The medoid silhouette compares each row with its nearest two medoids. It isn't defined for a
/// single group, so that no data is ever said to have none; and it prefers few, well separated
/// groups.
///
/// ```swift
/// let result = try DynMSC(range: 2...15).fit(points)
/// result.model.clusterCount
/// result.silhouettes          // one for each of 2...15
/// ```
///
/// Source: "Medoid Silhouette Clustering with Automatic Cluster Number Selection" (Lenssen and
/// Schubert, 2024).
public struct DynMSC: Sendable, Codable, Equatable {
  /// The numbers of medoids to choose from; `nil` for 2 up to √n, but at most 20.
  public var range: ClosedRange<Int>?
  /// All other parameters; its number of medoids and its algorithm aren't used.
  public var method: KMedoids

  /// Creates the method.
  ///
  /// - Parameters:
  ///   - range: The numbers of medoids to choose from, at least 2; `nil` for 2 up to √n, but at
  ///     most 20, and at most as many as there are distinct rows.
  ///   - start: Where the search starts, with the largest number; not
  ///     ``MedoidStart/items(_:)``.
  ///   - maxIterations: At most this many passes over the candidates for each number.
  ///   - seed: Chooses what is drawn at random.
  ///   - metric: How far apart two rows are.
  ///   - distanceMemory: The bytes that a matrix of all distances may take; `nil` for an eighth of
  ///     this machine's memory.
  public init(
    range: ClosedRange<Int>? = nil, start: MedoidStart = .lab, maxIterations: Int = 100,
    seed: UInt64 = 0, metric: Metric = .euclidean, distanceMemory: Int? = nil
  ) {
    self.range = range
    method = KMedoids(
      k: 2, algorithm: .fasterMSC, start: start, maxIterations: maxIterations, seed: seed,
      metric: metric, distanceMemory: distanceMemory)
  }

  /// Medoids, and what each number of them was worth.
  public struct Result<Scalar: MatrixScalar>: Sendable, Equatable {
    /// The medoids with the largest mean medoid silhouette; of equal ones the fewest.
    public let model: KMedoidsModel<Scalar>
    /// The smallest number that was tried.
    public let smallest: Int
    /// The mean medoid silhouette of each number of medoids from ``smallest`` on.
    public let silhouettes: [Double]
  }

  /// Finds medoids and their number.
  ///
  /// - Parameters:
  ///   - data: n × d; for `Metric.precomputed` the distances, square or in one row.
  ///   - threads: At most this many threads; `nil` for one per core. The result doesn't depend on
  ///     it.
  ///   - progress: Is told which pass is made, and of the part that is done.
  /// - Throws: As ``KMedoids/fit(_:threads:progress:)``.
  /// - Complexity: O(n²) time a pass, and a few passes a number.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  public func fit<Scalar: MatrixScalar>(
    _ data: Matrix<Scalar>, threads: Int? = nil, progress: ProgressObserver? = nil
  ) throws -> Result<Scalar> {
    try check()
    let items = try MedoidItems(
      data, metric: method.metric, memory: method.memory, threads: threads)
    let (start, least) = try start(items, threads: threads, progress: progress)
    var (medoids, best) = (start, MedoidSolution?.none)
    var losses: [Double] = []
    var lowest = Double.infinity
    while true {
      var phase = try SwapPhase<MedoidTriples<Scalar>>(
        medoids, of: items.rows, candidates: items.rows.candidates(method.visits(items)),
        maxIterations: method.maxIterations, threads: threads, progress: progress)
      try phase.fasterPAM()
      losses.append(phase.assignment.loss)
      if phase.assignment.loss <= lowest {
        lowest = phase.assignment.loss
        best = phase.solution
      }
      guard phase.assignment.slotCount > least else { break }
      medoids = phase.assignment.withoutTheLeast
    }
    var parameters = method
    parameters.algorithm = .fasterMSC
    let solution =
      best ?? MedoidSolution(medoids: medoids, iterations: 0, swaps: 0, converged: true)
    parameters.k = solution.medoids.count
    let count = Double(items.count)
    return Result(
      model: try KMedoidsModel(
        solution, of: items, data: method.metric == .precomputed ? nil : data,
        parameters: parameters),
      smallest: least, silhouettes: losses.reversed().map { (count - $0) / count })
  }

  /// The medoids of the largest number, and the smallest number.
  private func start<Scalar: MatrixScalar>(
    _ items: MedoidItems<Scalar>, threads: Int?, progress: ProgressObserver?
  ) throws -> (medoids: [Int32], least: Int) {
    let most = range?.upperBound ?? max(2, min(20, Int(Double(items.count).squareRoot())))
    var starts = MedoidStarts(items, seed: method.seed, threads: threads, progress: progress)
    do {
      return (try starts.medoids(method.start, k: most, seed: method.seed), range?.lowerBound ?? 2)
    } catch CladeError.tooManyClusters(let k, let distinct) {
      guard range == nil, distinct >= 2 else {
        throw CladeError.tooManyClusters(k: range == nil ? 2 : k, distinctRows: distinct)
      }
      var fewer = MedoidStarts(items, seed: method.seed, threads: threads, progress: progress)
      return (try fewer.medoids(method.start, k: distinct, seed: method.seed), 2)
    }
  }

  private func check() throws {
    try method.check()
    if let range, range.lowerBound < 2 {
      throw CladeError.invalidParameter(
        name: "range", value: "\(range)", reason: "the medoid silhouette needs 2 medoids or more")
    }
    if case .items = method.start {
      throw CladeError.invalidParameter(
        name: "start", value: "items", reason: "how many there are isn't known; use another start")
    }
  }
}
