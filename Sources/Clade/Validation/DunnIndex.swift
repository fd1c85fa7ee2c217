import CKernels

/// The smallest distance between two rows of different clusters over the largest between two rows
/// of the same: above 1, every cluster is further from the others than it is wide.
///
/// Dunn, "Well-Separated Clusters and Optimal Fuzzy Partitions".
public enum DunnIndex {
  /// Computes the index.
  ///
  /// - Parameters:
  ///   - data: The points (n × d).
  ///   - labels: The cluster of each row (n). Rows with negative labels, noise, are left out.
  ///   - threads: At most this many threads; `nil` for one per core. Changes no bit of the result.
  ///   - progress: Told how far it has come.
  /// - Returns: The index, 0 or more; infinite where all rows of each cluster are equal, but 0
  ///   where equal rows lie in different clusters.
  /// - Throws: As ``Silhouette/init(_:labels:sample:threads:progress:)``.
  /// - Complexity: O(n² · d) time, O(n · d) memory.
  public static func value<Scalar: MatrixScalar>(
    _ data: Matrix<Scalar>, labels: [Int32], threads: Int? = nil, progress: ProgressObserver? = nil
  ) throws -> Double {
    try value(
      LabeledRows(data, labels: labels, threads: threads), threads: threads, progress: progress)
  }

  static func value(
    _ rows: LabeledRows, threads: Int?, progress: ProgressObserver?
  ) throws -> Double {
    let lanes = DistanceBlocks.lanes
    let stripe = DistanceBlocks.clusterStripe
    let clusterOf = rows.clusterIndices()
    let parts = try DistanceBlocks.map(
      rows, stage: "Dunn index", threads: threads, progress: progress
    ) { places, block -> (between: Double, within: Double) in
      var between = Double.infinity
      var within = 0.0
      var smallest = [Double](repeating: 0, count: lanes * stripe)
      var largest = smallest
      // Earlier clusters have met this block's points already.
      for first in stride(
        from: Int(clusterOf[places.lowerBound]), to: rows.clusterCount, by: stripe)
      {
        let clusters = min(stripe, rows.clusterCount - first)
        rows.points.withUnsafeBufferPointer { points in
          rows.starts.withUnsafeBufferPointer { starts in
            clade_distance_extremes(
              block, points.baseAddress, rows.points.columnCount, starts.baseAddress! + first,
              clusters, &smallest, &largest)
          }
        }
        for cluster in 0..<clusters {
          for (lane, place) in places.enumerated() {
            if Int(clusterOf[place]) == first + cluster {
              within = max(within, largest[cluster * lanes + lane])
            } else {
              between = min(between, smallest[cluster * lanes + lane])
            }
          }
        }
      }
      return (between, within)
    }
    let between = parts.reduce(Double.infinity) { min($0, $1.between) }.squareRoot()
    let within = parts.reduce(0) { max($0, $1.within) }.squareRoot()
    return between == 0 ? 0 : between / within
  }
}
