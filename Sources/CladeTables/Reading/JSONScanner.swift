/// Takes JSON apart, value by value, as far as flat tables need it.
struct JSONScanner {
  /// A value that is no object and no array.
  enum Scalar {
    case null
    case number(Double)
    /// A number beyond what a double can hold, or one of the words for infinity.
    case unusable(ParsedBlock.Oddity.Kind)
    /// A text, or `true` or `false`.
    case text
    /// An object or an array.
    case nested
  }

  /// The bytes of a text as they stand in the file.
  struct Text {
    var bytes: UnsafeRawBufferPointer
    var hasEscapes = false

    /// Calls `body` with the bytes without escapes.
    func withBytes<Result>(
      _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
      if !hasEscapes { return try body(bytes) }
      return try JSONEscapes.decoded(bytes).withUnsafeBytes { try body($0) }
    }
  }

  var p: UnsafePointer<UInt8>
  let end: UnsafePointer<UInt8>
  private let decimals = DecimalParser()
  /// The last text that was read, or the spelling of a number that can't be used.
  private(set) var text = Text(bytes: UnsafeRawBufferPointer(start: nil, count: 0))

  /// The bytes must be followed by some that belong to no number, as in a ``TextBlock``.
  init(_ start: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>) {
    p = start
    self.end = end
  }

  /// The next byte that is no blank, 0 at the end; a line end is no blank.
  @inline(__always)
  mutating func peek() -> UInt8 {
    while p < end, p[0] == 0x20 || p[0] == 0x09 || p[0] == 0x0d { p += 1 }
    return p < end ? p[0] : 0
  }

  /// Takes the byte if it comes next.
  @inline(__always)
  mutating func skip(_ byte: UInt8) -> Bool {
    guard peek() == byte else { return false }
    p += 1
    return true
  }

  /// Whether nothing more comes on the line.
  mutating func isAtLineEnd() -> Bool {
    let byte = peek()
    return byte == UInt8(ascii: "\n") || (byte == 0 && p == end)
  }

  /// A value; a text is in ``text`` then. `nil` where none is.
  @inline(__always)
  mutating func value() -> Scalar? {
    let byte = peek()
    if byte &- 0x30 <= 9 || byte == UInt8(ascii: "-"), p < end {
      var value = 0.0
      if let after = decimals.parse(p, &value), value.isFinite, after <= end {
        p = after
        return .number(value)
      }
    }
    return otherValue(byte)
  }

  private mutating func otherValue(_ byte: UInt8) -> Scalar? {
    switch byte {
    case UInt8(ascii: "\""): return string() ? .text : nil
    case UInt8(ascii: "{"), UInt8(ascii: "["): return .nested
    case UInt8(ascii: "n"): return word("null") ? .null : nil
    case UInt8(ascii: "t"): return word("true") ? .text : nil
    case UInt8(ascii: "f"): return word("false") ? .text : nil
    case UInt8(ascii: "N"): return word("NaN") ? .null : nil
    case UInt8(ascii: "I"): return word("Infinity") ? .unusable(.infinite) : nil
    default:
      if word("-Infinity") { return .unusable(.infinite) }
      return number()
    }
  }

  private mutating func number() -> Scalar? {
    var value = 0.0
    guard p < end, let after = decimals.parse(p, &value), after <= end else { return nil }
    defer { p = after }
    if value.isFinite { return .number(value) }
    text = Text(bytes: UnsafeRawBufferPointer(start: p, count: after - p))
    return .unusable(.tooLarge)
  }

  private mutating func word(_ spelling: StaticString) -> Bool {
    let length = spelling.utf8CodeUnitCount
    guard end - p >= length else { return false }
    for index in 0..<length where p[index] != spelling.utf8Start[index] { return false }
    text = Text(bytes: UnsafeRawBufferPointer(start: p, count: length))
    p += length
    return true
  }

  /// Reads a text in quotes into ``text``.
  mutating func string() -> Bool {
    guard skip(UInt8(ascii: "\"")) else { return false }
    let start = p
    var hasEscapes = false
    while p < end {
      let byte = p[0]
      if byte == UInt8(ascii: "\"") {
        text = Text(
          bytes: UnsafeRawBufferPointer(start: start, count: p - start), hasEscapes: hasEscapes)
        p += 1
        return true
      }
      guard byte >= 0x20 else { return false }
      if byte == UInt8(ascii: "\\") {
        guard let length = JSONEscapes.length(p, end: end) else { return false }
        hasEscapes = true
        p += length
      } else {
        p += 1
      }
    }
    return false
  }
}

/// What stands behind a backslash in the texts of JSON.
enum JSONEscapes {
  /// The bytes that the escape at `p` takes, `nil` where it is none.
  static func length(_ p: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>) -> Int? {
    guard end - p >= 2 else { return nil }
    switch p[1] {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
      UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      return 2
    case UInt8(ascii: "u"):
      guard end - p >= 6 else { return nil }
      return (2..<6).allSatisfy { digit(p[$0]) != nil } ? 6 : nil
    default:
      return nil
    }
  }

  /// The text without escapes; each of them is one that ``length(_:end:)`` knows.
  static func decoded(_ text: UnsafeRawBufferPointer) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    var index = 0
    while index < text.count {
      guard text[index] == UInt8(ascii: "\\"), index + 1 < text.count else {
        result.append(text[index])
        index += 1
        continue
      }
      let byte = text[index + 1]
      index += 2
      switch byte {
      case UInt8(ascii: "b"): result.append(0x08)
      case UInt8(ascii: "f"): result.append(0x0c)
      case UInt8(ascii: "n"): result.append(0x0a)
      case UInt8(ascii: "r"): result.append(0x0d)
      case UInt8(ascii: "t"): result.append(0x09)
      case UInt8(ascii: "u"): result.append(contentsOf: letter(text, &index))
      default: result.append(byte)
      }
    }
    return result
  }

  /// The letter whose number stands at `index`, in two halves where it is a large one.
  private static func letter(
    _ text: UnsafeRawBufferPointer, _ index: inout Int
  ) -> Unicode.UTF8.EncodedScalar {
    var code = number(text, index)
    index += 4
    if code & 0xfc00 == 0xd800, index + 6 <= text.count, text[index] == UInt8(ascii: "\\"),
      text[index + 1] == UInt8(ascii: "u")
    {
      let low = number(text, index + 2)
      if low & 0xfc00 == 0xdc00 {
        code = 0x10000 + (code & 0x3ff) << 10 + (low & 0x3ff)
        index += 6
      }
    }
    // A half of a pair alone is no letter.
    let scalar = Unicode.Scalar(code) ?? "\u{FFFD}"
    return UTF8.encode(scalar) ?? Unicode.UTF8.encodedReplacementCharacter
  }

  private static func number(_ text: UnsafeRawBufferPointer, _ index: Int) -> UInt32 {
    text[index..<min(text.count, index + 4)].reduce(0) { $0 << 4 | (digit($1) ?? 0) }
  }

  private static func digit(_ byte: UInt8) -> UInt32? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte) - 48
    case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"):
      UInt32(byte | 0x20) - 87
    default: nil
    }
  }
}
