import ArgumentParser
import Clade
import CladeInsight
import CladeTables

/// `--method genie`.
enum GenieMethod: ClusteringMethod {
  static let title = "Genie"
  static let summary =
    "a tree of merges by the nearest two rows that keeps sizes from growing too unequal"
  static let mayFindNoise = true
  static let options: [MethodOption] = [
    .k, .giniThreshold, .minSamples, .noise, .metric, .linkage, .newick,
  ]

  static let noiseOptions: [NoiseOption] = [.none, .outlying, .leaves]

  static func scaling(_ options: MethodOptions) -> Scaling { options.densityScaling }

  static func check(_ options: MethodOptions) throws {
    if let threshold = options.giniThreshold, !(threshold >= 0 && threshold <= 1) {
      throw ValidationError("--gini-threshold can't be \(threshold): give 0 to 1.")
    }
    if let samples = options.minSamples, samples < 1 {
      throw ValidationError("--min-samples can't be \(samples): give 1 or more.")
    }
    if options.noise ?? NoiseOption.none != NoiseOption.none, options.minSamples == nil {
      throw ValidationError("--noise needs core distances: add --min-samples, such as 5.")
    }
  }

  static func fit(
    _ input: PreparedInput, _ options: MethodOptions, threads: Int
  ) throws -> FittedModel {
    try options.checkPlaces(input.table)
    var algorithm = Genie(
      k: options.k, minSamples: options.minSamples,
      noise: (options.noise ?? NoiseOption.none).genie,
      metric: input.measured.metric)
    if let threshold = options.giniThreshold { algorithm.giniThreshold = threshold }
    let model = try algorithm.fit(
      input.measured.rows, threads: threads, progress: ProgressBar.observer)
    let cut = options.k.map { DendrogramCut.count($0) } ?? .largestGap
    var fitted = FittedModel(
      method: .genie, common: model,
      reasons: CutReasons(model.dendrogram, cut, model.clusterCount).sentences
        + options.noiseReasons(model.noiseCount, of: model.labels.count))
    fitted.dendrogram = model.dendrogram
    fitted.isGeographic = algorithm.metric == .haversine
    return fitted
  }

  static func load(_ file: ModelFile) throws -> LoadedModel.Placing {
    let model = try file.decode(GenieModel<Double>.self)
    return .init(clusterCount: model.clusterCount, nearest: try NearestRowPlacement(model))
  }
}
