/// How well a clustering fits its data: the indices that need no truth.
public struct InternalIndices: Sendable, Equatable {
  /// How much nearer rows are to their own cluster than to the nearest other one; −1...1.
  public let silhouette: Silhouette
  /// The variance between clusters over the variance within; the higher, the better.
  public let calinskiHarabasz: Double
  /// How alike each cluster is to the one most like it; the lower, the better.
  public let daviesBouldin: Double
  /// The smallest distance between clusters over the largest within; the higher, the better. `nil`
  /// with a sample, as the extremes of a sample say nothing about those of the data.
  public let dunn: Double?
  /// How much denser clusters of any shape are inside than between them; −1...1, the higher, the
  /// better. `nil` with a sample, and where a cluster has a single row.
  public let densityValidity: DensityValidity?
  /// The number of rows that count: those that aren't noise. ``densityValidity`` counts all.
  public let rowCount: Int

  /// Computes the indices.
  ///
  /// - Parameters:
  ///   - data: The points (n × d).
  ///   - labels: The cluster of each row (n). Rows with negative labels, noise, are left out.
  ///   - sample: Estimate the silhouette from about this many rows, and leave out the Dunn index
  ///     and the validity of densities; `nil` for all rows.
  ///   - threads: At most this many threads; `nil` for one per core. Changes no bit of the result.
  ///   - progress: Told how far it has come.
  /// - Throws: As ``Silhouette/init(_:labels:sample:threads:progress:)``.
  /// - Complexity: O(n² · d) time, O(n · d) memory; with a sample of m rows
  ///   O(n · log n · d + m² · d).
  public init<Scalar: MatrixScalar>(
    _ data: Matrix<Scalar>, labels: [Int32], sample: Int? = nil, threads: Int? = nil,
    progress: ProgressObserver? = nil
  ) throws {
    let rows = try LabeledRows(data, labels: labels, threads: threads)
    rowCount = rows.rows.count
    let dispersion = try ClusterDispersion(rows, threads: threads)
    calinskiHarabasz = CalinskiHarabaszIndex.value(rows, dispersion)
    daviesBouldin = DaviesBouldinIndex.value(dispersion, threads: threads)
    silhouette = try Silhouette(rows, sample: sample, threads: threads, progress: progress)
    dunn =
      sample == nil ? try DunnIndex.value(rows, threads: threads, progress: progress) : nil
    let hasDensities = sample == nil && rows.labels.indices.allSatisfy { rows.size($0) > 1 }
    densityValidity =
      hasDensities
      ? try DensityValidity(data, labels: labels, threads: threads, progress: progress) : nil
  }
}
