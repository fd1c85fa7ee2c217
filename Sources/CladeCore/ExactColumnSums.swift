import CKernels

/// Sums of the rows of a matrix by group, column by column, that do not depend on the order in
/// which rows are added, on chunks, threads or instruction sets; see ``ExactSum`` for the
/// exactness.
///
/// Since nothing is rounded, a row can also be taken away again: moving rows between groups gives
/// the same bits as summing everything anew.
///
/// Memory is 16 bytes a group and column. Integers may wrap around while rows come and go: only
/// what a group holds has to fit, and up to 2¹⁹ rows do. Where a group gets more, everything is
/// folded into wider integers from then on, another 16 bytes.
package struct ExactColumnSums: Sendable {
  package let groupCount: Int
  package let columnCount: Int
  private let scales: [FixedPointScale]
  private let prescales: [Double]
  private let coarse: [Double]
  private let fine: [Double]
  /// Whether these are changes to be added to other sums, which may take away what isn't in them.
  private let areChanges: Bool
  /// The bits added since the last fold: groups × 2 × columns.
  private var recent: [Int64]
  private var recentAddends: [Int64]
  /// How many addends certainly fit before the next look at what groups hold.
  private var room = Self.limit
  /// groups × columns, in fine units; nothing before the first fold.
  private var totals: [Int128] = []
  private var foldedAddends: [Int64] = []

  /// The addends that an Int64 holds. A weighted row is two.
  private static let limit = 1 << (62 - FixedPointScale.partBits)

  /// The memory of sums that were never folded.
  package var byteCount: Int { recent.count * MemoryLayout<Int64>.stride }

  /// How many rows can be handed to ``withConcurrentAdder(rows:_:)`` at most.
  package static let concurrentRowLimit = limit / 4

  /// Creates empty sums.
  ///
  /// - Parameters:
  ///   - bounds: The largest magnitude in each column; with weights, times the largest weight.
  ///   - groups: The number of groups.
  package init(bounds: [Double], groups: Int = 1) {
    groupCount = groups
    columnCount = bounds.count
    scales = bounds.map { FixedPointScale(bound: $0) }
    prescales = scales.map(\.prescale)
    coarse = scales.map(\.coarse)
    fine = scales.map(\.fine)
    areChanges = false
    recent = Array(repeating: 0, count: groups * 2 * bounds.count)
    recentAddends = Array(repeating: 0, count: groups)
  }

  /// No changes yet to `sums`: rows may leave groups that they are in there.
  package init(changesOf sums: ExactColumnSums) {
    groupCount = sums.groupCount
    columnCount = sums.columnCount
    scales = sums.scales
    prescales = sums.prescales
    coarse = sums.coarse
    fine = sums.fine
    areChanges = true
    recent = Array(repeating: 0, count: sums.recent.count)
    recentAddends = Array(repeating: 0, count: sums.groupCount)
  }

  /// Adds rows to groups, or moves them from one group to another.
  ///
  /// - Parameters:
  ///   - rows: count × columns entries, of type `Float` or `Double`.
  ///   - before: The groups that the rows leave, if any; −1 for none. Rows that stay cost nothing.
  ///   - after: The groups that the rows join, −1 for none; `nil` for group 0.
  ///   - weights: A row's factor.
  /// - Returns: How many rows joined or left a group.
  @discardableResult
  package mutating func add<Scalar: MatrixScalar>(
    _ rows: UnsafePointer<Scalar>, count: Int, before: UnsafePointer<Int32>? = nil,
    after: UnsafePointer<Int32>? = nil, weights: UnsafePointer<Scalar>? = nil
  ) -> Int {
    let columns = columnCount
    var start = 0
    var moved = 0
    while start < count {
      if room < 2 { makeRoom() }
      let size = min(room / 2, count - start)
      moved += withAdder(locks: nil) { adder in
        adder.add(
          rows + start * columns, count: size, before: before.map { $0 + start },
          after: after.map { $0 + start }, weights: weights.map { $0 + start })
      }
      room -= 2 * size
      start += size
    }
    return moved
  }

  /// Calls `body` with what adds rows from several threads at the same time.
  ///
  /// - Parameters:
  ///   - rows: No more than these are added, at most ``concurrentRowLimit``.
  ///   - body: The adder is gone when it returns.
  package mutating func withConcurrentAdder<Result>(
    rows: Int, _ body: (ColumnAdder) throws -> Result
  ) rethrows -> Result {
    precondition(rows <= Self.concurrentRowLimit)
    if room < 2 * rows { makeRoom() }
    room -= 2 * rows
    var locks = [UInt32](repeating: 0, count: Int(CLADE_LOCKS * CLADE_LOCK_STRIDE))
    return try locks.withUnsafeMutableBufferPointer {
      try withAdder(locks: $0.baseAddress, body)
    }
  }

  private mutating func withAdder<Result>(
    locks: UnsafeMutablePointer<UInt32>?, _ body: (ColumnAdder) throws -> Result
  ) rethrows -> Result {
    let columns = columnCount
    return try prescales.withUnsafeBufferPointer { prescales in
      try coarse.withUnsafeBufferPointer { coarse in
        try fine.withUnsafeBufferPointer { fine in
          try recent.withUnsafeMutableBufferPointer { recent in
            try recentAddends.withUnsafeMutableBufferPointer { addends in
              try body(
                ColumnAdder(
                  columns: columns,
                  constants: clade_fixed_point(
                    prescale: prescales.baseAddress, coarse: coarse.baseAddress,
                    fine: fine.baseAddress),
                  sums: recent.baseAddress, addends: addends.baseAddress, locks: locks))
            }
          }
        }
      }
    }
  }

  /// Adds all rows of sums with the same bounds and groups.
  package mutating func add(_ other: ExactColumnSums) {
    precondition(scales == other.scales && groupCount == other.groupCount)
    let fits =
      totals.isEmpty && other.totals.isEmpty && !areChanges
      && zip(recentAddends, other.recentAddends).allSatisfy { $0 + $1 <= Self.limit / 2 }
    if fits {
      for index in recent.indices { recent[index] &+= other.recent[index] }
      for group in 0..<groupCount { recentAddends[group] += other.recentAddends[group] }
      room = 0  // Unknown.
      return
    }
    fold()
    for group in 0..<groupCount {
      foldedAddends[group] += other.addendCount(group: group)
      for column in 0..<columnCount {
        totals[group * columnCount + column] += other.total(group: group, column: column)
      }
    }
  }

  /// Forgets all rows.
  package mutating func reset() {
    for index in recent.indices { recent[index] = 0 }
    for index in recentAddends.indices { recentAddends[index] = 0 }
    totals = []
    foldedAddends = []
    room = Self.limit
  }

  /// The sum of one column over the rows of a group, rounded once.
  package func sum(group: Int = 0, column: Int) -> Double {
    scales[column].value(total(group: group, column: column))
  }

  /// The sum divided by a whole count, rounded once.
  package func mean(group: Int = 0, column: Int, count: Int) -> Double {
    scales[column].value(total(group: group, column: column), dividedBy: UInt64(count))
  }

  /// The sum over all groups divided by a whole count, rounded once.
  package func meanOfAllGroups(column: Int, count: Int) -> Double {
    let sum = (0..<groupCount).reduce(Int128(0)) { $0 + total(group: $1, column: column) }
    return scales[column].value(sum, dividedBy: UInt64(count))
  }

  /// The number of rows in a group; a row that was added with a weight counts as two.
  package func addendCount(group: Int) -> Int64 {
    recentAddends[group] + (foldedAddends.isEmpty ? 0 : foldedAddends[group])
  }

  private func total(group: Int, column: Int) -> Int128 {
    let addends = recentAddends[group]
    let index = group * 2 * columnCount + column
    let scale = scales[column]
    let high = recent[index] &- addends &* Int64(bitPattern: scale.coarse.bitPattern)
    let low = recent[index + columnCount] &- addends &* Int64(bitPattern: scale.fine.bitPattern)
    let sum = scale.total(coarse: high, fine: low)
    return totals.isEmpty ? sum : totals[group * columnCount + column] + sum
  }

  /// Finds out how many more addends fit, and folds where that's few.
  private mutating func makeRoom() {
    // Sums that were never folded hold the rows that are in a group and nothing else.
    if totals.isEmpty, !areChanges {
      room = Self.limit - Int(recentAddends.max() ?? 0)
      if room >= Self.limit / 2 { return }
    }
    fold()
  }

  private mutating func fold() {
    if totals.isEmpty {
      totals = Array(repeating: 0, count: groupCount * columnCount)
      foldedAddends = Array(repeating: 0, count: groupCount)
    }
    for group in 0..<groupCount {
      for column in 0..<columnCount {
        totals[group * columnCount + column] = total(group: group, column: column)
      }
    }
    for index in recent.indices { recent[index] = 0 }
    for index in recentAddends.indices {
      foldedAddends[index] += recentAddends[index]
      recentAddends[index] = 0
    }
    room = Self.limit
  }
}

