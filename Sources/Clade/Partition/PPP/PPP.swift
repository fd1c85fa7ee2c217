import CladeCore

/// Probabilistic partitive partitioning: finds how many groups there are and which, with no
/// parameter to set ("Probabilistic Partitive Partitioning (PPP)", 2020).
///
/// The paper's three goals are the specification: the same groups whatever the initial conditions,
/// no number of groups given in advance, and data of any size. Its means are the steps here:
/// k-means cuts the rows into parts, Gaussian mixtures started from the parts validate them, the
/// most separable group is named first, and parts are looked into again until nothing more
/// separates. How each step is done is ours:
///
/// 1. A sample that doesn't depend on the order of the rows is taken from large data. Values
///    rounded to coarse steps, and categories, are spread over their steps, so that steps aren't
///    groups.
/// 2. **Partition.** The sample is cut into many small cells, deterministically: always the widest
///    cell along its principal direction, then a few rounds of Lloyd over all cells.
/// 3. **Join.** Cells that one Gaussian explains better than two are joined, by marginal
///    likelihood.
/// 4. **Validate.** A Gaussian mixture started from the joined cells is fitted by EM.
/// 5. **Recursion.** Each component is cut into cells again and 3 and 4 repeated, until the number
///    of components stands still.
/// 6. **Valleys.** Components with no valley of density between them are one group, so groups need
///    not be Gaussian.
/// 7. Every row goes to the group that the mixture most probably gives it to.
///
/// One group is a possible answer: data without valleys is not cut.
///
/// ```swift
/// let model = try PPP().fit(points)
/// model.clusterCount            // how many groups there are
/// model.labels                  // the group of each row
/// ```
public struct PPP: Sendable, Codable, Equatable {
  /// The number of rows that decide; all rows are then assigned. The larger, the smaller the groups
  /// that are found: some 30 sampled rows make a group.
  public var sampleSize: Int
  /// Chooses the sample of data larger than ``sampleSize``.
  public var seed: UInt64

  /// Creates the method.
  public init(sampleSize: Int = 30_000, seed: UInt64 = 0) {
    self.sampleSize = sampleSize
    self.seed = seed
  }

  private static let rowsPerCell = 20
  private static let mostCells = 1_000
  private static let lloydIterations = 10
  private static let leastSplitRows = 10
  private static let emIterations = 10
  private static let cellsPerComponent = 6
  private static let mostRounds = 4

  /// Finds the groups of `data`.
  ///
  /// - Parameters:
  ///   - data: Points (n × d), finite. Columns should be on scales that can be compared.
  ///   - threads: At most this many threads; `nil` for one per core. The result doesn't depend on
  ///     it.
  ///   - progress: Told how far the work has come.
  /// - Throws: `CladeError.emptyData`, `CladeError.nonFiniteValue`,
  ///   `CladeError.invalidParameter` for a sample of less than 2 rows, and
  ///   `CancellationError`.
  /// - Complexity: O(n · d · (log n + components · d)) time; the memory is 32 bytes a row besides
  ///   the sample.
  public func fit<Scalar: MatrixScalar>(
    _ data: Matrix<Scalar>, threads: Int? = nil, progress: ProgressObserver? = nil
  ) throws -> PPPModel {
    guard sampleSize > 1 else {
      throw CladeError.invalidParameter(
        name: "sampleSize", value: "\(sampleSize)", reason: "a sample needs at least 2 rows")
    }
    guard data.rowCount > 0, data.columnCount > 0 else {
      throw CladeError.emptyData(
        reason: "at least one row and one column are needed, and there are "
          + "\(data.rowCount) × \(data.columnCount)")
    }
    let bounds = try FiniteBounds.check(data, threads: threads)
    progress?(ProgressUpdate(stage: "sampling"))
    return try fit(
      data, bounds: bounds, order: CanonicalOrder(data, threads: threads), threads: threads,
      progress: progress)
  }

