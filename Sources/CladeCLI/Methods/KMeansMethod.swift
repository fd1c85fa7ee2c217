import ArgumentParser
import Clade
import CladeTables

/// `--method kmeans`.
enum KMeansMethod: OutOfCoreMethod {
  static let title = "k-means"
  static let summary = "splits into -k groups around centers"
  static let options: [MethodOption] = [
    .k, .seeding, .restarts, .initialCenters, .maxIterations, .tolerance, .seed, .localSearch,
    .exchangeRounds, .weights, .coreset, .coresetBy,
  ]

  static func check(_ options: MethodOptions) throws {
    if options.k == nil {
      throw ValidationError(
        "kmeans needs the number of groups: -k 3. To have it found, leave out --method kmeans.")
    }
    try options.checkCoreset()
    if options.initialCenters != nil,
      options.seeding != nil || (options.restarts ?? 1) > 1 || options.localSearch != nil
        || options.exchangeRounds != nil
    {
      throw ValidationError(
        "--init gives the first centers, so --seeding, --restarts, --local-search and "
          + "--exchange-rounds don't apply.")
    }
    for (name, rounds) in [
      ("--local-search", options.localSearch), ("--exchange-rounds", options.exchangeRounds),
    ] {
      if let rounds, rounds < 0 {
        throw ValidationError("\(name) can't be \(rounds): give 0 or more.")
      }
    }
  }

  static func fit(
    _ input: PreparedInput, _ options: MethodOptions, threads: Int
  ) throws -> FittedModel {
    if let size = options.coreset {
      let (model, coreset) = try options.fitThroughCoreset(
        algorithm(options), size, input.table.matrix, weights: input.weights,
        initialCenters: try options.readInitialCenters(threads: threads), threads: threads)
      var fitted = FittedModel(
        method: .kmeans, common: model,
        reasons: [
          "That many were asked for with -k.", coreset.sentence(objective: model.objective),
        ])
      fitted.coreset = coreset
      return fitted
    }
    let (common, model) = try options.fitFromCenters(.kmeans, threads: threads) {
      try algorithm(options).fit(
        input.table.matrix, weights: input.weights, initialCenters: $0, threads: threads,
        progress: $1)
    }
    var fitted = common
    fitted.seedingCost = model.seedingCost
    return fitted
  }

  static func fit<Scalar: MatrixScalar>(
    rows: any RowSource<Scalar>, initialCenters: Matrix<Scalar>?, _ options: MethodOptions,
    threads: Int, progress: @escaping ProgressObserver
  ) throws -> KMeansModel<Scalar> {
    try algorithm(options).fit(
      source: rows, initialCenters: initialCenters, threads: threads, progress: progress)
  }

  static func sampledRows(_ options: MethodOptions) -> Int { max(32_768, 256 * (options.k ?? 1)) }

  static func heldBytes(_ options: MethodOptions, rowCount: Int, rowSize: Int) -> Int {
    // Labels, of the best start too; and what rows of many columns are rounded to, or most of what
    // finds rows for empty clusters, which hardly come up.
    (options.restarts ?? 1 > 1 ? 8 : 4) + (rowSize >= 320 ? 16 : 12)
  }

  /// The method with the parameters that were given.
  static func algorithm(_ options: MethodOptions) -> KMeans {
    var algorithm = KMeans(k: options.k ?? 1)
    if let seeding = options.seeding { algorithm.seeding = seeding.seeding }
    if let restarts = options.restarts { algorithm.restarts = restarts }
    if let iterations = options.maxIterations { algorithm.maxIterations = iterations }
    if let tolerance = options.tolerance { algorithm.tolerance = tolerance }
    if let seed = options.seed { algorithm.seed = seed }
    if let rounds = options.localSearch { algorithm.localSearch = rounds }
    if let rounds = options.exchangeRounds { algorithm.exchangeRounds = rounds }
    return algorithm
  }

  static func load(_ file: ModelFile) throws -> LoadedModel.Placing {
    let model = try file.decode(KMeansModel<Double>.self)
    var placing = LoadedModel.Placing(clusterCount: model.clusterCount) { rows, threads in
      (try model.predict(rows, threads: threads), [])
    }
    placing.writeNearest = { rows, options, files, threads in
      try options.write(
        of: model.clusterCount, { try model.nearestCenters(of: rows, count: $0, threads: threads) },
        into: &files)
    }
    return placing
  }
}

/// The ways to find first centers, as they are called on the command line.
enum SeedingName: String, CaseIterable, ExpressibleByArgument {
  case splitting
  case plusplus
  case plainPlusplus = "plain-plusplus"
  case parallel
  case rejection
  case cappedRejection = "capped-rejection"
  case afkmc2 = "afk-mc2"
  case maximin
  case random

  var seeding: Seeding {
    switch self {
    case .splitting: .principalSplitting
    case .plusplus: .greedyKMeansPlusPlus
    case .plainPlusplus: .kMeansPlusPlus
    case .parallel: .scalableKMeansPlusPlus
    case .rejection: .rejectionSampling
    case .cappedRejection: .cappedRejectionSampling
    case .afkmc2: .afkmc2
    case .maximin: .maximin
    case .random: .random
    }
  }
}

extension MethodOptions {
  /// The centers to start from that `--init` names.
  func readInitialCenters(threads: Int) throws -> Matrix<Double>? {
    guard let path = initialCenters else { return nil }
    if let format = try SparseFileFormat.recognise(path) {
      return try format.read(path, as: Double.self).dense()
    }
    let table = try TableReader.read(path, threads: threads)
    guard table.columns.allSatisfy({ $0.position != nil }) else {
      throw CladeError.badFile(
        path: path, line: nil, column: nil, reason: "centers must be numbers in every column")
    }
    return table.numbers
  }
}
