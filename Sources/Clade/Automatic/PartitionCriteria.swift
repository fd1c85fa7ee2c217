import CladeCore

/// Measures partitions of rows without knowing the right one.
///
/// What the measures need of the rows (nearest neighbours, spanning trees, spread) is worked out
/// once; a partition then costs O(n · (k · d + log n)).
///
/// Sources of single measures: "Density-Based Clustering Validation" (Moulavi, Jaskowiak, Campello,
/// Zimek and Sander, 2014) for contrast within and between groups on a spanning tree; "Are cluster
/// validity measures (in)valid?" (Gagolewski, Bartoszuk and Cena, 2021) for measures on near
/// neighbours; "Finding and Evaluating Community Structure in Networks" (Newman and Girvan, 2004) for
/// modularity; "Silhouettes" (Rousseeuw, 1987); "Estimating the Dimension of a Model" (Schwarz,
/// 1978). How they are put on one scale, and the gaps within groups, are ours.
package struct PartitionCriteria: Sendable {
  /// How many nearest neighbours are looked at.
  static let neighborCount = 15
  /// Which of them the density at a row is measured by.
  static let densityNeighbor = 5
  /// How many partitions are measured whatever the time.
  package static let leastCount = 64

  let surroundings: RowSurroundings
  let spread: GroupSpread

  /// Prepares measures of partitions.
  ///
  /// - Parameters:
  ///   - rows: n × d, finite, ascending by their values, of ordinary magnitude; at least 2.
  ///   - threads: At most this many threads; `nil` for one per core.
  /// - Throws: `CancellationError` when the task was cancelled.
  package init(rows: Matrix<Double>, threads: Int?) throws {
    surroundings = try RowSurroundings(rows, threads: threads)
    spread = GroupSpread(rows)
  }

  /// The criteria of each partition, in the order of ``PartitionCriterion``.
  ///
  /// - Parameters:
  ///   - partitions: Partitions of the rows.
  ///   - limit: Until when more than the first ``leastCount`` are measured; `nil` for all.
  ///   - threads: At most this many threads; `nil` for one per core.
  ///   - progress: Told how far it has come.
  /// - Returns: A list for each partition, without those at the end for which no time was left.
  /// - Throws: `CancellationError` when the task was cancelled.
  package func values(
    of partitions: [CandidatePartition], limit: TimeLimit? = nil, threads: Int?,
    progress: ProgressObserver?
  ) throws -> [[Double]] {
    let done = ProgressCount(
      stage: "comparing partitions", total: partitions.count, observer: progress)
    let measured = try ParallelChunks.map(
      count: partitions.count, chunkSize: 1, threads: threads
    ) { index, _ -> (values: [Double], full: [Int32])? in
      try Cancellation.check()
      defer { done.add(1) }
      if let limit, index >= Self.leastCount, !limit.goesOn { return nil }
      let partition = partitions[index]
      return (
        values(of: LabeledGroups(partition.labels, groupCount: partition.clusterCount)),
        surroundings.plain.filled(partition.labels)
      )
    }
    let own = measured.prefix { $0 != nil }.compactMap { $0 }
    let agreement = AgreementCriteria(own.map(\.full), threads: threads)
      .values(methods: partitions.prefix(own.count).map(\.methods))
    let place = PartitionCriterion.modularity.rawValue
    let most = own.reduce(0) { max($0, $1.values[place]) }
    return zip(own, agreement).map { $0.values + $1 + [most - $0.values[place]] }
  }

  /// The criteria of one partition up to those of agreement with others.
  private func values(of groups: LabeledGroups) -> [Double] {
    groups.criteria + surroundings.treeCriteria(of: groups)
      + surroundings.neighborCriteria(of: groups) + spread.criteria(of: groups)
  }
}
