import ArgumentParser
import Clade
import CladeInsight
import CladeTables

/// `--method tangles`.
enum TanglesMethod: ClusteringMethod {
  static let title = "tangles"
  static let summary = "places of a similarity graph that no cheap cut separates"
  static let mayFindNoise = true
  static let options: [MethodOption] = [.minClusterSize]

  static func check(_ options: MethodOptions) throws {
    if let size = options.minClusterSize, size < 4 {
      throw ValidationError("--min-cluster-size can't be \(size): give 4 or more.")
    }
  }

  static func fit(
    _ input: PreparedInput, _ options: MethodOptions, threads: Int
  ) throws -> FittedModel {
    // Any three sides share about half of the smallest group.
    let model = try Tangles(agreement: options.minClusterSize.map { $0 / 2 }).fit(
      input.table.matrix, threads: threads, progress: ProgressBar.observer)
    let reason =
      model.clusterCount == 1
      ? "No two tangles are parted by a cut that severs much fewer similarities than those within."
      : "Tangles of \(NumberFormat.count(model.bipartitionCount)) cuts part at cuts of up to "
        + "\(NumberFormat.count(Int(model.objective))) severed similarities."
    var fitted = FittedModel(method: .tangles, common: model, reasons: [reason])
    fitted.tangles = model
    return fitted
  }

  static func load(_ file: ModelFile) throws -> LoadedModel.Placing {
    let model = try file.decode(TanglesModel.self)
    return .init(clusterCount: model.clusterCount) { rows, threads in
      try model.places(of: rows, threads: threads)
    }
  }
}
