import CKernels
import CladeCore

/// The first rounds of ``ReciprocalMerging`` for linkages of a table of distances, of which half is
/// held.
///
/// Only what is below the table's diagonal is held at first, n(n − 1) / 2 numbers. While it is
/// filled, each row's nearest other one is noted. All pairs that are each other's nearest are
/// joined, and the triangle of the new clusters is written over the old one, a pass through memory
/// in which each new cluster's nearest one is noted again. After two or three rounds there are so
/// few clusters that all of their square table takes no more memory than the triangle did, and with
/// whole rows it is faster from then on: see ``ClusterTable``.
///
/// Where rows form one chain of ever longer steps, so that there is hardly a pair to join in a
/// round, the square table is made at once, and takes more.
struct TriangleMerging: @unchecked Sendable {
  // Unchecked: threads write numbers of their own.

  /// So many rows are written before they are brought to where they belong.
  private static let blockSize = 128
  /// A round that joins a smaller part of the clusters than this is the last one.
  private static let leastShare = 16

  private var formula: LanceWilliams
  private let memory: TableMemory
  /// Rows of the table that are being written.
  private let block: TableMemory
  private var merges: MergeList
  /// The node and the number of rows in each slot, and the first slot that its cluster had.
  private var nodes: [Int32]
  private var sizes: [Double]
  private var names: [Int32]
  /// The nearest other cluster, and how far it is; as many as there are sizes.
  private var nearest: [Int32] = []
  private var distances: [Double] = []
  private let threads: Int?

  /// The number of clusters.
  private var count: Int { nodes.count }

  /// The tree that joins clusters of equal rows.
  ///
  /// - Parameters:
  ///   - filling: The distances of a row of each cluster (m) from those of the others.
  ///   - formula: How distances follow, of a linkage that is reducible.
  ///   - sizes: The number of rows of each cluster (m).
  ///   - nodes: Their nodes (m).
  ///   - merges: What was joined before.
  /// - Throws: `CladeError.notEnoughMemory` before anything is tried, and `CladeError` for a
  ///   distance that isn't finite.
  static func merges<Scalar: MatrixScalar>(
    _ filling: DistanceTableFilling<Scalar>, formula: LanceWilliams, sizes: [Int32],
    nodes: [Int32], after merges: MergeList, threads: Int?, progress: ProgressObserver?
  ) throws -> MergeList {
    var merging = try TriangleMerging(formula, sizes, nodes, merges, threads)
    try merging.fill(filling, progress: progress)
    let total = nodes.count
    try merging.joinWhileLarge(of: total, progress: progress)
    return try ReciprocalMerging.merges(
      merging.table(), nodes: merging.nodes, nearest: merging.nearest.prefix(merging.count),
      distances: merging.distances.prefix(merging.count), after: merging.merges, of: total,
      threads: threads, progress: progress)
  }

  private init(
    _ formula: LanceWilliams, _ sizes: [Int32], _ nodes: [Int32], _ merges: MergeList,
    _ threads: Int?
  ) throws {
    let count = nodes.count
    let width = ClusterTable.padded(count)
    self.formula = formula
    self.nodes = nodes
    self.merges = merges
    self.threads = threads
    self.sizes = sizes.map { Double($0) } + Array(repeating: 0, count: width - count)
    names = Array(0..<Int32(width))
    let numbers = count.multipliedReportingOverflow(by: count - 1)
    memory = try .holding(
      distancesOf: count, numbers: numbers.overflow ? .max : numbers.partialValue / 2)
    block = TableMemory(count: min(count, Self.blockSize) * width)
  }

  /// Where the row of a slot begins in a triangle.
  private static func start(_ row: Int) -> Int { row * (row - 1) / 2 }

  // MARK: Rows

  /// Computes the triangle of the rows, and their nearest ones.
  private mutating func fill<Scalar: MatrixScalar>(
    _ filling: DistanceTableFilling<Scalar>, progress: ProgressObserver?
  ) throws {
    formula.exponent = filling.exponent
    let done = ProgressCount(stage: "computing distances", total: count, observer: progress)
    nearest = Array(repeating: -1, count: sizes.count)
    distances = Array(repeating: .infinity, count: sizes.count)
    try write(count) { [block, threads] range, stride in
      nonisolated(unsafe) let start = block.start
      try ParallelChunks.forEach(count: range.count, chunkSize: 16, threads: threads) {
        _, chunk in
        let rows = (range.lowerBound + chunk.lowerBound)..<(range.lowerBound + chunk.upperBound)
        try filling.write(
          rows, columns: rows.upperBound, to: start + chunk.lowerBound * stride, stride: stride)
      }
      done.add(range.count)
    }
  }

