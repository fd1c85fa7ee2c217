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
      Result {
        try Task.checkCancellation()
        defer { done.add(range.count) }
        var raw = [Scalar](repeating: 0, count: range.count * stripe * width)
        var nearest = range.map { _ in Smallest<Scalar>(count: minSamples) }
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
        return nearest.map(\.largest)
      }
    }.flatMap { try $0.get() }
  }
}

/// The smallest of many numbers, in a heap with the largest of them on top.
private struct Smallest<Scalar: MatrixScalar> {
  private var heap: [Scalar]

  init(count: Int) { heap = Array(repeating: .infinity, count: count) }

  /// The largest of them.
  var largest: Scalar { heap[0] }

  @inline(__always)
  mutating func offer(_ number: Scalar) {
    guard number < heap[0] else { return }
    var hole = 0
    while true {
      var child = 2 * hole + 1
      guard child < heap.count else { break }
      if child + 1 < heap.count, heap[child + 1] > heap[child] { child += 1 }
      guard heap[child] > number else { break }
      heap[hole] = heap[child]
      hole = child
    }
    heap[hole] = number
  }
}
