/// Small pieces of HTML, SVG and XML text.
enum Markup {
  /// Text from the data, safe as content and as a quoted attribute.
  ///
  /// The five characters that mean something are escaped; what no document may hold (control
  /// characters, noncharacters) becomes U+FFFD, so that it is seen and not obeyed.
  static func escaped(_ text: String) -> String {
    var result = ""
    result.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\t", "\n": result.unicodeScalars.append(scalar)
      case "\r": result += "\n"
      default:
        let forbidden =
          scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
          || (0xFDD0...0xFDEF).contains(scalar.value) || scalar.value & 0xFFFE == 0xFFFE
        result.unicodeScalars.append(forbidden ? "\u{FFFD}" : scalar)
      }
    }
    return result
  }

  /// A name from the data in HTML, shortened to about `width` letters, with the whole of it to be
  /// seen on hovering; isolated, so that its writing direction changes nothing around it.
  static func name(_ name: String, width: Int) -> String {
    guard name.contains(where: { !$0.isWhitespace }) else { return "<i>(no name)</i>" }
    let short = shortened(name, width: width)
    let title = short == name ? "" : " title=\"\(escaped(shortened(name, width: 400)))\""
    return "<bdi\(title)>\(escaped(short))</bdi>"
  }

  /// A coordinate with at most one decimal.
  static func coordinate(_ value: Double) -> String {
    guard value.isFinite, value.magnitude < 1e9 else { return "0" }
    let tenths = Int((value * 10).rounded())
    let text = tenths % 10 == 0 ? "" : ".\(tenths.magnitude % 10)"
    return (tenths < 0 ? "-" : "") + "\(tenths.magnitude / 10)" + text
  }

  /// The text, or its beginning and end around an ellipsis where it is wider than `width` letters.
  static func shortened(_ text: String, width: Int) -> String {
    guard displayWidth(text) > Double(width) else { return text }
    let characters = Array(text)
    let widths = characters.map { displayWidth(String($0)) }
    let tailWidth = Double(width - 1) / 3
    var tail = characters.count
    var used = 1.0
    while tail > 0, used - 1 + widths[tail - 1] <= tailWidth {
      tail -= 1
      used += widths[tail]
    }
    var head = 0
    while head < tail, used + widths[head] <= Double(width) {
      used += widths[head]
      head += 1
    }
    return String(characters[..<head]) + "…" + String(characters[tail...])
  }

  /// About how many Latin letters wide the text is.
  static func displayWidth(_ text: String) -> Double {
    var width = 0.0
    for character in text {
      // A cluster may hold any number of marks, so each counts a little.
      var extra = -1.0
      for scalar in character.unicodeScalars { extra += scalar.properties.isEmoji ? 0.1 : 1 }
      let wide = character.unicodeScalars.first.map { isWide($0) } ?? false
      width += (wide ? 2 : 1) + max(0, extra) * 0.25
    }
    return width
  }

  private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
      0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
      true
    default: false
    }
  }
}
