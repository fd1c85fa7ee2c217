import CladeCore

/// A few weighted rows that stand for many: any k centers cost about the same on both.
///
/// What takes weights takes a coreset:
///
/// ```swift
/// let coreset = try SensitivityCoreset(size: 10_000, k: 32).coreset(of: points)
/// let model = try KMeans(k: 32).fit(coreset.rows, weights: coreset.weights)
/// let labels = try model.predict(points)
/// ```
public struct Coreset<Scalar: MatrixScalar>: Sendable, Equatable, Codable {
  /// The rows (m × d), distinct and in the order of their values.
  public let rows: Matrix<Scalar>
  /// What each row counts (m), above 0.
  public let weights: [Scalar]
  /// For each row (m) the number of a row of the data that is equal to it, the first of several;
  /// empty where the coreset's rows are means of rows.
  public let indices: [Int]
  /// The cost that the coreset keeps.
  public let objective: CoresetObjective
  /// What has to be added to the cost on the coreset: the inertia of the rows around the means that
  /// stand for them; 0 where rows stand for themselves.
  public let offset: Double
  /// The number of rows that the coreset stands for, n.
  public let sourceRowCount: Int

  /// The number of rows, m.
  public var size: Int { rows.rowCount }

  /// An estimate of the cost of centers on all rows: their cost on the coreset, and ``offset``.
  ///
  /// - Parameters:
  ///   - centers: k × d, at least one.
  ///   - threads: At most this many threads; `nil` for one per core.
  /// - Throws: `CladeError` for centers of another width, or that aren't finite.
  /// - Complexity: O(m · k · d).
  public func cost(of centers: Matrix<Scalar>, threads: Int? = nil) throws -> Double {
    try objective.cost(of: centers, on: rows, weights: weights, threads: threads) + offset
  }
}
