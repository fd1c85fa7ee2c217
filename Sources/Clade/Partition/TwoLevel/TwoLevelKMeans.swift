import CladeCore

/// k-means with very many centers, up to millions, on two levels: rows are parted into about 2 √k
/// groups, each group gets its share of the centers, and a row looks for its nearest center in a
/// few groups only.
///
/// ```swift
/// let model = try TwoLevelKMeans(k: 1_000_000).fit(source: rows)
/// model.labels                            // a center for each row
/// model.recall                            // 0.96: how often that is truly the nearest of all
/// try model.nearest(rows, count: 4).ids   // the four nearest centers of each row
/// ```
///
/// 1. The groups: ``KMeans`` of a sample of rows. 2. The first centers: ``KMeans`` within each
/// group, which gets as many centers as its part of the
///    inertia deserves.
/// 3. ``maxIterations`` rounds of Lloyd's iteration over all centers: a row goes to the nearest of
///    those
///    centers that lie in the groups nearest to it.
/// 4. The labels, with as many ``probes`` as the ``recall`` asks for.
///
/// How many groups have to be looked into is measured: on a sample of rows, the nearest of all
/// centers is found exactly, and so how near its group is among all groups. What is reached is
/// measured on another sample, and is in the model.
///
/// The same data gives the same bits for any number of threads, any order of the rows and any
/// instruction set. No cluster is empty: a center that loses all rows is put on the row that is
/// farthest from its own.
///
/// Source: a hierarchy of k-means as in "Scalable Recognition with a Vocabulary Tree" (Nistér and
/// Stewénius, 2006), with the search of several cells of a coarse quantizer as in "Product
/// Quantization for Nearest Neighbor Search" (Jégou, Douze and Schmid, 2011).
public struct TwoLevelKMeans: Sendable, Codable, Equatable {
  /// The number of clusters.
  public var k: Int
  /// The number of groups of the upper level; `nil` for 2 √k.
  public var groups: Int?
  /// How many groups a row looks into for its label; `nil` for as many as ``recall`` takes.
  public var probes: Int?
  /// How often the nearest center found should be the nearest of all, where ``probes`` doesn't say
  /// how many groups to look into: at least 0, at most 1. At 1 all are.
  public var recall: Double
  /// The most times that all centers are moved, after those within the groups.
  public var maxIterations: Int
  /// How first centers are found, of the groups and in them.
  public var seeding: Seeding
  /// Chooses the draws and samples.
  public var seed: UInt64

  /// The most times that the centers within a group are moved by its own rows.
  var groupIterations: Int { 10 }
  /// The recall while centers are moved: what is missed then is found in the end.
  private static var refiningRecall: Double { 0.8 }
  /// The rows of the sample by which the groups are found, for each of them.
  private static var rowsPerGroup: Int { 128 }

  /// Creates the method.
  ///
  /// - Parameters:
  ///   - k: The number of clusters, at least 1.
  ///   - groups: The number of groups of the upper level, at most k; `nil` for 2 √k.
  ///   - probes: How many groups a row looks into for its label; `nil` for as many as `recall`
  ///     takes.
  ///   - recall: How often the nearest center found should be the nearest of all, 0...1.
  ///   - maxIterations: The most times that all centers are moved; 0 stops after k-means within
  ///     groups.
  ///   - seeding: How first centers are found.
  ///   - seed: Chooses the draws.
  public init(
    k: Int, groups: Int? = nil, probes: Int? = nil, recall: Double = 0.95, maxIterations: Int = 4,
    seeding: Seeding = .default, seed: UInt64 = 0
  ) {
    self.k = k
    self.groups = groups
    self.probes = probes
    self.recall = recall
    self.maxIterations = maxIterations
    self.seeding = seeding
    self.seed = seed
  }

