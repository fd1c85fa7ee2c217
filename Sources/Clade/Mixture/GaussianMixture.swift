/// Groups as a mixture of Gaussians, fitted by expectation–maximisation.
///
/// ```swift
/// let model = try GaussianMixture(componentCount: 3).fit(points)
/// model.labels            // the most probable component of each row
/// model.probabilities     // how probable it is
/// try model.predict(new)  // the components of other rows
/// ```
///
/// The start is the partition that ``KMeans`` finds; where the features' scales differ, that on the
/// features divided by their standard deviations is tried as well, and the fit with the larger
/// likelihood kept. Without a number of components, 1, 2, 3 … are tried up to ``maxComponents``;
/// the best by ``criterion`` is taken, and the search stops early when the criterion hasn't
/// improved for ``patience`` counts in a row.
///
/// - Singular data: no component becomes thinner than ``regularization`` times the variance of a
///   feature over all data. So duplicated points, collinear and constant features, and as many
///   components as distinct rows are all fine, and data at any scale is treated alike.
/// - Components that lose all their weight, or to which no row belongs most probably in the end,
///   are removed: the model may have fewer than were asked for, and never an empty one.
/// - The result does not depend on the order of the rows, the number of threads or the machine. A
///   row of weight 3 is the same as three equal rows.
///
/// Sources: "Maximum Likelihood from Incomplete Data via the EM Algorithm" (Dempster, Laird and
/// Rubin, 1977); "Model-Based Clustering, Discriminant Analysis, and Density Estimation" (Fraley
/// and Raftery, 2002) for the choice by BIC; "Constrained monotone EM algorithms for finite mixture
/// of multivariate Gaussians" (Ingrassia and Rocci, 2007) for the floor under the covariances.
public struct GaussianMixture: Sendable, Codable, Equatable {
  /// The number of components, or `nil` to choose it by ``criterion``.
  public var componentCount: Int?
  /// Which shapes the components may take.
  public var covariance: CovarianceType
  /// What chooses the number of components where none is given.
  public var criterion: InformationCriterion
  /// The largest number of components that is tried where none is given.
  public var maxComponents: Int
  /// The search stops when so many counts in a row were no better than the best before them.
  public var patience: Int
  /// At most this many iterations for each number of components.
  public var maxIterations: Int
  /// Stops when the mean log-likelihood of a row grows by no more than this in an iteration.
  public var tolerance: Double
  /// The least variance of a component in any direction, relative to the data's own: see above.
  public var regularization: Double

  /// Creates the method.
  ///
  /// - Parameters:
  ///   - componentCount: The number of components, 1 or more; `nil` (the default) to choose it.
  ///   - covariance: Which shapes the components may take; `full` by default.
  ///   - criterion: What chooses the number of components; `bic` by default.
  ///   - maxComponents: The largest number that is tried; 20 by default.
  ///   - patience: How many counts without improvement end the search; 4 by default.
  ///   - maxIterations: 200 by default.
  ///   - tolerance: 1e-5 by default.
  ///   - regularization: 1e-6 by default, at least 1e-12 and at most 1.
  public init(
    componentCount: Int? = nil, covariance: CovarianceType = .full,
    criterion: InformationCriterion = .bic, maxComponents: Int = 20, patience: Int = 4,
    maxIterations: Int = 200, tolerance: Double = 1e-5, regularization: Double = 1e-6
  ) {
    self.componentCount = componentCount
    self.covariance = covariance
    self.criterion = criterion
    self.maxComponents = maxComponents
    self.patience = patience
    self.maxIterations = maxIterations
    self.tolerance = tolerance
    self.regularization = regularization
  }

  /// Fits a mixture to `data`.
  ///
  /// - Parameters:
  ///   - data: Points (n × d), in any units.
  ///   - weights: How often each row counts (n), 0 or more; `nil` for once.
  ///   - initialLabels: A component for each row (n) to start from instead of k-means, 0 or more,
  ///     −1 for rows that start nowhere; ``componentCount`` must then be `nil` or no less than the
  ///     number of components named.
  ///   - threads: At most this many; `nil` for one per core.
  ///   - progress: Told how far the fit has come.
  /// - Throws: `CladeError.invalidParameter`,
  ///   `CladeError.tooManyClusters`, `CladeError.emptyData`,
  ///   `CladeError.nonFiniteValue`,
  ///   `CladeError.shapeMismatch`, and `CancellationError`.
  /// - Complexity: O(n · k · d²) time for each iteration at most, less where groups are apart, and
  ///   O(n · d + k · d²) memory.
  public func fit<Scalar: MatrixScalar>(
    _ data: Matrix<Scalar>, weights: [Scalar]? = nil, initialLabels: [Int32]? = nil,
    threads: Int? = nil, progress: ProgressObserver? = nil
  ) throws -> GaussianMixtureModel {
    try validate()
    let sample = try GaussianMixtureSample(data, weights: weights, threads: threads)
    let em = GaussianMixtureEM(
      covariance: covariance, regularization: regularization, maxIterations: maxIterations,
      tolerance: tolerance, threads: threads)
    if let initialLabels {
      try check(initialLabels)
      let fit = try em.fit(sample, labels: initialLabels, progress: progress)
      return try GaussianMixtureModel(fit, candidates: [])
    }
    if let componentCount {
      guard componentCount <= sample.weightedRowCount else {
        throw CladeError.tooManyClusters(
          k: componentCount, distinctRows: sample.weightedRowCount)
      }
      let fit = try MixtureStart(sample, em)
        .fit(componentCount: componentCount, progress: progress)
      return try GaussianMixtureModel(fit, candidates: [])
    }
    let search = ComponentCountSearch(
      em: em, criterion: criterion, maxComponents: maxComponents, patience: patience)
    let (fit, candidates) = try search.run(sample, progress: progress)
    return try GaussianMixtureModel(fit, candidates: candidates)
  }

  private func validate() throws {
    if let componentCount {
      try require(
        componentCount >= 1, "componentCount", componentCount, "a mixture has at least 1 component")
    }
    try require(maxComponents >= 1, "maxComponents", maxComponents, "it must be at least 1")
    try require(patience >= 1, "patience", patience, "it must be at least 1")
    try require(maxIterations >= 1, "maxIterations", maxIterations, "it must be at least 1")
    try require(
      tolerance >= 0 && tolerance.isFinite, "tolerance", tolerance,
      "it must be a finite number that is 0 or more")
    try require(
      regularization >= 1e-12 && regularization <= 1, "regularization", regularization,
      "it is relative to the data's variance and must lie between 1e-12 and 1")
  }

  private func check(_ labels: [Int32]) throws {
    if let row = labels.firstIndex(where: { $0 < -1 }) {
      throw CladeError.invalidParameter(
        name: "initialLabels[\(row)]", value: "\(labels[row])",
        reason: "a label is 0 or more, or -1 for a row that starts nowhere")
    }
    guard let componentCount, let largest = labels.max(), largest >= componentCount else { return }
    throw CladeError.invalidParameter(
      name: "initialLabels", value: "as large as \(largest)",
      reason: "componentCount is \(componentCount), so labels must be below it")
  }
}
