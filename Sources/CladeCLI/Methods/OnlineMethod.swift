import ArgumentParser
import Clade
import CladeTables

/// `--method online`, and what `--stream` uses.
enum OnlineMethod: ClusteringMethod {
  static let title = "online k-means"
  static let summary = "k-means of rows one after the other, as in a stream"
  static let options: [MethodOption] = [.k, .seed]

  static func check(_ options: MethodOptions) throws {
    if options.k == nil {
      throw ValidationError("online k-means needs the number of groups: -k 3.")
    }
  }

  /// Takes the rows of a table in their order.
  static func fit(
    _ input: PreparedInput, _ options: MethodOptions, threads: Int
  ) throws -> FittedModel {
    let rows = input.table.matrix
    var clusters = try algorithm(options)
    var labels: [Int32] = []
    labels.reserveCapacity(rows.rowCount)
    let step = 1 << 14
    while labels.count < rows.rowCount {
      ProgressBar.observer(
        ProgressUpdate(
          stage: "online k-means", fraction: Double(labels.count) / Double(rows.rowCount)))
      let range = labels.count..<min(rows.rowCount, labels.count + step)
      labels += try clusters.observe(rows.gatheringRows(range), threads: threads)
    }
    return FittedModel(
      method: .online, common: try clusters.model(labels: labels, threads: threads),
      reasons: ["That many were asked for with -k."])
  }

  static func load(_ file: ModelFile) throws -> LoadedModel.Placing {
    let model = try file.decode(OnlineKMeansModel.self)
    return .init(clusterCount: model.clusterCount) { rows, threads in
      (try model.predict(rows, threads: threads), [])
    }
  }

  /// The method with the parameters that were given.
  static func algorithm(_ options: MethodOptions) throws -> OnlineKMeans {
    try OnlineKMeans(k: options.k ?? 1, seed: options.seed ?? 0)
  }
}
