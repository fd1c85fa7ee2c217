import ArgumentParser
import Clade
import CladeInsight
import CladeTables

/// `--method hdbscan`.
enum HDBSCANMethod: ClusteringMethod {
  static let title = "HDBSCAN*"
  static let summary = "groups of any shape and density, and noise, without their number"
  static let mayFindNoise = true
  static let rowOutputs: Set<RowOutput> = [.memberships, .outlierScores]
  static let options: [MethodOption] = [
    .minClusterSize, .minSamples, .metric, .clusterSelection, .clusterSelectionEpsilon,
    .maxClusterSize, .allowSingleCluster, .noise,
  ]
  static let noiseOptions: [NoiseOption] = [.keep, .assign]

  static func scaling(_ options: MethodOptions) -> Scaling { options.densityScaling }

  static func check(_ options: MethodOptions) throws {
    for (name, value, least) in [
      ("--min-cluster-size", options.minClusterSize, 2), ("--min-samples", options.minSamples, 1),
      (
        "--max-cluster-size", options.maxClusterSize,
        options.minClusterSize ?? HDBSCAN().minClusterSize
      ),
    ] {
      if let value, value < least {
        throw ValidationError("\(name) can't be \(value): give \(least) or more.")
      }
    }
    if let epsilon = options.clusterSelectionEpsilon, !(epsilon >= 0 && epsilon.isFinite) {
      throw ValidationError(
        "--cluster-selection-epsilon can't be \(epsilon): give a distance, 0 for none.")
    }
  }

  static func fit(
    _ input: PreparedInput, _ options: MethodOptions, threads: Int
  ) throws -> FittedModel {
    try options.checkPlaces(input.table)
    let model = try algorithm(options, metric: input.measured.metric).fit(
      input.measured.rows, threads: threads, progress: ProgressBar.observer)
    let whole = try options.assignedNoise(of: model, in: input.measured, threads: threads)
    var fitted = FittedModel(
      method: .hdbscan, common: whole.map { $0.model } ?? model,
      reasons: whole?.reasons(reasons(model)) ?? reasons(model))
    fitted.density = DensityTree(
      model.condensedTree,
      selected: whole?.reordered(model.selectedClusters) ?? model.selectedClusters)
    fitted.persistences = whole?.reordered(model.persistences) ?? model.persistences
    fitted.rowNumbers = RowNumbers(
      memberships: {
        let vectors = try model.membershipVectors(
          threads: threads, progress: ProgressBar.observer)
        return whole?.reordered(columnsOf: vectors) ?? vectors
      },
      outlierScores: { model.outlierScores })
    fitted.isGeographic = input.measured.metric == .haversine
    return fitted
  }

  static func load(_ file: ModelFile) throws -> LoadedModel.Placing {
    if let whole = try AssignedNoise.placing(file) { return whole }
    let model = try file.decode(HDBSCANModel<Double>.self)
    guard model.parameters.metric != .precomputed else {
      throw CladeError.invalidParameter(
        name: "metric", value: "precomputed",
        reason: "only distances were given, and new rows can't be compared with these; fit rows")
    }
    var placing = LoadedModel.Placing(clusterCount: model.clusterCount) { rows, threads in
      let places = try model.places(of: rows, threads: threads)
      return (places.labels, places.probabilities)
    }
    placing.rowNumbers = { rows, threads in
      RowNumbers(outlierScores: { try model.places(of: rows, threads: threads).outlierScores })
    }
    return placing
  }

  /// The method with the parameters that were given.
  private static func algorithm(_ options: MethodOptions, metric: Metric) -> HDBSCAN {
    var algorithm = HDBSCAN(
      minSamples: options.minSamples, metric: metric, maxClusterSize: options.maxClusterSize,
      allowSingleCluster: options.allowSingleCluster)
    if let size = options.minClusterSize { algorithm.minClusterSize = size }
    if let selection = options.clusterSelection { algorithm.clusterSelection = selection }
    if let epsilon = options.clusterSelectionEpsilon { algorithm.clusterSelectionEpsilon = epsilon }
    return algorithm
  }

  private static func reasons(_ model: HDBSCANModel<Double>) -> [String] {
    let n = model.labels.count
    let noise = n - model.sizes.reduce(0, +)
    let size = model.parameters.minClusterSize
    let regions = model.condensedTree.clusterCount - 1
    var reasons: [String] = []
    if regions == 0 {
      reasons.append(
        "Nowhere does the data split into two dense regions of \(size) rows or more; a smaller "
          + "--min-cluster-size finds smaller ones"
          + (model.parameters.allowSingleCluster
            ? "." : ", and --allow-single-cluster takes all as one."))
    } else {
      let by =
        model.parameters.clusterSelection == .leaf ? "the smallest" : "those that last longest"
      reasons.append(
        "Of \(NumberFormat.count(regions)) dense regions of \(size) rows or more, \(by).")
    }
    if noise > 0 {
      let share = NumberFormat.percent(Double(noise) / Double(max(1, n)))
      reasons.append(
        "\(NumberFormat.count(noise)) \(noise == 1 ? "row is" : "rows are") noise (\(share)), "
          + "label −1.")
    }
    return reasons
  }
}

extension ClusterSelectionMethod: ExpressibleByArgument {}
