/// How numbers are brought to one scale.
public enum Scaling: String, CaseIterable, Sendable, Codable {
  /// Mean 0 and standard deviation 1.
  case standard
  /// Median 0, and the distance between the quartiles that a normal distribution with standard
  /// deviation 1 has (1.349). Where the quartiles are equal the standard deviation is taken.
  case robust
  /// From 0 to 1.
  case minmax
  /// As they are.
  case none
}

/// Which columns of a table are used, and how.
public struct PreparationOptions: Sendable, Equatable, Codable {
  /// How numbers are brought to one scale.
  public var scaling: Scaling = .standard
  /// The columns to use; `nil` for all that are of use. A column that is named here is never taken
  /// for an identifier.
  public var columns: [String]?
  /// Columns to leave out.
  public var ignored: [String] = []
  /// A column with the true groups: it is kept aside and nothing is clustered by it.
  public var labelColumn: String?
  /// The most different texts that a category may have, 100 by default; a column with more is left
  /// out as free text.
  public var maximumCategories = 100
  /// Whether rows are also kept as they were read, for Gower's metric: ``PreparedTable/mixed``. The
  /// prepared numbers are then scaled to 0 to 1, which is what that metric makes of them.
  public var keepsMixedRows = false

  /// Creates the default options: all columns that are of use, numbers standardised.
  public init() {}
}
