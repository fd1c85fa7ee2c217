import CKernels
import CladeCore

/// The distances of all clusters from each other, in a square table.
///
/// Rows keep their places in memory; columns move together as clusters become fewer. What joining
/// clusters does to the row of another one is done when that row is looked at next, for all that
/// were joined since, so that a row comes from memory once for many of them.
///
/// n rows need n² numbers so, and where the linkage is reducible, half of these until clusters are
/// few enough: see ``TriangleMerging``.
struct ClusterTable: @unchecked Sendable {
  // Unchecked: threads write rows of their own.

  private let formula: LanceWilliams
  private let memory: TableMemory
  private let stride: Int
  /// The place of the row of each slot.
  private var places: [Int32]
  /// The number of rows in each slot's cluster, 0 where there is none; a multiple of 8.
  private var sizes: [Double]
  /// What was joined since columns were moved, and how much of it each slot's row knows.
  private var joins: [clade_table_join] = []
  private var known: [Int]
  /// The first slot that each slot's cluster had; as many as there are sizes.
  private var names: [Int32]

  /// The numbers that are looked at in a row.
  private var width: Int { sizes.count }

  static func padded(_ count: Int) -> Int { (count + 7) / 8 * 8 }

  /// The table of some clusters, each of equal rows.
  ///
  /// - Parameters:
  ///   - filling: The distances of a row of each cluster (m) from those of the others.
  ///   - formula: How distances from joined clusters follow.
  ///   - sizes: The number of rows of each cluster (m).
  /// - Throws: `CladeError.notEnoughMemory` before anything is tried, and `CladeError` for a
  ///   distance that isn't finite.
  init<Scalar: MatrixScalar>(
    _ filling: DistanceTableFilling<Scalar>, formula: LanceWilliams, sizes: [Int32], threads: Int?,
    progress: ProgressObserver?
  ) throws {
    let count = sizes.count
    let stride = Self.padded(count)
    let numbers = count.multipliedReportingOverflow(by: stride)
    let memory = try TableMemory.holding(
      distancesOf: count, numbers: numbers.overflow ? .max : numbers.partialValue)
    let done = ProgressCount(stage: "computing distances", total: count, observer: progress)
    try ParallelChunks.forEach(count: count, chunkSize: 16, threads: threads) { _, range in
      try Cancellation.check()
      let start = memory.start + range.lowerBound * stride
      try filling.write(range, columns: count, to: start, stride: stride)
      for row in range {
        let values = memory.start + row * stride
        values[row] = .infinity
        for column in count..<stride { values[column] = .infinity }
      }
      done.add(range.count)
    }
    var formula = formula
    formula.exponent = filling.exponent
    self.init(
      formula, memory: memory, stride: stride,
      sizes: sizes.map { Double($0) } + Array(repeating: 0, count: stride - count),
      names: Array(0..<Int32(stride)))
  }

  /// A table that is filled, infinite on the diagonal and behind the last of the clusters.
  ///
  /// - Parameters:
  ///   - formula: How distances from joined clusters follow.
  ///   - memory: The distances, each row a stride behind the one before.
  ///   - stride: A multiple of 8, the first from the number of clusters on.
  ///   - sizes: The number of rows of each cluster, 0 behind the last one (`stride`).
  ///   - names: What ties between clusters are broken by (`stride`).
  init(
    _ formula: LanceWilliams, memory: TableMemory, stride: Int, sizes: [Double], names: [Int32]
  ) {
    let count = sizes.count { $0 > 0 }
    (self.formula, self.memory, self.stride) = (formula, memory, stride)
    (self.sizes, self.names) = (sizes, names)
    places = Array(0..<Int32(count))
    known = Array(repeating: 0, count: count)
  }

  @inline(__always)
  private func row(_ slot: Int32) -> UnsafeMutablePointer<Double> {
    memory.start + Int(places[Int(slot)]) * stride
  }

  /// Brings the row of a slot up to a number of joins.
  private func update(_ slot: Int32, to count: Int) {
    let begin = known[Int(slot)]
    guard begin < count else { return }
    joins.withUnsafeBufferPointer { joins in
      guard let start = joins.baseAddress else { return }
      clade_table_join_columns(
        formula.rule, start + begin, count - begin, sizes[Int(slot)], row(slot))
    }
  }
}