  /// Finds the clusters of rows in memory or elsewhere, such as in a file.
  ///
  /// Rows are read some ten times, and once more for each iteration.
  ///
  /// - Parameters:
  ///   - source: n × d, finite, at least k distinct rows. A `Matrix` is a source.
  ///   - memory: The most bytes of rows that are brought together at a time; the fewer, the more
  ///     often rows are read. Changes nothing in the result.
  ///   - threads: At most this many threads; `nil` for one per core. The result doesn't depend on
  ///     it.
  ///   - progress: Is told of every stage, and what part of it is done.
  /// - Returns: The centers, labels and inertia, and the recall.
  /// - Throws: `CladeError` for parameters out of range, empty or non-finite data, fewer than k
  ///   distinct rows, and rows that can't be read; `CancellationError`.
  /// - Complexity: O(n · d · (√k + probes · √k)) time an iteration. Memory: 16 bytes a row, 48 · k
  ///   · d bytes, and `memory`.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  public func fit<Scalar: MatrixScalar>(
    source: any RowSource<Scalar>, memory: Int = 1 << 30, threads: Int? = nil,
    progress: ProgressObserver? = nil
  ) throws -> TwoLevelKMeansModel<Scalar> {
    try check(rows: source.rowCount, columns: source.columnCount)
    progress?(ProgressUpdate(stage: "checking rows"))
    let bounds = try FiniteBounds.check(rowsOf: source, threads: threads)
    let scaling = MagnitudeScaling(largest: bounds.max() ?? 0, Scalar.self)
    let rows: any RowSource<Scalar> =
      scaling.isIdentity ? source : MagnitudeScaledRows(source, scaling)
    let scaled =
      scaling.isIdentity ? bounds : try FiniteBounds.check(rowsOf: rows, threads: threads)

    progress?(ProgressUpdate(stage: "k-means of the groups"))
    let groups = try centerGroups(rows, threads: threads)
    let first = try firstCenters(
      rows, groups, bounds: scaled, memory: memory, threads: threads, progress: progress)
    var lloyd = TwoLevelLloyd(
      rows, bounds: scaled, groups: groups, centers: first, k: k, threads: threads)

    let sample = try SearchRecall(of: rows, seed: seed &+ 1, threads: threads)
    if maxIterations > 0 {
      progress?(ProgressUpdate(stage: "measuring the recall"))
      let target = min(recall, Self.refiningRecall)
      let needed = sample.probes(for: target, length: 1, in: lloyd.packed())
      try lloyd.refine(
        maxIterations, probes: min(needed, probes ?? needed, groups.count), progress: progress)
    }
    progress?(ProgressUpdate(stage: "measuring the recall"))
    lloyd.dropEmptyGroups()
    let wanted =
      probes ?? sample.probes(for: recall, length: 1, in: lloyd.packed())
    let used = min(wanted, lloyd.groups.count)
    try lloyd.settle(probes: used, progress: progress)

    progress?(ProgressUpdate(stage: "measuring the recall"))
    let other = try SearchRecall(of: rows, seed: seed &+ 2, threads: threads)
    let reached = other.recall(probes: used, length: 1, in: lloyd.packed())
    let inertia = try SquaredDistances.inertia(
      rows, lloyd.centers, lloyd.labels, threads: threads)
    return TwoLevelKMeansModel(
      lloyd, scaling: scaling, inertia: inertia, probes: used, recall: reached,
      recallRowCount: other.rowCount, threads: threads)
  }

  /// Finds the clusters of the rows of a matrix; see ``fit(source:memory:threads:progress:)``.
  public func fit<Scalar: MatrixScalar>(
    _ data: Matrix<Scalar>, threads: Int? = nil, progress: ProgressObserver? = nil
  ) throws -> TwoLevelKMeansModel<Scalar> {
    try fit(source: data, threads: threads, progress: progress)
  }

  // MARK: Steps

  /// The number of groups that is sought.
  private var groupCount: Int {
    groups ?? max(1, min(k / 4, Int((2 * Double(k).squareRoot()).rounded(.up))))
  }

  private func centerGroups<Scalar: MatrixScalar>(
    _ source: any RowSource<Scalar>, threads: Int?
  ) throws -> CenterGroups<Scalar> {
    let (rows, masses) = try RowGathering.sample(
      source, limit: max(4096, Self.rowsPerGroup * groupCount), seed: seed, threads: threads)
    let count = min(groupCount, rows.rowCount)
    let isWeighted = masses.contains { $0 != 1 }
    let model = try KMeans(k: count, seeding: seeding, maxIterations: groupIterations, seed: seed)
      .fit(
        rows, weights: isWeighted ? masses.map { Scalar(min($0, 0x1p40)) } : nil, threads: threads)
    return CenterGroups(model.centers)
  }

  private func firstCenters<Scalar: MatrixScalar>(
    _ source: any RowSource<Scalar>, _ groups: CenterGroups<Scalar>, bounds: [Double], memory: Int,
    threads: Int?, progress: ProgressObserver?
  ) throws -> Matrix<Scalar> {
    let (own, inertias) = try groups.assign(
      source, bounds: bounds, threads: threads, progress: progress)
    var sizes = [Int](repeating: 0, count: groups.count)
    for group in own { sizes[Int(group)] += 1 }
    let shares = CenterAllocation.shares(
      k: k, inertias: inertias, sizes: sizes, columns: source.columnCount)
    return try GroupwiseKMeans(
      source: source, groups: own, sizes: sizes, shares: shares, method: self, memory: memory,
      threads: threads
    ).centers(progress: progress)
  }

  // MARK: Checks

  private func check(rows: Int, columns: Int) throws {
    try require(k >= 1, "k", k, "there is at least 1 cluster")
    try require(k < Int(Int32.max), "k", k, "that is more than there can be")
    if let groups {
      try require(groups >= 1 && groups <= k, "groups", groups, "use 1 to \(k), the clusters")
    }
    if let probes { try require(probes >= 1, "probes", probes, "look into at least 1 group") }
    try require(recall >= 0 && recall <= 1, "recall", recall, "it is a part: use 0 to 1")
    try require(maxIterations >= 0, "maxIterations", maxIterations, "use 0 or more")
    guard rows > 0, columns > 0 else {
      throw CladeError.emptyData(
        reason: rows == 0 ? "there are no rows" : "there are no columns")
    }
    guard k <= rows else { throw CladeError.tooManyClusters(k: k, distinctRows: rows) }
  }
}
