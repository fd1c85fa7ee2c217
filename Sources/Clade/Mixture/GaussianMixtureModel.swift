/// A fitted Gaussian mixture: its components, who belongs to which, and how to place new points.
///
/// Components are numbered by the weight of the rows that belong to them, the largest first; ties
/// by their means.
public struct GaussianMixtureModel: ClusteringModel {
  /// The share of each component in the mixture; they sum to 1 (k).
  public var weights: [Double] { parameters.weights }
  /// The means (k × d).
  public var means: Matrix<Double> { parameters.means }
  /// The covariances.
  public var covariances: GaussianCovariances { parameters.covariances }

  /// The most probable component of each training row (n).
  public let labels: [Int32]
  /// The posterior probability of that component (n).
  public let probabilities: [Double]
  /// The number of training rows in each component (k).
  public let sizes: [Int]
  /// The mean posterior probability that the rows of each component give back to it (k): 1 where it
  /// stands apart, 1/2 where another one lies over it.
  public let separability: [Double]
  /// The log-likelihood of the training rows: Σ weight · log-density.
  public let logLikelihood: Double
  /// The mean log-likelihood of a training row, by weight.
  public let meanLogLikelihood: Double
  /// The number of numbers that the mixture was free to choose: shares, means and covariances, over
  /// the features that vary.
  public let freeParameterCount: Int
  /// The Bayesian information criterion; smaller is better.
  public let bic: Double
  /// Akaike's information criterion; smaller is better.
  public let aic: Double
  /// The integrated completed likelihood as a criterion; smaller is better.
  public let icl: Double
  /// The number of iterations of expectation–maximisation.
  public let iterations: Int
  /// Whether the likelihood stood still before the limit of iterations.
  public let converged: Bool
  /// The numbers of components that were tried, in that order; empty where the number was given.
  public let candidates: [GaussianMixtureCandidate]

  let parameters: GaussianMixtureParameters
  private let densities: GaussianDensities

  init(_ fit: GaussianMixtureFit, candidates: [GaussianMixtureCandidate]) throws {
    parameters = fit.parameters
    densities = try GaussianDensities(fit.parameters)
    labels = fit.labels
    probabilities = fit.posteriors
    sizes = fit.sizes
    separability = fit.separability
    logLikelihood = fit.logLikelihood
    meanLogLikelihood = fit.meanLogLikelihood
    freeParameterCount = fit.freeParameterCount
    bic = fit.value(of: .bic)
    aic = fit.value(of: .aic)
    icl = fit.value(of: .icl)
    iterations = fit.iterations
    converged = fit.converged
    self.candidates = candidates
  }

  /// The number of components, k.
  public var clusterCount: Int { parameters.componentCount }
  /// The number of features, d.
  public var columnCount: Int { parameters.columnCount }
  /// The mean log-likelihood of a training row, which the fit maximised.
  public var objective: Double { meanLogLikelihood }

  /// The factor P of one component's precision matrix, covariance⁻¹ = Pᵀ·P: lower triangular, d ×
  /// d.
  ///
  /// P·(x − mean) of the component's points is uncorrelated with variance 1.
  ///
  /// - Complexity: O(d³).
  public func precisionFactor(of component: Int) -> Matrix<Double> {
    densities.factor(of: component)
  }

  // MARK: New points

  /// The most probable component of each row; the one with the smaller number where two are equal.
  ///
  /// - Parameters:
  ///   - data: Points (m × d), prepared like those that the model was fitted to.
  ///   - threads: At most this many; `nil` for one per core.
  /// - Throws: `CladeError.shapeMismatch` for another number of columns,
  ///   `CladeError.nonFiniteValue`.
  /// - Complexity: O(m · k · d²).
  public func predict<Scalar: MatrixScalar>(
    _ data: Matrix<Scalar>, threads: Int? = nil
  ) throws -> [Int32] {
    try evaluate(data.doubles, threads: threads) { $0.labels[$1] }
  }

  /// The posterior probability of each row's most probable component.
  ///
  /// Parameters, errors and complexity are those of ``predict(_:threads:)``.
  public func probabilities<Scalar: MatrixScalar>(
    of data: Matrix<Scalar>, threads: Int? = nil
  ) throws -> [Double] {
    try evaluate(data.doubles, threads: threads) { $0.posteriors[$1] }
  }

  /// The logarithm of the mixture's density at each row.
  ///
  /// Parameters, errors and complexity are those of ``predict(_:threads:)``.
  public func logDensity<Scalar: MatrixScalar>(
    of data: Matrix<Scalar>, threads: Int? = nil
  ) throws -> [Double] {
    try evaluate(data.doubles, threads: threads) { $0.logDensities[$1] }
  }

