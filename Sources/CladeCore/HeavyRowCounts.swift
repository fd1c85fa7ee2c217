/// Counts of rows that would find those which hold more than a part of all mass, in little memory
/// ("Finding Repeated Elements", Misra and Gries, 1982; many counts are lowered at a time, as in "A
/// High-Performance Algorithm for Identifying Frequent Items in Data Streams", Anderson and others,
/// 2017).
///
/// Rows are known by the draws of their fingerprints; those of two rows are the same with a chance
/// of 2⁻⁶⁴, and their counts are one then.
///
/// A count is too low by at most ``shortfall``, which is at most the mass of all rows over `limit`.
struct HeavyRowCounts: Sendable {
  private let limit: Int
  private(set) var draws: [UInt64]
  private(set) var counts: [Double]
  /// By how much any count may be too low.
  private(set) var shortfall = 0.0
  /// An open-addressing table from draws to counts, −1 where there is none.
  private var slots: [Int32]

  /// - Parameter limit: The counts that are kept when there are twice as many.
  init(limit: Int) {
    self.limit = limit
    var capacity = 64
    while capacity < 4 * limit { capacity *= 2 }
    slots = Array(repeating: -1, count: capacity)
    (draws, counts) = ([], [])
    draws.reserveCapacity(2 * limit)
    counts.reserveCapacity(2 * limit)
  }

  /// Adds a row of some mass.
  @inline(__always)
  mutating func add(_ draw: UInt64, mass: Double) {
    let mask = slots.count &- 1
    let number = Int32(truncatingIfNeeded: counts.count)
    // Draws that come here are large ones: their lowest bits are what differs.
    let found = slots.withUnsafeMutableBufferPointer { slots in
      draws.withUnsafeBufferPointer { draws in
        var slot = Int(truncatingIfNeeded: draw) & mask
        while slots[slot] >= 0 {
          if draws[Int(slots[slot])] == draw { return slots[slot] }
          slot = (slot &+ 1) & mask
        }
        slots[slot] = number
        return number
      }
    }
    guard found == number else {
      counts[Int(found)] += mass
      return
    }
    draws.append(draw)
    counts.append(mass)
    if counts.count == 2 * limit { shrink() }
  }

  /// Lowers all counts by the one that is largest of those which have to go.
  @inline(never)
  private mutating func shrink() {
    let (least, most) = counts.reduce((Double.infinity, 0.0)) { (min($0.0, $1), max($0.1, $1)) }
    // Where all rows differ, which is usual, nothing has to be sorted.
    let lowered = least == most ? least : counts.sorted(by: >)[limit]
    shortfall += lowered
    var kept = 0
    for (entry, count) in counts.enumerated() where count > lowered {
      draws[kept] = draws[entry]
      counts[kept] = count - lowered
      kept += 1
    }
    draws.removeLast(draws.count - kept)
    counts.removeLast(counts.count - kept)
    let mask = slots.count - 1
    slots.withUnsafeMutableBufferPointer { slots in
      slots.update(repeating: -1)
      for (entry, draw) in draws.enumerated() {
        var slot = Int(truncatingIfNeeded: draw) & mask
        while slots[slot] >= 0 { slot = (slot &+ 1) & mask }
        slots[slot] = Int32(entry)
      }
    }
  }
}
