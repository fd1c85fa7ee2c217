/// The spellings of a missing value.
struct MissingWords: Sendable {
  private let words: [[UInt8]]
  private let longest: Int

  init(_ words: [String]) {
    self.words = words.map { $0.utf8.map(Self.lowercased) }
    longest = self.words.map(\.count).max() ?? 0
  }

  /// Whether the text is empty or one of the spellings, whatever the case of its letters.
  @inline(__always)
  func contains(_ text: UnsafeRawBufferPointer) -> Bool {
    if text.count == 0 { return true }
    if text.count > longest { return false }
    return containsWord(text)
  }

  private func containsWord(_ text: UnsafeRawBufferPointer) -> Bool {
    words.contains { word in
      guard word.count == text.count else { return false }
      for index in 0..<word.count where word[index] != Self.lowercased(text[index]) {
        return false
      }
      return true
    }
  }

  @inline(__always)
  private static func lowercased(_ byte: UInt8) -> UInt8 {
    byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
  }
}
