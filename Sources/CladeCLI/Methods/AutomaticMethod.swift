import ArgumentParser
import Clade
import CladeTables

/// `--method auto`.
enum AutomaticMethod: ClusteringMethod {
  static let title = "the automatic choice"
  static let summary = "tries many of the others and chooses, with no parameter to set"
  static let mayFindNoise = true
  static let options: [MethodOption] = [.budget, .noise]
  static let noiseOptions: [NoiseOption] = [.keep, .assign]

  static func fit(
    _ input: PreparedInput, _ options: MethodOptions, threads: Int
  ) throws -> FittedModel {
    let model = try AutomaticClustering(
      noise: options.noise == .keep ? .keep : .assign, budget: options.budget?.duration
    ).fit(input.table.matrix, threads: threads, progress: ProgressBar.observer)
    let noise = model.labels.count - model.sizes.reduce(0, +)
    var fitted = FittedModel(
      method: .auto, common: model,
      reasons: model.reasons.map(\.sentence) + options.noiseReasons(noise, of: model.labels.count))
    fitted.automatic = model
    return fitted
  }

  static func load(_ file: ModelFile) throws -> LoadedModel.Placing {
    let model = try file.decode(AutomaticModel<Double>.self)
    return .init(clusterCount: model.clusterCount) { rows, threads in
      (try model.predict(rows, threads: threads), [])
    }
  }
}

extension String {
  /// The same with a capital at its beginning and a full stop at its end.
  var sentence: String {
    guard let first, let last else { return self }
    return first.uppercased() + dropFirst() + (".!?".contains(last) ? "" : ".")
  }
}
