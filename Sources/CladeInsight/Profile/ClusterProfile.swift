/// What one cluster is like, and which columns of the table set it apart.
public struct ClusterProfile: Sendable, Equatable, Codable {
  /// The cluster's label; −1 for the rows that are noise.
  public let label: Int32
  /// The number of rows in the cluster.
  public let size: Int
  /// The part of all rows that is in the cluster, 0...1.
  public let share: Double
  /// The columns of the table in their order; empty for a cluster without rows.
  public let columns: [ColumnProfile]
  /// Indices into ``columns``, the one that differs most from the rest first, by
  /// ``ColumnProfile/effect``; equal ones in the table's order.
  public let ranking: [Int]

  /// The columns that set the cluster apart, the most different first.
  ///
  /// - Parameters:
  ///   - limit: At most this many.
  ///   - threshold: Only columns whose ``ColumnProfile/effect`` is at least this; 0.2 standard
  ///     deviations is what is commonly called a small effect.
  public func distinguishingColumns(limit: Int = 3, threshold: Double = 0.2) -> [ColumnProfile] {
    ranking.lazy.map { columns[$0] }.filter { $0.effect >= threshold }.prefix(limit).map { $0 }
  }

  /// What sets the cluster apart, a short text a column: `body_mass_g 5076 (4202 overall)`,
  /// `species Gentoo 98 % (36 % overall)`.
  ///
  /// Empty where nothing does, as for the only cluster.
  ///
  /// - Parameters:
  ///   - limit: At most this many.
  ///   - overall: Whether the value of the whole table follows in parentheses.
  public func phrases(limit: Int = 3, overall: Bool = true) -> [String] {
    distinguishingColumns(limit: limit).map { $0.phrase(overall: overall) }
  }
}
