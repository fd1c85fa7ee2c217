import CladeCore

/// What ``AutomaticClustering`` learns its rule from: partitions of rows and what is measured of
/// them.
@_spi(Benchmarks)
public struct AutomaticStudy: Sendable {
  /// The numbers of the rows that are decided on, ascending by their values.
  public let rows: [Int32]
  /// The group of each of these rows in each partition, −1 for none.
  public let partitions: [[Int32]]
  /// The methods that gave each partition.
  public let titles: [[String]]
  /// The criteria of each partition, in the order of ``criteria``; none of a single partition.
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
    let found = try MeasuredCandidates(
      data, sampleSize: AutomaticClustering().sampleSize, deadline: nil, threads: threads,
      progress: nil)
    rows = found.decided.numbers
    partitions = found.partitions.map(\.labels)
    titles = found.partitions.map { $0.methods.map(\.title) }
    values = found.criteria
  }
}
