/// Takes JSON apart, value by value, as far as flat tables need it.
struct JSONScanner {
  /// A value that is no object and no array.
  enum Scalar {
    case null
    case number(Double)
    /// A number beyond what a double can hold, or one of the words for infinity.
    case unusable(ParsedBlock.Oddity.Kind, String)
    /// A text, or `true` or `false`.
    case text
    /// An object or an array.
    case nested
  }

  private(set) var p: UnsafePointer<UInt8>
  let end: UnsafePointer<UInt8>
  private let decimals = DecimalParser()
  /// The last text that was read, without escapes.
  private(set) var text: [UInt8] = []

  /// The bytes must be followed by some that belong to no number, as in a ``TextBlock``.
  init(_ start: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>) {
    p = start
    self.end = end
  }

  /// The next byte that is no blank, 0 at the end.
  mutating func peek() -> UInt8 {
    while p < end, p[0] == 0x20 || p[0] == 0x09 || p[0] == 0x0d { p += 1 }
    return p < end ? p[0] : 0
  }

  /// Takes the byte if it comes next.
  mutating func skip(_ byte: UInt8) -> Bool {
    guard peek() == byte else { return false }
    p += 1
    return true
  }

  /// A value; a text is in ``text`` then. `nil` where none is.
  mutating func value() -> Scalar? {
    switch peek() {
    case UInt8(ascii: "\""): return string() ? .text : nil
    case UInt8(ascii: "{"), UInt8(ascii: "["): return .nested
    case UInt8(ascii: "n"): return word("null") ? .null : nil
    case UInt8(ascii: "t"): return textWord("true")
    case UInt8(ascii: "f"): return textWord("false")
    case UInt8(ascii: "N"): return word("NaN") ? .null : nil
    case UInt8(ascii: "I"):
      return word("Infinity") ? .unusable(.infinite, "Infinity") : nil
    default:
      if word("-Infinity") { return .unusable(.infinite, "-Infinity") }
      return number()
    }
  }

  private mutating func number() -> Scalar? {
    var value = 0.0
    guard p < end, let after = decimals.parse(p, &value), after <= end else { return nil }
    if value.isFinite {
      p = after
      return .number(value)
    }
    let spelling = UnsafeBufferPointer(start: p, count: after - p)
    p = after
    return .unusable(.tooLarge, String(decoding: spelling, as: UTF8.self))
  }

  private mutating func textWord(_ spelling: StaticString) -> Scalar? {
    guard word(spelling) else { return nil }
    text.removeAll(keepingCapacity: true)
    text.append(
      contentsOf: UnsafeBufferPointer(
        start: spelling.utf8Start, count: spelling.utf8CodeUnitCount))
    return .text
  }

  private mutating func word(_ spelling: StaticString) -> Bool {
    let length = spelling.utf8CodeUnitCount
    guard end - p >= length else { return false }
    for index in 0..<length where p[index] != spelling.utf8Start[index] { return false }
    p += length
    return true
  }

  /// Reads a text in quotes into ``text``.
  mutating func string() -> Bool {
    guard skip(UInt8(ascii: "\"")) else { return false }
    text.removeAll(keepingCapacity: true)
    while p < end {
      let byte = p[0]
      p += 1
      switch byte {
      case UInt8(ascii: "\""): return true
      case UInt8(ascii: "\\"):
        guard escape() else { return false }
      case 0..<0x20: return false
      default: text.append(byte)
      }
    }
    return false
  }

  private mutating func escape() -> Bool {
    guard p < end else { return false }
    let byte = p[0]
    p += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0c)
    case UInt8(ascii: "n"): text.append(0x0a)
    case UInt8(ascii: "r"): text.append(0x0d)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"): return unicodeEscape()
    default: return false
    }
    return true
  }

  private mutating func unicodeEscape() -> Bool {
    guard var code = hexadecimal() else { return false }
    if code & 0xfc00 == 0xd800, end - p >= 6, p[0] == UInt8(ascii: "\\"), p[1] == UInt8(ascii: "u")
    {
      let before = p
      p += 2
      if let low = hexadecimal(), low & 0xfc00 == 0xdc00 {
        code = 0x10000 + (code & 0x3ff) << 10 + (low & 0x3ff)
      } else {
        p = before
      }
    }
    // A half of a pair alone is no letter.
    let scalar = Unicode.Scalar(code) ?? "\u{FFFD}"
    text.append(contentsOf: Array(String(Character(scalar)).utf8))
    return true
  }

  private mutating func hexadecimal() -> UInt32? {
    guard end - p >= 4 else { return nil }
    var code: UInt32 = 0
    for _ in 0..<4 {
      guard let digit = Character(Unicode.Scalar(p[0])).hexDigitValue else { return nil }
      code = code << 4 | UInt32(digit)
      p += 1
    }
    return code
  }
}
