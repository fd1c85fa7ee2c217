import Clade
import CladeTables

/// `--method ppp`.
enum PPPMethod: ClusteringMethod {
  static let title = "PPP"
  static let summary = "finds how many groups there are"
  static let options: [MethodOption] = []

  static func fit(
    _ input: PreparedInput, _ options: MethodOptions, threads: Int
  ) throws -> FittedModel {
    let model = try PPP().fit(
      input.table.matrix, threads: threads, progress: ProgressBar.observer)
    var fitted = FittedModel(method: .ppp, common: model, reasons: model.reasons)
    fitted.clusterability = model.clusterability
    fitted.mostSeparableFirst = model.mostSeparableFirst
    fitted.tangleSeparability = model.tangleSeparability(threads: threads)
    return fitted
  }

  static func load(_ file: ModelFile) throws -> LoadedModel.Placing {
    let model = try file.decode(PPPModel.self)
    return .init(clusterCount: model.clusterCount) { rows, threads in
      try model.predictProbabilities(rows, threads: threads)
    }
  }
}
