import CladeCore

/// What ``AutomaticClustering`` chooses from, and ``AutomaticStudy`` learns from: partitions of the
/// rows that are decided on, and what was measured of each.
struct MeasuredCandidates: Sendable {
  /// The rows that are decided on.
  let decided: DecisionRows
  /// All different partitions of them that there was time for, one group first.
  let partitions: [CandidatePartition]
  /// The criteria of each partition, in the order of ``PartitionCriterion``; none where there is
  /// only one partition, and so nothing to choose from.
  let criteria: [[Double]]
  /// What wasn't tried or measured for want of time, for a person.
  let leftOut: [String]
  /// From when on rows have to be placed one by one, so that all have groups in time; `nil` where
  /// time doesn't matter.
  let placingStart: ContinuousClock.Instant?
  /// ``PPP`` of all rows, where it was fitted.
  let probabilistic: PPPModel?

  /// Draws rows, tries all methods on them and measures what they give.
  ///
  /// - Parameters:
  ///   - data: n × d, at least one row and column.
  ///   - sampleSize: The most rows that are decided on.
  ///   - deadline: When the answer should be there, ``AutomaticFinish`` included; `nil` for none.
  ///   - threads: At most this many threads; `nil` for one per core. Changes no bit of the result.
  ///   - progress: Told how far it has come.
  /// - Throws: `CladeError.nonFiniteValue`, and `CancellationError` when the task was cancelled.
  init<Scalar: MatrixScalar>(
    _ data: Matrix<Scalar>, sampleSize: Int, deadline: ContinuousClock.Instant?, threads: Int?,
    progress: ProgressObserver?
  ) throws {
    let bounds = try FiniteBounds.check(data, threads: threads)
    progress?(ProgressUpdate(stage: "sampling"))
    let order = CanonicalOrder(data, threads: threads)
    let decided = DecisionRows(
      data, bounds: bounds, order: order, sampleSize: sampleSize, threads: threads)
    let wholePPP =
      decided.numbers.count < data.rowCount ? WholePPP(data, bounds: bounds, order: order) : nil
    let search = CandidateSearch(
      rows: decided.rows, distinctCount: decided.distinctCount,
      probabilistic: wholePPP.map { whole -> @Sendable () throws -> [Int32] in
        { try whole.labels(of: decided.numbers) }
      })
    let placing =
      deadline.map { $0 <= .now } ?? true || wholePPP == nil
      ? .zero
      : try NearestGroupedRow.expectedTime(
        for: data, among: data.gatheringRows(decided.numbers), threads: threads)
    let latest = deadline.map { $0 - placing }
    // All steps end at one time, and each has a limit of its own, which tells whether it was cut.
    let end = latest.map { Self.end(share: Self.searchShare, until: $0) }
    let found = try search.run(
      threads: threads, progress: progress,
      makeLimit: end.map { end -> @Sendable () -> TimeLimit in { TimeLimit(until: end) } })
    self.decided = decided
    placingStart = latest
    probabilistic = wholePPP?.known
    guard found.partitions.count > 1 else {
      (partitions, criteria, leftOut) = (found.partitions, [[]], found.leftOut)
      return
    }
    let limit = latest.map { TimeLimit(until: Self.end(share: Self.measuringShare, until: $0)) }
    let values = try PartitionCriteria(rows: decided.rows, threads: threads)
      .values(of: found.partitions, within: limit, threads: threads, progress: progress)
    let measured = values.indices.filter { values[$0] != nil }
    partitions = measured.map { found.partitions[$0] }
    criteria = values.compactMap { $0 }
    let count = values.count - measured.count
    leftOut = found.leftOut + (count > 0 ? ["the comparison of \(count) partitions"] : [])
  }

  /// The share of the time left that the search may take.
  private static var searchShare: Double { 0.7 }
  /// The share of what is left then that measuring may take.
  private static var measuringShare: Double { 0.8 }

  /// When a share of the time from now to a deadline is over.
  private static func end(
    share: Double, until deadline: ContinuousClock.Instant
  ) -> ContinuousClock.Instant {
    let now = ContinuousClock.now
    return now + (deadline - now) * share
  }
}
