import CladeCore
import Synchronization

/// Lloyd's iteration: every row to its nearest center, every center to the mean of its rows ("Least
/// Squares Quantization in PCM", Lloyd, 1982).
///
/// The sums behind the means are exact, so they are carried from one iteration to the next: only
/// rows that changed their cluster are taken away from one and added to another. Means are rounded
/// once.
///
/// Rows are read in chunks, once an iteration, so they needn't be in memory; a label a row is.
struct Lloyd<Scalar: MatrixScalar> {
  let source: any RowSource<Scalar>
  let weights: [Scalar]?
  let threads: Int?
  let k: Int
  /// How nearest centers are found; changes when a way turns out not to pay.
  private var strategy = AssignmentStrategy.current
  var leads: RowLeads<Scalar>?
  let scales: RowScales?
  /// Whether the shape is one for ``CenterNeighbors``, and whether they were tried in vain.
  private let usesNeighbors: Bool
  private var neighborsFailed = false
  /// A box that all rows are in; the least one once they were read.
  private var box: RowBox

  var centers: Matrix<Scalar>
  /// Empty before the first pass.
  var labels: [Int32] = []
  var iterations = 0
  private(set) var converged = false

  var sums: ClusterSums<Scalar>
  /// Where every pass adds up the rows' distances from their centers.
  private let ownDistances: OwnDistances<Scalar>?

  /// Prepares the iteration.
  ///
  /// - Parameters:
  ///   - source: n × d, finite; n is at least the number of centers.
  ///   - bounds: The largest magnitude in each column.
  ///   - weights: Positive weights (n).
  ///   - centers: The first centers (k × d).
  init(
    _ source: any RowSource<Scalar>, bounds: [Double], weights: [Scalar]?,
    centers: Matrix<Scalar>, threads: Int?
  ) {
    self.source = source
    self.weights = weights
    self.threads = threads
    self.centers = centers
    k = centers.rowCount
    box = RowBox(bounds: bounds)
    let useful =
      switch strategy {
      case .automatic:
        RowLeads<Scalar>.isUseful(
          centers: k, columns: source.columnCount, rows: source.rowCount)
      case .leads: true
      case .plain, .cells, .shortlist, .neighbors: false
      }
    leads = useful ? RowLeads(rows: source.rowCount, always: strategy == .leads) : nil
    usesNeighbors =
      switch strategy {
      // What isn't in memory comes in chunks that are too small.
      case .automatic:
        source is Matrix<Scalar>
          && CenterNeighbors<Scalar>.isUseful(
            centers: k, columns: source.columnCount, rows: source.rowCount)
      case .neighbors:
        CenterNeighbors<Scalar>.isPossible(centers: k, columns: source.columnCount)
      case .plain, .cells, .shortlist, .leads: false
      }
    let rounds =
      NearestCenters<Scalar>.usesShortlist(k, source.columnCount, strategy)
      && RowScales.isUseful(
        columns: source.columnCount, rows: source.rowCount, bytes: MemoryLayout<Scalar>.stride)
    scales =
      rounds
      ? RowScales(
        reference: CenterShortlist<Scalar>.reference(for: centers), rows: source.rowCount) : nil
    sums = ClusterSums(bounds: bounds, weights: weights, k: k)
    // Rows in memory are sooner read once more in the end.
    ownDistances = source is Matrix<Scalar> ? nil : OwnDistances(weights: weights)
  }

  /// The exact sum of the squared distances of all rows from their centers, each times its weight.
  ///
  /// - Throws: What reading rows throws.
  /// - Complexity: O(n · d); O(1) for rows that aren't in memory, which aren't read again.
  func inertia() throws -> Double {
    try ownDistances?.sum
      ?? SquaredDistances.inertia(source, centers, labels, weights: weights, threads: threads)
  }

