import CladeCore

/// The rows of some stretches of fingerprints, see ``RowDraws``, in the order of their
/// fingerprints.
struct StretchRows<Scalar: MatrixScalar> {
  /// One stretch after the other; equal rows by their weights.
  let rows: [UInt32]
  /// Where the rows of each stretch begin, and their number.
  private let offsets: [Int]

  /// Looks for them among all.
  ///
  /// - Parameters:
  ///   - stretches: Which ones, ascending.
  ///   - starts: How many rows come before each of all stretches; and the number of rows.
  ///   - fingerprints: Those of all rows (n).
  ///   - shift: By how many bits the stretch of a fingerprint is higher.
  ///   - weights: Of all rows (n), if they have any.
  /// - Complexity: O(n) time, and O(m log m) for stretches of m rows; 8 bytes for each of the rows
  ///   that are found.
  init(
    _ stretches: [Int], _ starts: [Int], _ fingerprints: [UInt64], shift: UInt64,
    weights: [Scalar]?, threads: Int?
  ) {
    var total = 0
    var offsets = stretches.map { stretch in
      defer { total += starts[stretch + 1] - starts[stretch] }
      return total
    }
    offsets.append(total)
    self.offsets = offsets
    guard total > 0 else {
      rows = []
      return
    }
    let marks = StretchMarks(stretches, of: starts.count - 1)
    let found = ParallelChunks.map(
      count: fingerprints.count, chunkSize: 1 << 16, threads: threads
    ) { _, range in
      // Every row is written, and stays if it is one of them: which are can't be guessed.
      withUnsafeTemporaryAllocation(of: UInt32.self, capacity: range.count) { own in
        var count = 0
        fingerprints.withUnsafeBufferPointer { fingerprints in
          for row in range {
            own[count] = UInt32(truncatingIfNeeded: row)
            count &+= marks.bit(of: Int(fingerprints[row] &>> shift))
          }
        }
        return Array(own[..<count])
      }
    }
    rows = Array(inLargePages: total) { [offsets] rows in
      var next = offsets
      for row in found.joined() {
        let number = marks.number(of: Int(fingerprints[Int(row)] &>> shift))
        rows[next[number]] = row
        next[number] += 1
      }
      nonisolated(unsafe) let rows = rows
      ParallelChunks.forEach(count: stretches.count, chunkSize: 256, threads: threads) { _, some in
        var keyed: [Keyed] = []
        for number in some {
          let own = UnsafeMutableBufferPointer(
            rebasing: rows[offsets[number]..<offsets[number + 1]])
          Self.sort(own, fingerprints, weights, &keyed)
        }
      }
    }
  }

  private typealias Keyed = (fingerprint: UInt64, row: UInt32)

  /// Puts the rows of a stretch in order; `keyed` is memory to work in.
  private static func sort(
    _ rows: UnsafeMutableBufferPointer<UInt32>, _ fingerprints: [UInt64], _ weights: [Scalar]?,
    _ keyed: inout [Keyed]
  ) {
    keyed.removeAll(keepingCapacity: true)
    for row in rows { keyed.append((fingerprints[Int(row)], row)) }
    if keyed.count <= 64 {
      for index in keyed.indices.dropFirst() {
        let own = keyed[index]
        var place = index
        while place > 0, keyed[place - 1].fingerprint > own.fingerprint {
          keyed[place] = keyed[place - 1]
          place -= 1
        }
        keyed[place] = own
      }
    } else {
      keyed.sort { $0.fingerprint < $1.fingerprint }
    }
    if let weights {
      keyed.sort { a, b in
        a.fingerprint != b.fingerprint
          ? a.fingerprint < b.fingerprint : weights[Int(a.row)] < weights[Int(b.row)]
      }
    }
    for (index, own) in keyed.enumerated() { rows[index] = own.row }
  }

  /// The rows of the stretch of a number among those that were asked for.
  subscript(number: Int) -> ArraySlice<UInt32> { rows[offsets[number]..<offsets[number + 1]] }
}

/// Which stretches are wanted: a bit for each, and how many are before each word of them.
private struct StretchMarks: Sendable {
  private var words: [UInt64]
  private var before: [Int]

  init(_ stretches: [Int], of count: Int) {
    words = Array(repeating: 0, count: count / 64 + 1)
    for stretch in stretches { words[stretch / 64] |= 1 << UInt64(stretch % 64) }
    var sum = 0
    before = words.map { word in
      defer { sum += word.nonzeroBitCount }
      return sum
    }
  }

  /// 1 for a stretch that is wanted, otherwise 0.
  @inline(__always)
  func bit(of stretch: Int) -> Int {
    Int(truncatingIfNeeded: words[stretch >> 6] &>> UInt64(stretch & 63) & 1)
  }

  /// How many wanted ones come before one of them.
  @inline(__always)
  func number(of stretch: Int) -> Int {
    let lower = words[stretch >> 6] & ((1 &<< UInt64(stretch & 63)) &- 1)
    return before[stretch >> 6] &+ lower.nonzeroBitCount
  }
}
