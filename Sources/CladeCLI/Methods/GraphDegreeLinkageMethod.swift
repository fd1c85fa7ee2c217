import ArgumentParser
import Clade
import CladeInsight
import CladeTables

/// `--method gdl` and `agdl`.
protocol GraphDegreeMethod: ClusteringMethod {
  /// The most other groups that each keeps in mind; `nil` for all.
  static var candidates: Int? { get }
}

extension GraphDegreeMethod {
  static var options: [MethodOption] { [.k, .neighbors, .metric, .linkage, .newick] }

  static func scaling(_ options: MethodOptions) -> Scaling { options.densityScaling }

  static func check(_ options: MethodOptions) throws {
    if let neighbors = options.neighbors, neighbors < 1 {
      throw ValidationError("--neighbors can't be \(neighbors): give 1 or more.")
    }
  }

  static func fit(
    _ input: PreparedInput, _ options: MethodOptions, threads: Int
  ) throws -> FittedModel {
    try options.checkPlaces(input.table)
    var algorithm = GraphDegreeLinkage(
      k: options.k, candidates: candidates, metric: input.measured.metric)
    if let neighbors = options.neighbors { algorithm.neighbors = neighbors }
    let model = try algorithm.fit(
      input.measured.rows, threads: threads, progress: ProgressBar.observer)
    var fitted = FittedModel(
      method: options.method, common: model, reasons: [reason(model, algorithm.neighbors)])
    fitted.dendrogram = model.dendrogram
    fitted.isGeographic = algorithm.metric == .haversine
    return fitted
  }

  static func load(_ file: ModelFile) throws -> LoadedModel.Placing {
    let model = try file.decode(GraphDegreeModel<Double>.self)
    return .init(
      clusterCount: model.clusterCount, nearest: try NearestRowPlacement(model.trainingRows))
  }

  private static func reason(_ model: GraphDegreeModel<Double>, _ neighbors: Int) -> String {
    let parts = NumberFormat.count(model.partCount)
    guard let k = model.parameters.k else {
      return model.partCount > 1
        ? "The graph of \(neighbors) nearest rows falls into \(parts) parts."
        : "There the affinity of the two groups joined next falls the most; another number is given "
          + "by -k."
    }
    return model.partCount > k
      ? "The graph of \(neighbors) nearest rows falls into \(parts) parts, more than the \(k) asked "
        + "for; a larger --neighbors may join them."
      : "Groups were joined until there were as many as were asked for."
  }
}

/// `--method gdl`.
enum GraphDegreeLinkageMethod: GraphDegreeMethod {
  static let title = "GDL"
  static let summary = "a tree of merges by degrees in a graph of nearest rows"
  static let candidates: Int? = nil
}

/// `--method agdl`.
enum AcceleratedGraphDegreeLinkageMethod: GraphDegreeMethod {
  static let title = "AGDL"
  static let summary = "the same with ten candidates for each group"
  static let candidates: Int? = 10
}
