/// The distinct rows of a source, or where there are too many a uniform sample of them, each with
/// the mass (number or weight) of all rows equal to it.
///
/// Every distinct row draws a number, its fingerprint, and those with the smallest are kept. A row
/// that is kept in the end was never dropped on the way, so one pass counts all its duplicates, and
/// the sample depends neither on the order of the rows nor on where they lie. (Keeping the smallest
/// hashes is what bottom-k sketches do: "Summarizing Data Using Bottom-k Sketches", Cohen and
/// Kaplan, 2007.)
///
/// A uniform sample can miss a row of which there are very many. Where that matters, rows that hold
/// a good part of all mass are taken besides, and the masses of the others grow to stand for what
/// is left.
package struct DistinctRowSample: Sendable {
  /// Where to find each row that was kept: one of its occurrences, ascending by fingerprint.
  package private(set) var places: [Int]
  /// The number, or the exact sum of the weights, of the rows equal to it; more where it stands for
  /// others beside rows that were taken for their mass.
  package private(set) var masses: [Double]
  /// Whether there are more distinct rows than were kept.
  package let isPartial: Bool
  /// The bytes of the rows at the first of ``places``, one row after the other, where they were
  /// copied; they are of all places but those of heavy rows that were found later.
  package private(set) var rowBytes: [UInt8]

  /// Goes over all rows once.
  ///
  /// - Parameters:
  ///   - source: n × d, not NaN.
  ///   - weights: Weights (n), not negative; rows of weight 0 are left out.
  ///   - limit: The most rows to keep, at least 1.
  ///   - seed: Chooses the sample.
  ///   - heavyShare: The part of all mass from which on a row is taken whatever it draws; `nil` for
  ///     none.
  ///   - copying: Whether rows that are kept are copied while they are there, if all threads
  ///     together copy up to 64 MiB or three times as many as are kept.
  ///   - threads: At most this many threads; the sample doesn't depend on it.
  /// - Throws: `CladeError.cannotRead` where rows can't be read.
  /// - Complexity: O(n · d) time, twice where a heavy row may have been missed; memory
  ///   O(limit + 1 / heavyShare) a thread.
  package init<Source: RowSource>(
    _ source: Source, weights: [Source.Scalar]? = nil, limit: Int, seed: UInt64,
    heavyShare: Double? = nil, copying: Bool = false, threads: Int? = nil
  ) throws {
    precondition(limit >= 1)
    let columns = source.columnCount
    let bound = weights.map { $0.reduce(0) { max($0, Double($1)) } }
    let chunkSize = source.preferredChunkSize
    let rowSize = columns * MemoryLayout<Source.Scalar>.stride
    let mostCopies =
      min(source.rowCount, RowSketch.mostEntries(limit: limit, areCopied: true))
      * (threads ?? ParallelChunks.defaultThreadCount)
    let copies = copying && mostCopies <= max(3 * limit + 2, Self.copyMemory / max(1, rowSize))
    let copiedSize = copies ? rowSize : 0
    let workers = try ParallelChunks.reduce(
      count: source.rowCount, chunkSize: chunkSize, threads: threads,
      state: {
        Worker(
          sketch: RowSketch(
            limit: limit, rows: source.rowCount, bound: bound,
            heavyLimit: heavyShare.map { Int(16 / $0) }, rowSize: copiedSize))
      }
    ) { worker, _, range in
      try source.withRows(range) { values in
        worker.fingerprint(values, count: range.count, columns: columns, seed: seed)
        worker.sketch.add(
          worker.fingerprints, UnsafeRawBufferPointer(values), from: range.lowerBound,
          weights: weights)
      }
    }
    let sketches = workers.map(\.sketch)
    (places, masses, isPartial, rowBytes) = RowSketch.smallest(limit, of: sketches)
    guard let heavyShare, isPartial else { return }
    let total = weights.map { ExactSum.of($0.map { Double($0) }) } ?? Double(source.rowCount)
    let least = heavyShare * total
    let missed = try Self.masses(
      of: RowSketch.candidates(beyond: limit, of: sketches, least: least), in: source,
      weights: weights, seed: seed, bound: bound, threads: threads
    ).filter { $0.mass >= least }
    takeHeavy(missed, least: least, total: total)
  }

  /// What copies of rows may take.
  private static var copyMemory: Int { 64 << 20 }

  /// Adds heavy rows that were missed, and has the others stand for the rest.
  private mutating func takeHeavy(
    _ missed: [(place: Int, mass: Double)], least: Double, total: Double
  ) {
    let (heavy, light) = (masses.filter { $0 >= least }, masses.filter { $0 < least })
    guard !heavy.isEmpty || !missed.isEmpty else { return }
    let rest = total - (heavy + missed.map(\.mass)).reduce(0, +)
    let held = light.reduce(0, +)
    if held > 0, rest > held { masses = masses.map { $0 < least ? $0 * (rest / held) : $0 } }
    places += missed.map(\.place)
    masses += missed.map(\.mass)
  }

  /// One of the places of some rows, and their masses, in the order of their fingerprints.
  private static func masses<Source: RowSource>(
    of rows: Set<RowFingerprint>, in source: Source, weights: [Source.Scalar]?, seed: UInt64,
    bound: Double?, threads: Int?
  ) throws -> [(place: Int, mass: Double)] {
    guard !rows.isEmpty else { return [] }
    let columns = source.columnCount
    typealias Found = (place: Int, count: Int, sum: ExactSum)
    let none = ExactSum(bound: bound ?? 1)
    let workers = try ParallelChunks.reduce(
      count: source.rowCount, chunkSize: source.preferredChunkSize, threads: threads,
      state: { [RowFingerprint: Found]() }
    ) { found, _, range in
      var worker = Worker()
      try source.withRows(range) { values in
        worker.fingerprint(values, count: range.count, columns: columns, seed: seed)
      }
      for (offset, fingerprint) in worker.fingerprints.enumerated()
      where rows.contains(fingerprint) {
        let place = range.lowerBound + offset
        var own = found[fingerprint] ?? (place, 0, none)
        own.count += 1
        if let weights { own.sum.add(Double(weights[place])) }
        found[fingerprint] = own
      }
    }
    var all: [RowFingerprint: Found] = [:]
    for (fingerprint, part) in workers.joined() {
      guard var own = all[fingerprint] else {
        all[fingerprint] = part
        continue
      }
      own.place = min(own.place, part.place)
      own.count += part.count
      own.sum.add(part.sum)
      all[fingerprint] = own
    }
    return all.sorted { ($0.key.draw, $0.key.identity) < ($1.key.draw, $1.key.identity) }
      .map { ($0.value.place, bound == nil ? Double($0.value.count) : $0.value.sum.value) }
  }

  /// What one thread has for itself.
  private struct Worker {
    var sketch = RowSketch(limit: 1, rows: 1, bound: nil, heavyLimit: nil, rowSize: 0)
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
  /// What is known of the rows that were not kept.
  private var heavy: HeavyRowCounts?
  /// The bytes of a row, 0 where rows aren't copied, and those of the entries' rows.
  private let rowSize: Int
  private var copies: [UInt8] = []
  private let mostEntries: Int

  /// The most entries before what can't be among the smallest is dropped.
  static func mostEntries(limit: Int, areCopied: Bool) -> Int {
    areCopied ? limit + limit / 2 + 1 : 2 * limit
  }

  init(limit: Int, rows: Int, bound: Double?, heavyLimit: Int?, rowSize: Int) {
    self.limit = limit
    self.rowSize = rowSize
    mostEntries = Self.mostEntries(limit: limit, areCopied: rowSize > 0)
    heavy = heavyLimit.map { HeavyRowCounts(limit: $0) }
    noSum = bound.map { ExactSum(bound: $0) }
    var capacity = 64
    while capacity < 4 * min(limit + 1, rows) { capacity *= 2 }
    slots = Array(repeating: -1, count: capacity)
    mask = capacity - 1
  }

  /// Adds rows that follow each other, the first of which is row `first`; `rows` are their bytes.
  mutating func add<Scalar: MatrixScalar>(
    _ fingerprints: [RowFingerprint], _ rows: UnsafeRawBufferPointer, from first: Int,
    weights: [Scalar]?
  ) {
    guard let weights else { return add(fingerprints, rows, from: first) }
    for (index, fingerprint) in fingerprints.enumerated() {
      let place = first + index
      let weight = Double(weights[place])
      guard weight > 0 else { continue }
      guard fingerprint.draw <= threshold else {
        heavy?.add(fingerprint, mass: weight)
        continue
      }
      let entry = entry(of: fingerprint, place: place, rows, index)
      entries[entry].count &+= 1
      sums[entry].add(weight)
      if entries.count > mostEntries { shrink() }
    }
  }

  /// Adds rows that follow each other and have no weights.
  private mutating func add(
    _ fingerprints: [RowFingerprint], _ rows: UnsafeRawBufferPointer, from first: Int
  ) {
    for (index, fingerprint) in fingerprints.enumerated() {
      guard fingerprint.draw <= threshold else {
        heavy?.add(fingerprint, mass: 1)
        continue
      }
      entries[entry(of: fingerprint, place: first + index, rows, index)].count &+= 1
      if entries.count > mostEntries { shrink() }
    }
  }

  /// The entry of row `index` of `rows`.
  private mutating func entry(
    of fingerprint: RowFingerprint, place: Int, _ rows: UnsafeRawBufferPointer, _ index: Int
  ) -> Int {
    var slot = Int(truncatingIfNeeded: fingerprint.identity) & mask
    while slots[slot] >= 0 {
      let entry = Int(slots[slot])
      if entries[entry].fingerprint == fingerprint { return entry }
      slot = (slot &+ 1) & mask
    }
    slots[slot] = Int32(entries.count)
    entries.append(Entry(fingerprint: fingerprint, place: place, count: 0))
    if let noSum { sums.append(noSum) }
    if rowSize > 0 { copies += rows[(index * rowSize)..<((index + 1) * rowSize)] }
    return entries.count - 1
  }

  /// Drops what can't be among the `limit + 1` smallest.
  private mutating func shrink() {
    threshold = entries.map(\.fingerprint.draw).sorted()[limit]
    let kept = entries.indices.filter { entries[$0].fingerprint.draw <= threshold }
    if heavy != nil {
      for entry in entries.indices where entries[entry].fingerprint.draw > threshold {
        let mass = mass(of: entry)
        heavy?.add(entries[entry].fingerprint, mass: mass)
      }
    }
    entries = kept.map { entries[$0] }
    if rowSize > 0 { keepCopies(of: kept) }
    if noSum != nil { sums = kept.map { sums[$0] } }
    for slot in slots.indices { slots[slot] = -1 }
    for (index, entry) in entries.enumerated() {
      var slot = Int(truncatingIfNeeded: entry.fingerprint.identity) & mask
      while slots[slot] >= 0 { slot = (slot &+ 1) & mask }
      slots[slot] = Int32(index)
    }
  }

  /// Moves the copies of the entries that are kept, which ascend, to the front.
  private mutating func keepCopies(of kept: [Int]) {
    copies.withUnsafeMutableBytes { bytes in
      guard let start = bytes.baseAddress else { return }
      for (place, entry) in kept.enumerated() where place < entry {
        (start + place * rowSize).copyMemory(from: start + entry * rowSize, byteCount: rowSize)
      }
    }
    copies.removeLast(copies.count - kept.count * rowSize)
  }

  private func mass(of entry: Int) -> Double {
    sums.isEmpty ? Double(entries[entry].count) : sums[entry].value
  }

  /// The rows beyond the `limit` smallest of all threads together that may hold a mass of `least`.
  static func candidates(
    beyond limit: Int, of sketches: [RowSketch], least: Double
  ) -> Set<RowFingerprint> {
    let fingerprints = Set(sketches.flatMap { $0.entries.map(\.fingerprint) }).sorted {
      ($0.draw, $0.identity) < ($1.draw, $1.identity)
    }
    let kept = Set(fingerprints.prefix(limit))
    var known: [RowFingerprint: Double] = [:]
    var shortfall = 0.0
    for sketch in sketches {
      for entry in sketch.entries.indices where !kept.contains(sketch.entries[entry].fingerprint) {
        known[sketch.entries[entry].fingerprint, default: 0] += sketch.mass(of: entry)
      }
      guard let heavy = sketch.heavy else { continue }
      shortfall += heavy.shortfall
      for (fingerprint, count) in zip(heavy.fingerprints, heavy.counts)
      where !kept.contains(fingerprint) {
        known[fingerprint, default: 0] += count
      }
    }
    // Sums of weights are rounded.
    return Set(known.filter { $0.value + shortfall >= least * (1 - 1e-9) }.keys)
  }

  /// The `limit` smallest of all threads together, whether there are more, and the bytes of their
  /// rows.
  static func smallest(
    _ limit: Int, of sketches: [RowSketch]
  ) -> (places: [Int], masses: [Double], isPartial: Bool, bytes: [UInt8]) {
    var all = sketches.enumerated().flatMap { number, sketch in
      sketch.entries.indices.map {
        (
          entry: sketch.entries[$0], sum: sketch.sums.isEmpty ? nil : sketch.sums[$0],
          copy: (sketch: number, index: $0)
        )
      }
    }
    all.sort {
      let (a, b) = ($0.entry, $1.entry)
      return (a.fingerprint.draw, a.fingerprint.identity, a.place)
        < (b.fingerprint.draw, b.fingerprint.identity, b.place)
    }
    var places: [Int] = []
    var masses: [Double] = []
    var bytes: [UInt8] = []
    bytes.reserveCapacity(min(limit, all.count) * (sketches.first?.rowSize ?? 0))
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
      let (sketch, index) = (sketches[all[start].copy.sketch], all[start].copy.index)
      bytes += sketch.copies[(index * sketch.rowSize)..<((index + 1) * sketch.rowSize)]
    }
    return (places, masses, next < all.count, bytes)
  }
}
