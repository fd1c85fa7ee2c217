import ArgumentParser
import Clade
import CladeInsight
import CladeTables

/// `--method gmm`.
enum GaussianMixtureMethod: ClusteringMethod {
  static let title = "Gaussian mixture"
  static let summary = "Gaussian mixture, -k components or as many as the criterion favours"
  static let rowOutputs: Set<RowOutput> = [.memberships]
  static let options: [MethodOption] = [
    .k, .covariance, .criterion, .maxIterations, .tolerance, .weights,
  ]

  static func fit(
    _ input: PreparedInput, _ options: MethodOptions, threads: Int
  ) throws -> FittedModel {
    var algorithm = GaussianMixture(componentCount: options.k)
    if let covariance = options.covariance { algorithm.covariance = covariance }
    if let criterion = options.criterion { algorithm.criterion = criterion }
    if let iterations = options.maxIterations { algorithm.maxIterations = iterations }
    if let tolerance = options.tolerance { algorithm.tolerance = tolerance }
    let model = try algorithm.fit(
      input.table.matrix, weights: input.weights, threads: threads,
      progress: ProgressBar.observer)
    var fitted = FittedModel(method: .gmm, common: model, reasons: reasons(model, algorithm))
    let rows = input.table.matrix
    fitted.rowNumbers.memberships = { try model.responsibilities(of: rows, threads: threads) }
    fitted.criterion = curve(model, algorithm.criterion)
    fitted.tangleSeparability = model.tangleSeparability(threads: threads)
    return fitted
  }

  static func load(_ file: ModelFile) throws -> LoadedModel.Placing {
    let model = try file.decode(GaussianMixtureModel.self)
    var placing = LoadedModel.Placing(clusterCount: model.clusterCount) { rows, threads in
      (
        try model.predict(rows, threads: threads),
        try model.probabilities(of: rows, threads: threads)
      )
    }
    placing.rowNumbers = { rows, threads in
      RowNumbers(memberships: { try model.responsibilities(of: rows, threads: threads) })
    }
    return placing
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

  /// The criterion for each number of components that was tried, where there was a choice.
  private static func curve(
    _ model: GaussianMixtureModel, _ criterion: InformationCriterion
  ) -> CriterionCurve? {
    guard !model.candidates.isEmpty else { return nil }
    return CriterionCurve(
      name: criterion.rawValue.uppercased(), direction: "lower is better",
      points: model.candidates.map { candidate in
        let value =
          switch criterion {
          case .bic: candidate.bic
          case .aic: candidate.aic
          case .icl: candidate.icl
          }
        return .init(k: candidate.componentCount, value: value)
      },
      chosen: model.clusterCount)
  }
}

extension CovarianceType: ExpressibleByArgument {}
extension InformationCriterion: ExpressibleByArgument {}
