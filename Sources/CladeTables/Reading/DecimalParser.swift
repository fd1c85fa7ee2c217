/// Reads decimal numbers exactly: the double nearest to what is written, ties to even, as `strtod`.
///
/// Up to 19 digits go through one multiplication, exact where the number is small ("How to Read
/// Floating Point Numbers Accurately", Clinger) and else with a 128-bit power of five ("Number
/// Parsing at a Gigabyte per Second", Lemire). What these can't decide goes through the standard
/// library.
struct DecimalParser: Sendable {
  /// What stands before the decimals.
  let point: UInt8
  let tables: DecimalTables

  init(point: UInt8 = UInt8(ascii: ".")) {
    self.point = point
    tables = DecimalTables.shared
  }

  /// Reads the number that begins at `start` and returns where it ends, `nil` if none is there.
  ///
  /// A number too large for `Double` gives infinity. After the end of the text there must be a byte
  /// that is no part of a number, and at least 8 bytes that may be looked at.
  @inline(__always)
  func parse(
    _ start: UnsafePointer<UInt8>, _ value: inout Double
  ) -> UnsafePointer<UInt8>? {
    var p = start
    let isNegative = p[0] == UInt8(ascii: "-")
    if isNegative || p[0] == UInt8(ascii: "+") { p += 1 }
    let first = p
    var significand: UInt64 = 0
    while true {
      let run = Self.digits(p)
      significand = significand &* tables.wholeTens[run.count] &+ run.value
      p += run.count
      if run.count < 8 { break }
    }
    var digits = p - first
    var exponent = 0
    if p[0] == point {
      p += 1
      let fraction = p
      while true {
        let run = Self.digits(p)
        significand = significand &* tables.wholeTens[run.count] &+ run.value
        p += run.count
        if run.count < 8 { break }
      }
      exponent = fraction - p
      digits &+= p - fraction
    }
    guard digits > 0 else { return nil }
    if p[0] | 0x20 == UInt8(ascii: "e") {
      guard let end = Self.parseExponent(p + 1, &exponent) else { return nil }
      p = end
    }
    if digits <= 19 {
      if let magnitude = tables.double(significand, exponent) {
        value = isNegative ? -magnitude : magnitude
        return p
      }
    }
    value = longNumber(start, p)
    return p
  }

  /// Reads all of `text` as one number, or `nil` if it is none.
  func parse(_ text: UnsafeRawBufferPointer) -> Double? {
    guard let first = text.first, first < 0x3a, text.count <= 4096 else { return nil }
    return withUnsafeTemporaryAllocation(byteCount: text.count + 16, alignment: 8) { copy in
      copy.copyMemory(from: text)
      UnsafeMutableRawBufferPointer(rebasing: copy[text.count...])
        .initializeMemory(as: UInt8.self, repeating: 0)
      guard let start = copy.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return nil }
      var value = 0.0
      guard let end = parse(UnsafePointer(start), &value), end == start + text.count else {
        return nil
      }
      return value
    }
  }

  private static func parseExponent(
    _ start: UnsafePointer<UInt8>, _ exponent: inout Int
  ) -> UnsafePointer<UInt8>? {
    var p = start
    let isNegative = p[0] == UInt8(ascii: "-")
    if isNegative || p[0] == UInt8(ascii: "+") { p += 1 }
    let first = p
    var power = 0
    while true {
      let digit = p[0] &- 48
      if digit > 9 { break }
      if power < 1 << 40 { power = power &* 10 &+ Int(digit) }
      p += 1
    }
    guard p > first else { return nil }
    exponent &+= isNegative ? -power : power
    return p
  }

  /// A number of more than 19 digits, or one that the tables can't decide.
  private func longNumber(
    _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
  ) -> Double {
    var p = start
    let isNegative = p[0] == UInt8(ascii: "-")
    if isNegative || p[0] == UInt8(ascii: "+") { p += 1 }
    var significand: UInt64 = 0
    var digits = 0
    var exponent = 0
    var isFraction = false
    var isCut = false
    while p < end, p[0] | 0x20 != UInt8(ascii: "e") {
      if p[0] == point {
        isFraction = true
      } else {
        let digit = UInt64(p[0] &- 48)
        if digits < 19 {
          significand = significand &* 10 &+ digit
          if significand > 0 { digits += 1 }
          if isFraction { exponent -= 1 }
        } else {
          if digit > 0 { isCut = true }
          if !isFraction { exponent += 1 }
        }
      }
      p += 1
    }
    if p < end { _ = Self.parseExponent(p + 1, &exponent) }
    if let low = tables.double(significand, exponent) {
      // What was cut off lies between two neighbours: if both round alike, so does the number.
      if !isCut || tables.double(significand &+ 1, exponent) == low {
        return isNegative ? -low : low
      }
    }
    let text = UnsafeBufferPointer(start: start, count: end - start).map {
      $0 == point ? UInt8(ascii: ".") : $0
    }
    return Double(String(decoding: text, as: UTF8.self)) ?? .nan
  }

  /// The digits that stand at `p`, eight at most: how many, and the number that they spell.
  @inline(__always)
  private static func digits(_ p: UnsafePointer<UInt8>) -> (count: Int, value: UInt64) {
    let word = UInt64(littleEndian: UnsafeRawPointer(p).loadUnaligned(as: UInt64.self))
    let digits = word &- 0x3030_3030_3030_3030
    // The lowest byte with its high bit set is the first that is no digit; those behind it may be
    // wrong by a carry, and don't matter.
    let others = ((word &+ 0x4646_4646_4646_4646) | digits) & 0x8080_8080_8080_8080
    if others == 0 { return (8, number(digits)) }
    let count = others.trailingZeroBitCount >> 3
    // Zeros come before the digits, so that there are always eight.
    return (count, number((digits &<< UInt64(8 &* (7 &- count))) &<< 8))
  }

  /// The number that eight digits make, the first in the lowest byte: pairs, fours, all.
  @inline(__always)
  private static func number(_ digits: UInt64) -> UInt64 {
    let pairs = digits &* 10 &+ (digits >> 8)
    let mask: UInt64 = 0x0000_00ff_0000_00ff
    let low = (pairs & mask) &* (100 + (1_000_000 << 32))
    let high = ((pairs >> 16) & mask) &* (1 + (10_000 << 32))
    return (low &+ high) >> 32
  }
}
