import CladeCore

/// An upper bound on the mass of all rows equal to a row, from one pass in bounded memory.
///
/// Rows are counted by a hash of their values, as in a row of a count-min sketch ("An Improved Data
/// Stream Summary: The Count-Min Sketch and Its Applications", Cormode and Muthukrishnan, 2005);
/// sums of integers don't depend on the order of the rows.
struct MassSketch: Sendable {
  private let counts: [UInt64]
  private let unit: Double

  /// Counts all rows.
  ///
  /// - Complexity: O(n · d) time; 16 bytes a row, but at most 64 MiB, for each thread.
  init<Scalar: MatrixScalar>(_ input: CoresetInput<Scalar>, seed: UInt64) throws {
    var slots = 1024
    while slots < 2 * input.rowCount, slots < 1 << 23 { slots *= 2 }
    let isWeighted = input.givenWeights != nil
    let unit = isWeighted ? max(input.heaviest * 0x1p-24, .leastNormalMagnitude) : 1
    self.unit = unit * (1 + 0x1p-40)
    let (columns, count) = (input.columnCount, slots)
    let workers = try ParallelChunks.reduce(
      count: input.rowCount, chunkSize: input.rows.preferredChunkSize, threads: input.threads,
      state: { [UInt64](repeating: 0, count: count) }
    ) { counts, _, range in
      try input.rows.withRows(range) { rows in
        RowFingerprint.forEach(rows, count: range.count, columns: columns, seed: seed) {
          index, fingerprint in
          let parts =
            isWeighted
            ? UInt64((input.weight(of: range.lowerBound &+ index) / unit).rounded(.up)) : 1
          counts[Int(truncatingIfNeeded: fingerprint.identity) & (count &- 1)] &+= parts
        }
      }
    }
    counts = workers.dropFirst().reduce(into: workers.first ?? []) { sum, part in
      for index in sum.indices { sum[index] &+= part[index] }
    }
  }

  /// At least the mass of the rows with this fingerprint.
  @inline(__always)
  func bound(_ fingerprint: RowFingerprint) -> Double {
    Double(counts[Int(truncatingIfNeeded: fingerprint.identity) & (counts.count &- 1)]) * unit
  }
}

extension RowFingerprint {
  /// Calls `body` with the fingerprint of each of `count` rows.
  @inline(__always)
  static func forEach<Scalar: MatrixScalar>(
    _ rows: UnsafeBufferPointer<Scalar>, count: Int, columns: Int, seed: UInt64,
    _ body: (Int, RowFingerprint) -> Void
  ) {
    withUnsafeTemporaryAllocation(of: RowFingerprint.self, capacity: count) { fingerprints in
      guard let from = rows.baseAddress, let to = fingerprints.baseAddress else { return }
      RowFingerprint.write(of: from, count: count, columns: columns, seed: seed, into: to)
      for index in 0..<count { body(index, to[index]) }
    }
  }
}
