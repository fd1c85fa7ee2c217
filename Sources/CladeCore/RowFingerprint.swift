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

  /// The fingerprint of a row of `columns` numbers.
  init<Scalar: MatrixScalar>(of row: UnsafePointer<Scalar>, columns: Int, seed: UInt64) {
    self.init(draw: 0, identity: 0)
    Self.write(of: row, count: 1, columns: columns, seed: seed, into: &self)
  }

  private init(draw: UInt64, identity: UInt64) {
    (self.draw, self.identity) = (draw, identity)
  }

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

  /// Writes the ``draw`` alone of `count` rows, in little more than half of the time.
  ///
  /// - Complexity: O(count · columns); one multiplication a number.
  package static func writeDraws<Scalar: MatrixScalar>(
    of rows: UnsafePointer<Scalar>, count: Int, columns: Int, seed: UInt64,
    into draws: UnsafeMutablePointer<UInt64>
  ) {
    let raw = UnsafeRawPointer(rows)
    if Scalar.self == Float.self {
      let floats = raw.assumingMemoryBound(to: Float.self)
      writeDraws(count, columns, seed, draws) { Double(floats[$0]) }
    } else {
      let doubles = raw.assumingMemoryBound(to: Double.self)
      writeDraws(count, columns, seed, draws) { doubles[$0] }
    }
  }

  @inline(__always)
  private static func writeDraws(
    _ count: Int, _ columns: Int, _ seed: UInt64, _ draws: UnsafeMutablePointer<UInt64>,
    value: (Int) -> Double
  ) {
    let start = finalized(seed &+ 0x9E37_79B9_7F4A_7C15)
    let width = 64
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 8 * width) { bits in
      guard let bits = bits.baseAddress else { return }
      var row = 0
      // Eight rows side by side, as above, some columns of which are brought to bits first.
      while row + 8 <= count {
        var (a, b, c, d, e, f, g, h) = (start, start, start, start, start, start, start, start)
        var column = 0
        while column < columns {
          let some = min(width, columns &- column)
          for lane in 0..<8 {
            let (from, to) = ((row &+ lane) &* columns &+ column, bits + lane &* width)
            for index in 0..<some { to[index] = Self.bits(of: value(from &+ index)) }
          }
          for index in 0..<some {
            a = foldedDraw(a ^ bits[index])
            b = foldedDraw(b ^ bits[width &+ index])
            c = foldedDraw(c ^ bits[2 &* width &+ index])
            d = foldedDraw(d ^ bits[3 &* width &+ index])
            e = foldedDraw(e ^ bits[4 &* width &+ index])
            f = foldedDraw(f ^ bits[5 &* width &+ index])
            g = foldedDraw(g ^ bits[6 &* width &+ index])
            h = foldedDraw(h ^ bits[7 &* width &+ index])
          }
          column &+= some
        }
        draws[row] = finalized(a)
        draws[row &+ 1] = finalized(b)
        draws[row &+ 2] = finalized(c)
        draws[row &+ 3] = finalized(d)
        draws[row &+ 4] = finalized(e)
        draws[row &+ 5] = finalized(f)
        draws[row &+ 6] = finalized(g)
        draws[row &+ 7] = finalized(h)
        row &+= 8
      }
      while row < count {
        var state = start
        for column in 0..<columns {
          state = foldedDraw(state ^ Self.bits(of: value(row &* columns &+ column)))
        }
        draws[row] = finalized(state)
        row &+= 1
      }
    }
  }

  /// Takes in the next number of a row.
  @inline(__always)
  private mutating func add(_ value: Double) {
    let bits = Self.bits(of: value)
    self = RowFingerprint(
      draw: Self.foldedDraw(draw ^ bits),
      identity: Self.folded(identity ^ bits, 0xE703_7ED1_A0B4_28DB))
  }

  @inline(__always)
  private static func bits(of value: Double) -> UInt64 { (value + 0).bitPattern }  // −0 + 0 is 0

  @inline(__always)
  private static func foldedDraw(_ x: UInt64) -> UInt64 { folded(x, 0xA076_1D64_78BD_642F) }

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
