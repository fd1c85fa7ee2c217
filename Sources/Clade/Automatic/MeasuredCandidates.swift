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
    let decided = DecisionRows(data, bounds: bounds, sampleSize: sampleSize, threads: threads)
    let wholePPP =
      decided.numbers.count < data.rowCount
      ? WholePPP(data, bounds: bounds, order: decided.order) : nil
    let search = CandidateSearch(
      rows: decided.rows, distinctCount: decided.distinctCount,
      probabilistic: wholePPP.map { whole -> @Sendable () throws -> [Int32] in
        { try whole.labels(of: decided.numbers) }
      })
    let placing =
      deadline == nil || wholePPP == nil
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
    // Where there isn't time for all, some of each kind are measured.
    let compared = limit == nil ? found.partitions : Self.alternating(found.partitions)
    criteria = try PartitionCriteria(rows: decided.rows, threads: threads)
      .values(of: compared, limit: limit, threads: threads, progress: progress)
    partitions = Array(compared.prefix(criteria.count))
    let count = compared.count - criteria.count
    leftOut = found.leftOut + (count > 0 ? ["the comparison of \(count) partitions"] : [])
  }

  /// The share of the time left that the search may take.
  private static var searchShare: Double { 0.7 }
  /// The share of what is left then that measuring may take.
  private static var measuringShare: Double { 0.8 }

  /// One partition of each kind of method, then another of each, and so on: of each kind first some
  /// from all over the range of its parameters.
  private static func alternating(_ partitions: [CandidatePartition]) -> [CandidatePartition] {
    // Multiples of the golden ratio, less whole numbers, spread evenly however many there are.
    func place(_ number: Int) -> Double {
      let multiple = Double(number) * 0.618_033_988_749_895
      return multiple - multiple.rounded(.down)
    }
    var ranks = [Int](repeating: 0, count: partitions.count)
    for members in Dictionary(grouping: partitions.indices, by: { partitions[$0].methods[0].kind })
      .values
    {
      let spread = members.indices.sorted { place($0) < place($1) }
      for (rank, member) in spread.enumerated() { ranks[members[member]] = rank }
    }
    return partitions.indices.sorted { (ranks[$0], $0) < (ranks[$1], $1) }.map { partitions[$0] }
  }

  /// When a share of the time from now to a deadline is over.
  private static func end(
    share: Double, until deadline: ContinuousClock.Instant
  ) -> ContinuousClock.Instant {
    let now = ContinuousClock.now
    return now + (deadline - now) * share
  }
}
