import ArgumentParser

/// How long a fit may take, as `--budget` says it.
struct BudgetOption: Equatable {
  /// The time as it was given.
  let text: String
  let duration: Duration

  private static let units: [String: Double] = ["ms": 1e-3, "s": 1, "m": 60, "min": 60, "h": 3600]

  /// Reads a number and a unit: `500ms`, `30s`, `2m`, `1.5h`.
  ///
  /// - Throws: `ValidationError`, with what can be given.
  init(parsing argument: String) throws {
    let digits = argument.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    let name = argument.dropFirst(digits.count).drop { $0 == " " }
    guard let number = Double(digits), let unit = Self.units[name.lowercased()],
      number > 0, number * unit <= 1e9
    else {
      throw ValidationError(
        Double(argument).map { $0 > 0 } == true
          ? "say of what unit, such as \(argument)s for seconds or \(argument)m for minutes"
          : "give a time above 0 with its unit, such as 500ms, 30s, 2m or 1h")
    }
    text = argument
    duration = .nanoseconds(Int64(max(1, (number * unit * 1e9).rounded())))
  }
}
