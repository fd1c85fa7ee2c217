import CladeCore

/// The rows that ``KMeans`` works on: finite, of ordinary magnitude, with positive weights; in
/// memory or not.
struct KMeansProblem<Scalar: MatrixScalar> {
  var data: any RowSource<Scalar>
  var weights: [Scalar]?
  /// The largest magnitude in each column.
  var bounds: [Double]
  let threads: Int?

  /// Leaves out rows of weight 0 of a matrix.
  ///
  /// - Throws: `CladeError` unless there is one finite weight for each row, none is negative, and
  ///   one is positive.
  mutating func apply(weights: [Scalar], to data: Matrix<Scalar>) throws {
    let kept = try RowWeights.kept(weights, rowCount: data.rowCount)
    if kept.count == weights.count {
      self.weights = weights
    } else {
      self.weights = kept.map { weights[$0] }
      self.data = data.gatheringRows(kept)
    }
  }

  /// The rows that first centers are found from.
  func seedingSample(_ method: KMeans) throws -> SeedingSample<Scalar> {
    try SeedingSample(data, weights: weights, k: method.k, seed: method.seed, threads: threads)
  }

  /// - Throws: `CladeError.tooManyClusters` if there are fewer than k distinct rows.
  func checkDistinctRows(_ k: Int) throws {
    // A few rows mostly show that there are enough. They aren't copied, as there may be as many
    // numbers in them as in the data.
    let few = min(data.rowCount, 4 * k + 64)
    var seen: Set<RowFingerprint> = []
    for start in stride(from: 0, to: few, by: data.preferredChunkSize) {
      let range = start..<min(few, start + data.preferredChunkSize)
      try data.withRows(range) { values in
        guard let rows = values.baseAddress else { return }
        seen.formUnion(
          [RowFingerprint](unsafeUninitializedCapacity: range.count) { target, initialized in
            guard let target = target.baseAddress else { return }
            RowFingerprint.write(
              of: rows, count: range.count, columns: data.columnCount, seed: 0, into: target)
            initialized = range.count
          })
      }
      if seen.count >= k { return }
    }
    let distinct = try DistinctRowSample(data, limit: k, seed: 0, threads: threads).places.count
    guard k <= distinct else {
      throw CladeError.tooManyClusters(k: k, distinctRows: distinct)
    }
  }

  /// The mean over the columns of their (population) variance.
  func meanVariance() throws -> Double {
    let heaviest = weights.map { $0.reduce(0) { max($0, Double($1)) } } ?? 1
    let none = ExactColumnSums(bounds: bounds.map { $0 * heaviest })
    let sums = try ParallelChunks.reduce(
      count: data.rowCount, chunkSize: data.preferredChunkSize, threads: threads, state: { none }
    ) { sums, _, range in
      try data.withRows(range) { values in
        if let rows = values.baseAddress {
          sums.add(rows, count: range.count, weights: weights.map { Array($0[range]) })
        }
      }
    }.reduce(into: none) { $0.add($1) }
    let mass = weights.map { ExactSum.of($0.map { Double($0) }) } ?? Double(data.rowCount)
    let center = Matrix<Scalar>(rows: 1, columns: data.columnCount) { buffer in
      for column in buffer.indices { buffer[column] = Scalar(sums.sum(column: column) / mass) }
    }
    let labels = [Int32](repeating: 0, count: data.rowCount)
    let inertia = try SquaredDistances.inertia(
      data, center, labels, weights: weights, threads: threads)
    return inertia / mass / Double(data.columnCount)
  }
}
