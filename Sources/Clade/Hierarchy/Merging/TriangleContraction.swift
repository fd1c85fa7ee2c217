import CKernels

/// The distances of clusters, some of which are joined, from those before them.
struct TriangleContraction: @unchecked Sendable {
  // Unchecked: threads read only.

  private let formula: LanceWilliams
  /// The distances before anything is joined.
  private let triangle: TableMemory
  private let sizes: [Double]
  /// The pairs by ascending first slot.
  private let joins: [clade_table_join]
  /// The slots that are left.
  let kept: [Int32]
  /// For each of them how many pairs have a first slot before it, and whether it has one itself.
  private let pairsBefore: [Int]
  private let isJoined: [Bool]

  /// - Parameters:
  ///   - formula: How distances follow.
  ///   - triangle: The distances.
  ///   - sizes: The number of rows in each slot, some more.
  ///   - joins: The pairs by ascending first slot.
  ///   - slotCount: The number of slots.
  init(
    _ formula: LanceWilliams, triangle: TableMemory, sizes: [Double], joins: [clade_table_join],
    slotCount: Int
  ) {
    (self.formula, self.triangle, self.sizes, self.joins) = (formula, triangle, sizes, joins)
    var isSecond = [Bool](repeating: false, count: slotCount)
    for join in joins { isSecond[Int(join.second)] = true }
    kept = (0..<Int32(slotCount)).filter { !isSecond[Int($0)] }
    var (pairsBefore, isJoined, pairs): ([Int], [Bool], Int) = ([], [], 0)
    for slot in kept {
      pairsBefore.append(pairs)
      isJoined.append(pairs < joins.count && joins[pairs].first == slot)
      if isJoined.last ?? false { pairs += 1 }
    }
    (self.pairsBefore, self.isJoined) = (pairsBefore, isJoined)
  }

  /// The numbers in a row, and some more.
  var width: Int { sizes.count }

  /// Writes a row of the new triangle.
  ///
  /// - Parameters:
  ///   - row: Which one.
  ///   - newSizes: The number of rows of each new cluster.
  ///   - target: Where to.
  ///   - buffer: Room for twice the width.
  func write(
    _ row: Int, sizes newSizes: [Double], to target: UnsafeMutablePointer<Double>,
    _ buffer: inout [Double]
  ) {
    buffer.withUnsafeMutableBufferPointer { buffer in
      guard let first = buffer.baseAddress else { return }
      let pairs = pairsBefore[row]
      gather(Int(kept[row]), row, pairs, into: first)
      if isJoined[row] {
        let second = first + width
        gather(Int(joins[pairs].second), row, pairs, into: second)
        let padded = ClusterTable.padded(row)
        for column in row..<padded { (first[column], second[column]) = (.infinity, .infinity) }
        withUnsafePointer(to: joins[pairs]) {
          clade_table_join_rows(formula.rule, $0, first, second, newSizes, padded)
        }
      }
      target.update(from: first, count: row)
    }
  }

  /// The distances of a cluster as it was from the first of those that are left.
  private func gather(
    _ slot: Int, _ count: Int, _ pairsBefore: Int, into values: UnsafeMutablePointer<Double>
  ) {
    values.update(from: triangle.start + slot * (slot - 1) / 2, count: slot)
    joins.withUnsafeBufferPointer { joins in
      guard let start = joins.baseAddress, pairsBefore > 0 else { return }
      for index in 0..<pairsBefore {
        let other = Int(start[index].second)
        if other > slot { values[other] = triangle.start[other * (other - 1) / 2 + slot] }
      }
      clade_table_join_columns(formula.rule, start, pairsBefore, sizes[slot], values)
    }
    clade_table_pack(kept, count, values)
  }
}
