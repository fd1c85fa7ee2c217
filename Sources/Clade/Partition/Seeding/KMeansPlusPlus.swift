import CladeCore

/// Greedy k-means++: "k-means++: The Advantages of Careful Seeding" (Arthur and Vassilvitskii, 2007),
/// with several candidates for each center, of which the one that lowers the inertia most is kept.
///
/// Rows come in canonical order and sums run in that order, in chunks of fixed size, so the same seed
/// gives the same centers for any order of the data's rows and any number of threads.
struct KMeansPlusPlus<Scalar: MatrixScalar> {
  private let sample: SeedingSample<Scalar>
  private let threads: Int?
  private var random: CounterRandom
  /// Each row's squared distance from the nearest center so far.
  private var nearest: [Scalar]
  private static var chunkSize: Int { 2048 }

  init(_ sample: SeedingSample<Scalar>, seed: UInt64, stream: UInt64, threads: Int?) {
    self.sample = sample
    self.threads = threads
    random = CounterRandom(seed: seed, stream: stream)
    nearest = Array(repeating: .infinity, count: sample.rows.rowCount)
  }

  /// Chooses `k` rows; there are at least as many.
  ///
  /// - Complexity: O(m · k · d · log k) for m rows.
  mutating func centers(_ k: Int) throws -> Matrix<Scalar> {
    let candidateCount = 2 + Int(Elementary.log(Double(k)))
    var chosen = [draw(sample.masses)]
    accept(squaredDistances(from: chosen), candidate: 0)
    while chosen.count < k {
      try Task.checkCancellation()
      // Rows that coincide with a center have no mass, and are drawn only when all others do too.
      let masses = zip(sample.masses, nearest).map { $0 * Double($1) }
      let candidates = (0..<candidateCount).map { _ in draw(masses) }
      let distances = squaredDistances(from: candidates)
      let potentials = self.potentials(distances, count: candidateCount)
      var best = 0
      for candidate in 1..<candidateCount where potentials[candidate] < potentials[best] {
        best = candidate
      }
      chosen.append(candidates[best])
      accept(distances, candidate: best)
    }
    return sample.rows.gatheringRows(chosen)
  }

  /// Draws a row with a probability proportional to its mass.
  private mutating func draw(_ masses: [Double]) -> Int {
    let total = masses.reduce(0, +)
    let target = random.uniform() * total
    var sum = 0.0
    for (row, mass) in masses.enumerated() {
      sum += mass
      if sum > target { return row }
    }
    return masses.lastIndex { $0 > 0 } ?? 0
  }

  /// The squared distances of all rows from the candidates, row after row.
  private func squaredDistances(from candidates: [Int]) -> Matrix<Scalar> {
    let packed = PackedRows(sample.rows.gatheringRows(candidates))
    let (count, columns, stride) = (
      sample.rows.rowCount, sample.rows.columnCount, packed.paddedCount
    )
    return Matrix(rows: count, columns: stride) { buffer in
      sample.rows.withUnsafeBufferPointer { values in
        guard let rows = values.baseAddress, let target = buffer.baseAddress else { return }
        nonisolated(unsafe) let (from, to) = (rows, target)
        ParallelChunks.forEach(count: count, chunkSize: Self.chunkSize, threads: threads) {
          _, range in
          packed.squaredDistances(
            from: from + range.lowerBound * columns, count: range.count,
            into: to + range.lowerBound * stride, stride: stride)
        }
      }
    }
  }

  /// The inertia that each candidate would leave.
  private func potentials(_ distances: Matrix<Scalar>, count: Int) -> [Double] {
    let stride = distances.columnCount
    let parts = distances.withUnsafeBufferPointer { distances in
      nonisolated(unsafe) let distances = distances
      return ParallelChunks.map(
        count: nearest.count, chunkSize: Self.chunkSize, threads: threads
      ) { _, range in
        var sums = [Double](repeating: 0, count: count)
        for row in range {
          let (mass, before) = (sample.masses[row], nearest[row])
          for candidate in 0..<count {
            sums[candidate] += mass * Double(min(before, distances[row * stride + candidate]))
          }
        }
        return sums
      }
    }
    return parts.reduce(into: [Double](repeating: 0, count: count)) { sums, part in
      for candidate in 0..<count { sums[candidate] += part[candidate] }
    }
  }

  /// Makes a candidate a center.
  private mutating func accept(_ distances: Matrix<Scalar>, candidate: Int) {
    let stride = distances.columnCount
    distances.withUnsafeBufferPointer { distances in
      for row in nearest.indices {
        nearest[row] = min(nearest[row], distances[row * stride + candidate])
      }
    }
  }
}
