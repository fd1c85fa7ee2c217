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
  /// - Complexity: O(n) time, and O(m log m) for stretches of m rows; 12 bytes for each of the rows
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
      withUnsafeTemporaryAllocation(of: UInt32.self, capacity: range.count) { own in
        // Every row is written, and stays if it is one of them: which are can't be guessed.
        var count = 0
        return fingerprints.withUnsafeBufferPointer { fingerprints in
          for row in range {
            own[count] = UInt32(truncatingIfNeeded: row)
            count &+= marks.bit(of: Int(fingerprints[row] &>> shift))
          }
          return own[..<count].map { row in
            (row, UInt32(truncatingIfNeeded: marks.number(of: fingerprints[Int(row)] &>> shift)))
          }
        }
      }
    }
    rows = Array(inLargePages: total) { [offsets] rows in
      var next = offsets
      next.withUnsafeMutableBufferPointer { next in
        for (row, number) in found.joined() {
          rows[next[Int(number)]] = row
          next[Int(number)] += 1
        }
      }
      nonisolated(unsafe) let rows = rows
      ParallelChunks.forEach(count: stretches.count, chunkSize: 256, threads: threads) { _, some in
        for number in some {
          Self.sort(
            UnsafeMutableBufferPointer(rebasing: rows[offsets[number]..<offsets[number + 1]]),
            fingerprints, weights)
        }
      }
    }
  }

  /// Puts the rows of a stretch, which ascend, in order.
  private static func sort(
    _ rows: UnsafeMutableBufferPointer<UInt32>, _ fingerprints: [UInt64], _ weights: [Scalar]?
  ) {
    var rows = rows
    if let weights {
      return rows.sort { a, b in
        let (x, y) = (fingerprints[Int(a)], fingerprints[Int(b)])
        guard x == y else { return x < y }
        let (v, w) = (weights[Int(a)], weights[Int(b)])
        return v != w ? v < w : a < b
      }
    }
    // Many rows are mostly equal ones, which are in order.
    guard rows.count > 64 else { return sortFew(rows, fingerprints) }
    let first = fingerprints[Int(rows[0])]
    if rows.allSatisfy({ fingerprints[Int($0)] == first }) { return }
    rows.sort { a, b in
      let (x, y) = (fingerprints[Int(a)], fingerprints[Int(b)])
      return x != y ? x < y : a < b
    }
  }

  private static func sortFew(
    _ rows: UnsafeMutableBufferPointer<UInt32>, _ fingerprints: [UInt64]
  ) {
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: rows.count) { keys in
      for index in rows.indices {
        let (row, key) = (rows[index], fingerprints[Int(rows[index])])
        var place = index
        while place > 0, keys[place &- 1] > key {
          keys[place] = keys[place &- 1]
          rows[place] = rows[place &- 1]
          place &-= 1
        }
        (keys[place], rows[place]) = (key, row)
      }
    }
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
  func number(of stretch: UInt64) -> Int {
    let stretch = Int(stretch)
    let lower = words[stretch >> 6] & ((1 &<< UInt64(stretch & 63)) &- 1)
    return before[stretch >> 6] &+ lower.nonzeroBitCount
  }
}
