import ArgumentParser
import Clade
import CladeTables

/// `--method kmeans`.
enum KMeansMethod: ClusteringMethod {
  static let title = "k-means"
  static let summary = "splits into -k groups around centers"
  static let options: [MethodOption] = [
    .k, .seeding, .restarts, .initialCenters, .maxIterations, .tolerance, .seed, .weights,
  ]

  static func check(_ options: MethodOptions) throws {
    if options.k == nil {
      throw ValidationError(
        "kmeans needs the number of groups: -k 3. To have it found, leave out --method kmeans.")
    }
    if options.initialCenters != nil, options.seeding != nil || (options.restarts ?? 1) > 1 {
      throw ValidationError(
        "--init gives the first centers, so --seeding and --restarts don't apply.")
    }
  }

  static func fit(
    _ input: PreparedInput, _ options: MethodOptions, threads: Int
  ) throws -> FittedModel {
    let model = try algorithm(options).fit(
      input.table.matrix, weights: input.weights,
      initialCenters: try options.readInitialCenters(threads: threads), threads: threads,
      progress: ProgressBar.observer)
    return FittedModel(
      method: .kmeans, common: model, reasons: ["That many were asked for with -k."])
  }

  /// The method with the parameters that were given.
  static func algorithm(_ options: MethodOptions) -> KMeans {
    var algorithm = KMeans(k: options.k ?? 1)
    if let seeding = options.seeding { algorithm.seeding = seeding.seeding }
    if let restarts = options.restarts { algorithm.restarts = restarts }
    if let iterations = options.maxIterations { algorithm.maxIterations = iterations }
    if let tolerance = options.tolerance { algorithm.tolerance = tolerance }
    if let seed = options.seed { algorithm.seed = seed }
    return algorithm
  }

  static func load(_ file: ModelFile) throws -> LoadedModel.Placing {
    let model = try file.decode(KMeansModel<Double>.self)
    return .init(clusterCount: model.clusterCount) { rows, threads in
      (try model.predict(rows, threads: threads), [])
    }
  }
}

/// The ways to find first centers, as they are called on the command line.
enum SeedingName: String, CaseIterable, ExpressibleByArgument {
  case splitting
  case plusplus
  case random

  var seeding: Seeding {
    switch self {
    case .plusplus: .greedyKMeansPlusPlus
    case .splitting: .principalSplitting
    case .random: .random
    }
  }
}

extension MethodOptions {
  /// The centers to start from that `--init` names.
  func readInitialCenters(threads: Int) throws -> Matrix<Double>? {
    guard let path = initialCenters else { return nil }
    let table = try TableReader.read(path, threads: threads)
    guard table.columns.allSatisfy({ $0.position != nil }) else {
      throw CladeError.badFile(
        path: path, line: nil, column: nil, reason: "centers must be numbers in every column")
    }
    return table.numbers
  }
}
