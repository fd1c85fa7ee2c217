import CKernels

/// The powers that ``DecimalParser`` multiplies by, computed once.
struct DecimalTables: @unchecked Sendable {
  // Unchecked: the memory is written before it is shared, and never freed.

  static let shared = DecimalTables()

  private static let lowestPower = -342
  private static let highestPower = 308

  /// 10^0 ... 10^8 as whole numbers.
  let wholeTens: UnsafePointer<UInt64>
  /// 10^0 ... 10^22, all of them exact.
  private let tens: UnsafePointer<Double>
  /// The 128 leading bits of 5^q for q from −342 to 308: high word, low word.
  private let fives: UnsafePointer<UInt64>

  private init() {
    let tens = UnsafeMutablePointer<Double>.allocate(capacity: 23)
    var power = 1.0
    for index in 0...22 {
      tens[index] = power
      power *= 10
    }
    self.tens = UnsafePointer(tens)
    let wholeTens = UnsafeMutablePointer<UInt64>.allocate(capacity: 9)
    for index in 0...8 { wholeTens[index] = UInt64(tens[index]) }
    self.wholeTens = UnsafePointer(wholeTens)
    let count = Self.highestPower - Self.lowestPower + 1
    let fives = UnsafeMutablePointer<UInt64>.allocate(capacity: 2 * count)
    // The exact powers, multiplied up; their leading bits, cut off.
    var exact = WideInteger(words: 16, value: 1)
    for q in 0...Self.highestPower {
      let (high, low) = exact.leadingBits
      fives[2 * (q - Self.lowestPower)] = high
      fives[2 * (q - Self.lowestPower) + 1] = low
      exact.multiply(by: 5)
    }
    // 2^2047 / 5^n, divided down; rounded up while 5^n has at most 64 bits, as the paper has it.
    var reciprocal = WideInteger(words: 32, value: 0)
    reciprocal.setHighestBit()
    for n in 1...(-Self.lowestPower) {
      reciprocal.divide(by: 5)
      var (high, low) = reciprocal.leadingBits
      if n <= 27 {
        low &+= 1
        if low == 0 { high &+= 1 }
      }
      fives[2 * (-n - Self.lowestPower)] = high
      fives[2 * (-n - Self.lowestPower) + 1] = low
    }
    self.fives = UnsafePointer(fives)
  }

  /// The same for the kernel.
  var kernelTables: clade_decimal_tables {
    clade_decimal_tables(tens: tens, fives: fives, lowest_five: Int32(Self.lowestPower))
  }

  /// The double nearest to `significand` · 10^`exponent`, or `nil` where this can't decide.
  @inline(__always)
  func double(_ significand: UInt64, _ exponent: Int) -> Double? {
    if significand <= 1 << 53 {
      // Both are exact, so one operation rounds once.
      let exact = Double(Int64(bitPattern: significand))
      if exponent <= 0, exponent >= -22 { return exact / tens[-exponent] }
      if exponent > 0, exponent <= 22 { return exact * tens[exponent] }
    }
    return general(significand, exponent)
  }

  /// Algorithm 1 of "Number Parsing at a Gigabyte per Second", subnormal numbers left out.
  private func general(_ significand: UInt64, _ exponent: Int) -> Double? {
    if significand == 0 || exponent < Self.lowestPower - 20 { return 0 }
    if exponent > Self.highestPower { return .infinity }
    if exponent < Self.lowestPower { return nil }
    let index = 2 * (exponent - Self.lowestPower)
    let zeros = significand.leadingZeroBitCount
    let normalized = significand << UInt64(zeros)
    var (high, low) = normalized.multipliedFullWidth(by: fives[index])
    // 55 leading bits are needed: where the rest could still carry, take the second word too.
    if high & 0x1ff == 0x1ff {
      let second = normalized.multipliedFullWidth(by: fives[index + 1])
      let sum = low.addingReportingOverflow(second.high)
      low = sum.partialValue
      if sum.overflow { high &+= 1 }
    }
    if low == .max, exponent < -27 || exponent > 55 { return nil }
    let upper = high >> 63
    let shift = upper &+ 9
    var mantissa = high >> shift
    // floor(log2(10^q)) by a multiplication, exact in this range.
    var binary = ((217_706 &* exponent) >> 16) &+ 63 &+ Int(upper) &- zeros &+ 1023
    if binary <= 0 { return nil }
    // Halfway between two doubles exactly: to even.
    if low <= 1, exponent >= -4, exponent <= 23, mantissa & 3 == 1, mantissa << shift == high {
      mantissa &= ~1
    }
    mantissa = (mantissa &+ (mantissa & 1)) >> 1
    if mantissa >= 1 << 53 {
      mantissa = 1 << 52
      binary += 1
    }
    if binary >= 0x7ff { return .infinity }
    return Double(bitPattern: UInt64(binary) << 52 | (mantissa & ((1 << 52) &- 1)))
  }
}

/// A whole number of many words, for making the tables.
private struct WideInteger {
  /// The lowest word first.
  private var words: [UInt64]

  init(words count: Int, value: UInt64) {
    words = [UInt64](repeating: 0, count: count)
    words[0] = value
  }

  mutating func setHighestBit() { words[words.count - 1] = 1 << 63 }

  mutating func multiply(by factor: UInt64) {
    var carry: UInt64 = 0
    for index in words.indices {
      let product = words[index].multipliedFullWidth(by: factor)
      let sum = product.low.addingReportingOverflow(carry)
      words[index] = sum.partialValue
      carry = product.high &+ (sum.overflow ? 1 : 0)
    }
  }

  mutating func divide(by divisor: UInt64) {
    var remainder: UInt64 = 0
    for index in words.indices.reversed() {
      let (quotient, rest) = divisor.dividingFullWidth((remainder, words[index]))
      words[index] = quotient
      remainder = rest
    }
  }

  /// The 128 bits from the highest one that is set.
  var leadingBits: (high: UInt64, low: UInt64) {
    guard let top = words.lastIndex(where: { $0 != 0 }) else { return (0, 0) }
    let zeros = UInt64(words[top].leadingZeroBitCount)
    func word(_ index: Int) -> UInt64 { index >= 0 ? words[index] : 0 }
    func shifted(_ index: Int) -> UInt64 {
      zeros == 0 ? word(index) : word(index) << zeros | word(index - 1) >> (64 - zeros)
    }
    return (shifted(top), shifted(top - 1))
  }
}
