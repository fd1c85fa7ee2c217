/// 128 bits that follow from a row's values and a seed: the same on every machine and in every run.
///
/// Equal rows have equal fingerprints, −0 being 0, and `Float` rows those of the same numbers in
/// `Double`. Rows that differ have different ones but for a chance of 2⁻¹²⁸ a pair, so that rows
/// which are elsewhere, in a file say, can be told apart without reading them again.
package struct RowFingerprint: Hashable, Sendable {
  /// The half that rows are drawn by, uniform over all of its values.
  package let draw: UInt64
  /// The other half.
  package let identity: UInt64

  /// Writes the fingerprints of `count` rows of `columns` numbers.
  ///
  /// - Complexity: O(count · columns); two multiplications a number.
  package static func write<Scalar: MatrixScalar>(
    of rows: UnsafePointer<Scalar>, count: Int, columns: Int, seed: UInt64,
    into fingerprints: UnsafeMutablePointer<RowFingerprint>
  ) {
    let raw = UnsafeRawPointer(rows)
    if Scalar.self == Float.self {
      let floats = raw.assumingMemoryBound(to: Float.self)
      write(count, columns, seed, fingerprints) { Double(floats[$0]) }
    } else {
      let doubles = raw.assumingMemoryBound(to: Double.self)
      write(count, columns, seed, fingerprints) { doubles[$0] }
    }
  }

  @inline(__always)
  private static func write(
    _ count: Int, _ columns: Int, _ seed: UInt64,
    _ fingerprints: UnsafeMutablePointer<RowFingerprint>, value: (Int) -> Double
  ) {
    let first = finalized(seed &+ 0x9E37_79B9_7F4A_7C15)
    let second = finalized(first ^ 0xD1B5_4A32_D192_ED03)
    let start = RowFingerprint(draw: first, identity: second)
    var row = 0
    // Four rows side by side: the next number of a row has to wait for the one before.
    while row + 4 <= count {
      var (a, b, c, d) = (start, start, start, start)
      let (rowA, rowB) = (row &* columns, (row &+ 1) &* columns)
      let (rowC, rowD) = ((row &+ 2) &* columns, (row &+ 3) &* columns)
      for column in 0..<columns {
        a.add(value(rowA &+ column))
        b.add(value(rowB &+ column))
        c.add(value(rowC &+ column))
        d.add(value(rowD &+ column))
      }
      fingerprints[row] = a.finished
      fingerprints[row + 1] = b.finished
      fingerprints[row + 2] = c.finished
      fingerprints[row + 3] = d.finished
      row += 4
    }
    while row < count {
      var state = start
      for column in 0..<columns { state.add(value(row &* columns &+ column)) }
      fingerprints[row] = state.finished
      row += 1
    }
  }

  /// Takes in the next number of a row.
  @inline(__always)
  private mutating func add(_ value: Double) {
    let bits = (value + 0).bitPattern  // −0 + 0 is 0
    self = RowFingerprint(
      draw: Self.folded(draw ^ bits, 0xA076_1D64_78BD_642F),
      identity: Self.folded(identity ^ bits, 0xE703_7ED1_A0B4_28DB))
  }

  @inline(__always)
  private var finished: RowFingerprint {
    RowFingerprint(draw: Self.finalized(draw), identity: Self.finalized(identity))
  }

  /// Both halves of the product, one on top of the other.
  @inline(__always)
  private static func folded(_ x: UInt64, _ factor: UInt64) -> UInt64 {
    let product = x.multipliedFullWidth(by: factor)
    return (product.high ^ product.low) &+ x
  }

  /// The finaliser of SplitMix64 ("Fast Splittable Pseudorandom Number Generators", Steele, Lea and
  /// Flood, 2014).
  @inline(__always)
  private static func finalized(_ x: UInt64) -> UInt64 {
    var z = x
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
