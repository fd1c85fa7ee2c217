/// How the terms of an exact sum are turned into integers: a common bound chooses the unit.
///
/// A term x with |x| < 2^(p+1) is cut into a coarse part, a multiple of 2^(p−42), and a fine part,
/// what that left, rounded to a multiple of the unit 2^(p−86). Both parts are integers of at most
/// 43 bits and a sign. So a sum of doubles is exact where no term is smaller than 2⁻³⁴ of the
/// bound, and otherwise every term is off by at most 2⁻⁸⁷ of the bound. Units below the smallest
/// subnormal number are not used; everything is exact then.
struct FixedPointScale: Sendable, Equatable {
  /// A power of two that terms are multiplied by first: 1 unless they are near overflow.
  let prescale: Double
  /// Adding this to a term rounds it to a multiple of the coarse unit.
  let coarse: Double
  /// Adding this to what is left rounds it to a multiple of the fine unit.
  let fine: Double
  /// The coarse unit is 2^shift fine units.
  let shift: Int
  /// One fine unit is 2^unitExponent, before prescaling is undone.
  let unitExponent: Int
  /// Terms may not be larger than this.
  let limit: Double

  /// Each part of a term is at most 2^partBits units; so an Int64 holds 2^(62 − partBits) terms.
  static let partBits = 43

  /// The scale for terms of at most `bound` in magnitude, which is finite.
  init(bound: Double) {
    precondition(bound.isFinite && bound >= 0, "The terms of an exact sum are finite")
    var exponent = bound == 0 ? -1074 : Int(bound.exponent)
    if exponent > 1000 {
      prescale = 0x1p-64
      exponent -= 64
      unitExponent = exponent - 86 + 64
    } else {
      prescale = 1
      unitExponent = max(exponent - 86, -1074)
    }
    let coarseExponent = max(exponent + 10, -1022)
    let fineExponent = max(exponent - 34, -1022)
    coarse = Double(sign: .plus, exponent: coarseExponent, significand: 1.5)
    fine = Double(sign: .plus, exponent: fineExponent, significand: 1.5)
    shift = coarseExponent - fineExponent
    limit = bound
  }

  /// A term in fine units.
  @inline(__always)
  func integer(_ x: Double) -> Int128 {
    let scaled = x * prescale
    let high = scaled + coarse
    let low = (scaled - (high - coarse)) + fine
    return total(
      coarse: Int64(bitPattern: high.bitPattern &- coarse.bitPattern),
      fine: Int64(bitPattern: low.bitPattern &- fine.bitPattern))
  }

  /// Both parts together, in fine units.
  @inline(__always)
  func total(coarse: Int64, fine: Int64) -> Int128 {
    Int128(coarse) << Int128(shift) + Int128(fine)
  }

  /// `total` fine units as a double, rounded once.
  func value(_ total: Int128) -> Double {
    Self.rounded(total.magnitude, negative: total < 0, exponent: unitExponent)
  }

  /// `total` fine units divided by a count, rounded once.
  func value(_ total: Int128, dividedBy count: UInt64) -> Double {
    precondition(count > 0)
    guard total != 0 else { return 0 }
    // As many bits as there is room for, so that the quotient keeps at least 62.
    let magnitude = total.magnitude
    let room = magnitude.leadingZeroBitCount
    let (quotient, remainder) = (magnitude << room).quotientAndRemainder(dividingBy: UInt128(count))
    return Self.rounded(
      quotient | (remainder == 0 ? 0 : 1), negative: total < 0, exponent: unitExponent - room)
  }

  /// `magnitude · 2^exponent`, rounded to the nearest double, ties to even.
  private static func rounded(_ magnitude: UInt128, negative: Bool, exponent: Int) -> Double {
    guard magnitude != 0 else { return 0 }
    // The highest 64 bits; those below only matter as "more than a tie", in the last of the 64.
    let excess = max(0, 64 - magnitude.leadingZeroBitCount)
    var bits = UInt64(truncatingIfNeeded: magnitude >> excess)
    if excess > 0, magnitude & ((1 << excess) - 1) != 0 { bits |= 1 }
    return Double(
      sign: negative ? .minus : .plus, exponent: exponent + excess, significand: Double(bits))
  }
}
