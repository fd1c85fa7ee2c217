/// What the columns of a table are to ``Metric/gower(_:)``: numbers or categories.
///
/// "A General Coefficient of Similarity and Some of Its Properties" (Gower, 1971).
public struct GowerColumns: Sendable, Hashable, Codable {
  /// The numbers of the columns that hold the codes of categories; all others hold numbers.
  public let categories: Set<Int>
  /// The range of each column by which its differences are divided (d, those of categories unused),
  /// or `nil` for the range that the data has.
  public let ranges: [Double]?

  /// Creates a description of columns.
  ///
  /// - Parameters:
  ///   - categories: The numbers of the columns, from 0, that hold the codes of categories.
  ///   - ranges: What differences of numbers are divided by, for each column, each at least 0;
  ///     `nil` for the range that each column of the data has.
  public init(categories: Set<Int>, ranges: [Double]? = nil) {
    self.categories = categories
    self.ranges = ranges
  }

  private enum CodingKeys: String, CodingKey {
    case categories, ranges
  }

  /// Writes the columns in ascending order.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(categories.sorted(), forKey: .categories)
    try container.encodeIfPresent(ranges, forKey: .ranges)
  }
}