  /// Writes the rows of a triangle, block after block, and notes each slot's nearest one.
  ///
  /// - Parameters:
  ///   - rowCount: The number of rows.
  ///   - make: Writes the numbers of some rows below the diagonal to ``block``, each row a stride
  ///     behind the one before.
  private mutating func write(
    _ rowCount: Int, _ make: (_ rows: Range<Int>, _ stride: Int) throws -> Void
  ) throws {
    let (memory, block, names, threads) = (memory, block, names, threads)
    try nearest.withUnsafeMutableBufferPointer { nearest in
      try distances.withUnsafeMutableBufferPointer { distances in
        guard let nearest = nearest.baseAddress, let least = distances.baseAddress else { return }
        nonisolated(unsafe) let (nearestOnes, leastOnes) = (nearest, least)
        for first in stride(from: 0, to: rowCount, by: Self.blockSize) {
          try Cancellation.check()
          let range = first..<min(rowCount, first + Self.blockSize)
          let stride = ClusterTable.padded(range.upperBound)
          try make(range, stride)
          for row in range {
            let values = block.start + (row - first) * stride
            for column in row..<stride { values[column] = .infinity }
          }
          ParallelChunks.forEach(count: range.count, chunkSize: 8, threads: threads) { _, chunk in
            for row in chunk where first + row > 0 {
              let values = block.start + row * stride
              let place = clade_table_nearest(values, stride, names, names[first + row])
              (nearestOnes[first + row], leastOnes[first + row]) = (Int32(place), values[place])
            }
          }
          ParallelChunks.forEach(count: stride, chunkSize: 512, threads: threads) { _, columns in
            let start = columns.lowerBound
            names.withUnsafeBufferPointer { names in
              guard let all = names.baseAddress else { return }
              for row in range where row > start {
                let values = block.start + (row - first) * stride + start
                clade_table_lower(
                  values, columns.count, Int32(row), all[row], all + start, leastOnes + start,
                  nearestOnes + start, all)
                (memory.start + Self.start(row) + start).update(
                  from: values, count: min(columns.count, row - start))
              }
            }
          }
        }
      }
    }
  }

  // MARK: Rounds

  /// Joins pairs until the square table of the clusters fits into the memory of the triangle.
  private mutating func joinWhileLarge(of total: Int, progress: ProgressObserver?) throws {
    while count > 1, count * ClusterTable.padded(count) > memory.count {
      let part = Double(count) / Double(total)
      progress?(ProgressUpdate(stage: "joining clusters", fraction: 1 - part * part))
      var pairs: [SlotPair] = []
      for (slot, other) in nearest.prefix(count).enumerated()
      where slot < other && nearest[Int(other)] == slot {
        pairs.append(SlotPair(first: Int32(slot), second: other))
      }
      guard pairs.count * Self.leastShare >= count else { return }
      try join(pairs)
    }
  }

  /// Joins pairs of clusters, and writes the triangle of what is left over the old one.
  private mutating func join(_ pairs: [SlotPair]) throws {
    var joined = sizes
    var joins: [clade_table_join] = []
    for pair in pairs {
      let (a, b) = (Int(pair.first), Int(pair.second))
      joins.append(formula.join(pair, sizes: sizes[a], sizes[b], distance: distances[a]))
      nodes[a] = merges.join(nodes[a], nodes[b], height: formula.height(raw: distances[a]))
      joined[a] += sizes[b]
    }
    let old = TriangleContraction(
      formula, triangle: memory, sizes: sizes, joins: joins, slotCount: count)
    let padding = ClusterTable.padded(old.kept.count) - old.kept.count
    sizes = old.kept.map { joined[Int($0)] } + Array(repeating: 0, count: padding)
    names = old.kept.map { names[Int($0)] } + Array(repeating: 0, count: padding)
    nodes = old.kept.map { nodes[Int($0)] }
    nearest = Array(repeating: -1, count: sizes.count)
    distances = Array(repeating: .infinity, count: sizes.count)
    let (block, newSizes, threads) = (block, sizes, threads)
    try write(old.kept.count) { range, stride in
      _ = ParallelChunks.reduce(
        count: range.count, chunkSize: 4, threads: threads,
        state: { [Double](repeating: 0, count: 2 * old.width) }
      ) { buffer, _, chunk in
        for index in chunk {
          old.write(
            range.lowerBound + index, sizes: newSizes, to: block.start + index * stride, &buffer)
        }
      }
    }
  }

  // MARK: The square

  /// The square table of the clusters that are left, in the same memory where that is enough.
  private func table() throws -> ClusterTable {
    let stride = ClusterTable.padded(count)
    let target =
      count * stride <= memory.count
      ? memory : try .holding(distancesOf: count, numbers: count * stride)
    // From the last row on, so that none is written over one that is still needed.
    for row in (0..<count).reversed() {
      (target.start + row * stride).update(from: memory.start + Self.start(row), count: row)
    }
    let (count, side) = (count, 64)
    ParallelChunks.forEach(count: count, chunkSize: side, threads: threads) { _, rows in
      for first in Swift.stride(from: rows.lowerBound, to: stride, by: side) {
        for row in rows {
          let values = target.start + row * stride
          for column in max(first, row)..<max(row, min(first + side, stride)) {
            values[column] =
              column == row || column >= count ? .infinity : target.start[column * stride + row]
          }
        }
      }
    }
    return ClusterTable(
      formula, memory: target, stride: stride, sizes: sizes, names: names)
  }
}
