import CKernels

/// The exact sum of doubles, however large and small they are, rounded once: it doesn't depend on
/// the order of the terms, on chunks or on threads, and needs no bound on them as ``ExactSum`` does.
///
/// A number of fixed point that holds every double, and 2⁶² times the largest. Blocks of terms are
/// turned into two integers each, in units that follow from the block's largest term; only a block
/// of which that leaves something over is added term by term.
///
/// Source: the long accumulator of "Computer Arithmetic and Validity" (Kulisch, 2008).
package struct LongAccumulator: Sendable, Equatable {
  /// A number of two's complement, in units of the smallest double, the lowest bits first.
  private var limbs = [UInt64](repeating: 0, count: limbCount)
  private var isFinite = true

  /// As many limbs as 2⁶² times the largest double takes, with a sign.
  private static var limbCount: Int { (1074 + 1024 + 63 + 63) / 64 }
  /// The exponent of the unit.
  private static var unitExponent: Int { -1074 }
  /// The terms of a block, which stay in the fastest cache.
  private static var blockSize: Int { 2048 }

  /// Zero.
  package init() {}

  /// Adds terms; once one isn't finite, neither is the sum.
  ///
  /// - Complexity: O(n).
  package mutating func add(_ terms: UnsafeBufferPointer<Double>) {
    guard let start = terms.baseAddress else { return }
    for first in stride(from: 0, to: terms.count, by: Self.blockSize) {
      addBlock(
        UnsafeBufferPointer(
          start: start + first, count: min(Self.blockSize, terms.count - first)))
    }
  }

  private mutating func addBlock(_ terms: UnsafeBufferPointer<Double>) {
    let largest = clade_largest_magnitude(terms.baseAddress, terms.count)
    guard largest.isFinite else {
      isFinite = false
      return
    }
    guard largest > 0 else { return }
    let scale = FixedPointScale(bound: largest)
    var (coarse, fine) = (Int64(0), Int64(0))
    guard scale.prescale == 1,
      clade_exact_parts(
        terms.baseAddress, terms.count, scale.coarse, scale.fine, &coarse, &fine)
    else {
      for term in terms { add(term) }
      return
    }
    add(scale.total(coarse: coarse, fine: fine), shift: scale.unitExponent - Self.unitExponent)
  }

  /// Adds one finite term.
  private mutating func add(_ term: Double) {
    let exponent = Int(term.exponentBitPattern)
    let magnitude = Int128(term.significandBitPattern) | (exponent > 0 ? 1 << 52 : 0)
    add(term.sign == .minus ? -magnitude : magnitude, shift: max(0, exponent - 1))
  }

  /// Adds `value · 2^shift` units.
  private mutating func add(_ value: Int128, shift: Int) {
    let (first, bits) = (shift / 64, shift % 64)
    var carry = false
    for index in first..<Self.limbCount {
      // From the fourth limb on there are only copies of the sign.
      let below = 64 * (index - first) - bits
      let part = UInt64(truncatingIfNeeded: below < 0 ? value << -below : value >> below)
      carry = add(part, to: index, carry: carry)
      if index > first + 2, part == (carry ? .max : 0) { break }
    }
  }

  /// Adds all terms of another sum.
  package mutating func add(_ other: LongAccumulator) {
    isFinite = isFinite && other.isFinite
    var carry = false
    for index in limbs.indices { carry = add(other.limbs[index], to: index, carry: carry) }
  }

  /// Adds to one limb; returns whether the next one gets one more.
  private mutating func add(_ part: UInt64, to index: Int, carry: Bool) -> Bool {
    let (sum, over) = limbs[index].addingReportingOverflow(part)
    let (whole, overAgain) = sum.addingReportingOverflow(carry ? 1 : 0)
    limbs[index] = whole
    return over || overAgain
  }

  /// The sum, rounded once; infinite when it is too large for a double, or a term wasn't finite.
  package var value: Double {
    guard isFinite else { return .infinity }
    let isNegative = limbs[Self.limbCount - 1] >> 63 == 1
    var magnitude = self
    if isNegative {
      for index in limbs.indices { magnitude.limbs[index] = ~limbs[index] }
      magnitude.add(1, shift: 0)
    }
    let limbs = magnitude.limbs
    guard let top = limbs.lastIndex(where: { $0 != 0 }) else { return 0 }
    // The highest 64 bits; those below only matter as "more than a tie", in the last of the 64.
    let zeros = limbs[top].leadingZeroBitCount
    let below = top > 0 ? limbs[top - 1] : 0
    var bits = limbs[top] << zeros | (zeros > 0 ? below >> (64 - zeros) : 0)
    if below << zeros != 0 || limbs[..<max(0, top - 1)].contains(where: { $0 != 0 }) { bits |= 1 }
    return Double(
      sign: isNegative ? .minus : .plus, exponent: 64 * (top - 1) + 64 - zeros + Self.unitExponent,
      significand: Double(bits))
  }
}
