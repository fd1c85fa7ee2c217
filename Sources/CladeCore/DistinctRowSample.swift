/// The distinct rows of a source, or where there are too many a uniform sample of them, each with the
/// mass (number or weight) of all rows equal to it.
///
/// Every distinct row draws a number, its fingerprint, and those with the smallest are kept. A row
/// that is kept in the end was never dropped on the way, so one pass counts all its duplicates, and
/// the sample depends neither on the order of the rows nor on where they lie. (Keeping the smallest
/// hashes is what bottom-k sketches do: "Summarizing Data Using Bottom-k Sketches", Cohen and Kaplan,
/// 2007.)
package struct DistinctRowSample: Sendable {
  /// Where to find each row that was kept: one of its occurrences, ascending by fingerprint.
  package let places: [Int]
  /// The number, or the exact sum of the weights, of the rows equal to it.
  package let masses: [Double]
  /// Whether there are more distinct rows than were kept.
  package let isPartial: Bool

  /// Goes over all rows once.
  ///
  /// - Parameters:
  ///   - source: n × d, not NaN.
  ///   - weights: Weights (n), not negative; rows of weight 0 are left out.
  ///   - limit: The most rows to keep, at least 1.
  ///   - seed: Chooses the sample.
  ///   - threads: At most this many threads; the sample doesn't depend on it.
  /// - Throws: `CladeError.cannotRead` where rows can't be read.
  /// - Complexity: O(n · d) time; memory O(limit) a thread.
  package init<Source: RowSource>(
    _ source: Source, weights: [Source.Scalar]? = nil, limit: Int, seed: UInt64,
    threads: Int? = nil
  ) throws {
    precondition(limit >= 1)
    let columns = source.columnCount
    let bound = weights.map { $0.reduce(0) { max($0, Double($1)) } }
    let chunkSize = source.preferredChunkSize
    let workers = try ParallelChunks.reduce(
      count: source.rowCount, chunkSize: chunkSize, threads: threads,
      state: { Worker(sketch: RowSketch(limit: limit, rows: source.rowCount, bound: bound)) }
    ) { worker, _, range in
      try source.withRows(range) { values in
        worker.fingerprint(values, count: range.count, columns: columns, seed: seed)
      }
      worker.sketch.add(worker.fingerprints, from: range.lowerBound, weights: weights)
    }
    (places, masses, isPartial) = RowSketch.smallest(limit, of: workers.map(\.sketch))
  }

  /// What one thread has for itself.
  private struct Worker {
    var sketch: RowSketch
    var fingerprints: [RowFingerprint] = []

    mutating func fingerprint<Scalar: MatrixScalar>(
      _ values: UnsafeBufferPointer<Scalar>, count: Int, columns: Int, seed: UInt64
    ) {
      fingerprints = Array(unsafeUninitializedCapacity: count) { buffer, initialized in
        if let rows = values.baseAddress, let target = buffer.baseAddress {
          RowFingerprint.write(of: rows, count: count, columns: columns, seed: seed, into: target)
        }
        initialized = count
      }
    }
  }
}

/// The rows with the smallest fingerprints that one thread has seen.
private struct RowSketch {
  private struct Entry {
    let fingerprint: RowFingerprint
    let place: Int
    var count: Int
  }

  private let limit: Int
  private let noSum: ExactSum?
  /// Rows that draw more can't be among the smallest.
  private var threshold = UInt64.max
  private var entries: [Entry] = []
  /// The sums of the weights of the entries, where there are weights.
  private var sums: [ExactSum] = []
  /// An open-addressing table from fingerprints to entries, −1 where there is none.
  private var slots: [Int32]
  private var mask: Int

  init(limit: Int, rows: Int, bound: Double?) {
    self.limit = limit
    noSum = bound.map { ExactSum(bound: $0) }
    var capacity = 64
    while capacity < 4 * min(limit + 1, rows) { capacity *= 2 }
    slots = Array(repeating: -1, count: capacity)
    mask = capacity - 1
  }

  /// Adds rows that follow each other, the first of which is row `first`.
  mutating func add<Scalar: MatrixScalar>(
    _ fingerprints: [RowFingerprint], from first: Int, weights: [Scalar]?
  ) {
    for (index, fingerprint) in fingerprints.enumerated() where fingerprint.draw <= threshold {
      let place = first + index
      if let weights {
        let weight = Double(weights[place])
        guard weight > 0 else { continue }
        let entry = entry(of: fingerprint, place: place)
        entries[entry].count &+= 1
        sums[entry].add(weight)
      } else {
        entries[entry(of: fingerprint, place: place)].count &+= 1
      }
      if entries.count > 2 * limit { shrink() }
    }
  }

  private mutating func entry(of fingerprint: RowFingerprint, place: Int) -> Int {
    var slot = Int(truncatingIfNeeded: fingerprint.identity) & mask
    while slots[slot] >= 0 {
      let entry = Int(slots[slot])
      if entries[entry].fingerprint == fingerprint { return entry }
      slot = (slot &+ 1) & mask
    }
    slots[slot] = Int32(entries.count)
    entries.append(Entry(fingerprint: fingerprint, place: place, count: 0))
    if let noSum { sums.append(noSum) }
    return entries.count - 1
  }

  /// Drops what can't be among the `limit + 1` smallest.
  private mutating func shrink() {
    threshold = entries.map(\.fingerprint.draw).sorted()[limit]
    let kept = entries.indices.filter { entries[$0].fingerprint.draw <= threshold }
    entries = kept.map { entries[$0] }
    if noSum != nil { sums = kept.map { sums[$0] } }
    for slot in slots.indices { slots[slot] = -1 }
    for (index, entry) in entries.enumerated() {
      var slot = Int(truncatingIfNeeded: entry.fingerprint.identity) & mask
      while slots[slot] >= 0 { slot = (slot &+ 1) & mask }
      slots[slot] = Int32(index)
    }
  }

  /// The `limit` smallest of all threads together, and whether there are more.
  static func smallest(
    _ limit: Int, of sketches: [RowSketch]
  ) -> (places: [Int], masses: [Double], isPartial: Bool) {
    var all = sketches.flatMap { sketch in
      sketch.entries.indices.map {
        (entry: sketch.entries[$0], sum: sketch.sums.isEmpty ? nil : sketch.sums[$0])
      }
    }
    all.sort {
      let (a, b) = ($0.entry, $1.entry)
      return (a.fingerprint.draw, a.fingerprint.identity, a.place)
        < (b.fingerprint.draw, b.fingerprint.identity, b.place)
    }
    var places: [Int] = []
    var masses: [Double] = []
    var next = 0
    while next < all.count, places.count < limit {
      let start = next
      var (count, sum) = (0, all[start].sum)
      while next < all.count, all[next].entry.fingerprint == all[start].entry.fingerprint {
        count += all[next].entry.count
        if next > start, let part = all[next].sum { sum?.add(part) }
        next += 1
      }
      places.append(all[start].entry.place)
      masses.append(sum?.value ?? Double(count))
    }
    return (places, masses, next < all.count)
  }
}
