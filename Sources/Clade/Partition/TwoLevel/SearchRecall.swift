import CladeCore

/// How often the search of a few groups finds the nearest centers, measured on a sample of rows
/// against the exact search of all centers.
struct SearchRecall<Scalar: MatrixScalar> {
  private let rows: Matrix<Scalar>
  private let threads: Int?

  /// The rows of a sample: four standard errors of a recall of 95 % are a hundredth then.
  static var rowCount: Int { 8192 }

  /// Takes a sample of the rows that doesn't depend on their order.
  init(of source: any RowSource<Scalar>, seed: UInt64, threads: Int?) throws {
    rows = try RowGathering.sample(source, limit: Self.rowCount, seed: seed, threads: threads).rows
    self.threads = threads
  }

  /// The number of rows in the sample.
  var rowCount: Int { rows.rowCount }

  /// The least number of groups to look into for a recall of `target`, with four standard errors to
  /// spare, for lists of the `length` nearest centers.
  func probes(for target: Double, length: Int, in centers: GroupedCenters<Scalar>) -> Int {
    guard target < 1, rowCount > 0 else { return centers.groups.count }
    let error = (target * (1 - target) / Double(rowCount)).squareRoot()
    let nearest = lists(probes: centers.groups.count, length: length, in: centers)
    let groups = nearest.map { centers.groupOfRank[Int($0)] }
    let ranks = centers.groups.ranks(of: groups, length: length, rows).sorted()
    let place = Int((Double(ranks.count) * (target + 4 * error)).rounded(.up)) - 1
    guard place < ranks.count - 1 else { return min(centers.groups.count, (ranks.last ?? 0) + 1) }
    return min(centers.groups.count, ranks[max(0, place)] + 1)
  }

  /// The part of the truly nearest centers that is found in `probes` groups.
  func recall(probes: Int, length: Int, in centers: GroupedCenters<Scalar>) -> Double {
    guard probes < centers.groups.count, rowCount > 0 else { return 1 }
    let truth = lists(probes: centers.groups.count, length: length, in: centers)
    let found = lists(probes: probes, length: length, in: centers)
    var hits = 0
    for row in 0..<rowCount {
      let range = (row * length)..<((row + 1) * length)
      for rank in found[range] where truth[range].contains(rank) { hits += 1 }
    }
    return Double(hits) / Double(truth.count)
  }

  /// The ranks of the nearest centers of each row of the sample.
  private func lists(
    probes: Int, length: Int, in centers: GroupedCenters<Scalar>
  ) -> [Int32] {
    let columns = rows.columnCount
    var nearest = [Int32](repeating: NearestListKernels.nothing, count: rowCount * length)
    nearest.withUnsafeMutableBufferPointer { nearest in
      rows.withUnsafeBufferPointer { values in
        guard let nearest = nearest.baseAddress, let values = values.baseAddress else { return }
        nonisolated(unsafe) let (to, from) = (nearest, values)
        _ = ParallelChunks.reduce(
          count: rowCount, chunkSize: 512, threads: threads,
          state: { GroupedCenters<Scalar>.Workspace() }
        ) { workspace, _, range in
          var distances = [Scalar](repeating: .infinity, count: range.count * length)
          centers.search(
            from + range.lowerBound * columns, count: range.count, probes: probes, length: length,
            distances: &distances, nearest: to + range.lowerBound * length, &workspace)
        }
      }
    }
    return nearest
  }
}