  /// Finds the groups of rows whose bounds and canonical order are known.
  func fit<Scalar: MatrixScalar>(
    _ data: Matrix<Scalar>, bounds: [Double], order: CanonicalOrder, threads: Int?,
    progress: ProgressObserver? = nil
  ) throws -> PPPModel {
    let rows = order.sample(count: sampleSize, seed: seed, of: data)
    let sample = data.gatheringRows(rows).doubles
    let space = try WorkingSpace(sample: sample, threads: threads)
    let points = Dither.spread(try space.map(sample, threads: threads), seed: seed)
    let found = try search(points, threads: threads, progress: progress)

    let bridges = try ComponentBridges(
      found.fit.parameters, points: points, labels: found.fit.labels, threads: threads,
      progress: progress)
    try Cancellation.check()
    return try model(
      of: data, bounds: bounds, space: space, found: found, bridges: bridges, sampled: rows.count,
      threads: threads, progress: progress)
  }

  // MARK: Partition, join, validate, recursion

  /// What the search in the sample ended with.
  private struct Search {
    var fit: GaussianMixtureFit
    var partition: EvidencePartition
    var cellCount: Int
    var iterations: Int
    var settled: Bool
  }

  private func search(
    _ points: Matrix<Double>, threads: Int?, progress: ProgressObserver?
  ) throws -> Search {
    let mixtureSample = try GaussianMixtureSample(points, threads: threads)
    let splitting = PrincipalSplitting(
      points, masses: Array(repeating: 1, count: points.rowCount), threads: threads)
    progress?(ProgressUpdate(stage: "cutting into cells"))
    var cells = Lloyd(
      points, bounds: ExactColumnSums.bounds(of: points, threads: threads), weights: nil,
      centers: try splitting.centers(Self.cellCount(rows: points.rowCount), Double.self),
      threads: threads)
    let cutting = progress.map { progress -> ProgressObserver in
      { progress(ProgressUpdate(stage: "cutting into cells", detail: $0.detail)) }
    }
    try cells.run(maxIterations: Self.lloydIterations, tolerance: 0, progress: cutting)
    var search = try validate(cells.labels, points, mixtureSample, threads, progress)
    for _ in 1..<Self.mostRounds {
      let before = search.fit.parameters.componentCount
      let cutting = ProgressCount(
        stage: "looking into \(before) parts", total: points.rowCount, observer: progress)
      var members = [[Int32]](repeating: [], count: before)
      for (row, label) in search.fit.labels.enumerated() {
        members[Int(label)].append(Int32(truncatingIfNeeded: row))
      }
      let finer = try members.flatMap { rows in
        defer { cutting.add(rows.count) }
        return try splitting.parts(
          of: rows, count: max(1, min(Self.cellsPerComponent, rows.count / Self.rowsPerCell)),
          leastRows: Self.leastSplitRows)
      }
      let iterations = search.iterations
      search = try validate(
        Self.labels(of: finer, rowCount: points.rowCount), points, mixtureSample, threads, progress)
      search.iterations += iterations
      search.settled = search.fit.parameters.componentCount == before
      if search.settled { break }
    }
    return search
  }

  /// Joins cells by evidence and fits a mixture to the groups.
  private func validate(
    _ labels: [Int32], _ points: Matrix<Double>, _ sample: GaussianMixtureSample, _ threads: Int?,
    _ progress: ProgressObserver?
  ) throws -> Search {
    try Cancellation.check()
    let cellCount = Int(labels.max() ?? 0) + 1
    let cells = CellStatistics(points, labels: labels, cellCount: cellCount)
    let partition = try EvidencePartition(cells, threads: threads, progress: progress)
    try Cancellation.check()
    let groups = cells.joined(partition.groups, groupCount: partition.groupCount)
    let em = GaussianMixtureEM(
      covariance: .full, maxIterations: Self.emIterations, tolerance: -.infinity, threads: threads,
      prior: CovariancePrior(
        packed: groups.pooledCovariance,
        rowCount: Double(1 + partition.strength * points.columnCount)))
    let fit = try em.fit(
      sample, labels: labels.map { Int32(partition.groups[Int($0)]) }, progress: progress)
    return Search(
      fit: fit, partition: partition, cellCount: cellCount, iterations: fit.iterations,
      settled: true)
  }

