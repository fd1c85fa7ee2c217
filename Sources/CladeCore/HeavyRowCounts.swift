/// Masses of rows by a few bits of their draws, and the row that prevails in each: they find every
/// row that holds a good part of all mass, in little memory and little time.
///
/// Rows are known by the draws of their fingerprints; those of two rows are the same with a chance
/// of 2⁻⁶⁴, and they count as one then. A bucket's row is that of a majority, if there is one ("MJRTY
/// — A Fast Majority Vote Algorithm", Boyer and Moore, 1991): what others hold is taken off what it
/// has, so none of them holds more than half of the mass that is missing there.
struct HeavyRowCounts: Sendable {
  private struct Bucket {
    /// The row that prevails, and what is left of it after others were taken off.
    var draw = UInt64(0)
    var lead = 0.0
    /// The mass of all rows.
    var mass = 0.0
  }

  private var buckets: [Bucket]

  /// - Parameter limit: The most rows that can hold the part of all mass that is looked for; buckets
  ///   are 8 to 16 times as many.
  init(limit: Int) {
    var count = 64
    while count < 8 * limit { count *= 2 }
    buckets = Array(repeating: Bucket(), count: count)
  }

  /// Adds rows of some mass.
  @inline(__always)
  mutating func add(_ draw: UInt64, mass: Double) {
    let mask = buckets.count &- 1
    buckets.withUnsafeMutableBufferPointer { buckets in
      // Draws that come here are large ones: their lowest bits are what differs.
      let place = Int(truncatingIfNeeded: draw) & mask
      let (prevailing, lead) = (buckets[place].draw, buckets[place].lead)
      let left = lead - mass
      // Without branches, as which rows are the same can't be foreseen.
      buckets[place].draw = left >= 0 ? prevailing : draw
      buckets[place].lead = prevailing == draw ? lead + mass : left.magnitude
      buckets[place].mass += mass
    }
  }

  /// Which rows may hold a mass of `least` or more in all of several counts together.
  static func heavy(least: Double, in all: [HeavyRowCounts]) -> HeavyRowCandidates {
    var found = HeavyRowCandidates(mask: (all.first?.buckets.count ?? 1) - 1)
    for place in (all.first?.buckets ?? []).indices {
      let buckets = all.map { $0.buckets[place] }
      guard buckets.reduce(0, { $0 + $1.mass }) >= least else { continue }
      // A row that doesn't prevail holds at most half of what isn't the lead, one that does the lead
      // besides.
      let others = buckets.reduce(0) { $0 + ($1.mass - $1.lead) / 2 }
      guard others < least else {
        found.buckets.insert(place)
        continue
      }
      for draw in Set(buckets.map(\.draw)) {
        let most = buckets.reduce(others) { $1.draw == draw ? $0 + $1.lead : $0 }
        if most >= least { found.draws.insert(draw) }
      }
    }
    return found
  }
}

/// Rows that may be heavy, by their draws.
struct HeavyRowCandidates: Sendable {
  fileprivate let mask: Int
  /// Single ones.
  fileprivate(set) var draws: Set<UInt64> = []
  /// Buckets of which any row may be: those of two heavy rows, as a rule.
  fileprivate(set) var buckets: Set<Int> = []

  fileprivate init(mask: Int) { self.mask = mask }

  var isEmpty: Bool { draws.isEmpty && buckets.isEmpty }

  func contains(_ draw: UInt64) -> Bool {
    draws.contains(draw) || buckets.contains(Int(truncatingIfNeeded: draw) & mask)
  }
}
