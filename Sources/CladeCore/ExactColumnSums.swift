import CKernels

/// Sums of the rows of a matrix by group, column by column, that do not depend on the order in which
/// rows are added, on chunks, threads or instruction sets; see ``ExactSum`` for the exactness.
///
/// Since nothing is rounded, a row can also be taken away again: moving rows between groups gives the
/// same bits as summing everything anew.
package struct ExactColumnSums: Sendable {
  package let groupCount: Int
  package let columnCount: Int
  private let scales: [FixedPointScale]
  private let prescales: [Double]
  private let coarse: [Double]
  private let fine: [Double]
  /// The bits added since the last fold: groups × 2 × columns.
  private var recent: [Int64]
  private var recentAddends: [Int64]
  private var foldedAddends: [Int64]
  private var room: Int
  /// groups × columns, in fine units.
  private var totals: [Int128]

  /// Rows that can be added before an Int64 could overflow; halved since a weighted row is two.
  private static let foldInterval = 1 << (62 - FixedPointScale.partBits - 1)

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
    recent = Array(repeating: 0, count: groups * 2 * bounds.count)
    recentAddends = Array(repeating: 0, count: groups)
    foldedAddends = recentAddends
    room = Self.foldInterval
    totals = Array(repeating: 0, count: groups * bounds.count)
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
    guard columnCount > 0 else { return 0 }
    var start = 0
    var moved = 0
    while start < count {
      if room == 0 { fold() }
      let size = min(room, count - start)
      moved += addFitting(
        UnsafeRawPointer(rows + start * columnCount), count: size,
        before: before.map { $0 + start }, after: after.map { $0 + start },
        weights: weights.map { UnsafeRawPointer($0 + start) }, isFloat: Scalar.self == Float.self)
      room -= size
      start += size
    }
    return moved
  }

  private mutating func addFitting(
    _ rows: UnsafeRawPointer, count: Int, before: UnsafePointer<Int32>?,
    after: UnsafePointer<Int32>?, weights: UnsafeRawPointer?, isFloat: Bool
  ) -> Int {
    let columns = columnCount
    return prescales.withUnsafeBufferPointer { prescales in
      coarse.withUnsafeBufferPointer { coarse in
        fine.withUnsafeBufferPointer { fine in
          var constants = clade_fixed_point(
            prescale: prescales.baseAddress, coarse: coarse.baseAddress, fine: fine.baseAddress)
          return recent.withUnsafeMutableBufferPointer { recent in
            recentAddends.withUnsafeMutableBufferPointer { addends in
              isFloat
                ? clade_accumulate_f32(
                  rows.assumingMemoryBound(to: Float.self), count, columns, before, after,
                  weights?.assumingMemoryBound(to: Float.self), &constants, recent.baseAddress,
                  addends.baseAddress)
                : clade_accumulate_f64(
                  rows.assumingMemoryBound(to: Double.self), count, columns, before, after,
                  weights?.assumingMemoryBound(to: Double.self), &constants, recent.baseAddress,
                  addends.baseAddress)
            }
          }
        }
      }
    }
  }

  /// Adds all rows of sums with the same bounds and groups.
  package mutating func add(_ other: ExactColumnSums) {
    precondition(scales == other.scales && groupCount == other.groupCount)
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
    for index in recentAddends.indices {
      recentAddends[index] = 0
      foldedAddends[index] = 0
    }
    for index in totals.indices { totals[index] = 0 }
    room = Self.foldInterval
  }

  /// The sum of one column over the rows of a group, rounded once.
  package func sum(group: Int = 0, column: Int) -> Double {
    scales[column].value(total(group: group, column: column))
  }

  /// The sum divided by a whole count, rounded once.
  package func mean(group: Int = 0, column: Int, count: Int) -> Double {
    scales[column].value(total(group: group, column: column), dividedBy: UInt64(count))
  }

  /// The number of rows in a group; a row that was added with a weight counts as two.
  package func addendCount(group: Int) -> Int64 { foldedAddends[group] + recentAddends[group] }

  private func total(group: Int, column: Int) -> Int128 {
    let addends = recentAddends[group]
    let index = group * 2 * columnCount + column
    let scale = scales[column]
    let high = recent[index] &- addends &* Int64(bitPattern: scale.coarse.bitPattern)
    let low = recent[index + columnCount] &- addends &* Int64(bitPattern: scale.fine.bitPattern)
    return totals[group * columnCount + column] + scale.total(coarse: high, fine: low)
  }

  private mutating func fold() {
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
    room = Self.foldInterval
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
