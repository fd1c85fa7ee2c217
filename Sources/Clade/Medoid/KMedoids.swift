import CladeCore

/// k-medoids: k of the items stand for all, so that the summed dissimilarity of each item from the
/// nearest of them is small.
///
/// Medoids are items of the data, and nothing but dissimilarities is needed: any ``Metric``, a matrix, or
/// a function of one's own, where means don't exist.
///
/// ```swift
/// let model = try KMedoids(k: 5, metric: .manhattan).fit(points)
/// model.medoids           // five row numbers
/// model.objective         // the summed dissimilarity
/// ```
///
/// The result depends neither on the order of the rows nor on the number of threads: candidates are
/// looked at in an order that follows from the data, shuffled by a ``seed``, and all sums that decide are
/// exact (of dissimilarities rounded to some n · 2⁻⁴⁸ of the largest). Of given dissimilarities the order
/// follows from the items' sums; only items that have all numbers in common keep the order they came in.
///
/// Sources: "Clustering by Means of Medoids" (Kaufman and Rousseeuw, 1987); "Fast and Eager k-Medoids
/// Clustering: O(k) Runtime Improvement of the PAM, CLARA, and CLARANS Algorithms" (Schubert and
/// Rousseeuw, 2021).
public struct KMedoids: Sendable, Codable, Equatable {
  /// How medoids are improved.
  public enum Algorithm: String, Sendable, Codable, CaseIterable {
    /// Each improving swap is made as soon as it is found: the fastest, as good as PAM.
    case fasterPAM = "fasterpam"
    /// PAM's swaps, found k times as fast.
    case fastPAM1 = "fastpam1"
    /// Up to k swaps in a pass.
    case fastPAM2 = "fastpam2"
    /// The original: the best swap in each pass, for each of which all n · k are tried.
    case pam
    /// Assignment and choice of medoids in turn, as k-means does it: results are often worse.
    case alternating
  }

  /// In which order candidates are looked at.
  public enum VisitingOrder: String, Sendable, Codable, CaseIterable {
    /// In an order that follows from the data, shuffled by the seed.
    case shuffled
    /// In the order of the rows, on which the result may then depend.
    case rows
  }

  /// The number of medoids.
  public var k: Int
  /// How medoids are improved.
  public var algorithm: Algorithm
  /// Where the search starts.
  public var start: MedoidStart
  /// In which order candidates are looked at.
  public var visitingOrder: VisitingOrder
  /// At most this many passes over the candidates.
  public var maxIterations: Int
  /// Chooses what is drawn at random.
  public var seed: UInt64
  /// How far apart two rows are.
  public var metric: Metric
  /// The bytes that a matrix of all distances may take; where it doesn't fit, distances are computed as
  /// they are needed. `nil` for an eighth of this machine's memory. Changes no bit of the result.
  public var distanceMemory: Int?

  /// Creates the method.
  ///
  /// - Parameters:
  ///   - k: The number of medoids, at least 1 and at most the number of distinct rows.
  ///   - algorithm: How medoids are improved.
  ///   - start: Where the search starts.
  ///   - visitingOrder: In which order candidates are looked at.
  ///   - maxIterations: At most this many passes over the candidates, at least 1.
  ///   - seed: Chooses what is drawn at random.
  ///   - metric: How far apart two rows are.
  ///   - distanceMemory: The bytes that a matrix of all distances may take; `nil` for an eighth of this
  ///     machine's memory.
  public init(
    k: Int, algorithm: Algorithm = .fasterPAM, start: MedoidStart = .lab,
    visitingOrder: VisitingOrder = .shuffled, maxIterations: Int = 100, seed: UInt64 = 0,
    metric: Metric = .euclidean, distanceMemory: Int? = nil
  ) {
    self.k = k
    self.algorithm = algorithm
    self.start = start
    self.visitingOrder = visitingOrder
    self.maxIterations = maxIterations
    self.seed = seed
    self.metric = metric
    self.distanceMemory = distanceMemory
  }

