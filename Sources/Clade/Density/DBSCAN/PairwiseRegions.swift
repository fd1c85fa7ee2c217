import CladeCore

/// DBSCAN's steps for any metric, by looking up neighbours twice: once to count them, and once to
/// connect core rows and to find the nearest of them.
struct PairwiseRegions<Scalar: MatrixScalar>: Sendable {
  private let rows: DensityRows<Scalar>
  private let near: NearRows<Scalar>
  /// The largest raw distance within ε.
  private let limit: Scalar
  private let threads: Int?

  /// Finds the clusters.
  ///
  /// - Complexity: O(n² · d) time, O(n) memory.
  static func solve(
    _ rows: DensityRows<Scalar>, limit: Scalar, minSamples: Int, weights: NeighborWeights?,
    threads: Int?, progress: ProgressObserver?
  ) throws -> DensityPartition {
    let regions = PairwiseRegions(
      rows: rows, near: try NearRows(rows.prepared, threads: threads), limit: limit,
      threads: threads)
    let isCore = try regions.cores(minSamples, weights, progress)
    return try regions.connect(isCore, progress)
  }

  private func cores(
    _ minSamples: Int, _ weights: NeighborWeights?, _ progress: ProgressObserver?
  ) throws -> [Bool] {
    let count = ProgressCount(stage: "finding core rows", total: rows.count, observer: progress)
    guard let weights else {
      var found = [Int](repeating: 0, count: rows.count)
      try found.withUnsafeMutableBufferPointer { found in
        nonisolated(unsafe) let found = found
        try near.forEachPair(within: limit, threads: threads, count: count) { row, _, _ in
          found[row] += 1
        }
      }
      return found.map { $0 >= minSamples }
    }
    var found = [ExactSum](repeating: weights.none, count: rows.count)
    try found.withUnsafeMutableBufferPointer { found in
      nonisolated(unsafe) let found = found
      try near.forEachPair(within: limit, threads: threads, count: count) { row, other, _ in
        found[row].add(weights[Int32(other)])
      }
    }
    return found.map { $0.value >= Double(minSamples) }
  }

  /// The nearest core row of a row that isn't one.
  private struct Nearest {
    var row: Int32 = -1
    var raw: Scalar = .infinity
  }

  private func connect(_ isCore: [Bool], _ progress: ProgressObserver?) throws -> DensityPartition {
    let count = ProgressCount(
      stage: "connecting core rows", total: rows.count, observer: progress)
    let components = SharedComponents(count: rows.count)
    var nearest = [Nearest](repeating: Nearest(), count: rows.count)
    try nearest.withUnsafeMutableBufferPointer { nearest in
      nonisolated(unsafe) let nearest = nearest
      try near.forEachPair(within: limit, threads: threads, count: count) { row, other, raw in
        guard isCore[other] else { return }
        if isCore[row] {
          if other < row { components.join(row, other) }
          return
        }
        let best = nearest[row]
        if best.row < 0 || raw < best.raw
          || raw == best.raw && rows.precedes(other, Int(best.row))
        {
          nearest[row] = Nearest(row: Int32(other), raw: raw)
        }
      }
    }
    let representatives = (0..<rows.count).map { row in
      if isCore[row] { return Int32(components.root(row)) }
      let core = nearest[row].row
      return core < 0 ? -1 : Int32(components.root(Int(core)))
    }
    return DensityPartition(representatives: representatives, isCore: isCore)
  }
}
