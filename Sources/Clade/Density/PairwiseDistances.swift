import CladeCore

/// All distances between rows, a tile at a time: for metrics that no tree of boxes knows.
struct PairwiseDistances<Scalar: MatrixScalar>: Sendable {
  private let queries: PreparedRows<Scalar>
  private let panels: DistancePanels<Scalar>
  /// The rows that a thread takes at a time.
  private static var chunk: Int { 16 }

  /// Prepares distances of `queries`, which are often the same rows, from `rows`.
  init(of queries: PreparedRows<Scalar>, from rows: PreparedRows<Scalar>) {
    self.queries = queries
    panels = DistancePanels(rows)
  }

  /// Calls `body` for each query and stretch of rows with their raw distances; for one query by one
  /// thread, stretch after stretch.
  ///
  /// - Complexity: O(m · n · d) time; the memory of a tile a thread.
  func forEach(
    threads: Int?, count: ProgressCount?,
    _ body: @Sendable (_ query: Int, _ first: Int, _ raw: UnsafeBufferPointer<Scalar>) -> Void
  ) throws {
    let width = DistancePanels<Scalar>.panelWidth
    let stripe = max(1, 2048 / width)
    try ParallelChunks.forEach(
      count: queries.rowCount, chunkSize: Self.chunk, threads: threads
    ) { _, range in
      try Cancellation.check()
      var raw = [Scalar](repeating: 0, count: range.count * stripe * width)
      for panel in stride(from: 0, to: panels.panelCount, by: stripe) {
        let some = panel..<min(panels.panelCount, panel + stripe)
        try panels.rawDistances(
          of: queries, range, panels: some, into: &raw, stride: stripe * width)
        let first = panel * width
        let places = min(some.count * width, panels.rowCount - first)
        raw.withUnsafeBufferPointer { raw in
          for (index, query) in range.enumerated() {
            let start = index * stripe * width
            body(query, first, UnsafeBufferPointer(rebasing: raw[start..<start + places]))
          }
        }
      }
      count?.add(range.count)
    }
  }

  /// The numbers that one query's distances take, unused ones at the end included.
  var paddedCount: Int { panels.panelCount * DistancePanels<Scalar>.panelWidth }

  /// Writes the raw distances of one query from all rows (``paddedCount``).
  func write(_ query: Int, into raw: UnsafeMutablePointer<Scalar>) throws {
    try panels.rawDistances(of: queries, query..<query + 1, into: raw, stride: paddedCount)
  }
}
