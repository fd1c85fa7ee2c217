import ArgumentParser
import Clade
import CladeInsight
import CladeTables

/// `--method single`, `complete`, `average`, `weighted`, `ward`, `centroid` and `median`.
protocol AgglomerativeMethod: ClusteringMethod {
  static var linkage: Linkage { get }
}

extension AgglomerativeMethod {
  static var options: [MethodOption] { [.k, .cut, .metric, .linkage, .newick] }

  static func scaling(_ options: MethodOptions) -> Scaling { options.densityScaling }

  static func check(_ options: MethodOptions) throws {
    _ = try CutOption.cut(k: options.k, options.cut)
  }

  static func fit(
    _ input: PreparedInput, _ options: MethodOptions, threads: Int
  ) throws -> FittedModel {
    try options.checkPlaces(input.table)
    let model = try AgglomerativeClustering(
      linkage: linkage, metric: input.measured.metric,
      cut: CutOption.cut(k: options.k, options.cut)
    ).fit(input.measured.rows, threads: threads, progress: ProgressBar.observer)
    var fitted = FittedModel(
      method: options.method, common: model,
      reasons: CutReasons(model.dendrogram, model.parameters.cut, model.clusterCount).sentences)
    fitted.dendrogram = model.dendrogram
    fitted.isGeographic = input.measured.metric == .haversine
    return fitted
  }

  static func load(_ file: ModelFile) throws -> LoadedModel.Placing {
    let model = try file.decode(AgglomerativeModel<Double>.self)
    return .init(
      clusterCount: model.clusterCount, nearest: try NearestRowPlacement(model.trainingRows))
  }
}

/// `--method single`.
enum SingleLinkageMethod: AgglomerativeMethod {
  static let linkage = Linkage.single
  static let title = "single linkage"
  static let summary = "a tree of merges by the nearest two rows"
}

/// `--method complete`.
enum CompleteLinkageMethod: AgglomerativeMethod {
  static let linkage = Linkage.complete
  static let title = "complete linkage"
  static let summary = "a tree of merges by the farthest two rows"
}

/// `--method average`.
enum AverageLinkageMethod: AgglomerativeMethod {
  static let linkage = Linkage.average
  static let title = "average linkage"
  static let summary = "a tree of merges by the mean distance (UPGMA)"
}

/// `--method weighted`.
enum WeightedLinkageMethod: AgglomerativeMethod {
  static let linkage = Linkage.weighted
  static let title = "weighted linkage"
  static let summary = "the same with both parts of a group alike (WPGMA)"
}

/// `--method ward`.
enum WardLinkageMethod: AgglomerativeMethod {
  static let linkage = Linkage.ward
  static let title = "Ward's linkage"
  static let summary = "a tree of merges by how little squares around centers grow"
}

/// `--method centroid`.
enum CentroidLinkageMethod: AgglomerativeMethod {
  static let linkage = Linkage.centroid
  static let title = "centroid linkage"
  static let summary = "a tree of merges by the distance of centers (UPGMC)"
}

/// `--method median`.
enum MedianLinkageMethod: AgglomerativeMethod {
  static let linkage = Linkage.median
  static let title = "median linkage"
  static let summary = "the same with the center in the middle of the two (WPGMC)"
}

extension MethodOptions {
  /// The files that a tree of merges is written to.
  var treeFiles: [String] { [linkage, newick].compactMap(\.self) }
}
