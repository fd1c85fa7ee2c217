import CladeCore

/// Core distances by comparing all rows, for any metric.
enum CoreDistances {
  /// The raw distance of each row from its `minSamples`-th nearest other one (n), 1..<n.
  ///
  /// - Complexity: O(n² · d) time, O(n) memory.
  static func raw<Scalar: MatrixScalar>(
    _ rows: PreparedRows<Scalar>, minSamples: Int, threads: Int?, progress: ProgressObserver?
  ) throws -> [Scalar] {
    let count = rows.rowCount
    let panels = DistancePanels(rows)
    let width = DistancePanels<Scalar>.panelWidth
    let stripe = max(1, 4096 / width)
    let done = ProgressCount(stage: "finding core distances", total: count, observer: progress)
    return try ParallelChunks.map(count: count, chunkSize: 16, threads: threads) { _, range in
      try Cancellation.check()
      defer { done.add(range.count) }
      var raw = [Scalar](repeating: 0, count: range.count * stripe * width)
      var nearest = range.map { _ in SmallestNumbers<Scalar>(count: minSamples) }
      for first in stride(from: 0, to: panels.panelCount, by: stripe) {
        let some = first..<min(panels.panelCount, first + stripe)
        try panels.rawDistances(of: rows, range, panels: some, into: &raw, stride: stripe * width)
        let places = (some.lowerBound * width)..<min(some.upperBound * width, count)
        for (index, row) in range.enumerated() {
          for place in places where place != row {
            nearest[index].offer(raw[index * stripe * width + place - places.lowerBound])
          }
        }
      }
      return nearest.indices.map { nearest[$0].takeLargest() }
    }.flatMap { $0 }
  }
}
