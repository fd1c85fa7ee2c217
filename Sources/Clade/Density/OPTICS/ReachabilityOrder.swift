import CladeCore

/// The order of OPTICS, found without lists of neighbours.
struct ReachabilityOrder<Scalar: MatrixScalar> {
  /// The rows in order (n).
  let ordering: [Int32]
  /// The raw reachability of each row (n); infinite where none was near enough.
  let reachabilities: [Scalar]
  /// The raw core distance of each row (n); infinite where too few rows are near enough.
  let cores: [Scalar]
  /// The row from which each row is reached (n); −1 for none.
  let predecessors: [Int32]

  /// Orders rows.
  ///
  /// - Parameters:
  ///   - canonical: The rows by their values.
  ///   - maxEps: Positive, may be infinite.
  init(
    _ rows: DensityRows<Scalar>, canonical: CanonicalOrder, minSamples: Int, maxEps: Double,
    threads: Int?, progress: ProgressObserver?
  ) throws {
    let limit = rows.prepared.largestRaw(within: maxEps)
    let ranks = rows.ranks(by: canonical)
    progress?(ProgressUpdate(stage: "core distances", fraction: 0))
    if rows.fitsRegions {
      let walk = try KDTreeWalk(
        rows.prepared.coordinates, ranks: ranks, minSamples: minSamples, limit: limit,
        threads: threads, progress: progress)
      ordering = try Self.follow(walk, canonical, progress)
      (reachabilities, cores, predecessors) = walk.result
    } else {
      let walk = try PairwiseWalk(
        rows.prepared, ranks: ranks, minSamples: minSamples, limit: limit, threads: threads,
        progress: progress)
      ordering = try Self.follow(walk, canonical, progress)
      (reachabilities, cores, predecessors) = walk.result
    }
  }

  /// Visits all rows, each time the one that is reached most easily; where none is reached, the
  /// next by its values.
  ///
  /// Generic, so that the compiler knows the walk.
  private static func follow<Walk: ReachabilityWalk>(
    _ walk: Walk, _ canonical: CanonicalOrder, _ progress: ProgressObserver?
  ) throws -> [Int32] where Walk.Scalar == Scalar {
    let count = canonical.order.count
    let done = ProgressCount(stage: "ordering rows", total: count, observer: progress)
    var ordering: [Int32] = []
    ordering.reserveCapacity(count)
    for start in canonical.order where !walk.isDone(Int(start)) {
      var next: Int? = Int(start)
      while let row = next {
        ordering.append(Int32(row))
        try walk.visit(row)
        if ordering.count % 1024 == 0 {
          try Cancellation.check()
          done.add(1024)
        }
        next = walk.next()
      }
    }
    return ordering
  }
}

/// The way of OPTICS through the rows.
protocol ReachabilityWalk<Scalar>: AnyObject {
  associatedtype Scalar: MatrixScalar

  /// Whether a row was visited.
  func isDone(_ row: Int) -> Bool
  /// Visits a row, and lowers the reachabilities of its neighbours.
  func visit(_ row: Int) throws
  /// The row that is reached most easily of those that are left, if any is reached at all.
  func next() -> Int?
  /// The raw reachability, the raw core distance and the predecessor of each row (n).
  var result: (reachabilities: [Scalar], cores: [Scalar], predecessors: [Int32]) { get }
}
