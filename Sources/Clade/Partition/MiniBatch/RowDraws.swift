import CladeCore

/// Rows of any source drawn with replacement, each with a probability proportional to its weight.
///
/// A draw is a place in the order of the rows' fingerprints, so which values are drawn follows from
/// the seed and the rows' values, not from where the rows stand, and a weight of 3 is the same as
/// three equal rows. The order is found by parts: only stretches that are drawn from are sorted,
/// unless there are weights. (Two rows that differ have the same fingerprint of 64 bits with a
/// chance of 2⁻⁶⁴.)
package struct RowDraws<Scalar: MatrixScalar> {
  private let fingerprints: [UInt64]
  /// The rows by stretches of fingerprints, which ascend; inside of a stretch once it is sorted.
  private var rows: [UInt32]
  /// Where each stretch begins, and the number of rows.
  private let starts: [Int]
  /// The stretch of a fingerprint is its highest bits.
  private let shift: UInt64
  private var isSorted: [Bool]
  /// The weight of all rows before each place, and of all rows; `nil` where all weigh the same.
  private var massesBefore: [Double]?
  private var random: CounterRandom

  /// The rows in a stretch, about.
  private static var stretch: Int { 16 }

  /// Reads all rows once.
  ///
  /// - Parameters:
  ///   - source: n × d, not NaN.
  ///   - weights: Positive weights (n).
  ///   - seed: Chooses the draws.
  /// - Throws: `CladeError.cannotRead`; `CladeError.invalidParameter` for more than 2³² rows.
  /// - Complexity: O(n · d) time and 13 bytes a row, up to 17 for a while; with weights
  ///   O(n · d + n log n).
  package init(
    _ source: any RowSource<Scalar>, weights: [Scalar]?, seed: UInt64, threads: Int?
  ) throws {
    let count = source.rowCount
    guard count <= Int(UInt32.max) else {
      throw CladeError.invalidParameter(
        name: "data", value: "\(count) rows", reason: "use at most 2^32 rows")
    }
    random = CounterRandom(seed: seed, stream: 1 << 61)
    fingerprints = try Self.fingerprints(of: source, seed: seed, threads: threads)
    var bits = UInt64(0)
    while count >> Int(bits) > Self.stretch, bits < 32 { bits += 1 }
    shift = 64 - bits
    (rows, starts) = Self.distribute(fingerprints, bits: bits, threads: threads)
    isSorted = Array(repeating: false, count: starts.count - 1)
    guard let weights else { return }
    for stretch in isSorted.indices { sort(stretch, weights) }
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
    return try Array(unsafeUninitializedCapacity: count) { buffer, initialized in
      nonisolated(unsafe) let target = buffer
      try ParallelChunks.forEach(
        count: count, chunkSize: source.preferredChunkSize, threads: threads
      ) { _, range in
        let whole = try [RowFingerprint](unsafeUninitializedCapacity: range.count) {
          whole, filled in
          try source.withRows(range) { values in
            guard let rows = values.baseAddress, let start = whole.baseAddress else { return }
            RowFingerprint.write(
              of: rows, count: range.count, columns: columns, seed: seed, into: start)
            filled = range.count
          }
        }
        for (offset, fingerprint) in whole.enumerated() {
          target.initializeElement(at: range.lowerBound + offset, to: fingerprint.draw)
        }
      }
      initialized = count
    }
  }

  /// The rows sorted by the highest bits of their fingerprints, and where each stretch begins; rows
  /// of one stretch in their order.
  private static func distribute(
    _ fingerprints: [UInt64], bits: UInt64, threads: Int?
  ) -> (rows: [UInt32], starts: [Int]) {
    // First by a few of the bits, as there are too many stretches to write to all of them at a
    // time.
    let first = min(bits, 11)
    var parts = [Int](repeating: 0, count: (1 << Int(first)) + 1)
    for fingerprint in fingerprints { parts[Int(fingerprint >> (64 - first)) + 1] += 1 }
    for index in parts.indices.dropFirst() { parts[index] += parts[index - 1] }
    var next = parts
    var rows = [UInt32](unsafeUninitializedCapacity: fingerprints.count) { rows, initialized in
      for (row, fingerprint) in fingerprints.enumerated() {
        let part = Int(fingerprint >> (64 - first))
        rows[next[part]] = UInt32(row)
        next[part] += 1
      }
      initialized = fingerprints.count
    }
    let rest = bits - first
    var starts = [Int](repeating: fingerprints.count, count: (1 << Int(bits)) + 1)
    let ranges = parts
    rows.withUnsafeMutableBufferPointer { rows in
      starts.withUnsafeMutableBufferPointer { starts in
        nonisolated(unsafe) let (rows, starts) = (rows, starts)
        ParallelChunks.forEach(count: 1 << Int(first), chunkSize: 16, threads: threads) { _, some in
          for part in some {
            let range = ranges[part]..<ranges[part + 1]
            distribute(
              UnsafeMutableBufferPointer(rebasing: rows[range]), from: range.lowerBound,
              starts: UnsafeMutableBufferPointer(
                rebasing: starts[(part << Int(rest))..<((part + 1) << Int(rest))])
            ) {
              Int((fingerprints[Int($0)] << first) >> (64 - rest))
            }
          }
        }
      }
    }
    return (rows, starts)
  }

  /// Sorts a part of the rows, the first of which has a place among all, by what stretch of the
  /// part they are in.
  private static func distribute(
    _ rows: UnsafeMutableBufferPointer<UInt32>, from place: Int,
    starts: UnsafeMutableBufferPointer<Int>, by stretch: (UInt32) -> Int
  ) {
    // All rows, where all are equal: no more than their numbers is copied.
    let own = Array(rows)
    var next = [Int](repeating: 0, count: starts.count + 1)
    for row in own { next[stretch(row) + 1] += 1 }
    for index in starts.indices {
      next[index + 1] += next[index]
      starts[index] = place + next[index]
    }
    for row in own {
      let own = stretch(row)
      rows[next[own]] = row
      next[own] += 1
    }
  }

  /// Puts the rows of a stretch in the order of their fingerprints; equal ones by their weights.
  private mutating func sort(_ stretch: Int, _ weights: [Scalar]?) {
    guard !isSorted[stretch] else { return }
    isSorted[stretch] = true
    let (fingerprints, range) = (fingerprints, starts[stretch]..<starts[stretch + 1])
    rows.withUnsafeMutableBufferPointer { rows in
      var stretch = UnsafeMutableBufferPointer(rebasing: rows[range])
      stretch.sort { a, b in
        let (x, y) = (fingerprints[Int(a)], fingerprints[Int(b)])
        guard x == y, let weights else { return x < y }
        return weights[Int(a)] < weights[Int(b)]
      }
    }
  }

  /// The distinct rows with the smallest fingerprints, at most `limit`, and the mass of the rows
  /// equal to each: the same as a ``DistinctRowSample`` with that seed. As there, rows that hold 16
  /// / `limit` of all mass or more are taken besides, and the masses of the others grow to stand
  /// for what is left.
  ///
  /// - Complexity: O(n) at most; what is sorted are the stretches that are looked through.
  package mutating func distinctRows(
    limit: Int, weights: [Scalar]?
  ) -> (places: [Int], masses: [Double]) {
    let total = massesBefore?[rows.count] ?? Double(rows.count)
    let least = 16 / Double(limit) * total
    var taken: [DistinctRow] = []
    var stretch = 0
    var missed: [DistinctRow] = []
    while stretch < isSorted.count, taken.count < limit {
      let found = distinctRows(in: stretch, weights)
      let room = min(found.count, limit - taken.count)
      taken += found[..<room]
      missed += found[room...]
      stretch += 1
    }
    guard stretch < isSorted.count || !missed.isEmpty else {
      return (taken.map(\.place), taken.map(\.mass))
    }
    // Equal rows are in one stretch, so others needn't be looked at.
    for rest in stretch..<isSorted.count where mass(of: rest) >= least * (1 - 1e-9) {
      missed += distinctRows(in: rest, weights)
    }
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

  /// One of several equal rows, and the mass of all of them.
  private struct DistinctRow {
    let place: Int
    var mass: Double
  }

  /// The distinct rows of a stretch, by their fingerprints.
  private mutating func distinctRows(in stretch: Int, _ weights: [Scalar]?) -> [DistinctRow] {
    sort(stretch, weights)
    var found: [DistinctRow] = []
    var last: UInt64?
    for row in rows[starts[stretch]..<starts[stretch + 1]] {
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

  /// Draws `count` rows.
  mutating func draw(_ count: Int) -> [Int] {
    (0..<count).map { _ in
      let u = random.uniform()
      guard let massesBefore else {
        let place = min(rows.count - 1, Int(u * Double(rows.count)))
        sort(stretch(of: place), nil)
        return Int(rows[place])
      }
      let target = u * massesBefore[rows.count]
      // The last place whose mass before it isn't above the target.
      var (low, high) = (0, rows.count)
      while high - low > 1 {
        let middle = (low + high) / 2
        if massesBefore[middle] <= target { low = middle } else { high = middle }
      }
      return Int(rows[low])
    }
  }

  /// The stretch that a place lies in.
  private func stretch(of place: Int) -> Int {
    // Its row has the bits, whether it is sorted or not.
    Int(fingerprints[Int(rows[place])] >> shift)
  }
}
