import CladeCore

/// Measures of partitions that need no labels.
package struct PartitionCriteria: Sendable {
  /// What is measured, in the order of the values.
  package static let names = ["agreement"]

  /// The most rows that partitions are compared on.
  private static let mostRows = 1000
  private let places: [Int]

  /// Prepares to measure partitions of some rows.
  ///
  /// - Parameters:
  ///   - rows: n × d, finite, ascending by their values.
  ///   - threads: At most this many threads.
  package init(rows: Matrix<Double>, threads: Int?) {
    let step = max(1, (rows.rowCount + Self.mostRows - 1) / Self.mostRows)
    places = Array(stride(from: 0, to: rows.rowCount, by: step))
  }

  /// The values of each partition.
  ///
  /// - Parameters:
  ///   - partitions: Partitions of the rows.
  ///   - threads: At most this many threads.
  ///   - progress: Told how far it has come.
  /// - Returns: A value for each of ``names``, for each partition.
  /// - Throws: `CancellationError` when the task was cancelled.
  package func values(
    of partitions: [CandidatePartition], threads: Int?, progress: ProgressObserver?
  ) throws -> [[Double]] {
    let drawn = partitions.map { partition in places.map { partition.labels[$0] } }
    let done = ProgressCount(
      stage: "comparing partitions", total: partitions.count, observer: progress)
    return try ParallelChunks.map(count: drawn.count, chunkSize: 4, threads: threads) { _, range in
      Result { () throws -> [[Double]] in
        try Task.checkCancellation()
        defer { done.add(range.count) }
        return range.map { partition in
          var sum = 0.0
          for other in drawn.indices where other != partition {
            sum += PartitionAgreement.adjustedRandIndex(drawn[partition], drawn[other])
          }
          return [drawn.count > 1 ? sum / Double(drawn.count - 1) : 1]
        }
      }
    }.flatMap { try $0.get() }
  }
}
