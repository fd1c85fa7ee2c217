import CladeCore

/// The way of OPTICS for any metric: each row that is visited is compared with all that are left,
/// as in Prim's algorithm for dense graphs.
final class PairwiseWalk<Scalar: MatrixScalar>: ReachabilityWalk {
  private let distances: PairwiseDistances<Scalar>
  private let limit: Scalar
  private let ranks: [Int32]
  private let cores: [Scalar]
  private var reachabilities: [Scalar]
  private var predecessors: [Int32]
  private var done: [Bool]
  private var raw: [Scalar]

  /// - Parameters:
  ///   - ranks: What decides between equal reachabilities, for each row.
  ///   - limit: The largest raw distance between neighbours.
  init(
    _ rows: PreparedRows<Scalar>, ranks: [Int32], minSamples: Int, limit: Scalar, threads: Int?,
    progress: ProgressObserver?
  ) throws {
    let distances = PairwiseDistances(of: rows, from: rows)
    self.distances = distances
    self.limit = limit
    self.ranks = ranks
    let count = rows.rowCount
    // A row is the first of its own neighbours.
    cores = try CoreDistances.raw(
      rows, minSamples: minSamples - 1, threads: threads, progress: progress
    ).map { $0 <= limit ? $0 : .infinity }
    reachabilities = Array(repeating: .infinity, count: count)
    predecessors = Array(repeating: -1, count: count)
    done = Array(repeating: false, count: count)
    raw = Array(repeating: 0, count: distances.paddedCount)
  }

  func isDone(_ row: Int) -> Bool { done[row] }

  func visit(_ row: Int) throws {
    done[row] = true
    let core = cores[row]
    guard core.isFinite else { return }
    try distances.write(row, into: &raw)
    for other in done.indices where !done[other] && raw[other] <= limit {
      let reachability = max(core, raw[other])
      if reachability < reachabilities[other] {
        reachabilities[other] = reachability
        predecessors[other] = Int32(row)
      }
    }
  }

  func next() -> Int? {
    var best: Int?
    for row in done.indices where !done[row] && reachabilities[row].isFinite {
      guard let known = best else {
        best = row
        continue
      }
      if reachabilities[row] < reachabilities[known]
        || reachabilities[row] == reachabilities[known] && ranks[row] < ranks[known]
      {
        best = row
      }
    }
    return best
  }

  var result: (reachabilities: [Scalar], cores: [Scalar], predecessors: [Int32]) {
    (reachabilities, cores, predecessors)
  }
}
