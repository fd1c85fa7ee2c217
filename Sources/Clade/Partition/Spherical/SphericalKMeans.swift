import CladeCore

/// Spherical k-means: k directions with the least sum of 1 − cosine from the rows to the nearest of
/// them, for text and other data where only the direction of a row matters.
///
/// ```swift
/// let model = try SphericalKMeans(k: 20).fit(documents)   // SparseMatrix or Matrix
/// model.labels      // a cluster for each row
/// model.centers     // 20 × d, each of length 1
/// ```
///
/// Every row is brought to length 1 first. The iteration is exact, and runs until no row changes
/// its cluster by default: an inverted index over the centers and bounds on the cosines leave out
/// only work that can't change a label. The same data gives the same bits for any number of
/// threads, any order of the rows and any instruction set, whether it is handed in sparse or dense.
/// No cluster is left empty: a center that loses all rows is put on the row that is least similar
/// to its own.
///
/// Sources: "Concept Decompositions for Large Sparse Text Data Using Clustering" (Dhillon and
/// Modha, 2001); "Efficient Sparse Spherical k-Means for Document Clustering" (Knittel et al.,
/// 2021); "Accelerating Spherical k-Means" (Schubert, Lang and Feher, 2021).
public struct SphericalKMeans: Sendable, Codable, Equatable {
  /// The number of clusters.
  public var k: Int
  /// How the first centers are found.
  public var seeding: SphericalSeeding
  /// The most times that centers are moved.
  public var maxIterations: Int
  /// Chooses the draws.
  public var seed: UInt64
  /// Whether to leave out work that can't change the result; off only to compare with.
  package var prunes = true

  /// Creates the method.
  ///
  /// - Parameters:
  ///   - k: The number of clusters, at least 1.
  ///   - seeding: How the first centers are found.
  ///   - maxIterations: The most times that centers are moved; 0 stops after the first assignment.
  ///   - seed: Chooses the draws.
  public init(
    k: Int, seeding: SphericalSeeding = .kMeansPlusPlus, maxIterations: Int = 300, seed: UInt64 = 0
  ) {
    self.k = k
    self.seeding = seeding
    self.maxIterations = maxIterations
    self.seed = seed
  }

  /// Finds the clusters of sparse rows.
  ///
  /// - Parameters:
  ///   - data: n × d, finite, no row of zeros, at least k distinct directions.
  ///   - weights: What each row counts (n), not negative; 1 each if `nil`. A row of weight 0 gets a
  ///     label and has no influence; a weight of 3 is the same as three equal rows.
  ///   - initialCenters: k × d directions to start from, instead of ``seeding``; of any length but
  ///     0.
  ///   - threads: At most this many threads; `nil` for one per core. The result doesn't depend on
  ///     it.
  ///   - progress: Is told of every iteration, and of the part of the rows that is done.
  /// - Returns: The centers, labels and objective.
  /// - Throws: `CladeError` for parameters out of range, empty or non-finite data, a row of zeros
  ///   (with its number), weights or centers of another shape, and fewer than k distinct
  ///   directions; `CancellationError`.
  /// - Complexity: With e stored values, at most O(e · k) time an iteration, in practice a small
  ///   part of it. Memory: O(e + k · d).
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  public func fit<Scalar: MatrixScalar>(
    _ data: SparseMatrix<Scalar>, weights: [Scalar]? = nil, initialCenters: Matrix<Scalar>? = nil,
    threads: Int? = nil, progress: ProgressObserver? = nil
  ) throws -> SphericalKMeansModel<Scalar> {
    try checkParameters()
    guard let weights else {
      return try model(
        of: solve(data, nil, initialCenters, threads, progress), data, threads: threads)
    }
    let kept = try RowWeights.kept(weights, rowCount: data.rowCount)
    let isComplete = kept.count == data.rowCount
    // Rows that are left out get labels too, so that their faults count.
    if !isComplete { try UnitRows.check(data) }
    let solution = try solve(
      isComplete ? data : data.gatheringRows(kept),
      SphericalWeights(kept.map { Double(weights[$0]) }), initialCenters, threads, progress)
    return try model(of: solution, data, threads: threads)
  }