/// Adds rows to ``ExactColumnSums``, from several threads if it has locks.
package struct ColumnAdder: @unchecked Sendable {
  // Unchecked: a group is written only by the thread that has its lock.
  fileprivate let columns: Int
  fileprivate let constants: clade_fixed_point
  fileprivate let sums: UnsafeMutablePointer<Int64>?
  fileprivate let addends: UnsafeMutablePointer<Int64>?
  fileprivate let locks: UnsafeMutablePointer<UInt32>?

  /// Adds rows to groups, or moves them; see
  /// ``ExactColumnSums/add(_:count:before:after:weights:)``.
  ///
  /// - Returns: How many rows joined or left a group.
  package func add<Scalar: MatrixScalar>(
    _ rows: UnsafePointer<Scalar>, count: Int, before: UnsafePointer<Int32>?,
    after: UnsafePointer<Int32>?, weights: UnsafePointer<Scalar>?
  ) -> Int {
    guard columns > 0 else { return 0 }
    let (rows, weights) = (UnsafeRawPointer(rows), UnsafeRawPointer(weights))
    return withUnsafePointer(to: constants) { constants in
      Scalar.self == Float.self
        ? clade_accumulate_f32(
          rows.assumingMemoryBound(to: Float.self), count, columns, before, after,
          weights?.assumingMemoryBound(to: Float.self), constants, sums, addends, locks)
        : clade_accumulate_f64(
          rows.assumingMemoryBound(to: Double.self), count, columns, before, after,
          weights?.assumingMemoryBound(to: Double.self), constants, sums, addends, locks)
    }
  }
}

