import Clade
import CladeTables

/// A model that was read from a file, ready to place new rows.
struct LoadedModel {
  /// How a method's model gives rows to its groups.
  struct Placing {
    /// The number of groups.
    let clusterCount: Int
    /// The group of each prepared row, and how surely it belongs there (empty where the method
    /// doesn't say), on that many threads.
    let place: (Matrix<Double>, Int) throws -> (labels: [Int32], probabilities: [Double])
  }

  let method: Method
  let preparation: Preparation
  private let placing: Placing

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
    placing = try method.implementation.load(file)
  }

  /// The number of groups.
  var clusterCount: Int { placing.clusterCount }

  /// The group of each prepared row, and how surely it belongs there (empty where the method
  /// doesn't say).
  func predict(
    _ rows: Matrix<Double>, threads: Int
  ) throws -> (labels: [Int32], probabilities: [Double]) {
    try placing.place(rows, threads)
  }
}
