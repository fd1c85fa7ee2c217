import CKernels

/// Runs over the points in blocks, one vector lane a point, to compare each with all points.
enum DistanceBlocks {
  /// The points in a block.
  static let lanes = Int(CLADE_DISTANCE_LANES)

  /// The clusters that a kernel is handed at a time, so that memory doesn't grow with k.
  static let clusterStripe = 512

  /// Calls `body` for each block of points, on several threads, and returns what it returned, in
  /// order.
  ///
  /// - Parameters:
  ///   - stage: What observers are told is being done.
  ///   - body: Gets the places of the block's points, and their coordinates with the lanes side by
  ///     side: `block[dimension * lanes + lane]`. Lanes beyond the last point repeat it.
  /// - Throws: `CancellationError` when the task was cancelled.
  static func map<Result: Sendable>(
    _ rows: LabeledRows, stage: String, threads: Int?, progress: ProgressObserver?,
    _ body: @Sendable (_ places: Range<Int>, _ block: UnsafePointer<Double>) -> Result
  ) throws -> [Result] {
    let count = rows.points.rowCount
    let columns = rows.points.columnCount
    // About a second of work between two looks at whether to go on.
    let stripe = lanes * max(8, 4_000_000_000 / (lanes * count * columns))
    var results: [Result] = []
    for start in stride(from: 0, to: count, by: stripe) {
      try Cancellation.check()
      progress?(.init(stage: stage, fraction: Double(start) / Double(count)))
      results += ParallelChunks.map(
        count: min(stripe, count - start), chunkSize: lanes, threads: threads
      ) { _, range in
        let places = range.lowerBound + start..<range.upperBound + start
        return withUnsafeTemporaryAllocation(of: Double.self, capacity: columns * lanes) { block in
          rows.points.withUnsafeBufferPointer { points in
            for lane in 0..<lanes {
              let place = min(places.lowerBound + lane, places.upperBound - 1)
              for column in 0..<columns {
                block.initializeElement(
                  at: column * lanes + lane, to: points[place * columns + column])
              }
            }
          }
          // Safe: the capacity is not 0.
          return body(places, UnsafePointer(block.baseAddress!))
        }
      }
    }
    progress?(.init(stage: stage, fraction: 1))
    return results
  }
}
