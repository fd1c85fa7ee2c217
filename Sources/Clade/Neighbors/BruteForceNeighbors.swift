import CKernels
import CladeCore

/// Nearest rows by comparing all with all, a block with a block: for many columns, where trees
/// leave next to nothing out.
///
/// Distances have the same bits both ways, so that one between two rows of the index serves both.
struct BruteForceNeighbors<Scalar: MatrixScalar>: Sendable {
  /// The rows, whose numbers settle ties.
  let rows: PreparedRows<Scalar>
  private let panels: DistancePanels<Scalar>

  private static var panelWidth: Int { DistancePanels<Scalar>.panelWidth }
  /// The rows whose distances are computed before they are looked at.
  private static var group: Int { 16 }

  init(_ rows: PreparedRows<Scalar>) {
    self.rows = rows
    panels = DistancePanels(rows)
  }

  /// The panels of a block: of so many rows that two blocks stay in a core's cache.
  private var blockPanels: Int {
    let fitting = 131_072 / (MemoryLayout<Scalar>.stride * max(1, rows.coordinates.columnCount))
    let count = max(64, min(512, fitting, rows.rowCount / 32))
    return (count + Self.panelWidth - 1) / Self.panelWidth
  }

  /// The `length` nearest rows of each row.
  ///
  /// - Complexity: O(n² · d) time, half of it saved by symmetry.
  func nearest(
    _ length: Int, itself: Bool, threads: Int?, progress: ProgressObserver?
  ) throws -> NeighborLists<Scalar> {
    let lists = try NeighborLists<Scalar>(count: rows.rowCount, length: length)
    let size = blockPanels * Self.panelWidth
    let blocks = (rows.rowCount + size - 1) / size
    let done = ProgressCount(
      stage: "finding neighbours", total: blocks * (blocks + 1) / 2, observer: progress)
    try ParallelChunks.forEach(count: blocks, chunkSize: 1, threads: threads) { block, _ in
      try compare(block, with: block, lists, itself: itself)
      done.add(1)
    }
    // Each with each, as in a tournament: in one round no block has two others, so that no list has
    // two threads.
    let seats = blocks + blocks % 2
    for round in 0..<max(0, seats - 1) {
      try ParallelChunks.forEach(count: seats / 2, chunkSize: 1, threads: threads) { table, _ in
        let one = table == 0 ? seats - 1 : (round + table) % (seats - 1)
        let other = (round + seats - 1 - table) % (seats - 1)
        guard one < blocks, other < blocks else { return }
        try compare(min(one, other), with: max(one, other), lists, itself: itself)
        done.add(1)
      }
    }
    return lists
  }

  /// The `length` nearest rows of each query.
  func nearest(
    _ length: Int, of queries: PreparedRows<Scalar>, threads: Int?, progress: ProgressObserver?
  ) throws -> NeighborLists<Scalar> {
    let lists = try NeighborLists<Scalar>(count: queries.rowCount, length: length)
    let stripe = max(1, 256 / Self.panelWidth)
    let chunk = 64
    let done = ProgressCount(
      stage: "finding neighbours", total: queries.rowCount, observer: progress)
    try ParallelChunks.forEach(count: queries.rowCount, chunkSize: chunk, threads: threads) {
      _, range in
      for first in stride(from: 0, to: panels.panelCount, by: stripe) {
        let some = first..<min(panels.panelCount, first + stripe)
        try compare(queries, range, some, lists, itself: true, mutually: false)
      }
      done.add(range.count)
    }
    return lists
  }

  private func compare(
    _ one: Int, with other: Int, _ lists: NeighborLists<Scalar>, itself: Bool
  ) throws {
    let size = blockPanels * Self.panelWidth
    let range = one * size..<min(rows.rowCount, (one + 1) * size)
    let some = other * blockPanels..<min(panels.panelCount, (other + 1) * blockPanels)
    try compare(rows, range, some, lists, itself: itself, mutually: one != other)
  }

  /// Compares rows with those of some panels, and offers these to their lists.
  private func compare(
    _ queries: PreparedRows<Scalar>, _ range: Range<Int>, _ some: Range<Int>,
    _ lists: NeighborLists<Scalar>, itself: Bool, mutually: Bool
  ) throws {
    try Cancellation.check()
    let width = some.count * Self.panelWidth
    let places =
      some.lowerBound
      * Self.panelWidth..<min(
        rows.rowCount, some.upperBound * Self.panelWidth)
    try withUnsafeTemporaryAllocation(of: Scalar.self, capacity: Self.group * width) { space in
      guard let distances = space.baseAddress else { return }
      for first in stride(from: range.lowerBound, to: range.upperBound, by: Self.group) {
        let group = first..<min(range.upperBound, first + Self.group)
        try panels.rawDistances(
          of: queries, group, panels: some, into: distances, stride: width)
        lists.offer(
          distances, stride: width, places: .range(places), to: group, firstRow: first,
          itself: itself, mutually: mutually)
      }
    }
  }

  /// Calls `body` for each of some queries with the rows that are within a raw distance, the
  /// nearest first.
  func rows(
    within limit: Scalar, of queries: PreparedRows<Scalar>, _ range: Range<Int>,
    _ body: (_ query: Int, _ near: [(number: Int32, raw: Scalar)]) -> Void
  ) throws {
    let stripe = max(1, 512 / Self.panelWidth)
    let width = stripe * Self.panelWidth
    var distances = [Scalar](repeating: 0, count: Self.group * width)
    var places = [Int32](repeating: 0, count: width)
    for first in stride(from: range.lowerBound, to: range.upperBound, by: Self.group) {
      let group = first..<min(range.upperBound, first + Self.group)
      var near = Array(repeating: [(number: Int32, raw: Scalar)](), count: group.count)
      for panel in stride(from: 0, to: panels.panelCount, by: stripe) {
        let some = panel..<min(panels.panelCount, panel + stripe)
        try panels.rawDistances(of: queries, group, panels: some, into: &distances, stride: width)
        let start = panel * Self.panelWidth
        let count = min(width, rows.rowCount - start)
        for index in 0..<group.count {
          let found = Self.within(limit, distances, from: index * width, count: count, &places)
          for place in places[..<found] {
            near[index].append(
              (Int32(start) + place, distances[index * width + Int(place)]))
          }
        }
      }
      for (index, query) in group.enumerated() {
        body(query, near[index].sorted { ($0.raw, $0.number) < ($1.raw, $1.number) })
      }
    }
  }

  /// Writes the places of the distances up to a limit, and returns how many there are.
  private static func within(
    _ limit: Scalar, _ distances: [Scalar], from first: Int, count: Int, _ places: inout [Int32]
  ) -> Int {
    distances.withUnsafeBufferPointer { distances in
      guard let start = distances.baseAddress.map({ UnsafeRawPointer($0 + first) }) else {
        return 0
      }
      if Scalar.self == Float.self {
        return clade_within_limit_f32(
          start.assumingMemoryBound(to: Float.self), count, Float(limit), &places)
      }
      return clade_within_limit_f64(
        start.assumingMemoryBound(to: Double.self), count, Double(limit), &places)
    }
  }
}
