/// Dissimilarities rounded to a common unit, so that every sum of as many as there are is exact.
///
/// What swaps of medoids change is summed over all items, and decides. Rounded this way, no sum
/// depends on the order of the items, on threads or on the width of vectors; what a swap is said to
/// gain is, to the last bit, what the loss falls by; and no sequence of swaps comes back to where
/// it was. The unit is at most n · 2⁻⁴⁸ of the largest term, so that single-precision
/// dissimilarities lose nothing where they are within some powers of two of it.
package struct ExactTerms: Sendable, Equatable {
  /// The power of two that brings terms below 4.
  let scale: Double
  /// What rounds to the unit when it is added and taken away again.
  let shift: Double

  /// Terms of at most `largest` in magnitude, of which `count` are added up.
  init(largest: Double, count: Int) {
    let exponent = largest > 0 ? min(1022, max(-1000, Int(largest.exponent))) : 0
    scale = Double(sign: .plus, exponent: -exponent, significand: 1)
    let bits = Int.bitWidth - max(1, count).leadingZeroBitCount
    // A sum of the changes that two swaps make is below 2^(bits + 4).
    shift = Double(sign: .plus, exponent: bits + 4, significand: 1.5)
  }

  /// A term, in scaled numbers.
  @inline(__always)
  func callAsFunction(_ x: Double) -> Double { (x * scale + shift) - shift }

  /// What a sum of scaled numbers stands for.
  package func value(_ sum: Double) -> Double { sum / scale }
}
