import CladeCore

extension Matrix {
  /// Draws points, some at a time.
  ///
  /// - Parameters:
  ///   - rows: The number of points.
  ///   - columns: The numbers of each, at least 1.
  ///   - progress: Told how far it has come.
  ///   - draw: Draws the points in a range; the first of them begins where the numbers do.
  /// - Throws: `CancellationError` when the task was cancelled.
  static func drawn(
    rows: Int, columns: Int, progress: ProgressObserver?,
    _ draw: (Range<Int>, UnsafeMutableBufferPointer<Scalar>) -> Void
  ) throws -> Matrix {
    var points = Matrix(rows: rows, columns: columns)
    let block = max(1, (1 << 20) / columns)
    for start in stride(from: 0, to: rows, by: block) {
      try Cancellation.check()
      progress?(.init(stage: "generating", fraction: Double(start) / Double(rows)))
      points.withUnsafeMutableBufferPointer { buffer in
        draw(
          start..<min(rows, start + block),
          UnsafeMutableBufferPointer(rebasing: buffer[(start * columns)...]))
      }
    }
    progress?(.init(stage: "generating", fraction: 1))
    return points
  }
}
