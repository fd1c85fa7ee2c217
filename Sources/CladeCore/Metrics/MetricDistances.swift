extension Metric {
  /// The distance between two rows.
  ///
  /// - Parameters:
  ///   - x: A row of d numbers.
  ///   - y: Another.
  /// - Throws: ``CladeError`` for rows of different length, and for values that the metric can't
  ///   take, `x` being row 0 and `y` row 1. Without an inverse covariance Mahalanobis' distance of
  ///   two rows isn't defined, nor is Gower's of ranges worth much: hand in what they need.
  /// - Complexity: O(d).
  public func distance(_ x: [Double], _ y: [Double]) throws -> Double {
    guard x.count == y.count else {
      throw CladeError.shapeMismatch(
        expected: "rows of the same length", found: "\(x.count) and \(y.count) numbers")
    }
    if self == .precomputed {
      throw CladeError.invalidParameter(
        name: "metric", value: "precomputed", reason: "distances that are given aren't of rows")
    }
    return try distances(of: Matrix([x, y]))[0, 1]
  }

  /// The distances between all rows (n × n).
  ///
  /// - Parameters:
  ///   - data: The rows (n × d).
  ///   - threads: The threads to use; `nil` for one per core.
  /// - Throws: ``CladeError`` for values that the metric can't take, and
  ///   ``CladeError/notEnoughMemory(purpose:bytes:available:remedy:)`` where the result would fill
  ///   more than this machine's memory; `CancellationError` when the task was cancelled.
  /// - Complexity: O(n² · d) time, n² doubles of memory.
  public func distances<Scalar: MatrixScalar>(
    of data: Matrix<Scalar>, threads: Int? = nil
  ) throws -> Matrix<Double> {
    try distances(from: nil, to: data, threads: threads)
  }

  /// The distances of some rows from others (m × n).
  ///
  /// What a metric learns from data, such as a covariance or ranges, it learns from `data`.
  ///
  /// - Parameters:
  ///   - queries: Rows (m × d).
  ///   - data: Other rows (n × d).
  ///   - threads: The threads to use; `nil` for one per core.
  /// - Throws: As ``distances(of:threads:)``.
  /// - Complexity: O(m · n · d) time, m · n doubles of memory.
  public func distances<Scalar: MatrixScalar>(
    from queries: Matrix<Scalar>, to data: Matrix<Scalar>, threads: Int? = nil
  ) throws -> Matrix<Double> {
    try distances(from: Optional(queries), to: data, threads: threads)
  }

  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  private func distances<Scalar: MatrixScalar>(
    from queries: Matrix<Scalar>?, to data: Matrix<Scalar>, threads: Int?
  ) throws -> Matrix<Double> {
    let rows = try prepared(for: data, threads: threads)
    let asked = try queries.map { try rows.preparing($0, threads: threads) } ?? rows
    let (height, width) = (asked.rowCount, rows.rowCount)
    try DistanceMemory.check(rows: height, columns: width, scalar: Double.self)
    let panels = DistancePanels(rows)
    let scale = rows.scale
    // Tiles of a few thousand rows, whose distances stay near while they are finished.
    let stripe = max(1, 4096 / DistancePanels<Scalar>.panelWidth)
    let step = stripe * DistancePanels<Scalar>.panelWidth
    // Where a distance takes much longer than to copy it, it is computed for one row of a pair.
    let isHalf = if case .warping = rows.form { queries == nil } else { false }
    return try Matrix(rows: height, columns: width) { target in
      nonisolated(unsafe) let target = target
      try ParallelChunks.forEach(count: height, chunkSize: 16, threads: threads) { _, range in
        try Cancellation.check()
        var raw = [Scalar](repeating: 0, count: range.count * step)
        let start = isHalf ? range.lowerBound / DistancePanels<Scalar>.panelWidth : 0
        for first in stride(from: start, to: panels.panelCount, by: stripe) {
          let some = first..<min(panels.panelCount, first + stripe)
          try panels.rawDistances(of: asked, range, panels: some, into: &raw, stride: step)
          let places = first * DistancePanels<Scalar>.panelWidth
          for (i, row) in range.enumerated() {
            for j in 0..<min(step, width - places) {
              target.initializeElement(
                at: row * width + places + j, to: scale(Double(raw[i * step + j])))
            }
          }
        }
      }
      if isHalf { Self.mirror(target, count: height, chunkSize: 16, threads: threads) }
    }
  }

  /// Copies what is above the diagonal to below it, where rows were computed in chunks from their
  /// own first column on.
  private static func mirror(
    _ matrix: UnsafeMutableBufferPointer<Double>, count: Int, chunkSize: Int, threads: Int?
  ) {
    nonisolated(unsafe) let matrix = matrix
    ParallelChunks.forEach(count: count, chunkSize: chunkSize, threads: threads) { _, range in
      for left in stride(from: 0, to: range.lowerBound, by: chunkSize) {
        for row in range {
          for column in left..<left + chunkSize {
            matrix.initializeElement(
              at: row &* count &+ column, to: matrix[column &* count &+ row])
          }
        }
      }
    }
  }
}
