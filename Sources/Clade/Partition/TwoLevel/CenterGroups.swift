import CladeCore

/// The upper level of two: groups, each around a center of its own, in the canonical order of
/// these.
///
/// A row's nearest groups are those whose centers are nearest to it, equal ones by their values.
struct CenterGroups<Scalar: MatrixScalar>: Sendable {
  /// The groups' own centers (g × d).
  let centers: Matrix<Scalar>
  private let packed: PackedRows<Scalar>

  /// Rows whose distances are held at a time.
  private static var tile: Int { 32 }

  /// Groups around centers (g × d) in any order.
  init(_ centers: Matrix<Scalar>) {
    self.centers = centers.gatheringRows(CanonicalOrder(centers).order)
    packed = PackedRows(self.centers)
  }

  /// The number of groups.
  var count: Int { centers.rowCount }
  var columnCount: Int { centers.columnCount }

  /// What one thread works in.
  struct Workspace {
    fileprivate var distances: [Scalar] = []
    fileprivate var keys: [UInt64] = []
  }

  /// Writes the `probes` nearest groups of each of `count` rows, in no order that means anything.
  ///
  /// - Complexity: O(count · g · d).
  func nearest(
    _ rows: UnsafePointer<Scalar>, count: Int, probes: Int,
    into places: UnsafeMutablePointer<Int32>, _ workspace: inout Workspace
  ) {
    precondition(probes >= 1 && probes <= self.count)
    forEachTile(rows, count: count, &workspace) { first, tile, distances, keys in
      NearestListKernels.smallest(
        distances, rows: tile, stride: packed.paddedCount, total: self.count, length: probes,
        workspace: keys, places: places + first * probes)
    }
  }

  /// How many groups are nearer to row i than group `groups[i * length + j]`, for each i and j.
  func ranks(
    of groups: [Int32], length: Int, _ rows: Matrix<Scalar>
  ) -> [Int] {
    var ranks = [Int](repeating: 0, count: groups.count)
    var workspace = Workspace()
    rows.withUnsafeBufferPointer { values in
      guard let base = values.baseAddress else { return }
      forEachTile(base, count: rows.rowCount, &workspace) { first, tile, distances, _ in
        for row in 0..<tile {
          let all = distances + row * packed.paddedCount
          for entry in ((first + row) * length)..<((first + row + 1) * length) {
            let group = Int(groups[entry])
            let own = Float(all[group])
            var nearer = 0
            for other in 0..<count {
              let distance = Float(all[other])
              if distance < own || (distance == own && other < group) { nearer += 1 }
            }
            ranks[entry] = nearer
          }
        }
      }
    }
    return ranks
  }

  private func forEachTile(
    _ rows: UnsafePointer<Scalar>, count: Int, _ workspace: inout Workspace,
    _ body: (
      _ first: Int, _ tile: Int, _ distances: UnsafePointer<Scalar>,
      _ keys: UnsafeMutablePointer<UInt64>
    ) -> Void
  ) {
    let stride = packed.paddedCount
    if workspace.distances.count < Self.tile * stride {
      workspace.distances = Array(repeating: 0, count: Self.tile * stride)
      workspace.keys = Array(repeating: 0, count: stride)
    }
    workspace.distances.withUnsafeMutableBufferPointer { distances in
      workspace.keys.withUnsafeMutableBufferPointer { keys in
        guard let distance = distances.baseAddress, let key = keys.baseAddress else { return }
        for first in Swift.stride(from: 0, to: count, by: Self.tile) {
          let tile = min(Self.tile, count - first)
          packed.squaredDistances(
            from: rows + first * columnCount, count: tile, into: distance, stride: stride)
          body(first, tile, distance, key)
        }
      }
    }
  }

  /// The nearest group of each row (n), and how much each group has of the squared distances.
  ///
  /// - Parameters:
  ///   - bounds: The largest magnitude in each column, of rows and groups.
  /// - Complexity: O(n · g · d).
  func assign(
    _ source: any RowSource<Scalar>, bounds: [Double], threads: Int?, progress: ProgressObserver?
  ) throws -> (groups: [Int32], inertias: [Double]) {
    let farthest = bounds.reduce(0) { $0 + 8 * $1 * $1 }
    let ids = (0..<packed.paddedCount).map { Int32($0) }
    let done = ProgressCount(
      stage: "finding the group of each row", total: source.rowCount, observer: progress)
    let noSums = ExactColumnSums(bounds: [farthest], groups: count)
    var labels = [Int32](repeating: 0, count: source.rowCount)
    let workers = try labels.withUnsafeMutableBufferPointer { labels in
      guard let target = labels.baseAddress else { return [(ExactColumnSums, [Scalar])]() }
      nonisolated(unsafe) let label = target
      return try ParallelChunks.reduce(
        count: source.rowCount, chunkSize: source.preferredChunkSize, threads: threads,
        state: { (noSums, [Scalar](repeating: 0, count: source.preferredChunkSize)) }
      ) { (worker: inout (sums: ExactColumnSums, distances: [Scalar]), _, range) in
        try Cancellation.check()
        try source.withRows(range) { rows in
          guard let start = rows.baseAddress else { return }
          packed.assign(
            start, count: range.count, ids: ids, labels: label + range.lowerBound,
            distances: &worker.distances)
          worker.sums.add(worker.distances, count: range.count, after: label + range.lowerBound)
        }
        done.add(range.count)
      }
    }
    var sums = noSums
    for worker in workers { sums.add(worker.0) }
    return (labels, (0..<count).map { sums.sum(group: $0, column: 0) })
  }
}
