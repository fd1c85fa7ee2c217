/// What one column of a prepared matrix stands for in the table that it came from.
///
/// Preparing scales numbers and spreads a category over several columns; a feature leads back:
/// `original = prepared * scale + offset`.
public struct Feature: Sendable, Equatable, Codable {
  /// The name of the table's column.
  public let column: String
  /// The category that this column of the matrix marks, or `nil` for a number.
  public let category: String?
  /// The original value at prepared value 0, in the table's units.
  public let offset: Double
  /// The original units that one prepared unit is worth.
  public let scale: Double
  /// Whether original values are dates: seconds since the start of 1970 in UTC.
  public let isDate: Bool

  /// Creates a feature.
  public init(
    column: String, category: String? = nil, offset: Double = 0, scale: Double = 1,
    isDate: Bool = false
  ) {
    self.column = column
    self.category = category
    self.offset = offset
    self.scale = scale
    self.isDate = isDate
  }

  /// The value in the table's own units.
  public func original(_ prepared: Double) -> Double { prepared * scale + offset }
}
