import Clade
import CladeTables

/// The command that gives by itself what the automatic choice found among others.
struct DirectCommand {
  /// Its words, each as it is given to the process.
  let words: [String]

  /// The command for a method, with all that was said of the input.
  init(_ fit: FitCommand, _ method: CandidateMethod) {
    words =
      ["clade", "fit", fit.input] + fit.reading.arguments + fit.sparse.arguments
      + fit.preparing.arguments + method.arguments
      + (method.leavesNoise && fit.method.noise != .keep ? ["--noise", "assign"] : [])
  }

  /// The command as typed in a shell.
  var text: String { words.map(Shell.quoted).joined(separator: " ") }

  /// The same in lines of at most so many columns, each but the last with a backslash at its end;
  /// an option and its value stay together where there is room for both.
  func lines(_ columns: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for (index, word) in words.enumerated() {
      let text = Shell.quoted(word)
      var width = TextLayout.width(text)
      if word.hasPrefix("-"), index + 1 < words.count, !words[index + 1].hasPrefix("-") {
        width += 1 + TextLayout.width(Shell.quoted(words[index + 1]))
      }
      if line.isEmpty {
        line = text
      } else if TextLayout.width(line) + width + 3 <= columns {
        line += " " + text
      } else {
        lines.append(line + " \\")
        line = "  " + text
      }
    }
    return lines + [line]
  }
}

/// Words of options as they would be given.
private struct ArgumentWords {
  var words: [String] = []

  mutating func add(_ name: String, _ value: String?) {
    guard let value else { return }
    words += value.hasPrefix("-") ? ["\(name)=\(value)"] : [name, value]
  }

  mutating func add(_ name: String, _ values: [String]) {
    guard !values.isEmpty else { return }
    // What begins with a dash would be taken for another option.
    words +=
      values.contains { $0.hasPrefix("-") } ? values.map { "\(name)=\($0)" } : [name] + values
  }

  mutating func add(_ name: String, if isGiven: Bool) {
    if isGiven { words.append(name) }
  }
}

extension ReadingOptions {
  /// The options that were given.
  fileprivate var arguments: [String] {
    var all = ArgumentWords()
    all.add("--delimiter", delimiter)
    all.add("--header", if: header == true)
    all.add("--no-header", if: header == false)
    all.add("--encoding", encoding?.rawValue)
    all.add("--decimal-comma", if: decimalComma)
    all.add("--missing", missing)
    all.add("--text", text)
    all.add("--array", array)
    return all.words
  }
}

extension SparseOptions {
  /// The option that was given.
  fileprivate var arguments: [String] {
    var all = ArgumentWords()
    all.add("--format", format?.rawValue)
    return all.words
  }
}

extension PreparingOptions {
  /// The options that were given and that go with all methods.
  fileprivate var arguments: [String] {
    var all = ArgumentWords()
    all.add("--scale", givenScale?.rawValue)
    all.add("--columns", columns)
    all.add("--ignore", ignore)
    all.add("--label-column", labelColumn)
    return all.words
  }
}
