import ArgumentParser
import Clade
import CladeTables

/// `--method spherical`.
enum SphericalKMeansMethod: SparseClusteringMethod {
  static let title = "spherical k-means"
  static let summary =
    "splits into -k groups by direction, for text and embeddings; takes sparse rows"
  static let options: [MethodOption] = [
    .k, .seeding, .initialCenters, .maxIterations, .seed, .weights,
  ]
  /// Moving the origin would change every direction.
  static func scaling(_ options: MethodOptions) -> Scaling { .none }

  static func check(_ options: MethodOptions) throws {
    if options.k == nil { throw ValidationError("spherical needs the number of groups: -k 20.") }
    if let seeding = options.seeding, Self.seeding(seeding) == nil {
      throw ValidationError(
        "spherical starts by --seeding plusplus or random, not by \(seeding.rawValue).")
    }
    if options.initialCenters != nil, options.seeding != nil {
      throw ValidationError("--init gives the first centers, so --seeding doesn't apply.")
    }
  }

  static func fit(
    _ input: PreparedInput, _ options: MethodOptions, threads: Int
  ) throws -> FittedModel {
    let rows = SparseMatrix(input.table.matrix)
    try rows.checkDirections(path: input.path)
    return try fit(rows, weights: input.weights, options, threads: threads)
  }

  static func fit(
    _ rows: SparseMatrix<Double>, weights: [Double]?, _ options: MethodOptions, threads: Int
  ) throws -> FittedModel {
    var algorithm = SphericalKMeans(k: options.k ?? 1)
    if let seeding = options.seeding.flatMap(seeding) { algorithm.seeding = seeding }
    if let iterations = options.maxIterations { algorithm.maxIterations = iterations }
    if let seed = options.seed { algorithm.seed = seed }
    let model = try algorithm.fit(
      rows, weights: weights, initialCenters: try options.readInitialCenters(threads: threads),
      threads: threads, progress: ProgressBar.observer)
    return FittedModel(
      method: .spherical, common: model, reasons: ["That many were asked for with -k."],
      centers: model.centers)
  }

  private static func seeding(_ name: SeedingName) -> SphericalSeeding? {
    switch name {
    case .plusplus, .plainPlusplus: .kMeansPlusPlus
    case .random: .random
    default: nil
    }
  }

  static func load(_ file: ModelFile) throws -> LoadedModel.Placing {
    let model = try file.decode(SphericalKMeansModel<Double>.self)
    return .init(
      clusterCount: model.clusterCount,
      place: { rows, threads in (try model.predict(rows, threads: threads), []) },
      sparse: .init(columnCount: model.centers.columnCount) { rows, threads in
        try model.predict(rows, threads: threads)
      })
  }
}
