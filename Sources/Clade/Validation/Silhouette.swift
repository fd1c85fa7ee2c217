import CKernels

/// How much nearer each row is to its own cluster than to the nearest other one.
///
/// A row's value is (b − a) / max(a, b), −1...1: a is its mean Euclidean distance to the other rows
/// of its cluster, b the mean distance to the rows of another cluster, the one where that is
/// smallest. It is 0 for the only row of a cluster.
///
/// Rousseeuw, "Silhouettes: A Graphical Aid to the Interpretation and Validation of Cluster
/// Analysis".
///
/// ```swift
/// let silhouette = try Silhouette(points, labels: model.labels)
/// silhouette.mean
/// ```
public struct Silhouette: Sendable, Equatable {
  /// The mean over all rows; over a sample, the clusters' means weighted by their sizes.
  public let mean: Double
  /// The labels of the clusters, rising.
  public let labels: [Int32]
  /// The mean over the rows of each cluster, in the order of ``labels``.
  public let clusterMeans: [Double]
  /// The rows that ``values`` belongs to, rising: all, or those of the sample; never noise.
  public let rows: [Int32]
  /// The value of each of ``rows``.
  public let values: [Double]

  /// Computes the silhouette.
  ///
  /// - Parameters:
  ///   - data: The points (n × d).
  ///   - labels: The cluster of each row (n). Rows with negative labels, noise, are left out.
  ///   - sample: Estimate from about this many rows where there are more; `nil` for all. The sample
  ///     holds of each cluster as many rows as its size deserves, but at least a quarter of an even
  ///     share, and at least two. It follows from the data and doesn't depend on the order of the
  ///     rows. Rows of the sample are compared with the sample only.
  ///   - threads: At most this many threads; `nil` for one per core. Changes no bit of the result.
  ///   - progress: Told how far it has come.
  /// - Throws: `CladeError.shapeMismatch` for labels of another length,
  ///   `CladeError.nonFiniteValue`, and
  ///   `CladeError.badLabels` unless there are at least two clusters and fewer than rows;
  ///   `CancellationError` when the task was cancelled.
  /// - Complexity: O(n² · d) time, O(n · d) memory. With a sample of m rows O(m² · d), and
  ///   O(n · log n · d) to choose it.
  public init<Scalar: MatrixScalar>(
    _ data: Matrix<Scalar>, labels: [Int32], sample: Int? = nil, threads: Int? = nil,
    progress: ProgressObserver? = nil
  ) throws {
    try self.init(
      LabeledRows(data, labels: labels, threads: threads), sample: sample, threads: threads,
      progress: progress)
  }

  init(
    _ all: LabeledRows, sample: Int?, threads: Int?, progress: ProgressObserver?
  ) throws {
    if let sample, sample < 2 {
      throw CladeError.invalidParameter(
        name: "sample", value: "\(sample)", reason: "a sample needs two rows at least")
    }
    let isSample = sample.map { $0 < all.rows.count } ?? false
    let rows = isSample ? all.sample(sample ?? 0) : all
    let values = try Self.values(rows, threads: threads, progress: progress)

    let means = rows.labels.indices.map { cluster in
      values[rows.starts[cluster]..<rows.starts[cluster + 1]].reduce(0, +)
        / Double(rows.size(cluster))
    }
    labels = rows.labels
    clusterMeans = means
    // In rising order, so that the clusters' names change no bit.
    let terms =
      isSample ? means.indices.map { means[$0] * Double(all.size($0)) }.sorted() : values.sorted()
    mean = terms.reduce(0, +) / Double(all.rows.count)
    let order = rows.rows.indices.sorted { rows.rows[$0] < rows.rows[$1] }
    self.rows = order.map { rows.rows[$0] }
    self.values = order.map { values[$0] }
  }

  /// The value of each point, in the order of `rows`.
  private static func values(
    _ rows: LabeledRows, threads: Int?, progress: ProgressObserver?
  ) throws -> [Double] {
    let lanes = DistanceBlocks.lanes
    let clusterOf = rows.clusterIndices()
    let parts = try DistanceBlocks.map(
      rows, stage: "silhouette", threads: threads, progress: progress
    ) { places, block -> [Double] in
      var within = [Double](repeating: 0, count: lanes)
      var nearest = [Double](repeating: .infinity, count: lanes)
      var sums = [Double](repeating: 0, count: lanes * DistanceBlocks.clusterStripe)
      for first in stride(from: 0, to: rows.clusterCount, by: DistanceBlocks.clusterStripe) {
        let clusters = min(DistanceBlocks.clusterStripe, rows.clusterCount - first)
        rows.points.withUnsafeBufferPointer { points in
          rows.starts.withUnsafeBufferPointer { starts in
            clade_distance_sums(
              block, points.baseAddress, rows.points.columnCount, starts.baseAddress! + first,
              clusters, &sums)
          }
        }
        for cluster in 0..<clusters {
          let size = Double(rows.size(first + cluster))
          for (lane, place) in places.enumerated() {
            let sum = sums[cluster * lanes + lane]
            if Int(clusterOf[place]) == first + cluster {
              within[lane] = size > 1 ? sum / (size - 1) : .nan
            } else {
              nearest[lane] = min(nearest[lane], sum / size)
            }
          }
        }
      }
      return zip(places, zip(within, nearest)).map { _, distances in
        let (a, b) = distances
        let value = (b - a) / max(a, b)
        // The only row of a cluster, or one among copies of it that lie in several clusters.
        return value.isNaN ? 0 : value
      }
    }
    return parts.flatMap { $0 }
  }
}
