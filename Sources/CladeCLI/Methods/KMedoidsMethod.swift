import ArgumentParser
import Clade
import CladeInsight
import CladeTables

/// `--method kmedoids`.
enum KMedoidsMethod: ClusteringMethod {
  static let title = "k-medoids"
  static let summary =
    "-k rows of the table that stand for all, by any metric; without -k as many as they are told apart best by"
  static let comparesMixedRows = true
  static let takesSinglePrecision = true
  static let options: [MethodOption] = [.k, .metric, .algorithm, .start, .maxIterations, .seed]

  static func scaling(_ options: MethodOptions) -> Scaling { options.densityScaling }

  static func check(_ options: MethodOptions) throws {
    if let algorithm = options.algorithm, options.k == nil, algorithm != .fasterMSC {
      throw ValidationError(
        "--algorithm \(algorithm.rawValue) needs the number of groups: -k 3. Without -k it is found "
          + "by the medoid silhouette, with fastermsc.")
    }
  }

  static func fit(
    _ input: PreparedInput, _ options: MethodOptions, threads: Int
  ) throws -> FittedModel {
    try options.checkPlaces(input.table)
    if let singles = input.measured.singles {
      return try fit(singles, input.measured.metric, options, threads: threads)
    }
    return try fit(input.measured.rows, input.measured.metric, options, threads: threads)
  }

  private static func fit<Scalar: MatrixScalar>(
    _ rows: Matrix<Scalar>, _ metric: Metric, _ options: MethodOptions, threads: Int
  ) throws -> FittedModel {
    let observer = ProgressBar.observer
    var reasons: [String] = []
    let model: KMedoidsModel<Scalar>
    if let k = options.k {
      model = try options.configured(KMedoids(k: k, metric: metric)).fit(
        rows, threads: threads, progress: observer)
    } else {
      var search = DynMSC()
      search.method = options.configured(KMedoids(k: 2, metric: metric))
      let result = try search.fit(rows, threads: threads, progress: observer)
      model = result.model
      let most = result.smallest + result.silhouettes.count - 1
      let best = NumberFormat(decimals: 3).string(result.silhouettes.max() ?? 0)
      reasons.append(
        "Of \(result.smallest) to \(most) medoids, \(model.clusterCount) have the largest medoid "
          + "silhouette, \(best).")
    }
    reasons.append(
      "Each group is shown by its medoid, the row that the others are least unlike. Separable is "
        + "how much nearer rows are to it than to the next medoid.")
    if let sampling = model.sampling {
      reasons.append(
        "Found on \(sampling.losses.count) samples of \(NumberFormat.count(sampling.sampleSize)) rows, "
          + "whose medoids differ in the summed dissimilarity of all rows by a standard deviation of "
          + "\(NumberFormat.percent(sampling.relativeError)).")
    }
    var fitted = FittedModel(method: .kmedoids, common: model, reasons: reasons)
    fitted.exemplars = model.medoids.map { Int($0) }
    fitted.isGeographic = metric == .haversine
    return fitted
  }

  static func load(_ file: ModelFile) throws -> LoadedModel.Placing {
    let model = try file.decode(KMedoidsModel<Double>.self)
    let medoids = try NearestMedoids(model)
    return .init(clusterCount: model.clusterCount) { rows, threads in
      let places = try medoids.places(of: rows, threads: threads)
      return (places.labels, places.silhouettes)
    }
  }
}

extension MethodOptions {
  /// The method with the parameters that were given.
  fileprivate func configured(_ method: KMedoids) -> KMedoids {
    var method = method
    if let algorithm { method.algorithm = algorithm }
    if let start { method.start = start.start }
    if let maxIterations { method.maxIterations = maxIterations }
    if let seed { method.seed = seed }
    return method
  }
}

/// Where the search for medoids starts, as `--start` names it.
enum MedoidStartName: String, CaseIterable, ExpressibleByArgument, Encodable {
  case build
  case lab
  case random

  var start: MedoidStart {
    switch self {
    case .build: .build
    case .lab: .lab
    case .random: .random
    }
  }
}

extension KMedoids.Algorithm: ExpressibleByArgument {}