  /// Iterates until no row changes its cluster, the centers move by no more than `tolerance` (the
  /// sum of their squared moves), or `maxIterations` are done. No cluster is empty then. Goes on
  /// from where it stopped when it is called again.
  ///
  /// - Throws: `CladeError.tooManyClusters` for fewer distinct rows than centers, what reading rows
  ///   throws, and `CancellationError`.
  mutating func run(
    maxIterations: Int, tolerance: Double, progress: ProgressObserver?
  ) throws {
    if labels.isEmpty { _ = try assign() }
    while iterations < maxIterations {
      try Cancellation.check()
      let number = "iteration \(iterations + 1) of at most \(maxIterations)"
      progress?(ProgressUpdate(stage: "k-means", detail: number))
      let empty = emptyClusters
      // Centers of empty clusters go where rows were far from the centers before these moved.
      let before = empty.isEmpty ? nil : centers
      let move = moveToMeans()
      if let before { try fill(empty, distancesFrom: before) }
      let settled = empty.isEmpty && tolerance > 0 && move <= tolerance
      let moved = try assign()
      iterations += 1
      guard emptyClusters.isEmpty else { continue }
      converged = moved == 0 || settled
      if converged { return }
    }
    // Every round puts a center on a row that has none and takes away one that no row needs, so the
    // sum of the distances falls each time and this ends; unless rows are so near to each other that
    // their squared distances vanish, and nobody goes to a center on the other one.
    var rounds = 0
    while case let empty = emptyClusters, !empty.isEmpty {
      try Cancellation.check()
      try fill(empty, distancesFrom: centers)
      let moved = try assign()
      rounds += 1
      let left = emptyClusters.count
      if left > 0, moved == 0 || rounds > 2 * k + 64 {
        throw CladeError.tooManyClusters(k: k, distinctRows: k - left)
      }
    }
  }

  // MARK: Steps

  var emptyClusters: [Int] {
    (0..<k).filter { sums.isEmpty($0) }
  }

  /// How many rows a cluster has.
  func size(of cluster: Int) -> Int { sums.count(of: cluster) }

  /// The total weight of a cluster: the number of its rows where they have no weights.
  func mass(of cluster: Int) -> Double { sums.mass(of: cluster) }

  /// Gives each row its nearest center and brings the sums up to date.
  ///
  /// - Returns: How many rows changed their cluster.
  mutating func assign() throws -> Int {
    let boxed = NearestCenters<Scalar>.usesCells(
      k, source.columnCount, rows: source.rowCount, strategy)
    let nearest = NearestCenters(
      centers, rows: boxed ? (source.rowCount, box) : nil, scales: scales, strategy: strategy,
      threads: threads)
    // The box is found on the way when rows are first read.
    let seen = boxed && labels.isEmpty ? SeenBox(columns: source.columnCount) : nil
    let leads = nearest.isPlain ? leads : nil
    leads?.begin(centers)
    let (centers, ownDistances) = (centers, ownDistances)
    ownDistances?.begin()
    // Leads need chunks that are the same in every pass; shortlists come back once neighbours failed.
    if usesNeighbors, nearest.isPlain || !neighborsFailed {
      return try assignByNeighbors(nearest, leads)
    }
    let moved = try sums.relabel(&labels, of: source, weights: weights, threads: threads) {
      rows, range, before, after in
      seen?.enclose(rows, count: range.count)
      if let leads {
        leads.assign(rows, range, before: before, after: after, nearest: nearest)
      } else {
        nearest.assign(
          rows, first: range.lowerBound, count: range.count, labels: after, distances: nil)
      }
      ownDistances?.add(rows, range, centers: centers, labels: after)
    }
    leads?.end()
    if let seen { box = seen.box }
    if strategy == .automatic, nearest.cellsFailed { strategy = .plain }
    return moved
  }

