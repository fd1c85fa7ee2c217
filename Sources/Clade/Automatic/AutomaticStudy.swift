import CladeCore

/// What ``AutomaticClustering`` learns its rule from: partitions of rows and what is measured of them.
@_spi(Benchmarks)
public struct AutomaticStudy: Sendable {
  /// The numbers of the rows that are decided on, ascending by their values.
  public let rows: [Int32]
  /// The group of each of these rows in each partition, −1 for none.
  public let partitions: [[Int32]]
  /// The methods that gave each partition.
  public let titles: [[String]]
  /// The criteria of each partition, in the order of ``criteria``.
  public let values: [[Double]]

  /// The names of the criteria.
  public static var criteria: [String] { PartitionCriterion.allCases.map { "\($0)" } }

  /// Tries all methods on `data` and measures what they give.
  ///
  /// - Parameters:
  ///   - data: The rows (n × d), finite.
  ///   - threads: At most this many threads; `nil` for one per core.
  /// - Throws: `CladeError.nonFiniteValue`.
  public init(_ data: Matrix<Double>, threads: Int? = nil) throws {
    let bounds = try FiniteBounds.check(data, threads: threads)
    let decided = DecisionRows(
      data, bounds: bounds, sampleSize: AutomaticClustering().sampleSize, threads: threads)
    let found = try CandidateSearch(
      rows: decided.rows, distinctCount: decided.distinctCount
    ).run(deadline: nil, threads: threads, progress: nil).partitions
    rows = decided.numbers
    partitions = found.map(\.labels)
    titles = found.map { $0.methods.map(\.title) }
    values = try PartitionCriteria(rows: decided.rows, threads: threads)
      .values(of: found, threads: threads, progress: nil)
  }
}
