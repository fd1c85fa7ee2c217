import Clade
import CladeInsight
import CladeTables

/// A model of any of the methods, as `fit` makes it.
enum FittedModel {
  case ppp(PPPModel)
  case kmeans(KMeansModel<Double>)
  case gmm(GaussianMixtureModel, GaussianMixture)

  /// The method that made the model.
  var method: Method {
    switch self {
    case .ppp: .ppp
    case .kmeans: .kmeans
    case .gmm: .gmm
    }
  }

  /// What all models have in common.
  var common: any ClusteringModel {
    switch self {
    case .ppp(let model): model
    case .kmeans(let model): model
    case .gmm(let model, _): model
    }
  }

  /// Why there are so many groups, in sentences.
  var reasons: [String] {
    switch self {
    case .ppp(let model): model.reasons
    case .kmeans: ["That many were asked for with -k."]
    case .gmm(let model, let parameters): Self.reasons(model, parameters)
    }
  }

  /// How surely rows belong to their groups, over all of the data, where the method says.
  var clusterability: Double? {
    switch self {
    case .ppp(let model): model.clusterability
    case .kmeans, .gmm: nil
    }
  }

  /// The groups in the order in which they are shown: the most separable first, where the method
  /// says how separable they are.
  var displayOrder: [Int] {
    switch self {
    case .ppp(let model): model.mostSeparableFirst
    case .kmeans, .gmm: Array(0..<common.clusterCount)
    }
  }

  private static func reasons(
    _ model: GaussianMixtureModel, _ parameters: GaussianMixture
  ) -> [String] {
    if let asked = parameters.componentCount {
      return model.clusterCount == asked
        ? ["That many were asked for with -k."]
        : ["\(asked) were asked for with -k; components to which no row belonged were removed."]
    }
    let criterion = parameters.criterion.rawValue.uppercased()
    let counts = model.candidates.map(\.componentCount)
    guard let least = counts.min(), let most = counts.max() else { return [] }
    return [
      "\(criterion) is best with that many components, of \(least) to \(most) that were tried."
    ]
  }
}

extension FittedModel {
  /// The criterion for each number of groups that was tried, where there is one.
  var criterion: CriterionCurve? {
    guard case .gmm(let model, let parameters) = self, !model.candidates.isEmpty else { return nil }
    return CriterionCurve(
      name: parameters.criterion.rawValue.uppercased(), direction: "lower is better",
      points: model.candidates.map { candidate in
        let value =
          switch parameters.criterion {
          case .bic: candidate.bic
          case .aic: candidate.aic
          case .icl: candidate.icl
          }
        return .init(k: candidate.componentCount, value: value)
      },
      chosen: model.clusterCount)
  }
}
