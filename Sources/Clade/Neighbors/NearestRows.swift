import CladeCore

/// The nearest rows of some queries: a list of the same length for each.
///
/// Lists are in ascending order of the distance; rows at the same distance in the order of their
/// values, first column first, and equal rows in that of their numbers.
public struct NearestRows<Scalar: MatrixScalar>: Sendable, Equatable {
  /// The length of each list, k.
  public let length: Int
  /// The numbers of the rows, list after list (queries · k).
  public let rows: [Int32]
  /// Their distances, list after list (queries · k).
  public let distances: [Scalar]

  /// The number of lists.
  public var count: Int { length == 0 ? 0 : rows.count / length }

  /// Where the list of one query is in ``rows`` and in ``distances``.
  public func range(of query: Int) -> Range<Int> { query * length..<(query + 1) * length }
}
