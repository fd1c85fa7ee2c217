import ArgumentParser
import Clade
import CladeInsight
import CladeTables

/// `--method dbscan`.
enum DBSCANMethod: ClusteringMethod {
  static let title = "DBSCAN"
  static let summary = "rows that are connected through places with --min-samples rows within --eps"
  static let mayFindNoise = true
  static let options: [MethodOption] = [.eps, .minSamples, .metric, .weights, .noise]
  static let noiseOptions: [NoiseOption] = [.keep, .assign]

  static func scaling(_ options: MethodOptions) -> Scaling { options.densityScaling }

  static func check(_ options: MethodOptions) throws {
    guard let eps = options.eps else {
      throw ValidationError(
        "dbscan needs the largest distance between neighbours, in prepared units (metres for "
          + "--metric haversine): --eps 0.3.")
    }
    try options.checkDistance("--eps", eps)
    if let samples = options.minSamples, samples < 1 {
      throw ValidationError("--min-samples can't be \(samples): give 1 or more.")
    }
  }

  static func fit(
    _ input: PreparedInput, _ options: MethodOptions, threads: Int
  ) throws -> FittedModel {
    try options.checkPlaces(input.table)
    var algorithm = DBSCAN(eps: options.eps ?? 1, metric: input.measured.metric)
    if let samples = options.minSamples { algorithm.minSamples = samples }
    let model = try algorithm.fit(
      input.measured.rows, weights: input.weights, threads: threads, progress: ProgressBar.observer)
    let reason =
      "\(NumberFormat.count(model.coreIndices.count)) core rows have \(algorithm.minSamples) rows or "
      + "more within \(DistanceText.of(algorithm.eps, algorithm.metric))."
    let reasons = [reason] + options.noiseReasons(model.noiseCount, of: model.labels.count)
    let whole = try options.assignedNoise(of: model, in: input.measured, threads: threads)
    var fitted = FittedModel(
      method: .dbscan, common: whole.map { $0.model } ?? model,
      reasons: whole?.reasons(reasons) ?? reasons)
    fitted.isGeographic = algorithm.metric == .haversine
    return fitted
  }

  static func load(_ file: ModelFile) throws -> LoadedModel.Placing {
    if let whole = try AssignedNoise.placing(file) { return whole }
    let model = try file.decode(DBSCANModel<Double>.self)
    return .init(clusterCount: model.clusterCount, nearest: try NearestRowPlacement(model))
  }
}

extension MethodOptions {
  /// Numbers are brought to one scale, but for metrics that take them as they are.
  var densityScaling: Scaling { metric?.comparesRawValues ?? false ? .none : .standard }

  func checkDistance(_ name: String, _ value: Double, mayBeInfinite: Bool = false) throws {
    guard value > 0, value.isFinite || mayBeInfinite else {
      throw ValidationError("\(name) can't be \(value): give a distance above 0.")
    }
  }

  /// Checks that rows are places on a map where the metric is that of the Earth.
  func checkPlaces(_ table: PreparedTable) throws {
    guard metric?.isGeographic ?? false, table.matrix.columnCount != 2 else { return }
    throw CladeError.invalidParameter(
      name: "--metric", value: "haversine",
      reason: "it takes two columns, latitude and longitude, and there are "
        + "\(table.matrix.columnCount); name them in this order: --columns lat lon")
  }

  func noiseReasons(_ noise: Int, of count: Int) -> [String] {
    guard noise > 0 else { return [] }
    let share = NumberFormat.percent(Double(noise) / Double(max(1, count)))
    return [
      "\(NumberFormat.count(noise)) \(noise == 1 ? "row is" : "rows are") noise (\(share)), label −1."
    ]
  }
}
