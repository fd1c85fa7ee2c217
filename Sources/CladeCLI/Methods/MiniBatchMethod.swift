import ArgumentParser
import Clade
import CladeTables

/// `--method minibatch`.
enum MiniBatchMethod: OutOfCoreMethod {
  static let title = "mini-batch k-means"
  static let summary = "k-means by small batches of rows: faster, a little less exact"
  static let options: [MethodOption] = [
    .k, .batchSize, .seeding, .initialCenters, .maxIterations, .seed, .weights,
  ]

  static func check(_ options: MethodOptions) throws {
    if options.k == nil {
      throw ValidationError("minibatch needs the number of groups: -k 3.")
    }
    if options.initialCenters != nil, options.seeding != nil {
      throw ValidationError("--init gives the first centers, so --seeding doesn't apply.")
    }
  }

  static func fit(
    _ input: PreparedInput, _ options: MethodOptions, threads: Int
  ) throws -> FittedModel {
    try options.fitFromCenters(.minibatch, threads: threads) {
      try algorithm(options).fit(
        input.table.matrix, weights: input.weights, initialCenters: $0, threads: threads,
        progress: $1)
    }.fitted
  }

  static func fit<Scalar: MatrixScalar>(
    rows: any RowSource<Scalar>, initialCenters: Matrix<Scalar>?, _ options: MethodOptions,
    threads: Int, progress: @escaping ProgressObserver
  ) throws -> KMeansModel<Scalar> {
    try algorithm(options).fit(
      source: rows, initialCenters: initialCenters, threads: threads, progress: progress)
  }

  static func sampledRows(_ options: MethodOptions) -> Int {
    // Batches of more than 2^30 rows are refused.
    max(3 * min(options.batchSize ?? 1024, 1 << 30), 64 * (options.k ?? 1))
  }

  static func heldBytes(_ options: MethodOptions, rowCount: Int, rowSize: Int) -> Int {
    // Rows are put in order once many were drawn, and more are drawn than were asked for.
    let batches = options.maxIterations.map { Double($0) } ?? .infinity
    let drawn = batches * Double(options.batchSize ?? 1024)
    return drawn + Double(max(1 << 16, rowCount / 64)) > Double(rowCount) / 4 ? 27 : 22
  }

  static func load(_ file: ModelFile) throws -> LoadedModel.Placing {
    try KMeansMethod.load(file)
  }

  /// The method with the parameters that were given.
  private static func algorithm(_ options: MethodOptions) -> MiniBatchKMeans {
    var algorithm = MiniBatchKMeans(k: options.k ?? 1)
    if let size = options.batchSize { algorithm.batchSize = size }
    if let seeding = options.seeding { algorithm.seeding = seeding.seeding }
    algorithm.maxIterations = options.maxIterations
    if let seed = options.seed { algorithm.seed = seed }
    return algorithm
  }
}