extension ExactColumnSums {
  /// The largest magnitude in each column; infinite where a value isn't finite.
  ///
  /// - Complexity: O(n · d).
  package static func bounds<Scalar: MatrixScalar>(
    of data: Matrix<Scalar>, threads: Int? = nil
  ) -> [Double] {
    let columns = data.columnCount
    guard columns > 0 else { return [] }
    return data.withUnsafeBufferPointer { values -> [Double] in
      guard let base = values.baseAddress else { return Array(repeating: 0, count: columns) }
      nonisolated(unsafe) let start = base
      let parts = ParallelChunks.map(
        count: data.rowCount, chunkSize: max(1, 262_144 / columns), threads: threads
      ) { _, range in
        var largest = [Double](repeating: 0, count: columns)
        let rows = UnsafeRawPointer(start + range.lowerBound * columns)
        if Scalar.self == Float.self {
          clade_largest_magnitudes_f32(
            rows.assumingMemoryBound(to: Float.self), range.count, columns, &largest)
        } else {
          clade_largest_magnitudes_f64(
            rows.assumingMemoryBound(to: Double.self), range.count, columns, &largest)
        }
        return largest
      }
      return parts.reduce(into: [Double](repeating: 0, count: columns)) { largest, part in
        for column in 0..<columns { largest[column] = max(largest[column], part[column]) }
      }
    }
  }
}
