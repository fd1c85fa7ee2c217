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
    precondition(labels.count == source.rowCount && centers.columnCount == source.columnCount)
    return try labels.withUnsafeBufferPointer { labels in
      guard let start = labels.baseAddress else { return 0 }
      nonisolated(unsafe) let own = start
      let parts = try ParallelChunks.reduce(
        count: source.rowCount, chunkSize: source.preferredChunkSize, threads: threads,
        state: { LongAccumulator() }
      ) { sum, _, range in
        try source.withRows(range) { rows in
          guard let rows = rows.baseAddress else { return }
          add(
            rows, range, centers: centers, labels: own + range.lowerBound, weights: weights,
            to: &sum)
        }
      }
      return parts.reduce(into: LongAccumulator()) { $0.add($1) }.value
    }
  }

  /// Adds the squared distances of the rows of `range` from their centers, each times its weight.
  ///
  /// - Parameters:
  ///   - rows: Those of the range.
  ///   - labels: Theirs.
  ///   - weights: Those of all rows, if they have any.
  static func add<Scalar: MatrixScalar>(
    _ rows: UnsafePointer<Scalar>, _ range: Range<Int>, centers: Matrix<Scalar>,
    labels: UnsafePointer<Int32>, weights: [Scalar]?, to sum: inout LongAccumulator
  ) {
    let (columns, size) = (centers.columnCount, 2048)
    centers.withUnsafeBufferPointer { centers in
      guard let centers = centers.baseAddress else { return }
      withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * size) { buffer in
        guard let distances = buffer.baseAddress else { return }
        for first in stride(from: 0, to: range.count, by: size) {
          let count = min(size, range.count - first)
          write(
            rows + first * columns, count: count, columns: columns, centers: centers,
            labels: labels + first, to: distances)
          if let weights {
            // A product is exactly what rounding makes of it and what that left; the smallest doubles
            // aside.
            let rests = distances + count
            for row in 0..<count {
              let (distance, weight) = (
                distances[row], Double(weights[range.lowerBound + first + row])
              )
              let product = distance * weight
              distances[row] = product
              rests[row] = (-product).addingProduct(distance, weight)
            }
            sum.add(UnsafeBufferPointer(start: rests, count: count))
          }
          sum.add(UnsafeBufferPointer(start: distances, count: count))
        }
      }
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
}