  /// Cells of some 20 rows; of fewer where that would make fewer than 8 cells.
  private static func cellCount(rows: Int) -> Int {
    max(1, min(mostCells, max(rows / rowsPerCell, min(8, rows / 5))))
  }

  private static func labels(of cells: [[Int32]], rowCount: Int) -> [Int32] {
    var labels = [Int32](repeating: 0, count: rowCount)
    for (cell, rows) in cells.enumerated() {
      for row in rows { labels[Int(row)] = Int32(cell) }
    }
    return labels
  }

  // MARK: The model

  private func model<Scalar: MatrixScalar>(
    of data: Matrix<Scalar>, bounds: [Double], space: WorkingSpace, found: Search,
    bridges: ComponentBridges, sampled: Int, threads: Int?, progress: ProgressObserver?
  ) throws -> PPPModel {
    var mixture = found.fit.parameters
    var groups = bridges.groups
    var isolation = bridges.isolation
    var assigned = try GroupPosteriors(
      of: data, in: space, under: mixture, groups: groups, groupCount: isolation.count,
      threads: threads, progress: progress)
    // A group that no row most probably belongs to is none.
    while true {
      var sizes = [Int](repeating: 0, count: isolation.count)
      for label in assigned.labels { sizes[Int(label)] += 1 }
      let alive = sizes.indices.filter { sizes[$0] > 0 }
      if alive.count == sizes.count { break }
      let components = groups.indices.filter { sizes[groups[$0]] > 0 }
      mixture = mixture.reordered(components)
      groups = components.map { component in
        alive.firstIndex(of: groups[component]) ?? 0
      }
      isolation = alive.map { isolation[$0] }
      assigned = try GroupPosteriors(
        of: data, in: space, under: mixture, groups: groups, groupCount: isolation.count,
        threads: threads, progress: progress)
    }

    let summary = GroupSummary(
      data, bounds: bounds, labels: assigned.labels, posteriors: assigned.posteriors,
      groupCount: isolation.count,
      threads: threads)
    let order = summary.canonicalOrder
    var place = [Int](repeating: 0, count: order.count)
    for (index, group) in order.enumerated() { place[group] = index }
    let k = order.count
    let ordered = order.map { k == 1 ? 0 : isolation[$0] }
    let separability = order.map { summary.separability[$0] }
    let n = Double(data.rowCount)
    let clusterability = order.indices.reduce(0.0) {
      $0 + Double(summary.sizes[order[$1]]) / n * ordered[$1]
    }
    return PPPModel(
      labels: assigned.labels.map { Int32(place[Int($0)]) }, probabilities: assigned.posteriors,
      sizes: order.map { summary.sizes[$0] }, centers: summary.centers.gatheringRows(order),
      separability: separability, isolation: ordered, clusterability: min(1, clusterability),
      mostSeparableFirst: (0..<k).sorted {
        (-separability[$0], -ordered[$0], $0) < (-separability[$1], -ordered[$1], $1)
      },
      objective: found.fit.meanLogLikelihood
        + Double(space.columnCount) * Elementary.log(space.scale),
      iterations: found.iterations, converged: found.settled,
      reasons: PPPReasons.sentences(
        k: k, components: mixture.componentCount, cells: found.cellCount,
        gain: found.partition.gain, sampled: sampled, rows: data.rowCount, isolation: ordered,
        keptColumns: space.directions == nil ? nil : space.columnCount),
      evidence: found.partition.gainByCount.filter {
        $0.groupCount <= 4 * mixture.componentCount + 8
      }
      .reversed().map { PPPModel.EvidencePoint(componentCount: $0.groupCount, gain: $0.gain) },
      space: space, mixture: mixture, componentGroups: groups.map { place[$0] })
  }
}
