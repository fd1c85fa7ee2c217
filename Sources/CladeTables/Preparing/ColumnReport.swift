/// What a column of a table is.
public enum ColumnKind: String, CaseIterable, Sendable, Codable {
  /// Numbers.
  case numeric
  /// A few texts that come again and again.
  case category
  /// Dates, with or without a time of day.
  case dateTime = "date_time"
  /// Texts that hardly repeat.
  case freeText = "free_text"
  /// What the rows are called, or their numbers.
  case identifier
  /// The same value in all rows that have one.
  case constant
  /// No values at all.
  case empty
}

/// What became of a column when the table was prepared.
public enum ColumnTreatment: String, CaseIterable, Sendable, Codable {
  /// It is used as a number.
  case number
  /// It is used as a category: a column of the matrix for each of its texts.
  case oneHot = "one_hot"
  /// It is used as a category whose texts are compared: equal or not.
  case category
  /// It is not used.
  case leftOut = "left_out"
  /// It holds the true groups and is kept aside.
  case label
}

/// What a column of a table is and what became of it.
public struct ColumnReport: Sendable, Equatable, Codable {
  /// The column's name.
  public let name: String
  /// What the column is.
  public let kind: ColumnKind
  /// What became of it.
  public let treatment: ColumnTreatment
  /// The rows that had no value in it.
  public let missingCount: Int
  /// What was done, or why it was left out, in words for a person.
  public let reason: String

  /// Creates a report.
  public init(
    name: String, kind: ColumnKind, treatment: ColumnTreatment, missingCount: Int, reason: String
  ) {
    self.name = name
    self.kind = kind
    self.treatment = treatment
    self.missingCount = missingCount
    self.reason = reason
  }

  private enum CodingKeys: String, CodingKey {
    case name, kind, treatment, reason
    case missingCount = "missing"
  }
}
