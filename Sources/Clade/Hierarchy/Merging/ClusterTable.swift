import CKernels
import CladeCore

/// The distances of all clusters from each other, in a square table.
///
/// Rows keep their places in memory; columns move together as clusters become fewer. What joining
/// clusters does to the row of another one is done when that row is looked at next, for all that
/// were joined since, so that a row comes from memory once for many of them.
struct ClusterTable: @unchecked Sendable {
  // Unchecked: threads write rows of their own.

  private let linkage: Linkage
  /// How distances from a cluster follow from those of its parts.
  private let rule: clade_table_rule
  /// What the numbers in the table are less by than the distances, as a power of two.
  private let exponent: Int
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

  private static func padded(_ count: Int) -> Int { (count + 7) / 8 * 8 }

  /// The table of some clusters, whose rows are equal.
  ///
  /// - Parameters:
  ///   - linkage: Any but single.
  ///   - rule: How distances from a cluster follow from those of its parts.
  ///   - rows: The rows.
  ///   - order: A row of each cluster (m).
  ///   - sizes: The number of rows of each cluster (m).
  /// - Throws: `CladeError.notEnoughMemory` before anything is tried, and `CladeError` for a
  ///   distance that isn't finite.
  init<Scalar: MatrixScalar>(
    _ linkage: Linkage, rule: clade_table_rule, of rows: PreparedRows<Scalar>, order: [Int32],
    sizes: [Int32],
    threads: Int?, progress: ProgressObserver?
  ) throws {
    let count = order.count
    try DistanceMemory.check(
      rows: count, columns: count, scalar: Double.self,
      remedy: "take a sample of the rows, or single, ward, centroid or median linkage of "
        + "Euclidean distances, which need no matrix")
    self.linkage = linkage
    self.rule = rule
    stride = Self.padded(count)
    memory = TableMemory(count: count * stride)
    places = Array(0..<Int32(count))
    known = Array(repeating: 0, count: count)
    names = Array(0..<Int32(stride))
    self.sizes = Array(repeating: 0, count: stride)
    for (slot, size) in sizes.enumerated() { self.sizes[slot] = Double(size) }
    exponent = try DistanceTableFilling(
      rows, order: order, squared: linkage.needsEuclideanDistances
    )
    .fill(memory.start, stride: stride, threads: threads, progress: progress)
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
      clade_table_join_columns(rule, start + begin, count - begin, sizes[Int(slot)], row(slot))
    }
  }

  /// The terms of Lance and Williams' formula for a pair.
  private func join(_ pair: SlotPair, distance: Double) -> clade_table_join {
    let (a, b) = (sizes[Int(pair.first)], sizes[Int(pair.second)])
    let (x, y, term): (Double, Double, Double) =
      switch linkage {
      case .single, .complete: (0, 0, 0)
      case .average: (a / (a + b), b / (a + b), 0)
      case .weighted: (0.5, 0.5, 0)
      case .ward: (a, b, distance)
      case .centroid: (a / (a + b), b / (a + b), -(a / (a + b)) * (b / (a + b)) * distance)
      case .median: (0.5, 0.5, -0.25 * distance)
      }
    return clade_table_join(
      first: pair.first, second: pair.second, first_factor: x, second_factor: y, term: term)
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
    joins += zip(pairs, distances).map { join($0, distance: $1) }
    if rule == CLADE_TABLE_WARD {
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
      clade_table_join_rows(rule, $0, row(pair.first), row(pair.second), sizes, width)
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

  func height(raw: Double) -> Double {
    let distance = linkage.needsEuclideanDistances ? raw.squareRoot() : raw
    return exponent == 0
      ? distance : Double(sign: .plus, exponent: exponent, significand: distance)
  }
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
        rule, start + known, joins.count - known, sizes[Int(slot)], distances)
    }
  }

  mutating func join(_ pair: SlotPair, distance: Double, threads: Int?) throws {
    join([pair], distances: [distance], threads: threads)
  }
}
