/// A sum that does not depend on the order of its terms: fixed-point integers.
struct ExactSum: Sendable {
  private let quantum: Double
  private let factor: Double
  private var total: Int128 = 0

  init(bound: Double) {
    let top = bound > 0 ? bound.binade : 1
    factor = 0x1p80 / top
    quantum = top / 0x1p80
  }

  @inline(__always)
  mutating func add(_ term: Double) { total &+= Int128(term * factor) }

  mutating func add(_ other: ExactSum) { total &+= other.total }

  var value: Double { Double(total) * quantum }
}