  /// Finds the clusters of dense rows; see the other `fit`.
  ///
  /// The result is the same as for the same data as a `SparseMatrix`.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  public func fit<Scalar: MatrixScalar>(
    _ data: Matrix<Scalar>, weights: [Scalar]? = nil, initialCenters: Matrix<Scalar>? = nil,
    threads: Int? = nil, progress: ProgressObserver? = nil
  ) throws -> SphericalKMeansModel<Scalar> {
    try fit(
      SparseMatrix(data), weights: weights, initialCenters: initialCenters, threads: threads,
      progress: progress)
  }

  // MARK: Steps

  private func solve<Scalar: MatrixScalar>(
    _ data: SparseMatrix<Scalar>, _ weights: SphericalWeights?, _ initialCenters: Matrix<Scalar>?,
    _ threads: Int?, _ progress: ProgressObserver?
  ) throws -> SphericalLloyd<Scalar> {
    // Centers are dense, and a few numbers a column are needed besides.
    let needed = Double(data.columnCount) * (40 + 8 * Double(k))
    guard needed <= Double(MachineMemory.size) / 2 else {
      throw CladeError.invalidParameter(
        name: "k", value: "\(k)",
        reason: "that many centers of \(data.columnCount) columns take more than half of this "
          + "machine's memory; ask for fewer, or leave out columns")
    }
    let rows = try UnitRows(data, threads: threads)
    let directions = DistinctDirections(rows, weights: weights, seed: seed, threads: threads)
    guard k <= directions.rows.count else {
      throw CladeError.tooManyClusters(k: k, distinctRows: directions.rows.count)
    }
    let start: SphericalCenters<Scalar>
    if let initialCenters {
      try check(initialCenters, columns: data.columnCount)
      start = SphericalCenters(
        try UnitRows(SparseMatrix(initialCenters), threads: threads), 0..<k)
    } else {
      let seeder = SphericalSeeder(
        rows: rows, directions: directions, seed: seed, threads: threads)
      let chosen = try seeder.rows(k, by: seeding, progress: progress)
      start = SphericalCenters(rows, chosen)
    }
    var lloyd = SphericalLloyd(
      rows, weights: weights, centers: start, threads: threads, prunes: prunes)
    try lloyd.run(maxIterations: maxIterations, progress: progress)
    return lloyd
  }

  /// Numbers the clusters: the heaviest first, ties by the centers' coordinates.
  ///
  /// - Parameter data: All rows, where some may have been left out of the solution.
  private func model<Scalar: MatrixScalar>(
    of lloyd: SphericalLloyd<Scalar>, _ data: SparseMatrix<Scalar>, threads: Int?
  ) throws -> SphericalKMeansModel<Scalar> {
    let masses = lloyd.masses
    let order = (0..<k).sorted { a, b in
      masses[a] != masses[b] ? masses[a] > masses[b] : lloyd.centers.precedes(a, b)
    }
    let centers = lloyd.centers.dense.gatheringRows(order)
    let labels: [Int32]
    if lloyd.state.labels.count < data.rowCount {
      labels = try SphericalLloyd.labels(data, centers, threads: threads)
    } else {
      var numbers = [Int32](repeating: 0, count: k)
      for (number, cluster) in order.enumerated() { numbers[cluster] = Int32(number) }
      labels = lloyd.state.labels.map { numbers[Int($0)] }
    }
    return SphericalKMeansModel(
      centers: centers, labels: labels, objective: lloyd.objective, iterations: lloyd.iterations,
      converged: lloyd.converged)
  }

  // MARK: Checks

  private func checkParameters() throws {
    guard k >= 1, k <= Int(Int32.max) else {
      throw CladeError.invalidParameter(
        name: "k", value: "\(k)", reason: "there is at least 1 cluster, and at most 2147483647")
    }
    guard maxIterations >= 0 else {
      throw CladeError.invalidParameter(
        name: "maxIterations", value: "\(maxIterations)", reason: "use 0 or more")
    }
  }

  private func check<Scalar: MatrixScalar>(_ centers: Matrix<Scalar>, columns: Int) throws {
    guard centers.rowCount == k, centers.columnCount == columns else {
      throw CladeError.shapeMismatch(
        expected: "\(k) × \(columns) initial centers",
        found: "\(centers.rowCount) × \(centers.columnCount)")
    }
  }
}
