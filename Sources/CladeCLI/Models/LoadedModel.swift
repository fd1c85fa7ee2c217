import Clade
import CladeTables

/// A model that was read from a file, ready to place new rows.
struct LoadedModel {
  let method: Method
  let preparation: Preparation
  private let model: Stored

  private enum Stored {
    case ppp(PPPModel)
    case kmeans(KMeansModel<Double>)
    case gmm(GaussianMixtureModel)
  }

  /// Reads a file that `clade fit --model` wrote.
  ///
  /// - Throws: `CladeError.cannotRead`, `CladeError.badModel`.
  init(path: String) throws {
    let file = try ModelFile(path: path)
    guard let method = Method(rawValue: file.method) else {
      throw CladeError.badModel(
        path: path, reason: "Clade \(cladeVersion) has no method \"\(file.method)\"")
    }
    guard let preparation = file.preparation else {
      throw CladeError.badModel(
        path: path, reason: "it doesn't say how columns are prepared; fit it with clade fit --model"
      )
    }
    self.method = method
    self.preparation = preparation
    model =
      switch method {
      case .ppp: .ppp(try file.decode(PPPModel.self))
      case .kmeans: .kmeans(try file.decode(KMeansModel<Double>.self))
      case .gmm: .gmm(try file.decode(GaussianMixtureModel.self))
      }
  }

  /// The number of groups.
  var clusterCount: Int {
    switch model {
    case .ppp(let model): model.clusterCount
    case .kmeans(let model): model.clusterCount
    case .gmm(let model): model.clusterCount
    }
  }

  /// The group of each prepared row, and how surely it belongs there (empty where the method
  /// doesn't say).
  func predict(
    _ rows: Matrix<Double>, threads: Int
  ) throws -> (labels: [Int32], probabilities: [Double]) {
    switch model {
    case .ppp(let model):
      try model.predictProbabilities(rows, threads: threads)
    case .kmeans(let model):
      (try model.predict(rows, threads: threads), [])
    case .gmm(let model):
      (
        try model.predict(rows, threads: threads),
        try model.probabilities(of: rows, threads: threads)
      )
    }
  }
}
