/// How alike each cluster is to the one most like it, on average: the widths of both over the
/// distance of their means; the lower, the better.
///
/// Davies and Bouldin, "A Cluster Separation Measure".
public enum DaviesBouldinIndex {
  /// Computes the index.
  ///
  /// - Parameters:
  ///   - data: The points (n × d).
  ///   - labels: The cluster of each row (n). Rows with negative labels, noise, are left out.
  ///   - threads: At most this many threads; `nil` for one per core. Changes no bit of the result.
  /// - Returns: The index, 0 or more. Clusters whose means are equal aren't compared with each
  ///   other.
  /// - Throws: As ``Silhouette/init(_:labels:sample:threads:progress:)``.
  /// - Complexity: O(n · log n · d + k² · d) time, O(n · d) memory.
  public static func value<Scalar: MatrixScalar>(
    _ data: Matrix<Scalar>, labels: [Int32], threads: Int? = nil
  ) throws -> Double {
    let rows = try LabeledRows(data, labels: labels, threads: threads)
    return try value(ClusterDispersion(rows, threads: threads), threads: threads)
  }

  static func value(_ dispersion: ClusterDispersion, threads: Int?) -> Double {
    let clusters = dispersion.means.rowCount
    let widths = dispersion.meanDistances
    let worst = ParallelChunks.map(count: clusters, chunkSize: 1, threads: threads) { cluster, _ in
      let mean = dispersion.means.row(cluster)
      var worst = 0.0
      for other in 0..<clusters where other != cluster {
        let distance = ClusterDispersion.squaredDistance(mean, dispersion.means.row(other))
          .squareRoot()
        if distance > 0 { worst = max(worst, (widths[cluster] + widths[other]) / distance) }
      }
      return worst
    }
    return worst.sorted().reduce(0, +) / Double(clusters)
  }
}
