/// What was done to one column of the table before clustering.
public struct ReportedColumn: Sendable, Equatable {
  /// The column's name.
  public var name: String
  /// What it holds: "numeric", "category", "identifier".
  public var kind: String
  /// What was done: "standardised", "left out".
  public var treatment: String
  /// Why, where that isn't plain.
  public var reason: String
  /// The number of rows without a value.
  public var missingCount: Int
  /// Whether the clusters were found from it.
  public var isUsed: Bool

  /// Creates a description.
  public init(
    name: String, kind: String, treatment: String, reason: String = "", missingCount: Int = 0,
    isUsed: Bool = true
  ) {
    self.name = name
    self.kind = kind
    self.treatment = treatment
    self.reason = reason
    self.missingCount = missingCount
    self.isUsed = isUsed
  }
}