  /// The posterior probability of every component at each row (m × k).
  ///
  /// Probabilities below about 4e-18 of the largest are 0. Parameters, errors and complexity are
  /// those of ``predict(_:threads:)``, with O(m · k) memory.
  public func responsibilities<Scalar: MatrixScalar>(
    of data: Matrix<Scalar>, threads: Int? = nil
  ) throws -> Matrix<Double> {
    let data = data.doubles
    try check(data)
    let k = clusterCount
    return Matrix(rows: data.rowCount, columns: k) { buffer in
      guard let start = buffer.baseAddress else { return }
      nonisolated(unsafe) let target = start
      ParallelChunks.forEach(count: data.rowCount, chunkSize: Self.chunkSize, threads: threads) {
        _, range in
        MixturePass(PointBlocks(data, rows: range), type: covariances.type, threads: 1)
          .responsibilities(under: densities, into: target + range.lowerBound * k)
      }
    }
  }

  /// The rows that are laid out for the kernels at once.
  private static var chunkSize: Int { 4096 }

  /// One value per row, taken from what the mixture gives the rows of a chunk.
  private func evaluate<Value: Sendable>(
    _ data: Matrix<Double>, threads: Int?,
    _ value: @Sendable (_ assignment: MixtureAssignment, _ place: Int) -> Value
  ) throws -> [Value] {
    try check(data)
    return try ParallelChunks.map(
      count: data.rowCount, chunkSize: Self.chunkSize, threads: threads
    ) { _, range in
      try Cancellation.check()
      let blocks = PointBlocks(data, rows: range)
      let assignment = MixturePass(blocks, type: covariances.type, threads: 1)
        .assignment(under: densities)
      return (0..<range.count).map { value(assignment, $0) }
    }.flatMap { $0 }
  }

  private func check(_ data: Matrix<Double>) throws {
    guard data.columnCount == columnCount else {
      throw CladeError.shapeMismatch(
        expected: "\(columnCount) columns, as the model was fitted to",
        found: "\(data.columnCount)")
    }
    _ = try FiniteBounds.check(data)
  }
}

extension GaussianMixtureModel: Codable {
  private enum CodingKeys: String, CodingKey {
    case parameters, sizes, separability, logLikelihood, meanLogLikelihood, freeParameterCount
    case bic, aic, icl, iterations, converged, candidates
  }

  /// Reads a model; ``labels`` and ``probabilities`` are empty then.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    parameters = try container.decode(GaussianMixtureParameters.self, forKey: .parameters)
    densities = try GaussianDensities(parameters)
    labels = []
    probabilities = []
    sizes = try container.decode([Int].self, forKey: .sizes)
    separability = try container.decode([Double].self, forKey: .separability)
    logLikelihood = try container.decode(Double.self, forKey: .logLikelihood)
    meanLogLikelihood = try container.decode(Double.self, forKey: .meanLogLikelihood)
    freeParameterCount = try container.decode(Int.self, forKey: .freeParameterCount)
    bic = try container.decode(Double.self, forKey: .bic)
    aic = try container.decode(Double.self, forKey: .aic)
    icl = try container.decode(Double.self, forKey: .icl)
    iterations = try container.decode(Int.self, forKey: .iterations)
    converged = try container.decode(Bool.self, forKey: .converged)
    candidates = try container.decode([GaussianMixtureCandidate].self, forKey: .candidates)
    guard sizes.count == clusterCount, separability.count == clusterCount else {
      throw CladeError.shapeMismatch(
        expected: "\(clusterCount) sizes and separabilities",
        found: "\(sizes.count) and \(separability.count)")
    }
  }

  /// Writes everything but ``labels`` and ``probabilities``.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(parameters, forKey: .parameters)
    try container.encode(sizes, forKey: .sizes)
    try container.encode(separability, forKey: .separability)
    try container.encode(logLikelihood, forKey: .logLikelihood)
    try container.encode(meanLogLikelihood, forKey: .meanLogLikelihood)
    try container.encode(freeParameterCount, forKey: .freeParameterCount)
    try container.encode(bic, forKey: .bic)
    try container.encode(aic, forKey: .aic)
    try container.encode(icl, forKey: .icl)
    try container.encode(iterations, forKey: .iterations)
    try container.encode(converged, forKey: .converged)
    try container.encode(candidates, forKey: .candidates)
  }
}
