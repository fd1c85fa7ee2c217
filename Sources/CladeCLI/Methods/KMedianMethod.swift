import ArgumentParser
import Clade
import CladeTables

/// `--method kmedian`.
enum KMedianMethod: ClusteringMethod {
  static let title = "k-median"
  static let summary = "splits into -k groups around medians, which outliers hardly move"
  static let options: [MethodOption] = [
    .k, .seeding, .restarts, .initialCenters, .maxIterations, .tolerance, .seed, .weights,
  ]

  static func check(_ options: MethodOptions) throws {
    if options.k == nil { throw ValidationError("kmedian needs the number of groups: -k 3.") }
    if options.initialCenters != nil, options.seeding != nil || (options.restarts ?? 1) > 1 {
      throw ValidationError(
        "--init gives the first centers, so --seeding and --restarts don't apply.")
    }
  }

  static func fit(
    _ input: PreparedInput, _ options: MethodOptions, threads: Int
  ) throws -> FittedModel {
    let (common, model) = try options.fitFromCenters(.kmedian, threads: threads) {
      try algorithm(options).fit(
        input.table.matrix, weights: input.weights, initialCenters: $0, threads: threads,
        progress: $1)
    }
    var fitted = common
    fitted.seedingCost = model.seedingCost
    return fitted
  }

  static func load(_ file: ModelFile) throws -> LoadedModel.Placing {
    let model = try file.decode(KMedianModel<Double>.self)
    return .init(clusterCount: model.clusterCount) { rows, threads in
      (try model.predict(rows, threads: threads), [])
    }
  }

  /// The method with the parameters that were given.
  private static func algorithm(_ options: MethodOptions) -> KMedian {
    var algorithm = KMedian(k: options.k ?? 1)
    if let seeding = options.seeding { algorithm.seeding = seeding.seeding }
    if let restarts = options.restarts { algorithm.restarts = restarts }
    if let iterations = options.maxIterations { algorithm.maxIterations = iterations }
    if let tolerance = options.tolerance { algorithm.tolerance = tolerance }
    if let seed = options.seed { algorithm.seed = seed }
    return algorithm
  }
}
