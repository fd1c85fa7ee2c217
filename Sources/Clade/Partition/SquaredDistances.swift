import CKernels
import CladeCore

/// Squared Euclidean distances of rows from the centers of their clusters, in double precision.
package enum SquaredDistances {
  /// The squared distance of each row from the center that its label names (n).
  ///
  /// - Complexity: O(n · d).
  package static func fromOwn<Scalar: MatrixScalar>(
    _ data: Matrix<Scalar>, _ centers: Matrix<Scalar>, _ labels: [Int32], threads: Int? = nil
  ) -> [Double] {
    let (count, columns) = (data.rowCount, data.columnCount)
    precondition(labels.count == count && centers.columnCount == columns)
    return Array(unsafeUninitializedCapacity: count) { distances, initialized in
      data.withUnsafeBufferPointer { values in
        centers.withUnsafeBufferPointer { centers in
          labels.withUnsafeBufferPointer { labels in
            guard let target = distances.baseAddress, let label = labels.baseAddress else { return }
            nonisolated(unsafe) let (rows, centers) = (
              UnsafeRawPointer(values.baseAddress), UnsafeRawPointer(centers.baseAddress)
            )
            nonisolated(unsafe) let (to, own) = (target, label)
            let stride = columns * MemoryLayout<Scalar>.stride
            ParallelChunks.forEach(count: count, chunkSize: 4096, threads: threads) { _, range in
              let first = rows.map { $0 + range.lowerBound * stride }
              if Scalar.self == Float.self {
                clade_distances_from_own_f32(
                  first?.assumingMemoryBound(to: Float.self), range.count, columns,
                  centers?.assumingMemoryBound(to: Float.self), own + range.lowerBound,
                  to + range.lowerBound)
              } else {
                clade_distances_from_own_f64(
                  first?.assumingMemoryBound(to: Double.self), range.count, columns,
                  centers?.assumingMemoryBound(to: Double.self), own + range.lowerBound,
                  to + range.lowerBound)
              }
            }
          }
        }
      }
      initialized = count
    }
  }

  /// The exact sum of the squared distances of all rows from their centers, each times its weight.
  ///
  /// - Complexity: O(n · d).
  package static func inertia<Scalar: MatrixScalar>(
    _ data: Matrix<Scalar>, _ centers: Matrix<Scalar>, _ labels: [Int32], weights: [Scalar]? = nil,
    threads: Int? = nil
  ) -> Double {
    let distances = fromOwn(data, centers, labels, threads: threads)
    let heaviest = weights.map { $0.reduce(0) { max($0, Double($1)) } } ?? 1
    let bound = distances.reduce(0) { max($0, $1) } * heaviest
    guard bound.isFinite else { return .infinity }
    var sum = ExactSum(bound: bound)
    if let weights {
      for (distance, weight) in zip(distances, weights) { sum.addProduct(distance, Double(weight)) }
    } else {
      for distance in distances { sum.add(distance) }
    }
    return sum.value
  }
}
