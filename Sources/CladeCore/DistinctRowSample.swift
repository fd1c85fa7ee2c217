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
  ///   O(limit + 1 / heavyShare) a thread, and the second time 200 bytes for about an eighth of
  ///   n · heavyShare rows for every two heavy ones that share a bucket.
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
            heavyLimit: heavyShare.map { Int(1 / $0) }, rowSize: copiedSize))
      }
    ) { worker, _, range in
      try source.withRows(range) { values in
        worker.add(values, range, columns: columns, seed: seed, weights: weights)
      }
    }
    let sketches = workers.map(\.sketch)
    let largestDraw: UInt64
    (places, masses, isPartial, rowBytes, largestDraw) = RowSketch.smallest(limit, of: sketches)
    guard let heavyShare, isPartial else { return }
    let total = weights.map { ExactSum.of($0.map { Double($0) }) } ?? Double(source.rowCount)
    let least = heavyShare * total
    let missed = try Self.masses(
      of: RowSketch.candidates(beyond: largestDraw, of: sketches, least: least),
      beyond: largestDraw, in: source, weights: weights, seed: seed, bound: bound,
      threads: threads
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

  /// One of the places of the candidates that draw more than `largestDraw`, and their masses, in the
  /// order of their fingerprints.
  private static func masses<Source: RowSource>(
    of candidates: HeavyRowCandidates, beyond largestDraw: UInt64, in source: Source,
    weights: [Source.Scalar]?, seed: UInt64, bound: Double?, threads: Int?
  ) throws -> [(place: Int, mass: Double)] {
    guard !candidates.isEmpty else { return [] }
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
      where fingerprint.draw > largestDraw && candidates.contains(fingerprint.draw) {
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

    init() {}

    init(sketch: RowSketch) { self.sketch = sketch }

    /// Adds the rows of a range to the sketch.
    mutating func add<Scalar: MatrixScalar>(
      _ values: UnsafeBufferPointer<Scalar>, _ range: Range<Int>, columns: Int, seed: UInt64,
      weights: [Scalar]?
    ) {
      guard let rows = values.baseAddress else { return }
      let weight = weights.map { weights in { (row: Int) in Double(weights[row]) } }
      guard sketch.keepsFew else {
        fingerprint(values, count: range.count, columns: columns, seed: seed)
        return fingerprints.withUnsafeBufferPointer { fingerprints in
          sketch.add(
            range.count, { fingerprints[$0].draw }, { fingerprints[$0] },
            UnsafeRawBufferPointer(values), from: range.lowerBound, weight: weight)
        }
      }
      withUnsafeTemporaryAllocation(of: UInt64.self, capacity: range.count) { draws in
        guard let start = draws.baseAddress else { return }
        RowFingerprint.writeDraws(
          of: rows, count: range.count, columns: columns, seed: seed, into: start)
        sketch.add(
          range.count, { start[$0] },
          { RowFingerprint(of: rows + $0 * columns, columns: columns, seed: seed) },
          UnsafeRawBufferPointer(values), from: range.lowerBound, weight: weight)
      }
    }

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

  /// Whether most rows are left alone, so that their draws are all that is needed.
  private(set) var keepsFew = false

  /// Adds `count` rows that follow each other, the first of which is row `first`; `bytes` are
  /// theirs, and `weight` is `nil` where all weigh 1.
  @inline(__always)
  mutating func add(
    _ count: Int, _ draw: (Int) -> UInt64, _ fingerprint: (Int) -> RowFingerprint,
    _ bytes: UnsafeRawBufferPointer, from first: Int, weight: ((Int) -> Double)?
  ) {
    var keptCount = 0
    for index in 0..<count {
      let own = draw(index)
      let mass = weight.map { $0(first &+ index) } ?? 1
      guard mass > 0 else { continue }
      guard own <= threshold else {
        heavy?.add(own, mass: mass)
        continue
      }
      keptCount &+= 1
      let entry = entry(of: fingerprint(index), place: first &+ index, bytes, index)
      entries[entry].count &+= 1
      if weight != nil { sums[entry].add(mass) }
      if entries.count > mostEntries { shrink() }
    }
    keepsFew = 8 * keptCount < count
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
    threshold = Self.number(at: limit, of: entries.map(\.fingerprint.draw))
    let kept = entries.indices.filter { entries[$0].fingerprint.draw <= threshold }
    if heavy != nil {
      for entry in entries.indices where entries[entry].fingerprint.draw > threshold {
        let mass = mass(of: entry)
        heavy?.add(entries[entry].fingerprint.draw, mass: mass)
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

  /// The number that has `place` in the order of some, which are spread evenly up to the largest.
  private static func number(at place: Int, of numbers: [UInt64]) -> UInt64 {
    // Those below one bin are counted only, and those in it sorted.
    let most = numbers.max() ?? 0
    let shift = UInt64(max(0, 64 - most.leadingZeroBitCount - 14))
    var sizes = [Int](repeating: 0, count: Int(most >> shift) + 1)
    for number in numbers { sizes[Int(number >> shift)] += 1 }
    var (bin, rest) = (0, place)
    while sizes[bin] <= rest {
      rest -= sizes[bin]
      bin += 1
    }
    return numbers.filter { Int($0 >> shift) == bin }.sorted()[rest]
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

  /// The rows that draw more than `bound` and may hold a mass of `least`.
  static func candidates(
    beyond bound: UInt64, of sketches: [RowSketch], least: Double
  ) -> HeavyRowCandidates {
    let counts = sketches.compactMap { sketch in
      var counts = sketch.heavy
      for entry in sketch.entries.indices where sketch.entries[entry].fingerprint.draw > bound {
        counts?.add(sketch.entries[entry].fingerprint.draw, mass: sketch.mass(of: entry))
      }
      return counts
    }
    // Sums of weights are rounded.
    return HeavyRowCounts.heavy(least: least * (1 - 1e-9), in: counts)
  }

  /// The `limit` smallest of all threads together, whether there are more, the bytes of their rows,
  /// and the largest draw among them.
  static func smallest(
    _ limit: Int, of sketches: [RowSketch]
  ) -> (
    places: [Int], masses: [Double], isPartial: Bool, bytes: [UInt8], largestDraw: UInt64
  ) {
    typealias Key = (draw: UInt64, sketch: Int32, entry: Int32)
    var keys: [Key] = []
    keys.reserveCapacity(sketches.reduce(0) { $0 + $1.entries.count })
    for (number, sketch) in sketches.enumerated() {
      for (index, entry) in sketch.entries.enumerated() {
        keys.append((entry.fingerprint.draw, Int32(number), Int32(index)))
      }
    }
    func entry(_ key: Key) -> Entry { sketches[Int(key.sketch)].entries[Int(key.entry)] }
    keys.sort { a, b in
      if a.draw != b.draw { return a.draw < b.draw }
      let (x, y) = (entry(a), entry(b))
      return (x.fingerprint.identity, x.place) < (y.fingerprint.identity, y.place)
    }
    var places: [Int] = []
    var masses: [Double] = []
    var bytes: [UInt8] = []
    bytes.reserveCapacity(min(limit, keys.count) * (sketches.first?.rowSize ?? 0))
    var next = 0
    while next < keys.count, places.count < limit {
      let (first, start) = (entry(keys[next]), keys[next])
      let sketch = sketches[Int(start.sketch)]
      var (count, sum) = (0, sketch.sums.isEmpty ? nil : sketch.sums[Int(start.entry)])
      while next < keys.count, entry(keys[next]).fingerprint == first.fingerprint {
        count += entry(keys[next]).count
        let other = sketches[Int(keys[next].sketch)]
        if keys[next] != start, sum != nil { sum?.add(other.sums[Int(keys[next].entry)]) }
        next += 1
      }
      places.append(first.place)
      masses.append(sum?.value ?? Double(count))
      let size = sketch.rowSize
      bytes += sketch.copies[(Int(start.entry) * size)..<((Int(start.entry) + 1) * size)]
    }
    return (places, masses, next < keys.count, bytes, next > 0 ? keys[next - 1].draw : 0)
  }
}