extension ClusterTable: ClusterSpace {
  mutating func findNearest(
    of slots: [Int32], nearest: inout [Int32], distances: inout [Double], threads: Int?
  ) throws {
    let (table, width) = (self, width)
    nearest.withUnsafeMutableBufferPointer { nearest in
      distances.withUnsafeMutableBufferPointer { distances in
        nonisolated(unsafe) let (nearest, distances) = (nearest, distances)
        ParallelChunks.forEach(
          count: slots.count, chunkSize: max(1, (1 << 16) / width), threads: threads
        ) { _, range in
          for slot in slots[range] {
            table.update(slot, to: table.joins.count)
            let row = table.row(slot)
            let least = clade_table_nearest(
              row, width, table.names, table.names[Int(slot)])
            nearest[Int(slot)] = Int32(least)
            distances[Int(slot)] = row[least]
          }
        }
      }
    }
    for slot in slots { known[Int(slot)] = joins.count }
  }

  mutating func join(_ pairs: [SlotPair], distances: [Double], threads: Int?) {
    let begin = joins.count
    joins += zip(pairs, distances).map { pair, distance in
      formula.join(
        pair, sizes: sizes[Int(pair.first)], sizes[Int(pair.second)], distance: distance)
    }
    if formula.rule == CLADE_TABLE_WARD {
      // What a row becomes depends on the sizes of those that were joined before.
      for (index, pair) in pairs.enumerated() {
        joinRows(of: pair, by: begin + index)
        add(pair)
      }
    } else {
      let table = self
      ParallelChunks.forEach(
        count: pairs.count, chunkSize: max(1, (1 << 15) / width), threads: threads
      ) { _, range in
        for index in range { table.joinRows(of: pairs[index], by: begin + index) }
      }
      pairs.forEach { add($0) }
    }
    for (index, pair) in pairs.enumerated() { known[Int(pair.first)] = begin + index + 1 }
    let table = self
    ParallelChunks.forEach(
      count: pairs.count, chunkSize: max(1, (1 << 15) / pairs.count), threads: threads
    ) { _, range in
      for pair in pairs[range] { table.update(pair.first, to: table.joins.count) }
    }
    for pair in pairs { known[Int(pair.first)] = joins.count }
  }

  /// Makes the row of a joined cluster of those of its parts.
  private func joinRows(of pair: SlotPair, by index: Int) {
    update(pair.first, to: index)
    update(pair.second, to: index)
    withUnsafePointer(to: joins[index]) {
      clade_table_join_rows(
        formula.rule, $0, row(pair.first), row(pair.second), sizes, width)
    }
  }

  private mutating func add(_ pair: SlotPair) {
    sizes[Int(pair.first)] += sizes[Int(pair.second)]
    sizes[Int(pair.second)] = 0
  }

  func distance(_ a: Int32, fromJoined b: Int32) -> Double { row(b)[Int(a)] }

  mutating func keep(_ slots: [Int32], threads: Int?) throws {
    let table = self
    let width = Self.padded(slots.count)
    ParallelChunks.forEach(
      count: slots.count, chunkSize: max(1, (1 << 15) / width), threads: threads
    ) { _, range in
      for slot in slots[range] {
        table.update(slot, to: table.joins.count)
        let row = table.row(slot)
        clade_table_pack(slots, slots.count, row)
        for column in slots.count..<width { row[column] = .infinity }
      }
    }
    joins.removeAll(keepingCapacity: true)
    known = Array(repeating: 0, count: slots.count)
    names =
      slots.map { table.names[Int($0)] } + Array(repeating: 0, count: width - slots.count)
    places = slots.map { places[Int($0)] }
    sizes =
      slots.map { table.sizes[Int($0)] }
      + Array(repeating: 0, count: width - slots.count)
  }

  func height(raw: Double) -> Double { formula.height(raw: raw) }
}

extension ClusterTable: StepwiseSpace {
  var rowCapacity: Int { width }

  func write(
    _ slot: Int32, from first: Int, into distances: UnsafeMutablePointer<Double>, threads: Int?
  ) {
    let begin = first / 8 * 8
    (distances + begin).update(from: row(slot) + begin, count: width - begin)
    joins.withUnsafeBufferPointer { joins in
      guard let start = joins.baseAddress else { return }
      let known = known[Int(slot)]
      clade_table_join_columns(
        formula.rule, start + known, joins.count - known, sizes[Int(slot)], distances)
    }
  }

  mutating func join(_ pair: SlotPair, distance: Double, threads: Int?) throws {
    join([pair], distances: [distance], threads: threads)
  }
}
