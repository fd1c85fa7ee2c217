/// What each row of a table is called: the values of its identifier column.
public struct Identifiers: Sendable {
  /// The name of the column.
  public let name: String
  private let values: Values

  private enum Values: Sendable {
    case numbers([Double])
    case text(TextColumn)
    case words([String])
  }

  /// Creates identifiers that are numbers; NaN where one is missing.
  public init(name: String, numbers: [Double]) {
    self.name = name
    values = .numbers(numbers)
  }

  /// Creates identifiers that are text.
  public init(name: String, text: TextColumn) {
    self.name = name
    values = .text(text)
  }

  /// Creates identifiers that are words.
  public init(name: String, words: [String]) {
    self.name = name
    values = .words(words)
  }

  /// The number of rows.
  public var count: Int {
    switch values {
    case .numbers(let numbers): numbers.count
    case .text(let text): text.count
    case .words(let words): words.count
    }
  }

  /// What the row is called, or `nil` where that is missing.
  public subscript(row: Int) -> String? {
    switch values {
    case .numbers(let numbers):
      numbers[row].isNaN ? nil : NumberSpelling.shortest(numbers[row])
    case .text(let text): text[row]
    case .words(let words): words[row]
    }
  }

  /// What the row is called, as a JSON value.
  func json(_ row: Int) -> String {
    guard let text = self[row] else { return "null" }
    if case .numbers = values { return text }
    return JSONSpelling.quoted(text)
  }
}
