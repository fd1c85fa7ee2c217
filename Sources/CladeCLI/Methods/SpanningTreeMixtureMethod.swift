import ArgumentParser
import Clade
import CladeInsight
import CladeTables

/// `--method mst-gmm`.
enum SpanningTreeMixtureMethod: ClusteringMethod {
  static let title = "MST + GMM"
  static let summary =
    "the members of a star cluster: two columns of position, then motions and parallax"
  static let mayFindNoise = true
  static let options: [MethodOption] = [.minSamples]

  static func check(_ options: MethodOptions) throws {
    if let samples = options.minSamples, samples < 2 {
      throw ValidationError("--min-samples can't be \(samples): give 2 or more.")
    }
  }

  static func fit(
    _ input: PreparedInput, _ options: MethodOptions, threads: Int
  ) throws -> FittedModel {
    guard input.table.matrix.columnCount >= 3 else {
      throw CladeError.invalidParameter(
        name: "--method", value: "mst-gmm",
        reason:
          "it takes two columns of position and at least one of motion or parallax; name them "
          + "in this order: --columns ra dec pmra pmdec parallax")
    }
    var algorithm = SpanningTreeMixture()
    if let samples = options.minSamples { algorithm.neighborCount = samples }
    let model = try algorithm.fit(
      input.table.matrix, threads: threads, progress: ProgressBar.observer)
    let reason =
      model.clusterCount == 0
      ? "No part of the spanning tree stands out."
      : "Of \(NumberFormat.count(model.candidateCount)) rows that move alike, "
        + "\(NumberFormat.count(model.groupSize)) are close in the spanning tree, and "
        + "\(NumberFormat.count(model.sizes[0])) are members with a probability of 1/2 or more."
    return FittedModel(method: .mstGmm, common: model, reasons: [reason])
  }

  static func load(_ file: ModelFile) throws -> LoadedModel.Placing {
    let model = try file.decode(SpanningTreeMixtureModel.self)
    return .init(clusterCount: model.clusterCount) { rows, threads in
      (
        try model.predict(rows, threads: threads),
        try model.probabilities(of: rows, threads: threads)
      )
    }
  }
}
