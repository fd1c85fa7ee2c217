/// A split of the rows into two sides by a plane, and how many edges of a graph it severs.
struct Bipartition: Sendable {
  /// One bit a row: whether it lies on the upper side; no bits beyond the last row.
  let bits: [UInt64]
  /// The number of severed edges.
  let order: Int
  /// Which of the directions the plane lies across.
  let direction: Int
  /// The lowest height of the upper side along the direction.
  let threshold: Double
}

/// A side of a bipartition.
struct CutSide: Sendable {
  /// The number of the bipartition.
  let cut: Int
  let isUpper: Bool
}

/// Sets of rows as bits.
struct RowBits: Sendable {
  private let cuts: [Bipartition]
  /// All rows: what the bits of a lower side are taken from.
  private let last: UInt64
  private let words: Int

  init(_ cuts: [Bipartition], rows: Int) {
    self.cuts = cuts
    words = (rows + 63) / 64
    last = rows % 64 == 0 ? ~0 : (1 << UInt64(rows % 64)) - 1
  }

  @inline(__always)
  private func word(_ side: CutSide, _ index: Int) -> UInt64 {
    let bits = cuts[side.cut].bits[index]
    return side.isUpper ? bits : ~bits & (index == words - 1 ? last : ~0)
  }

  /// Whether three sides have at least `least` rows in common.
  func share(_ a: CutSide, _ b: CutSide, _ c: CutSide, atLeast least: Int) -> Bool {
    var found = 0
    for index in 0..<words {
      found += (word(a, index) & word(b, index) & word(c, index)).nonzeroBitCount
      if found >= least { return true }
    }
    return false
  }

  /// Whether all rows of one side are on another.
  func isSubset(_ a: CutSide, of b: CutSide) -> Bool {
    (0..<words).allSatisfy { word(a, $0) & ~word(b, $0) == 0 }
  }
}
