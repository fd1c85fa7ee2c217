import CladeCore

/// The rows of a table as a metric for mixed columns compares them: a column of the matrix for each
/// column that is used, with its values as they were read.
///
/// ```swift
/// var options = PreparationOptions()
/// options.keepsMixedRows = true
/// if let mixed = try Preparation.fit(table, options: options).mixed {
///   let distances = try mixed.metric.distances(of: mixed.matrix)
/// }
/// ```
public struct MixedRows: Sendable {
  /// The rows (n × number of columns that are used, in their order): numbers as they are, dates as
  /// seconds since the start of 1970, categories as their place among all of the column, from 0;
  /// NaN where there is no value.
  public let matrix: Matrix<Double>
  /// The columns of ``matrix`` that hold categories.
  public let categories: Set<Int>

  /// Gower's metric of these columns, with the ranges that rows have.
  public var metric: Metric { .gower(GowerColumns(categories: categories)) }
}
