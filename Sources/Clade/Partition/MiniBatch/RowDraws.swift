import CladeCore

/// Rows of any source drawn with replacement, each with a probability proportional to its weight.
///
/// A draw is a place in the order of the rows' fingerprints, so which values are drawn follows from
/// the seed and the rows' values, not from where the rows stand, and a weight of 3 is the same as
/// three equal rows. Rows without weights aren't put in order before a part of them was drawn: it is
/// known how many are in each short stretch of fingerprints, and one look at all fingerprints finds
/// the rows of the stretches that are drawn from. So many rows are best drawn at a time. (Two rows
/// that differ have the same fingerprint of 64 bits with a chance of 2⁻⁶⁴.)
package struct RowDraws<Scalar: MatrixScalar> {
  private let fingerprints: [UInt64]
  /// How many rows come before each stretch of fingerprints; and the number of rows.
  private let starts: [Int]
  /// The stretch of a fingerprint is its highest bits.
  private let shift: UInt64
  /// All rows in order, where they have weights or many were drawn.
  private var order: [UInt32]?
  /// The weight of all rows before each place, and of all rows; `nil` where all weigh the same.
  private let massesBefore: [Double]?
  private var random: CounterRandom
  private var drawnCount = 0
  /// Rows that were drawn and not asked for yet.
  private var waiting: ArraySlice<Int> = []
  /// The rows of the first stretches, and how many these are, where they were found with others.
  private var first: (rows: StretchRows<Scalar>, count: Int)?
  private let threads: Int?

  /// The rows in a stretch, about.
  private static var stretch: Int { 8 }

  /// Reads all rows once.
  ///
  /// - Parameters:
  ///   - source: n × d, not NaN.
  ///   - weights: Positive weights (n).
  ///   - seed: Chooses the draws.
  ///   - threads: At most this many threads; what is drawn doesn't depend on it.
  /// - Throws: `CladeError.cannotRead`; `CladeError.invalidParameter` for more than 2³² rows.
  /// - Complexity: O(n · d) time and 9 bytes a row, up to 22 while equal rows are looked for that
  ///   are many; 13, up to 27 for a while, for few rows, and once a quarter as many were drawn as
  ///   there are. With weights O(n · d + n log n) time and 21 bytes.
  package init(
    _ source: any RowSource<Scalar>, weights: [Scalar]?, seed: UInt64, threads: Int?
  ) throws {
    let count = source.rowCount
    guard count <= Int(UInt32.max) else {
      throw CladeError.invalidParameter(
        name: "data", value: "\(count) rows", reason: "use fewer than 2^32 rows")
    }
    random = CounterRandom(seed: seed, stream: 1 << 61)
    self.threads = threads
    fingerprints = try Self.fingerprints(of: source, seed: seed, threads: threads)
    var bits = UInt64(1)
    while count >> Int(bits) > Self.stretch, bits < 32 { bits += 1 }
    shift = 64 - bits
    starts = Self.starts(of: fingerprints, bits: bits, threads: threads)
    guard let weights else {
      massesBefore = nil
      return
    }
    let rows = StretchRows(
      Array(0..<(starts.count - 1)), starts, fingerprints, shift: shift, weights: weights,
      threads: threads
    ).rows
    order = rows
    var mass = 0.0
    var masses = rows.map { row in
      defer { mass += Double(weights[Int(row)]) }
      return mass
    }
    masses.append(mass)
    massesBefore = masses
  }

  private static func fingerprints(
    of source: any RowSource<Scalar>, seed: UInt64, threads: Int?
  ) throws -> [UInt64] {
    let (count, columns) = (source.rowCount, source.columnCount)
    return try Array(inLargePages: count) { buffer in
      nonisolated(unsafe) let target = buffer
      try ParallelChunks.forEach(
        count: count, chunkSize: source.preferredChunkSize, threads: threads
      ) { _, range in
        try source.withRows(range) { values in
          guard let rows = values.baseAddress, let start = target.baseAddress else { return }
          RowFingerprint.writeDraws(
            of: rows, count: range.count, columns: columns, seed: seed,
            into: start + range.lowerBound)
        }
      }
    }
  }

  /// How many rows come before each stretch, and how many there are.
  private static func starts(of fingerprints: [UInt64], bits: UInt64, threads: Int?) -> [Int] {
    let (shift, count) = (64 - bits, 1 << Int(bits))
    // A few threads, as each counts for itself.
    let counts = ParallelChunks.reduce(
      count: fingerprints.count, chunkSize: 1 << 16,
      threads: min(4, threads ?? ParallelChunks.defaultThreadCount),
      state: { [UInt32](repeating: 0, count: count) }
    ) { counts, _, rows in
      counts.withUnsafeMutableBufferPointer { counts in
        for row in rows { counts[Int(fingerprints[row] &>> shift)] &+= 1 }
      }
    }
    var (starts, before) = ([Int](), 0)
    starts.reserveCapacity(count + 1)
    for stretch in 0..<count {
      starts.append(before)
      for own in counts { before += Int(own[stretch]) }
    }
    starts.append(before)
    return starts
  }

  // MARK: Distinct rows

  /// The distinct rows with the smallest fingerprints, at most `limit`, and the mass of the rows
  /// equal to each: the same as a ``DistinctRowSample`` with that seed. As there, rows that hold 16
  /// / `limit` of all mass or more are taken besides, and the masses of the others grow to stand
  /// for what is left.
  ///
  /// - Complexity: O(n) where most rows differ; O(n log n) at most.
  package mutating func distinctRows(
    limit: Int, weights: [Scalar]?
  ) -> (places: [Int], masses: [Double]) {
    let stretchCount = starts.count - 1
    let total = massesBefore?.last ?? Double(fingerprints.count)
    let least = 16 / Double(limit) * total
    var taken: [DistinctRow] = []
    var missed: [DistinctRow] = []
    var stretch = 0
    // As many stretches again where rows don't all differ.
    var step = first?.count ?? firstStretches(for: limit)
    while stretch < stretchCount, taken.count < limit {
      let some = stretch..<min(stretchCount, stretch + step)
      let rows = stretch == 0 ? first?.rows ?? rows(of: some, weights) : rows(of: some, weights)
      for number in 0..<some.count where taken.count < limit {
        let found = distinctRows(rows[number], weights)
        let room = min(found.count, limit - taken.count)
        taken += found[..<room]
        missed += found[room...]
        stretch += 1
      }
      step *= 2
    }
    first = nil
    guard stretch < stretchCount || !missed.isEmpty else {
      return (taken.map(\.place), taken.map(\.mass))
    }
    // Equal rows are in one stretch, so others needn't be looked at.
    let rest = (stretch..<stretchCount).filter { mass(of: $0) >= least * (1 - 1e-9) }
    let rows = rows(of: rest, weights)
    for number in rest.indices { missed += distinctRows(rows[number], weights) }
    missed.removeAll { $0.mass < least }
    let light = taken.filter { $0.mass < least }.reduce(0) { $0 + $1.mass }
    let heavy = (taken + missed).filter { $0.mass >= least }.reduce(0) { $0 + $1.mass }
    if heavy > 0, light > 0, total - heavy > light {
      let growth = (total - heavy) / light
      for index in taken.indices where taken[index].mass < least { taken[index].mass *= growth }
    }
    taken += missed
    return (taken.map(\.place), taken.map(\.mass))
  }

  /// A few stretches more than would do for `limit` distinct rows where all rows differ.
  private func firstStretches(for limit: Int) -> Int {
    min(starts.count - 1, limit / Self.stretch * 5 / 4 + 16)
  }

  /// One of several equal rows, and the mass of all of them.
  private struct DistinctRow {
    let place: Int
    var mass: Double
  }

  /// The distinct ones of rows in the order of their fingerprints.
  private func distinctRows(_ rows: ArraySlice<UInt32>, _ weights: [Scalar]?) -> [DistinctRow] {
    var found: [DistinctRow] = []
    var last: UInt64?
    for row in rows {
      let fingerprint = fingerprints[Int(row)]
      let mass = weights.map { Double($0[Int(row)]) } ?? 1
      if fingerprint == last {
        found[found.count - 1].mass += mass
      } else {
        last = fingerprint
        found.append(DistinctRow(place: Int(row), mass: mass))
      }
    }
    return found
  }

  /// The mass of all rows of a stretch.
  private func mass(of stretch: Int) -> Double {
    let (start, end) = (starts[stretch], starts[stretch + 1])
    return massesBefore.map { $0[end] - $0[start] } ?? Double(end - start)
  }

  /// The rows of some stretches, which ascend.
  private func rows(
    of stretches: some Collection<Int>, _ weights: [Scalar]?
  ) -> StretchRows<Scalar> {
    StretchRows(
      Array(stretches), starts, fingerprints, shift: shift, weights: weights, threads: threads)
  }

  // MARK: Drawing

  /// Draws `count` rows.
  ///
  /// - Parameters:
  ///   - count: How many.
  ///   - limit: For how many ``distinctRows(limit:weights:)`` will be asked, which one look finds with
  ///     those drawn first.
  /// - Complexity: O(n + count · log count) time, and 150 bytes a draw; with weights, or once many
  ///   were drawn, O(count · log n).
  package mutating func draw(_ count: Int, beforeDistinctRows limit: Int = 0) -> [Int] {
    if waiting.count < count {
      // Twice as many as before, as one look at all fingerprints finds the rows of many.
      let most = max(1 << 16, fingerprints.count / 64)
      let more = max(count - waiting.count, min(drawnCount, most))
      waiting += drawMore(more, firstCount: limit > 0 ? firstStretches(for: limit) : 0)
      drawnCount += more
    }
    defer { waiting.removeFirst(count) }
    return Array(waiting.prefix(count))
  }

  private mutating func drawMore(_ count: Int, firstCount: Int) -> [Int] {
    let total = fingerprints.count
    if let massesBefore, let order {
      return (0..<count).map { _ in
        let target = random.uniform() * massesBefore[total]
        // The last place whose mass before it isn't above the target.
        var (low, high) = (0, total)
        while high - low > 1 {
          let middle = (low + high) / 2
          if massesBefore[middle] <= target { low = middle } else { high = middle }
        }
        return Int(order[low])
      }
    }
    let places = (0..<count).map { _ in min(total - 1, Int(random.uniform() * Double(total))) }
    if order == nil, drawnCount + count > total / 4 || total <= 1 << 18 {
      order = rows(of: Array(0..<(starts.count - 1)), nil).rows
    }
    if let order { return places.map { Int(order[$0]) } }
    let found = rows(at: places, firstCount: firstCount)
    if firstCount > 0 { first = (found.rows, firstCount) }
    return found.drawn
  }

  /// The rows at some places of the order, found together with those of the first stretches.
  private func rows(
    at places: [Int], firstCount: Int
  ) -> (drawn: [Int], rows: StretchRows<Scalar>) {
    // By place, so that stretches ascend; and who asked for it.
    let wanted = places.enumerated().map { UInt64($0.element) << 32 | UInt64($0.offset) }.sorted()
    var (stretches, numbers) = (Array(0..<firstCount), [Int]())
    numbers.reserveCapacity(wanted.count)
    var stretch = 0
    for key in wanted {
      stretch = self.stretch(of: Int(key >> 32), from: stretch)
      if stretch >= firstCount, stretches.last != stretch { stretches.append(stretch) }
      numbers.append(stretch < firstCount ? stretch : stretches.count - 1)
    }
    let rows = rows(of: stretches, nil)
    var found = [Int](repeating: 0, count: places.count)
    for (key, number) in zip(wanted, numbers) {
      let place = Int(key >> 32) - starts[stretches[number]]
      let own = rows[number]
      found[Int(key & 0xFFFF_FFFF)] = Int(own[own.startIndex + place])
    }
    return (found, rows)
  }

  /// The stretch that a place lies in, which isn't before a given one.
  private func stretch(of place: Int, from first: Int) -> Int {
    // The last one that begins no later: those that begin there too are empty.
    var (low, step) = (first, 1)
    while low + step < starts.count - 1, starts[low + step] <= place {
      low += step
      step *= 2
    }
    var high = min(low + step, starts.count - 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= place { low = middle } else { high = middle }
    }
    return low
  }
}
