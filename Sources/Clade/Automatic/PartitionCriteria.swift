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
  /// - Throws: `CancellationError` when the task was cancelled.
  package func values(
    of partitions: [CandidatePartition], threads: Int?, progress: ProgressObserver?
  ) throws -> [[Double]] {
    try values(of: partitions, within: nil, threads: threads, progress: progress).compactMap { $0 }
  }

  /// As above, of as many partitions as there is time for.
  ///
  /// - Parameters:
  ///   - partitions: Partitions of the rows.
  ///   - limit: Until when more than ``leastCount`` are measured, some of each kind of method first;
  ///     `nil` for all.
  ///   - threads: At most this many threads; `nil` for one per core.
  ///   - progress: Told how far it has come.
  /// - Returns: A list for each partition; `nil` for those for which no time was left.
  /// - Throws: `CancellationError` when the task was cancelled.
  package func values(
    of partitions: [CandidatePartition], within limit: TimeLimit?, threads: Int?,
    progress: ProgressObserver?
  ) throws -> [[Double]?] {
    let done = ProgressCount(
      stage: "comparing partitions", total: partitions.count, observer: progress)
    let order = limit == nil ? Array(partitions.indices) : Self.alternating(partitions)
    let found = try ParallelChunks.map(count: partitions.count, chunkSize: 1, threads: threads) {
      (place, _) throws -> (values: [Double], full: [Int32])? in
      try Cancellation.check()
      defer { done.add(1) }
      if let limit, place >= Self.leastCount, !limit.goesOn { return nil }
      let partition = partitions[order[place]]
      return (
        values(of: LabeledGroups(partition.labels, groupCount: partition.clusterCount)),
        surroundings.plain.filled(partition.labels)
      )
    }
    // In the order of the partitions again: sums of agreements depend on it.
    let measured = zip(order, found).sorted { $0.0 < $1.0 }.compactMap { number, own in
      own.map { (number: number, own: $0) }
    }
    let agreement = AgreementCriteria(measured.map(\.own.full), threads: threads)
      .values(methods: measured.map { partitions[$0.number].methods })
    let modularity = PartitionCriterion.modularity.rawValue
    let most = measured.reduce(0) { max($0, $1.own.values[modularity]) }
    var criteria = [[Double]?](repeating: nil, count: partitions.count)
    for (partition, agreement) in zip(measured, agreement) {
      let own = partition.own.values
      criteria[partition.number] = own + agreement + [most - own[modularity]]
    }
    return criteria
  }

  /// The partitions' numbers: one of each kind of method, then another of each, and so on; of each
  /// kind first some from all over the range of its parameters.
  private static func alternating(_ partitions: [CandidatePartition]) -> [Int] {
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
    return partitions.indices.sorted { (ranks[$0], $0) < (ranks[$1], $1) }
  }

  /// The criteria of one partition up to those of agreement with others.
  private func values(of groups: LabeledGroups) -> [Double] {
    groups.criteria + surroundings.treeCriteria(of: groups)
      + surroundings.neighborCriteria(of: groups) + spread.criteria(of: groups)
  }
}
