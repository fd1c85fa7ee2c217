/// Text in columns of a terminal: widths, padding, shortening and wrapping.
enum TextLayout {
  /// The columns that `text` takes on a terminal: 2 for wide East Asian characters and emoji, 0 for
  /// combining marks.
  static func width(_ text: String) -> Int {
    text.reduce(0) { $0 + width($1) }
  }

  private static func width(_ character: Character) -> Int {
    guard let scalar = character.unicodeScalars.first else { return 0 }
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0, 0x200B...0x200F, 0x2028...0x202E, 0xFEFF: return 0
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
      0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
      return 2
    default:
      return scalar.properties.generalCategory == .nonspacingMark ? 0 : 1
    }
  }

  /// `text` without characters that would steer the terminal: a name in a file may hold anything.
  static func safe(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map {
          switch $0.properties.generalCategory {
          case .control, .lineSeparator, .paragraphSeparator: " "
          case .format where $0 != "\u{200D}": " "
          default: $0
          }
        }))
  }

  /// `text` in at most `columns`, its middle given up for "…" where it is longer.
  static func fit(_ text: String, _ columns: Int) -> String {
    let text = safe(text)
    guard width(text) > columns else { return text }
    guard columns > 1 else { return columns == 1 ? "…" : "" }
    let tail = (columns - 1) / 3
    var head = ""
    var end = ""
    for character in text {
      guard width(head) + width(character) <= columns - 1 - tail else { break }
      head.append(character)
    }
    for character in text.reversed() {
      guard width(end) + width(character) <= tail else { break }
      end.insert(character, at: end.startIndex)
    }
    return head + "…" + end
  }

  /// `text` followed by spaces up to `columns`.
  static func left(_ text: String, _ columns: Int) -> String {
    text + String(repeating: " ", count: max(0, columns - width(text)))
  }

  /// `text` after spaces up to `columns`.
  static func right(_ text: String, _ columns: Int) -> String {
    String(repeating: " ", count: max(0, columns - width(text))) + text
  }

  /// The words of `text` in lines of at most `columns`; a longer word is shortened.
  static func wrap(_ text: String, _ columns: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in safe(text).split(separator: " ") {
      let word = fit(String(word), columns)
      if line.isEmpty {
        line = word
      } else if width(line) + 1 + width(word) <= columns {
        line += " " + word
      } else {
        lines.append(line)
        line = word
      }
    }
    if !line.isEmpty { lines.append(line) }
    return lines
  }
}
