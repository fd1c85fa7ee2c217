import CladeCore

/// What ``AutomaticClustering`` chooses from, and ``AutomaticStudy`` learns from: partitions of the
/// rows that are decided on, and what was measured of each.
struct MeasuredCandidates: Sendable {
  /// The rows that are decided on.
  let decided: DecisionRows
  /// All different partitions of them, one group first.
  let partitions: [CandidatePartition]
  /// The criteria of each partition, in the order of ``PartitionCriterion``; none where there is
  /// only one partition, and so nothing to choose from.
  let criteria: [[Double]]
  /// What wasn't tried before the deadline, for a person.
  let leftOut: [String]
  /// ``PPP`` of all rows, where it was fitted.
  let probabilistic: PPPModel?

  /// Draws rows, tries all methods on them and measures what they give.
  ///
  /// - Parameters:
  ///   - data: n × d, at least one row and column.
  ///   - sampleSize: The most rows that are decided on.
  ///   - deadline: When to begin no further step; `nil` for none.
  ///   - threads: At most this many threads; `nil` for one per core. Changes no bit of the result.
  ///   - progress: Told how far it has come.
  /// - Throws: `CladeError.nonFiniteValue`, and `CancellationError` when the task was cancelled.
  init<Scalar: MatrixScalar>(
    _ data: Matrix<Scalar>, sampleSize: Int, deadline: ContinuousClock.Instant?, threads: Int?,
    progress: ProgressObserver?
  ) throws {
    let bounds = try FiniteBounds.check(data, threads: threads)
    progress?(ProgressUpdate(stage: "sampling"))
    let decided = DecisionRows(data, bounds: bounds, sampleSize: sampleSize, threads: threads)
    let wholePPP = decided.numbers.count < data.rowCount ? WholePPP(data) : nil
    let search = CandidateSearch(
      rows: decided.rows, distinctCount: decided.distinctCount,
      probabilistic: wholePPP.map { whole -> @Sendable () throws -> [Int32] in
        { try whole.labels(of: decided.numbers) }
      })
    let found = try search.run(deadline: deadline, threads: threads, progress: progress)
    self.decided = decided
    (partitions, leftOut) = (found.partitions, found.leftOut)
    probabilistic = wholePPP?.known
    criteria =
      found.partitions.count == 1
      ? [[]]
      : try PartitionCriteria(rows: decided.rows, threads: threads)
        .values(of: found.partitions, threads: threads, progress: progress)
  }
}
