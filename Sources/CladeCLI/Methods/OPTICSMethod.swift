import ArgumentParser
import Clade
import CladeInsight
import CladeTables

/// `--method optics`.
enum OPTICSMethod: ClusteringMethod {
  static let title = "OPTICS"
  static let summary = "valleys of any density in the order in which rows are reached"
  static let mayFindNoise = true
  static let options: [MethodOption] = [
    .minSamples, .maxEps, .xi, .minClusterSize, .eps, .metric, .noise,
  ]
  static let noiseOptions: [NoiseOption] = [.keep, .assign]

  static func scaling(_ options: MethodOptions) -> Scaling { options.densityScaling }

  static func check(_ options: MethodOptions) throws {
    if let samples = options.minSamples, samples < 2 {
      throw ValidationError("--min-samples can't be \(samples): give 2 or more.")
    }
    if let size = options.minClusterSize, size < 2 {
      throw ValidationError("--min-cluster-size can't be \(size): give 2 or more.")
    }
    if let xi = options.xi, !(xi > 0 && xi < 1) {
      throw ValidationError("--xi can't be \(xi): give a number between 0 and 1, such as 0.05.")
    }
    if let eps = options.maxEps { try options.checkDistance("--max-eps", eps, mayBeInfinite: true) }
    guard let eps = options.eps else { return }
    try options.checkDistance("--eps", eps)
    guard options.xi == nil, options.minClusterSize == nil else {
      throw ValidationError(
        "--eps cuts the plot at a height, and --xi and --min-cluster-size look for steep slopes; "
          + "choose one.")
    }
  }

  static func fit(
    _ input: PreparedInput, _ options: MethodOptions, threads: Int
  ) throws -> FittedModel {
    try options.checkPlaces(input.table)
    var algorithm = algorithm(options, metric: input.measured.metric)
    // Of few rows fewer are neighbours, unless a number was asked for.
    if options.minSamples == nil {
      algorithm.minSamples = min(algorithm.minSamples, max(2, input.table.matrix.rowCount))
    }
    let model = try algorithm.fit(
      input.measured.rows, threads: threads, progress: ProgressBar.observer)
    let reasons =
      reasons(model) + options.noiseReasons(model.noiseCount, of: model.labels.count)
    let whole = try options.assignedNoise(of: model, in: input.measured, threads: threads)
    let labels = whole?.model.labels ?? model.labels
    var fitted = FittedModel(
      method: .optics, common: whole.map { $0.model } ?? model,
      reasons: whole?.reasons(reasons) ?? reasons)
    fitted.reachability = ReachabilityCurve(
      heights: model.ordering.map { model.reachabilities[Int($0)] },
      labels: model.ordering.map { labels[Int($0)] }, cut: options.eps)
    fitted.isGeographic = algorithm.metric == .haversine
    return fitted
  }

  /// The method with the parameters that were given.
  private static func algorithm(_ options: MethodOptions, metric: Metric) -> OPTICS {
    var algorithm = OPTICS(metric: metric)
    if let samples = options.minSamples { algorithm.minSamples = samples }
    if let eps = options.maxEps { algorithm.maxEps = eps }
    algorithm.extraction =
      options.eps.map { .dbscan(eps: $0) }
      ?? .xi(options.xi ?? 0.05, minClusterSize: options.minClusterSize)
    return algorithm
  }

  private static func reasons(_ model: OPTICSModel<Double>) -> [String] {
    switch model.parameters.extraction {
    case .xi(let xi, let size):
      [
        "The innermost of \(NumberFormat.count(model.hierarchy.count)) valleys of "
          + "\(size ?? model.parameters.minSamples) rows or more between slopes of at least "
          + "\(NumberFormat.percent(xi)) from a row to the next."
      ]
    case .dbscan(let eps):
      [
        "Stretches of the order in which rows are reached within "
          + "\(DistanceText.of(min(eps, model.parameters.maxEps), model.parameters.metric))."
      ]
    }
  }

  static func load(_ file: ModelFile) throws -> LoadedModel.Placing {
    if let whole = try AssignedNoise.placing(file) { return whole }
    let model = try file.decode(OPTICSModel<Double>.self)
    return .init(clusterCount: model.clusterCount, nearest: try NearestRowPlacement(model))
  }
}
