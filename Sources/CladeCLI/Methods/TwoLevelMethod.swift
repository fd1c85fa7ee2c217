import ArgumentParser
import Clade
import CladeTables

/// `--method two-level`.
enum TwoLevelMethod: ClusteringMethod {
  static let title = "Two-level k-means"
  static let summary = "k-means for very many groups, up to millions of -k"
  static let options: [MethodOption] = [
    .k, .groups, .probes, .recall, .seeding, .maxIterations, .seed,
  ]

  static func check(_ options: MethodOptions) throws {
    if options.k == nil {
      throw ValidationError("two-level needs the number of groups: -k 100000.")
    }
    for (name, value) in [("--groups", options.groups), ("--probes", options.probes)] {
      if let value, value < 1 {
        throw ValidationError("\(name) can't be \(value): give 1 or more.")
      }
    }
    if let recall = options.recall {
      guard recall >= 0, recall <= 1 else {
        throw ValidationError("--recall can't be \(recall): give a share from 0 to 1.")
      }
      if options.probes != nil {
        throw ValidationError("--probes says where to look, so --recall doesn't apply.")
      }
    }
  }

  /// The method with the parameters that were given.
  static func algorithm(_ options: MethodOptions) -> TwoLevelKMeans {
    var algorithm = TwoLevelKMeans(k: options.k ?? 1, groups: options.groups)
    algorithm.probes = options.probes
    if let recall = options.recall { algorithm.recall = recall }
    if let seeding = options.seeding { algorithm.seeding = seeding.seeding }
    if let iterations = options.maxIterations { algorithm.maxIterations = iterations }
    if let seed = options.seed { algorithm.seed = seed }
    return algorithm
  }

  static func fit(
    _ input: PreparedInput, _ options: MethodOptions, threads: Int
  ) throws -> FittedModel {
    let model = try algorithm(options).fit(
      input.table.matrix, threads: threads, progress: ProgressBar.observer)
    return FittedModel(
      method: .twoLevel, common: model, reasons: ["That many were asked for with -k."])
  }

  static func load(_ file: ModelFile) throws -> LoadedModel.Placing {
    try file.decode(Numbers.self).type == TwoLevelKMeansModel<Float>.typeName
      ? placing(try file.decode(TwoLevelKMeansModel<Float>.self))
      : placing(try file.decode(TwoLevelKMeansModel<Double>.self))
  }

  /// Which numbers a model holds.
  private struct Numbers: Decodable {
    let type: String
  }

  private static func placing<Scalar: MatrixScalar>(
    _ model: TwoLevelKMeansModel<Scalar>
  ) -> LoadedModel.Placing {
    var placing = LoadedModel.Placing(clusterCount: model.clusterCount) { rows, threads in
      (try model.predict(rows.converted(to: Scalar.self), threads: threads), [])
    }
    placing.writeNearest = { rows, options, files, threads in
      let rows = rows.converted(to: Scalar.self)
      try options.write(
        of: model.clusterCount, { try model.nearestCenters(of: rows, count: $0, threads: threads) },
        into: &files)
    }
    return placing
  }
}
