import Foundation

/// The one JSON object that `--json` prints: a line, keys in alphabetical order and snake_case.
enum JSONOutput {
  /// Writes `record` and a line feed to standard output. Numbers that aren't finite become null.
  static func write(_ record: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    let data = try encoder.encode(record)
    try StandardOutput.write(String(decoding: data, as: UTF8.self) + "\n")
  }
}

/// A number for JSON: null unless finite.
struct JSONNumber: Encodable {
  let value: Double

  init(_ value: Double) { self.value = value }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if value.isFinite { try container.encode(value) } else { try container.encodeNil() }
  }
}
