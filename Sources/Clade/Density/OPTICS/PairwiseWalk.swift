import CladeCore

/// The way of OPTICS for any metric: each row that is visited is compared with all that are left, as in
/// Prim's algorithm for dense graphs.
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
    _ rows: PreparedRows<Scalar>, ranks: [Int32], minSamples: Int, limit: Scalar,
    progress: ProgressObserver?
  ) throws {
    let distances = PairwiseDistances(of: rows, from: rows)
    self.distances = distances
    self.limit = limit
    self.ranks = ranks
    let count = rows.rowCount
    cores = try Self.cores(distances, count, minSamples, limit, progress)
    reachabilities = Array(repeating: .infinity, count: count)
    predecessors = Array(repeating: -1, count: count)
    done = Array(repeating: false, count: count)
    raw = Array(repeating: 0, count: distances.paddedCount)
  }

  /// The raw distance of each row from its `minSamples`-th nearest, itself included.
  private static func cores(
    _ distances: PairwiseDistances<Scalar>, _ count: Int, _ minSamples: Int, _ limit: Scalar,
    _ progress: ProgressObserver?
  ) throws -> [Scalar] {
    var cores = [Scalar](repeating: .infinity, count: count)
    let done = ProgressCount(stage: "core distances", total: count, observer: progress)
    var raw = [Scalar](repeating: 0, count: distances.paddedCount)
    var nearest = NearestSquares<Scalar>(k: minSamples, limit: limit)
    for row in 0..<count {
      if row % 64 == 0 { try Task.checkCancellation() }
      try distances.write(row, into: &raw)
      nearest.removeAll()
      for place in 0..<count where raw[place] <= nearest.worst { nearest.insert(raw[place]) }
      if let last = nearest.last { cores[row] = last }
      done.add(1)
    }
    return cores
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
