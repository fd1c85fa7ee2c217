import ArgumentParser

/// Says in this command's words what is wrong with an option: which one, its value, and what to
/// give.
enum UsageMessage {
  /// What the parser says, in the form of this command's other messages.
  static func rewritten(_ message: String, help: String) -> String {
    if let match = message.wholeMatch(of: /(?s)The value '(.*)' is invalid for '(\S+).*?'(.*)/) {
      let value = String(match.1)
      if match.3.hasPrefix(": ") {
        return "\(match.2) can't be \(quoted(value)): \(match.3.dropFirst(2))."
      }
      return "\(match.2) can't be \(quoted(value)): give \(remedy(value, hint: match.3))."
    }
    if let match = message.wholeMatch(of: /Missing value for '(\S+) <(.*)>'/) {
      return "\(match.1) needs a value: \(match.1) <\(match.2)>."
    }
    if let match = message.wholeMatch(of: /(?s)([A-Za-z]+)( can't be .*)/) {
      return option(of: String(match.1), help: help) + match.2
    }
    return message
  }

  /// The option by which a parameter of the library is given, if it is one: "maxIterations" is
  /// "--max-iterations".
  static func option(of parameter: String, help: String) -> String {
    guard parameter.allSatisfy({ $0.isASCII && $0.isLetter }) else { return parameter }
    let words = parameter.flatMap { $0.isUppercase ? "-\($0.lowercased())" : String($0) }
    let option = (parameter.count == 1 ? "-" : "--") + String(words)
    let isThere = help.split(whereSeparator: { $0.isWhitespace || $0 == "," }).contains {
      $0 == option
    }
    return isThere ? option : parameter
  }

  /// What can be given; `hint` is the parser's list of values, if there is one.
  private static func remedy(_ value: String, hint: Substring) -> String {
    var values = hint.matches(of: /'([^']*)'|\n\s+- (.*)/).map { String($0.1 ?? $0.2 ?? "") }
    if let last = values.popLast() {
      return values.isEmpty ? last : values.joined(separator: ", ") + " or " + last
    }
    if value.allSatisfy({ $0 == "0" }), !value.isEmpty { return "1 or more" }
    if value.allSatisfy({ $0.isASCII && $0.isNumber }), !value.isEmpty { return "a smaller number" }
    if Double(value) == nil { return "a number" }
    return value.hasPrefix("-") ? "a whole number, 0 or more" : "a whole number"
  }

  private static func quoted(_ value: String) -> String {
    Double(value) == nil ? "\"\(value)\"" : value
  }
}
