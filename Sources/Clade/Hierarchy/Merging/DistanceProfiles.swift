import CladeCore

/// An order of rows of which only the distances are known.
///
/// Rows are sorted by what distances they have from all others, and rows for which these are the
/// same by what distances they have from which rows. Rows that are still alike after that stay in
/// the order in which they came: where they can take each other's places the tree is the same but
/// for their numbers, and where they can't, which is rare, ties between them may fall one way or
/// the other.
struct DistanceProfiles<Scalar: MatrixScalar> {
  private let rows: PreparedRows<Scalar>

  /// - Parameter rows: Given distances.
  init(_ rows: PreparedRows<Scalar>) {
    self.rows = rows
  }

  /// The rows in order (n).
  ///
  /// - Complexity: O(n²).
  func order(threads: Int?) -> [Int32] {
    let count = rows.rowCount
    var marks = marks(with: Array(repeating: 0, count: count), threads: threads)
    var distinct = Set(marks).count
    while distinct < count {
      let finer = self.marks(with: marks, threads: threads)
      let found = Set(finer).count
      guard found > distinct else { break }
      (marks, distinct) = (finer, found)
    }
    return (0..<Int32(count)).sorted {
      let (a, b) = (marks[Int($0)], marks[Int($1)])
      return a != b ? a < b : $0 < $1
    }
  }

  /// For each row a number that is made of its mark, its distances and the marks of the rows at the
  /// other end, in no order.
  private func marks(with marks: [UInt64], threads: Int?) -> [UInt64] {
    let count = rows.rowCount
    return ParallelChunks.map(count: count, chunkSize: 64, threads: threads) { _, range in
      rows.coordinates.withUnsafeBufferPointer { given in
        range.map { row in
          var sum = Self.mixed(marks[row])
          for other in 0..<count where other != row {
            let (first, second) = (min(row, other), max(row, other))
            let distance =
              rows.form == .lookedUp
              ? given[row &* count &+ other]
              : given[first &* (2 &* count &- first &- 1) / 2 &+ second &- first &- 1]
            sum &+= Self.mixed(Double(distance + 0).bitPattern ^ (marks[other] &* 0x9E37_79B9))
          }
          return sum
        }
      }
    }.flatMap { $0 }
  }

  /// The bits of a number spread over all of them (the finisher of SplitMix64).
  @inline(__always)
  private static func mixed(_ bits: UInt64) -> UInt64 {
    var z = bits &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
