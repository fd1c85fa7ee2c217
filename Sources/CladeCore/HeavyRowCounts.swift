/// Counts of rows that would find those which hold more than a part of all mass, in little memory
/// ("Finding Repeated Elements", Misra and Gries, 1982; many counts are lowered at a time, as in "A
/// High-Performance Algorithm for Identifying Frequent Items in Data Streams", Anderson and others,
/// 2017).
///
/// A count is too low by at most ``shortfall``, which is at most the mass of all rows over `limit`.
struct HeavyRowCounts: Sendable {
  private let limit: Int
  private(set) var fingerprints: [RowFingerprint] = []
  private(set) var counts: [Double] = []
  /// By how much any count may be too low.
  private(set) var shortfall = 0.0
  /// An open-addressing table from fingerprints to counts, −1 where there is none.
  private var slots: [Int32]

  /// - Parameter limit: The counts that are kept when there are twice as many.
  init(limit: Int) {
    self.limit = limit
    var capacity = 64
    while capacity < 4 * limit { capacity *= 2 }
    slots = Array(repeating: -1, count: capacity)
  }

  /// Adds a row of some mass.
  mutating func add(_ fingerprint: RowFingerprint, mass: Double) {
    var slot = Int(truncatingIfNeeded: fingerprint.identity) & (slots.count - 1)
    while slots[slot] >= 0 {
      let entry = Int(slots[slot])
      if fingerprints[entry] == fingerprint {
        counts[entry] += mass
        return
      }
      slot = (slot &+ 1) & (slots.count - 1)
    }
    slots[slot] = Int32(counts.count)
    fingerprints.append(fingerprint)
    counts.append(mass)
    if counts.count == 2 * limit { shrink() }
  }

  /// Lowers all counts by the one that is largest of those which have to go.
  private mutating func shrink() {
    let least = counts.sorted(by: >)[limit]
    shortfall += least
    let kept = counts.indices.filter { counts[$0] > least }
    fingerprints = kept.map { fingerprints[$0] }
    counts = kept.map { counts[$0] - least }
    for slot in slots.indices { slots[slot] = -1 }
    for (entry, fingerprint) in fingerprints.enumerated() {
      var slot = Int(truncatingIfNeeded: fingerprint.identity) & (slots.count - 1)
      while slots[slot] >= 0 { slot = (slot &+ 1) & (slots.count - 1) }
      slots[slot] = Int32(entry)
    }
  }
}
