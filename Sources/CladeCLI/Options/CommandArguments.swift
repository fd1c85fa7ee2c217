/// The words that the command was called with, as the parser takes them.
enum CommandArguments {
  /// The words with negative numbers joined to the option before them: `-k -3` becomes `-k=-3`.
  ///
  /// The parser takes every word that begins with a dash for an option, and would say that the
  /// value is missing.
  static func joiningNegativeNumbers(_ words: some Sequence<String>) -> [String] {
    var result: [String] = []
    var option: String?
    var isOver = false
    for word in words {
      if isOver {
        result.append(word)
      } else if isNegativeNumber(word), let option {
        if result.last == option { result.removeLast() }
        result.append("\(option)=\(word)")
      } else {
        result.append(word)
        isOver = word == "--"
        option = word.count > 1 && word.hasPrefix("-") && !word.contains("=") ? word : nil
      }
    }
    return result
  }

  /// The option that a word with a single dash stands for, if it is the name of one: `-eps` for
  /// `--eps`.
  ///
  /// - Parameter help: What the verb says of its options.
  static func missingDash(in words: some Sequence<String>, help: () -> String) -> String? {
    let names = words.prefix { $0 != "--" }.map { String($0.prefix { $0 != "=" }) }
      .filter { $0.count > 2 && $0.hasPrefix("-") && !$0.hasPrefix("--") }
    guard !names.isEmpty else { return nil }
    let options = Set(help().split { $0.isWhitespace || ",[]".contains($0) }.map(String.init))
    return names.first { options.contains("-" + $0) }
  }

  private static func isNegativeNumber(_ word: String) -> Bool {
    guard word.hasPrefix("-"), let next = word.dropFirst().first else { return false }
    return (next.isASCII && next.isNumber || next == ".") && Double(word) != nil
  }
}
