/// How the number of components is weighed against the likelihood; for each, smaller is better.
public enum InformationCriterion: String, Sendable, Codable, CaseIterable {
  /// −2·log L + p·log n ("Estimating the Dimension of a Model", Schwarz, 1978).
  case bic
  /// −2·log L + 2·p ("A New Look at the Statistical Model Identification", Akaike, 1974).
  case aic
  /// BIC − 2·Σ log of the posterior of each row's own component: it also asks the components to be
  /// apart ("Assessing a Mixture Model for Clustering with the Integrated Completed Likelihood",
  /// Biernacki, Celeux and Govaert, 2000).
  case icl

  /// The value for a mixture with `freeParameterCount` numbers to choose.
  func value(
    logLikelihood: Double, logPosterior: Double, freeParameterCount: Int, totalWeight: Double
  ) -> Double {
    let misfit = -2 * logLikelihood
    let p = Double(freeParameterCount)
    switch self {
    case .bic: return misfit + p * Elementary.log(totalWeight)
    case .aic: return misfit + 2 * p
    case .icl: return misfit + p * Elementary.log(totalWeight) - 2 * logPosterior
    }
  }
}
