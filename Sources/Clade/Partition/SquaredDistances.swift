import CKernels
import CladeCore

/// Squared Euclidean distances of rows from the centers of their clusters, in double precision.
package enum SquaredDistances {
  /// The squared distance of each row from the center that its label names (n).
  ///
  /// - Throws: `CladeError.cannotRead` where rows can't be read.
  /// - Complexity: O(n · d).
  package static func fromOwn<Scalar: MatrixScalar>(
    _ source: any RowSource<Scalar>, _ centers: Matrix<Scalar>, _ labels: [Int32],
    threads: Int? = nil
  ) throws -> [Double] {
    let (count, columns) = (source.rowCount, source.columnCount)
    precondition(labels.count == count && centers.columnCount == columns)
    return try Array(unsafeUninitializedCapacity: count) { distances, initialized in
      try centers.withUnsafeBufferPointer { centers in
        try labels.withUnsafeBufferPointer { labels in
          guard let target = distances.baseAddress, let label = labels.baseAddress else { return }
          nonisolated(unsafe) let (to, own) = (target, label)
          nonisolated(unsafe) let centers = centers.baseAddress
          try ParallelChunks.forEach(
            count: count, chunkSize: source.preferredChunkSize, threads: threads
          ) { _, range in
            try source.withRows(range) { rows in
              guard let rows = rows.baseAddress, let centers else { return }
              write(
                rows, count: range.count, columns: columns, centers: centers,
                labels: own + range.lowerBound, to: to + range.lowerBound)
            }
          }
        }
      }
      initialized = count
    }
  }

  /// The exact sum of the squared distances of all rows from their centers, each times its weight.
  ///
  /// - Throws: `CladeError.cannotRead` where rows can't be read.
  /// - Complexity: O(n · d).
  package static func inertia<Scalar: MatrixScalar>(
    _ source: any RowSource<Scalar>, _ centers: Matrix<Scalar>, _ labels: [Int32],
    weights: [Scalar]? = nil, threads: Int? = nil
  ) throws -> Double {
    try fromOwn(source, centers, labels, threads: threads).withUnsafeBufferPointer {
      sum(of: $0, weights: weights, threads: threads)
    }
  }

  /// Writes the squared distances of `count` rows of `columns` numbers from their centers.
  static func write<Scalar: MatrixScalar>(
    _ rows: UnsafePointer<Scalar>, count: Int, columns: Int, centers: UnsafePointer<Scalar>,
    labels: UnsafePointer<Int32>, to distances: UnsafeMutablePointer<Double>
  ) {
    let (rows, centers) = (UnsafeRawPointer(rows), UnsafeRawPointer(centers))
    if Scalar.self == Float.self {
      clade_distances_from_own_f32(
        rows.assumingMemoryBound(to: Float.self), count, columns,
        centers.assumingMemoryBound(to: Float.self), labels, distances)
    } else {
      clade_distances_from_own_f64(
        rows.assumingMemoryBound(to: Double.self), count, columns,
        centers.assumingMemoryBound(to: Double.self), labels, distances)
    }
  }

  /// The exact sum of the distances of all rows, each times its weight.
  static func sum<Scalar: MatrixScalar>(
    of distances: UnsafeBufferPointer<Double>, weights: [Scalar]?, threads: Int?
  ) -> Double {
    nonisolated(unsafe) let distances = distances
    let heaviest = weights.map { $0.reduce(0) { max($0, Double($1)) } } ?? 1
    let size = 1 << 16
    let largest = ParallelChunks.map(count: distances.count, chunkSize: size, threads: threads) {
      distances[$1].reduce(0) { $0 < $1 ? $1 : $0 }
    }
    let bound = (largest.max() ?? 0) * heaviest
    guard bound.isFinite else { return .infinity }
    let parts = ParallelChunks.reduce(
      count: distances.count, chunkSize: size, threads: threads,
      state: { ExactSum(bound: bound) }
    ) { sum, _, range in
      if let weights {
        for row in range { sum.addProduct(distances[row], Double(weights[row])) }
      } else {
        for row in range { sum.add(distances[row]) }
      }
    }
    return parts.reduce(into: ExactSum(bound: bound)) { $0.add($1) }.value
  }
}