  /// Finds the medoids of rows.
  ///
  /// - Parameters:
  ///   - data: n × d; for `Metric.precomputed` the distances, square or in one row.
  ///   - threads: At most this many threads; `nil` for one per core. The result doesn't depend on it.
  ///   - progress: Is told which pass is made, and of the part that is done.
  /// - Returns: Medoids, and labels by the nearest.
  /// - Throws: `CladeError` for parameters out of range, no data, values that the metric can't take, and
  ///   fewer distinct rows than k; `CancellationError`.
  /// - Complexity: O(n²) time a pass, few of which are needed (see ``Algorithm`` and ``MedoidStart``),
  ///   times d where distances aren't held; the memory of these, or O(n · d).
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  public func fit<Scalar: MatrixScalar>(
    _ data: Matrix<Scalar>, threads: Int? = nil, progress: ProgressObserver? = nil
  ) throws -> KMedoidsModel<Scalar> {
    try check()
    let items = try MedoidItems(data, metric: metric, memory: memory, threads: threads)
    let phase = try solve(items, threads: threads, progress: progress)
    return try KMedoidsModel(
      phase, of: items, data: metric == .precomputed ? nil : data, parameters: self)
  }

  /// Finds the medoids of items of which nothing but dissimilarities is known; ``metric`` isn't used.
  ///
  /// - Parameters:
  ///   - dissimilarities: The dissimilarities of n items.
  ///   - threads: At most this many threads; `nil` for one per core. The result doesn't depend on it.
  ///   - progress: Is told which pass is made, and of the part that is done.
  /// - Returns: Medoids, and labels by the nearest. The model places no new rows.
  /// - Throws: What `dissimilarities` throw, and otherwise as ``fit(_:threads:progress:)``.
  /// - Complexity: as ``fit(_:threads:progress:)``; O(n) memory.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  public func fit<Scalar: MatrixScalar>(
    dissimilarities: any Dissimilarities<Scalar>, threads: Int? = nil,
    progress: ProgressObserver? = nil
  ) throws -> KMedoidsModel<Scalar> {
    var parameters = self
    parameters.metric = .precomputed
    try parameters.check()
    let items = try MedoidItems(DissimilarityRows(dissimilarities), threads: threads)
    let phase = try parameters.solve(items, threads: threads, progress: progress)
    return try KMedoidsModel(phase, of: items, data: nil, parameters: parameters)
  }

  private var memory: Int { distanceMemory ?? MachineMemory.size / 8 }

  func check() throws {
    guard k >= 1 else {
      throw CladeError.invalidParameter(
        name: "k", value: "\(k)", reason: "at least one medoid is needed")
    }
    guard maxIterations >= 1 else {
      throw CladeError.invalidParameter(
        name: "maxIterations", value: "\(maxIterations)", reason: "at least one pass is needed")
    }
  }

  /// Chooses medoids, and improves them.
  func solve<Scalar: MatrixScalar>(
    _ items: MedoidItems<Scalar>, threads: Int?, progress: ProgressObserver?
  ) throws -> SwapPhase<Scalar> {
    guard k <= items.count else {
      throw CladeError.tooManyClusters(k: k, distinctRows: items.count)
    }
    var starts = MedoidStarts(items, seed: seed, threads: threads, progress: progress)
    let medoids = try starts.medoids(start, k: k, seed: seed)
    let order: [Int32]? =
      visitingOrder == .rows ? nil : items.order.shuffled(seed: seed, stream: 0)
    var phase = try SwapPhase(
      medoids, of: items.rows, candidates: items.rows.candidates(order),
      maxIterations: maxIterations, threads: threads, progress: progress)
    if k == 1 {
      try phase.single()
    } else {
      switch algorithm {
      case .pam: try phase.pam()
      case .fastPAM1: try phase.fastPAM1()
      case .fastPAM2: try phase.fastPAM2()
      case .fasterPAM: try phase.fasterPAM()
      case .alternating: try phase.alternating()
      }
    }
    return phase
  }
}
