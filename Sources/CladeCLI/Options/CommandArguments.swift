/// The words that the command was called with, as the parser takes them.
enum CommandArguments {
  /// The words with negative numbers joined to the option before them: `-k -3` becomes `-k=-3`.
  ///
  /// The parser takes every word that begins with a dash for an option, and would say that the value
  /// is missing.
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

  private static func isNegativeNumber(_ word: String) -> Bool {
    guard word.hasPrefix("-"), let next = word.dropFirst().first else { return false }
    return (next.isASCII && next.isNumber || next == ".") && Double(word) != nil
  }
}
