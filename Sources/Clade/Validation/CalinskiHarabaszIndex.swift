/// The variance between clusters over the variance within them; the higher, the better.
///
/// Caliński and Harabasz, "A Dendrite Method for Cluster Analysis".
public enum CalinskiHarabaszIndex {
  /// Computes the index.
  ///
  /// - Parameters:
  ///   - data: The points (n × d).
  ///   - labels: The cluster of each row (n). Rows with negative labels, noise, are left out.
  ///   - threads: At most this many threads; `nil` for one per core. Changes no bit of the result.
  /// - Returns: The index, 0 or more; 1 where all rows of each cluster are equal.
  /// - Throws: As ``Silhouette/init(_:labels:sample:threads:progress:)``.
  /// - Complexity: O(n · log n · d) time, O(n · d) memory.
  public static func value<Scalar: MatrixScalar>(
    _ data: Matrix<Scalar>, labels: [Int32], threads: Int? = nil
  ) throws -> Double {
    let rows = try LabeledRows(data, labels: labels, threads: threads)
    return try value(rows, ClusterDispersion(rows, threads: threads))
  }

  static func value(_ rows: LabeledRows, _ dispersion: ClusterDispersion) -> Double {
    let between = rows.labels.indices.reduce(0.0) { sum, cluster in
      let square = ClusterDispersion.squaredDistance(
        dispersion.means.row(cluster), dispersion.overallMean)
      return sum + Double(rows.size(cluster)) * square
    }
    let within = dispersion.squares.reduce(0, +)
    guard within > 0 else { return 1 }
    let degrees = Double(rows.rows.count - rows.clusterCount)
    return between * degrees / (within * Double(rows.clusterCount - 1))
  }
}
