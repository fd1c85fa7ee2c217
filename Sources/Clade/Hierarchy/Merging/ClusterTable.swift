import CKernels
import CladeCore

/// The distances of all clusters from each other, in a square table.
///
/// Rows keep their places in memory; columns move together as clusters become fewer.
struct ClusterTable: @unchecked Sendable {
  // Unchecked: threads write rows of their own.

  /// What a table holds, and how it follows from the distances of the parts of a cluster.
  private let linkage: Linkage
  /// What the numbers in the table are less by than the distances, as a power of two.
  private let exponent: Int
  private let memory: Memory
  private let stride: Int
  /// The place of the row of each slot.
  private var places: [Int32]
  /// The number of rows in each slot's cluster, 0 where there is none; a multiple of 8.
  private var sizes: [Double]

  /// The numbers that are looked at in a row.
  private var width: Int { sizes.count }

  private final class Memory: @unchecked Sendable {
    let start: UnsafeMutablePointer<Double>

    init(count: Int) {
      let bytes = UnsafeMutableRawPointer.allocate(byteCount: max(64, count * 8), alignment: 64)
      start = bytes.bindMemory(to: Double.self, capacity: max(8, count))
    }

    deinit { UnsafeMutableRawPointer(start).deallocate() }
  }

  private static func padded(_ count: Int) -> Int { (count + 7) / 8 * 8 }

  /// The table of some clusters, whose rows are equal.
  ///
  /// - Parameters:
  ///   - linkage: Any.
  ///   - rows: The rows.
  ///   - order: A row of each cluster (m).
  ///   - sizes: The number of rows of each cluster (m).
  /// - Throws: `CladeError.notEnoughMemory` before anything is tried, and `CladeError` for a distance
  ///   that isn't finite.
  init<Scalar: MatrixScalar>(
    _ linkage: Linkage, of rows: PreparedRows<Scalar>, order: [Int32], sizes: [Int32],
    threads: Int?, progress: ProgressObserver?
  ) throws {
    let count = order.count
    try DistanceMemory.check(
      rows: count, columns: count, scalar: Double.self,
      remedy: "take a sample of the rows, or single, ward, centroid or median linkage of "
        + "Euclidean distances, which need no matrix")
    self.linkage = linkage
    stride = Self.padded(count)
    memory = Memory(count: count * stride)
    places = Array(0..<Int32(count))
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

  private var rule: clade_table_rule {
    switch linkage {
    case .single: CLADE_TABLE_SMALLEST
    case .complete: CLADE_TABLE_LARGEST
    case .average, .weighted, .centroid, .median: CLADE_TABLE_LINEAR
    case .ward: CLADE_TABLE_WARD
    }
  }

  /// The terms of Lance and Williams' formula for a pair.
  private func join(_ pair: SlotPair) -> clade_table_join {
    let (a, b) = (sizes[Int(pair.first)], sizes[Int(pair.second)])
    let distance = row(pair.first)[Int(pair.second)]
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
            let row = table.row(slot)
            let least = clade_table_least(row, width)
            nearest[Int(slot)] = Int32(least)
            distances[Int(slot)] = row[least]
          }
        }
      }
    }
  }

  mutating func join(_ pairs: [SlotPair], left: [Int32], threads: Int?) throws {
    let joins = pairs.map(join)
    let rule = rule
    var table = self
    ParallelChunks.forEach(
      count: joins.count, chunkSize: max(1, (1 << 15) / width), threads: threads
    ) { [table, width] _, range in
      for index in range {
        withUnsafePointer(to: joins[index]) {
          clade_table_join_rows(
            rule, $0, table.row($0.pointee.first), table.row($0.pointee.second), table.sizes, width)
        }
      }
    }
    for pair in pairs {
      table.sizes[Int(pair.first)] += table.sizes[Int(pair.second)]
      table.sizes[Int(pair.second)] = 0
    }
    ParallelChunks.forEach(
      count: left.count, chunkSize: max(1, (1 << 13) / joins.count), threads: threads
    ) { [table] _, range in
      for slot in left[range] {
        clade_table_join_columns(
          rule, joins, joins.count, table.sizes[Int(slot)], table.row(slot))
      }
    }
    // The distance of two new clusters was computed twice, in either order.
    ParallelChunks.forEach(count: pairs.count, chunkSize: 64, threads: threads) {
      [table] _, range in
      for index in range {
        let row = table.row(pairs[index].first)
        for other in pairs[..<index] {
          row[Int(other.first)] = table.row(other.first)[Int(pairs[index].first)]
        }
      }
    }
    self = table
  }

  func distance(_ a: Int32, _ b: Int32) -> Double { row(a)[Int(b)] }

  mutating func keep(_ slots: [Int32], threads: Int?) throws {
    let table = self
    let width = Self.padded(slots.count)
    ParallelChunks.forEach(
      count: slots.count, chunkSize: max(1, (1 << 15) / width), threads: threads
    ) { _, range in
      for slot in slots[range] {
        let row = table.row(slot)
        clade_table_pack(slots, slots.count, row)
        for column in slots.count..<width { row[column] = .infinity }
      }
    }
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
  }

  mutating func join(_ pair: SlotPair, left: [Int32], threads: Int?) throws {
    try join([pair], left: left, threads: threads)
  }
}
