/// The search for the number of components: 1, 2, 3 … until a criterion hasn't improved for several
/// counts in a row.
struct ComponentCountSearch {
  let em: GaussianMixtureEM
  let criterion: InformationCriterion
  let maxComponents: Int
  let patience: Int

  /// The best fit, and what every count that was tried came to.
  func run(
    _ sample: GaussianMixtureSample, progress: ProgressObserver?
  ) throws -> (GaussianMixtureFit, [GaussianMixtureCandidate]) {
    let start = MixtureStart(sample, em)
    let limit = min(maxComponents, sample.weightedRowCount)
    var best = try start.fit(componentCount: 1)
    var bestCount = 1
    var candidates = [GaussianMixtureCandidate(requested: 1, best)]
    for count in stride(from: 2, through: limit, by: 1) {
      progress?(
        ProgressUpdate(
          stage: "counting components", detail: "trying \(count), best so far \(bestCount)"))
      let fit = try start.fit(componentCount: count)
      candidates.append(GaussianMixtureCandidate(requested: count, fit))
      if fit.value(of: criterion) < best.value(of: criterion) { (best, bestCount) = (fit, count) }
      if count - bestCount >= patience { break }
    }
    return (best, candidates)
  }
}

/// A number of components that was tried, and what came of it.
public struct GaussianMixtureCandidate: Sendable, Codable, Equatable {
  /// The number of components that was asked for.
  public let requested: Int
  /// The number of components that were left: fewer where some were removed.
  public let componentCount: Int
  /// The mean log-likelihood of a row.
  public let meanLogLikelihood: Double
  /// The Bayesian information criterion; smaller is better.
  public let bic: Double
  /// Akaike's information criterion; smaller is better.
  public let aic: Double
  /// The integrated completed likelihood as a criterion; smaller is better.
  public let icl: Double

  init(requested: Int, _ fit: GaussianMixtureFit) {
    self.requested = requested
    componentCount = fit.parameters.componentCount
    meanLogLikelihood = fit.meanLogLikelihood
    bic = fit.value(of: .bic)
    aic = fit.value(of: .aic)
    icl = fit.value(of: .icl)
  }
}