  /// As above where rows are compared with the centers around their own. While those aren't passed over by
  /// their leads, a few rows of each chunk are on trial for that.
  private mutating func assignByNeighbors(
    _ nearest: NearestCenters<Scalar>, _ leads: RowLeads<Scalar>?
  ) throws -> Int {
    let (always, columns) = (strategy == .neighbors, source.columnCount)
    let onTrial = leads == nil || leads?.reach == .trial
    let neighbors =
      onTrial && !labels.isEmpty && !neighborsFailed
      ? CenterNeighbors(centers, always: always, threads: threads) : nil
    let chunks = LargerChunks(
      base: source,
      preferredChunkSize: CenterNeighbors<Scalar>.chunkSize(centers: k, rows: source.rowCount))
    let (centers, ownDistances) = (centers, ownDistances)
    let moved = try sums.relabel(&labels, of: chunks, weights: weights, threads: threads) {
      rows, range, before, after in
      let tried = leads == nil ? 0 : onTrial ? range.count / 64 : range.count
      if tried > 0 {
        leads?.assign(
          rows, range.prefix(tried), onTrial: onTrial, before: before, after: after,
          nearest: nearest)
      }
      let (rest, count) = (rows + tried * columns, range.count - tried)
      if let neighbors, neighbors.pays {
        neighbors.assign(rest, count: count, before: before + tried, after: after + tried)
      } else {
        nearest.assign(
          rest, first: range.lowerBound + tried, count: count, labels: after + tried,
          distances: nil)
      }
      ownDistances?.add(rows, range, centers: centers, labels: after)
    }
    leads?.end(insteadOfNeighbors: !neighborsFailed)
    if let neighbors, !neighbors.pays { neighborsFailed = true }
    return moved
  }

  /// Moves the centers to the means of their clusters, in place, as there may be as many numbers in
  /// them as in the data; an empty one keeps its center.
  ///
  /// - Returns: The sum of the squared moves.
  mutating func moveToMeans() -> Double {
    let (k, columns, sums, threads) = (k, source.columnCount, sums, threads)
    return centers.withUnsafeMutableBufferPointer { centers in
      guard let start = centers.baseAddress else { return 0 }
      nonisolated(unsafe) let places = start
      let moves = ParallelChunks.map(count: k, chunkSize: 64, threads: threads) { _, clusters in
        var mean = [Scalar](repeating: 0, count: columns)
        var move = 0.0
        for cluster in clusters where !sums.isEmpty(cluster) {
          sums.writeMean(of: cluster, to: &mean)
          let center = places + cluster * columns
          for column in 0..<columns {
            let difference = Double(mean[column]) - Double(center[column])
            move += difference * difference
            center[column] = mean[column]
          }
        }
        return move
      }
      return moves.reduce(0, +)
    }
  }

  /// Puts the centers of empty clusters on the rows that are farthest from their centers, one after
  /// the other; of rows equally far, on that whose values come first.
  private mutating func fill(_ empty: [Int], distancesFrom before: Matrix<Scalar>) throws {
    var farthest = try FarthestFirst(
      source,
      distances: SquaredDistances.fromOwn(source, before, labels, threads: threads),
      threads: threads)
    for cluster in empty {
      guard let values = try farthest.next() else {
        throw CladeError.tooManyClusters(k: k, distinctRows: k - empty.count)
      }
      for (column, value) in values.enumerated() { centers[cluster, column] = value }
    }
  }
}

/// Rows that are worked on in larger chunks than others.
private struct LargerChunks<Scalar: MatrixScalar>: RowSource {
  let base: any RowSource<Scalar>
  let preferredChunkSize: Int

  var rowCount: Int { base.rowCount }
  var columnCount: Int { base.columnCount }

  func withRows<Result>(
    _ range: Range<Int>, _ body: (UnsafeBufferPointer<Scalar>) throws -> Result
  ) throws -> Result {
    try base.withRows(range, body)
  }
}

/// The box of rows that several threads see.
private final class SeenBox: Sendable {
  private let columns: Int
  private let seen: Mutex<RowBox>

  init(columns: Int) {
    self.columns = columns
    seen = Mutex(RowBox(columns: columns))
  }

  func enclose<Scalar: MatrixScalar>(_ rows: UnsafePointer<Scalar>, count: Int) {
    var own = RowBox(columns: columns)
    own.enclose(rows, count: count)
    seen.withLock { $0.enclose(own) }
  }

  var box: RowBox { seen.withLock { $0 } }
}
