/// Spells text for CSV files.
enum CSVSpelling {
  /// A field, in quotes where it needs them.
  static func quoted(_ text: String) -> String {
    let special = text.utf8.contains { byte in
      byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\"") || byte < 0x20
    }
    let blank = text.first == " " || text.last == " "
    guard special || blank else { return text }
    var result = "\""
    for character in text.unicodeScalars {
      if character == "\"" { result += "\"" }
      result.unicodeScalars.append(character)
    }
    return result + "\""
  }
}
