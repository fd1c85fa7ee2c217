import CladeCore

/// Grows a minimum spanning tree from row to row by Prim's algorithm, for any metric.
///
/// Each time, the row that was reached last is compared with all that haven't been reached, and the
/// one that is nearest to any that has is next. Once half of those left are reached, the others are
/// packed anew, so that half of all pairs are hardly more than what is compared.
struct PrimSpanningTree<Scalar: MatrixScalar> {
  let tree: MinimumSpanningTree

  /// The tree by mutual reachability, or the plain one where there is no `minSamples`; of two rows
  /// at least.
  init(
    of rows: PreparedRows<Scalar>, minSamples: Int?, threads: Int?, progress: ProgressObserver?
  ) throws {
    let cores = try minSamples.map {
      try CoreDistances.raw(rows, minSamples: $0, threads: threads, progress: progress)
    }
    var frontier = PrimFrontier(rows, cores: cores)
    let edges = try frontier.edges(threads: threads, progress: progress)
    tree = MinimumSpanningTree(
      edges: edges.map {
        .init(
          first: min($0.from, $0.to), second: max($0.from, $0.to),
          length: rows.distance(raw: $0.length))
      },
      coreDistances: cores.map { $0.map { rows.distance(raw: $0) } } ?? [])
  }
}

/// The rows that haven't been reached, and how.
private struct PrimFrontier<Scalar: MatrixScalar> {
  private let rows: PreparedRows<Scalar>
  private let cores: [Scalar]?
  private var panels: DistancePanels<Scalar>
  /// The row at each place, the length of the shortest edge to it, negative once it was reached,
  /// how far the rows are apart, which decides between edges of the same length, and the row at the
  /// other end.
  private var places: [Int32]
  private var lengths: [Scalar]
  private var spans: [Scalar]
  private var sources: [Int32]
  private var left: Int

  init(_ rows: PreparedRows<Scalar>, cores: [Scalar]?) {
    self.rows = rows
    self.cores = cores
    places = Array(1..<Int32(rows.rowCount))
    lengths = Array(repeating: .infinity, count: places.count)
    spans = lengths
    sources = Array(repeating: 0, count: places.count)
    left = places.count
    panels = DistancePanels(rows, order: places)
  }

  /// The edges in the order in which rows are reached from row 0.
  mutating func edges(
    threads: Int?, progress: ProgressObserver?
  ) throws -> [(from: Int32, to: Int32, length: Scalar)] {
    let done = ProgressCount(
      stage: "growing the spanning tree", total: places.count, observer: progress)
    var edges: [(from: Int32, to: Int32, length: Scalar)] = []
    edges.reserveCapacity(places.count)
    var row: Int32 = 0
    while left > 0 {
      if edges.count % 256 == 0 {
        try Cancellation.check()
        if edges.count > 0 { done.add(256) }
      }
      if left * 2 < places.count { pack() }
      guard let place = try nearest(after: row, threads: threads) else { break }
      row = places[place]
      edges.append((sources[place], row, lengths[place]))
      lengths[place] = -1
      left -= 1
    }
    return edges
  }

  /// Leaves out the rows that were reached.
  private mutating func pack() {
    let kept = lengths.indices.filter { lengths[$0] >= 0 }
    (places, lengths, spans, sources) = (
      kept.map { places[$0] }, kept.map { lengths[$0] }, kept.map { spans[$0] },
      kept.map { sources[$0] }
    )
    panels = DistancePanels(rows, order: places)
  }

  /// Compares a row with all places, and returns the place of the row with the shortest edge, the
  /// first one of several.
  private mutating func nearest(after row: Int32, threads: Int?) throws -> Int? {
    let width = DistancePanels<Scalar>.panelWidth
    // So few that the distances stay near, and many enough to be worth a thread.
    let stripe = max(1, 8192 / width)
    let core = cores?[Int(row)] ?? 0
    let (panels, rows, places, cores) = (panels, rows, places, cores)
    return try lengths.withUnsafeMutableBufferPointer { lengths in
      try spans.withUnsafeMutableBufferPointer { spans in
        try sources.withUnsafeMutableBufferPointer { sources in
          nonisolated(unsafe) let (lengths, spans, sources) = (lengths, spans, sources)
          let best = try ParallelChunks.map(
            count: panels.panelCount, chunkSize: stripe, threads: threads
          ) { _, some -> Int? in
            let places = places[
              (some.lowerBound * width)..<min(some.upperBound * width, places.count)]
            return try withUnsafeTemporaryAllocation(
              of: Scalar.self, capacity: some.count * width
            ) { raw -> Int? in
              guard let distances = raw.baseAddress else { return nil }
              try panels.rawDistances(
                of: rows, Int(row)..<(Int(row) + 1), panels: some, into: distances,
                stride: raw.count)
              var best: Int?
              var least = (length: Scalar.infinity, span: Scalar.infinity)
              for place in places.indices {
                let held = lengths[place]
                guard held >= 0 else { continue }
                let span = distances[place - places.startIndex]
                var length = span
                if let cores { length = max(length, core, cores[Int(places[place])]) }
                if length < held || length == held && span < spans[place] {
                  lengths[place] = length
                  spans[place] = span
                  sources[place] = row
                }
                let now = (length: lengths[place], span: spans[place])
                if best == nil || now < least { (best, least) = (place, now) }
              }
              return best
            }
          }
          var chosen: Int?
          for case let place? in best {
            if chosen.map({ (lengths[place], spans[place]) < (lengths[$0], spans[$0]) }) ?? true {
              chosen = place
            }
          }
          return chosen
        }
      }
    }
  }
}
