/// What one column of the table is like within one cluster, beside the rest of the table.
public struct ColumnProfile: Sendable, Equatable, Codable {
  /// The column's name in the table.
  public let name: String
  /// What the column holds within the cluster, in the table's own units.
  public let summary: Summary
  /// How much the cluster differs from all other rows in this column; at least 0.
  ///
  /// For numbers it is the difference of the means in standard deviations of the whole column. For
  /// categories it is `sqrt(Σ (share − share in the rest)² / share overall)` over the categories,
  /// which for two categories is the same thing: the difference of the shares over the standard
  /// deviation of the indicator. Times `sqrt(p · (1 − p))`, where p is the cluster's share of the
  /// rows, both are a correlation with membership: Pearson's for numbers, Cramér's V for
  /// categories. Within one cluster they therefore rank columns of both kinds on one scale.
  public let effect: Double

  /// A column's values within one cluster.
  public enum Summary: Sendable, Equatable, Codable {
    /// A column of numbers.
    case number(NumberSummary)
    /// A column of categories, the most over-represented one first.
    case categories([CategorySummary])
  }

  /// What sets the cluster apart in this column, for a line of text: `body_mass_g 5076 (4202
  /// overall)`, `species Gentoo 98 % (36 % overall)`.
  ///
  /// - Parameter overall: Whether the value of the whole table follows in parentheses.
  public func phrase(overall: Bool = true) -> String {
    switch summary {
    case .number(let number):
      let format = number.format
      return "\(name) \(format.string(number.mean))"
        + (overall ? " (\(format.string(number.overallMean)) overall)" : "")
    case .categories(let categories):
      guard let category = categories.first else { return name }
      return "\(name) \(category.value) \(NumberFormat.percent(category.share))"
        + (overall ? " (\(NumberFormat.percent(category.overallShare)) overall)" : "")
    }
  }
}

/// The numbers of one column within one cluster, in the table's own units.
public struct NumberSummary: Sendable, Equatable, Codable {
  /// The mean within the cluster.
  public let mean: Double
  /// The standard deviation within the cluster (dividing by the number of rows).
  public let standardDeviation: Double
  /// The mean of all rows.
  public let overallMean: Double
  /// The standard deviation of all rows (dividing by the number of rows).
  public let overallStandardDeviation: Double
  /// The mean of the rows outside the cluster; the overall mean where there are none.
  public let restMean: Double
  /// The cluster's mean less that of all rows, in standard deviations of all rows; 0 for a
  /// constant column.
  public let standardizedMean: Double
  /// The cluster's mean less that of the rest, in standard deviations of all rows; 0 for a
  /// constant column.
  public let difference: Double
  /// Whether the values are dates: seconds since the start of 1970 in UTC.
  public let isDate: Bool

  /// The format in which values of this column are shown.
  public var format: NumberFormat {
    isDate
      ? NumberFormat(dateSpread: overallStandardDeviation)
      : NumberFormat(
        spread: overallStandardDeviation,
        magnitude: overallMean.magnitude + overallStandardDeviation)
  }
}

/// One category of a column within one cluster.
public struct CategorySummary: Sendable, Equatable, Codable {
  /// The category.
  public let value: String
  /// The share of the cluster's rows that have it, 0...1.
  public let share: Double
  /// The share of all rows that have it, 0...1.
  public let overallShare: Double
  /// The share of the rows outside the cluster that have it; the overall share where there are
  /// none.
  public let restShare: Double
  /// The cluster's share less that of all rows, in standard deviations of the indicator over all
  /// rows; 0 for a constant one.
  public let standardizedShare: Double
}
