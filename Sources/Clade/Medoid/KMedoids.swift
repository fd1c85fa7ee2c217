import CladeCore

/// k-medoids: k of the items stand for all, so that the summed dissimilarity of each item from the
/// nearest of them is small.
///
/// Medoids are items of the data, and nothing but dissimilarities is needed: any `Metric`, a
/// matrix, or a function of one's own, where means don't exist.
///
/// ```swift
/// let model = try KMedoids(k: 5, metric: .manhattan).fit(points)
/// model.medoids           // five row numbers
/// model.objective         // the summed dissimilarity
/// ```
///
/// The result depends neither on the order of the rows nor on the number of threads: candidates are
/// looked at in an order that follows from the data, shuffled by a ``seed``, and all sums that
/// decide are exact (of dissimilarities rounded to some n · 2⁻⁴⁸ of the largest). Of given
/// dissimilarities the order follows from the items' sums; only items that have all numbers in
/// common keep the order they came in.
///
/// Sources: "Clustering by Means of Medoids" (Kaufman and Rousseeuw, 1987); "Fast and Eager
/// k-Medoids Clustering: O(k) Runtime Improvement of the PAM, CLARA, and CLARANS Algorithms"
/// (Schubert and Rousseeuw, 2021); for the silhouettes "Medoid Silhouette Clustering with Automatic
/// Cluster Number Selection" (Lenssen and Schubert, 2024) and "A New Partitioning Around Medoids
/// Algorithm" (van der Laan, Pollard and Bryan, 2003).
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
    /// CLARA: FasterPAM on five samples of 80 + 4 k rows; the best medoids are kept, and
    /// ``KMedoidsModel/sampling`` tells how far to trust them.
    case clara
    /// CLARANS: random swaps of random medoids, as published; slow.
    case clarans
    /// FastCLARANS: random rows for the best of all medoids.
    case fastCLARANS = "fastclarans"
    /// Makes the mean medoid silhouette large, each improving swap as soon as it is found.
    case fasterMSC = "fastermsc"
    /// Makes the mean medoid silhouette large, the best swap in each pass: ``pamMedSil``'s swaps,
    /// found k times as fast.
    case fastMSC = "fastmsc"
    /// Makes the mean medoid silhouette large, the best of all n · k swaps in each pass.
    case pamMedSil = "pammedsil"
    /// Makes the mean silhouette itself large, the best of all n · k swaps in each pass, each of
    /// which takes O(n²): for some hundreds of rows.
    case pamSil = "pamsil"

    /// Whether it is the summed dissimilarity that is made small.
    public var minimizesLoss: Bool {
      switch self {
      case .fasterPAM, .fastPAM1, .fastPAM2, .pam, .alternating, .clara, .clarans, .fastCLARANS:
        true
      case .fasterMSC, .fastMSC, .pamMedSil, .pamSil: false
      }
    }

    /// Whether only some of the rows or swaps are looked at, so that another seed gives other
    /// medoids.
    public var samples: Bool { [.clara, .clarans, .fastCLARANS].contains(self) }
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
  /// The bytes that a matrix of all distances may take; where it doesn't fit, distances are
  /// computed as they are needed. `nil` for an eighth of this machine's memory. Changes no bit of
  /// the result.
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
  ///   - distanceMemory: The bytes that a matrix of all distances may take; `nil` for an eighth of
  ///     this machine's memory.
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
  ///   - threads: At most this many threads; `nil` for one per core. The result doesn't depend on
  ///     it.
  ///   - progress: Is told which pass is made, and of the part that is done.
  /// - Returns: Medoids, and labels by the nearest.
  /// - Throws: `CladeError` for parameters out of range, no data, values that the metric can't
  ///   take, and fewer distinct rows than k; `CancellationError`.
  /// - Complexity: O(n²) time a pass, few of which are needed (see ``Algorithm`` and
  ///   ``MedoidStart``), times d where distances aren't held; the memory of these, or O(n · d).
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  public func fit<Scalar: MatrixScalar>(
    _ data: Matrix<Scalar>, threads: Int? = nil, progress: ProgressObserver? = nil
  ) throws -> KMedoidsModel<Scalar> {
    try check()
    // Those who look at samples don't need the distances of all rows.
    let items = try MedoidItems(
      data, metric: metric, memory: algorithm.samples ? 0 : memory,
      isOrdered: !followsRows, threads: threads)
    let solution = try solve(items, threads: threads, progress: progress)
    return try KMedoidsModel(
      solution, of: items, data: metric == .precomputed ? nil : data, parameters: self)
  }

  /// Finds the medoids of items of which nothing but dissimilarities is known; ``metric`` isn't
  /// used.
  ///
  /// - Parameters:
  ///   - dissimilarities: The dissimilarities of n items.
  ///   - threads: At most this many threads; `nil` for one per core. The result doesn't depend on
  ///     it.
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
    let solution = try parameters.solve(items, threads: threads, progress: progress)
    return try KMedoidsModel(solution, of: items, data: nil, parameters: parameters)
  }

  /// Whether nothing depends on an order of the items other than theirs.
  private var followsRows: Bool {
    if case .items = start { visitingOrder == .rows } else { false }
  }

  var memory: Int { distanceMemory ?? MachineMemory.size / 8 }

  func check() throws {
    guard k >= 1 else {
      throw CladeError.invalidParameter(
        name: "k", value: "\(k)", reason: "at least one medoid is needed")
    }
    guard maxIterations >= 1 else {
      throw CladeError.invalidParameter(
        name: "maxIterations", value: "\(maxIterations)", reason: "at least one pass is needed")
    }
    if case .items = start, algorithm.samples {
      throw CladeError.invalidParameter(
        name: "start", value: "items",
        reason: "\(algorithm.rawValue) chooses its own; use another start, or another algorithm")
    }
  }

  /// Chooses medoids, and improves them.
  func solve<Scalar: MatrixScalar>(
    _ items: MedoidItems<Scalar>, threads: Int?, progress: ProgressObserver?
  ) throws -> MedoidSolution {
    guard k <= items.count else {
      throw CladeError.tooManyClusters(k: k, distinctRows: items.count)
    }
    switch algorithm {
    case .clara:
      return try clara(items, threads: threads, progress: progress)
    case .clarans where k > 1, .fastCLARANS where k > 1:
      return try clarans(
        items, fast: algorithm == .fastCLARANS, threads: threads, progress: progress)
    default: break
    }
    var starts = MedoidStarts(items, seed: seed, threads: threads, progress: progress)
    let medoids = try starts.medoids(start, k: k, seed: seed)
    return try improve(medoids, of: items, threads: threads, progress: progress)
  }

  /// Improves medoids by the algorithm.
  func improve<Scalar: MatrixScalar>(
    _ medoids: [Int32], of items: MedoidItems<Scalar>, threads: Int?, progress: ProgressObserver?
  ) throws -> MedoidSolution {
    if k == 1 {
      return try solution(MedoidAssignment.self, medoids, items, threads, progress) {
        try $0.single()
      }
    }
    switch algorithm {
    case .pam, .fastPAM1, .fastPAM2, .fasterPAM, .alternating, .clara, .clarans, .fastCLARANS:
      return try solution(MedoidAssignment.self, medoids, items, threads, progress) {
        switch algorithm {
        case .pam: try $0.pam()
        case .fastPAM1: try $0.fastPAM1()
        case .fastPAM2: try $0.fastPAM2()
        case .alternating: try $0.alternating()
        default: try $0.fasterPAM()
        }
      }
    case .fasterMSC, .fastMSC, .pamMedSil:
      return try solution(MedoidTriples.self, medoids, items, threads, progress) {
        switch algorithm {
        case .pamMedSil: try $0.pam()
        case .fastMSC: try $0.fastPAM1()
        default: try $0.fasterPAM()
        }
      }
    case .pamSil:
      return try solution(MedoidsBySilhouette.self, medoids, items, threads, progress) {
        try $0.pam()
      }
    }
  }

  private func solution<State: MedoidState>(
    _ state: State.Type, _ medoids: [Int32], _ items: MedoidItems<State.Scalar>, _ threads: Int?,
    _ progress: ProgressObserver?, _ improve: (inout SwapPhase<State>) throws -> Void
  ) throws -> MedoidSolution {
    var phase = try SwapPhase<State>(
      medoids, of: items.rows, candidates: items.rows.candidates(visits(items)),
      maxIterations: maxIterations, threads: threads, progress: progress)
    try improve(&phase)
    return phase.solution
  }

  /// The order in which candidates are looked at, where it isn't theirs.
  func visits<Scalar: MatrixScalar>(_ items: MedoidItems<Scalar>) -> [Int32]? {
    visitingOrder == .rows ? nil : items.order.shuffled(seed: seed, stream: 0)
  }
}
