import CladeCore

/// The distinct rows with the highest priorities that one thread has seen.
///
/// Priority sampling ("Priority Sampling for Estimation of Arbitrary Subset Sums", Duffield, Lund
/// and Thorup, 2007): a row that deserves s draws u in (0, 1] and gets the priority s / u; the m
/// rows with the highest are taken, each as if it deserved at least the priority τ of the next one.
/// Sums over the rows taken are then unbiased for the sums over all.
///
/// u follows from the row's values, and s is a number that follows from them times the mass of all
/// rows equal to it. Since that mass is known only in the end, a row is dropped when even an upper
/// bound on it can't bring it among the first m + 1. What is kept in the end was never dropped.
struct PrioritySketch {
  /// A distinct row.
  struct Entry {
    let fingerprint: RowFingerprint
    /// The first of its places so far.
    var place: Int
    let sensitivity: Double
    /// At least the mass of all rows equal to it.
    let massBound: Double
    /// The mass of the rows equal to it so far.
    var mass: Double

    /// The priority that the mass so far gives it.
    @inline(__always)
    var priority: Double { PrioritySketch.priority(sensitivity, mass: mass, fingerprint) }
  }

  private let limit: Int
  private let noSum: ExactSum?
  /// At most the priority of the first that isn't taken.
  private var threshold = 0.0
  private var capacity: Int
  private var entries: [Entry] = []
  /// The exact masses, where rows have weights.
  private var sums: [ExactSum] = []
  /// An open-addressing table from fingerprints to entries, −1 where there is none.
  private var slots: [Int32]

  /// - Parameters:
  ///   - limit: m.
  ///   - rows: The number of rows there are.
  ///   - heaviest: The largest weight, where there are weights.
  init(limit: Int, rows: Int, heaviest: Double?) {
    self.limit = limit
    noSum = heaviest.map { ExactSum(bound: $0) }
    capacity = 2 * min(limit, rows) + 64
    slots = Array(repeating: -1, count: Self.slotCount(capacity))
  }

  private static func slotCount(_ capacity: Int) -> Int {
    var count = 64
    while count < 2 * (capacity + 2) { count *= 2 }
    return count
  }

  @inline(__always)
  static func priority(
    _ sensitivity: Double, mass: Double, _ fingerprint: RowFingerprint
  ) -> Double {
    sensitivity * mass / (Double((fingerprint.draw >> 11) + 1) * 0x1p-53)
  }

  /// Adds a row.
  ///
  /// - Parameters:
  ///   - sensitivity: What each unit of its mass deserves.
  ///   - massBound: At least the mass of all rows equal to it.
  @inline(__always)
  mutating func add(
    _ fingerprint: RowFingerprint, place: Int, sensitivity: Double, massBound: Double,
    weight: Double
  ) {
    guard Self.priority(sensitivity, mass: massBound, fingerprint) >= threshold else { return }
    insert(fingerprint, place: place, sensitivity: sensitivity, massBound: massBound, weight)
  }

  private mutating func insert(
    _ fingerprint: RowFingerprint, place: Int, sensitivity: Double, massBound: Double,
    _ weight: Double
  ) {
    var slot = Int(truncatingIfNeeded: fingerprint.identity) & (slots.count &- 1)
    while slots[slot] >= 0, entries[Int(slots[slot])].fingerprint != fingerprint {
      slot = (slot &+ 1) & (slots.count &- 1)
    }
    var index = Int(slots[slot])
    if index < 0 {
      index = entries.count
      slots[slot] = Int32(index)
      entries.append(
        Entry(
          fingerprint: fingerprint, place: place, sensitivity: sensitivity, massBound: massBound,
          mass: 0))
      if let noSum { sums.append(noSum) }
    }
    entries[index].place = min(entries[index].place, place)
    if noSum == nil {
      entries[index].mass += weight
    } else {
      sums[index].add(weight)
      entries[index].mass = sums[index].value
    }
    if entries.count > capacity { shrink() }
  }

  /// Drops what can't be among the first m + 1.
  private mutating func shrink() {
    let priorities = entries.map(\.priority).sorted(by: >)
    threshold = priorities[limit]
    let kept = entries.indices.filter {
      let entry = entries[$0]
      return Self.priority(entry.sensitivity, mass: entry.massBound, entry.fingerprint) >= threshold
    }
    entries = kept.map { entries[$0] }
    if noSum != nil { sums = kept.map { sums[$0] } }
    // Loose bounds may keep many; the table grows so that this stays rare.
    capacity = max(capacity, 2 * entries.count)
    slots = Array(repeating: -1, count: max(slots.count, Self.slotCount(capacity)))
    for (index, entry) in entries.enumerated() {
      var slot = Int(truncatingIfNeeded: entry.fingerprint.identity) & (slots.count &- 1)
      while slots[slot] >= 0 { slot = (slot &+ 1) & (slots.count &- 1) }
      slots[slot] = Int32(index)
    }
  }

  /// The rows of all threads together that have the `limit` highest priorities, with their masses,
  /// and τ, the priority of the next one; 0 where there is none.
  ///
  /// A row that one thread dropped and another kept has too small a mass here, but can't be among
  /// these.
  static func highest(
    _ limit: Int, of sketches: [PrioritySketch]
  ) -> (entries: [Entry], threshold: Double) {
    var all = sketches.flatMap { sketch in
      sketch.entries.indices.map {
        (entry: sketch.entries[$0], sum: sketch.sums.isEmpty ? nil : sketch.sums[$0])
      }
    }
    all.sort {
      ($0.entry.fingerprint.draw, $0.entry.fingerprint.identity)
        < ($1.entry.fingerprint.draw, $1.entry.fingerprint.identity)
    }
    var joined: [Entry] = []
    var next = 0
    while next < all.count {
      var (entry, sum) = all[next]
      next += 1
      while next < all.count, all[next].entry.fingerprint == entry.fingerprint {
        entry.place = min(entry.place, all[next].entry.place)
        entry.mass += all[next].entry.mass
        if let part = all[next].sum { sum?.add(part) }
        next += 1
      }
      if let sum { entry.mass = sum.value }
      joined.append(entry)
    }
    // Stable by fingerprint where priorities tie.
    let order = joined.indices.sorted {
      let (a, b) = (joined[$0].priority, joined[$1].priority)
      return a != b ? a > b : $0 < $1
    }
    return (
      order.prefix(limit).map { joined[$0] },
      order.count > limit ? joined[order[limit]].priority : 0
    )
  }
}
