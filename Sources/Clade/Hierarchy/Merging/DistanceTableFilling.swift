import CKernels
import CladeCore

/// Writes the distances of rows, or the squares of given distances, into a square table.
struct DistanceTableFilling<Scalar: MatrixScalar> {
  private let rows: PreparedRows<Scalar>
  private let order: [Int32]
  private let isSquared: Bool

  /// - Parameters:
  ///   - rows: The rows.
  ///   - order: Which of them, in this order.
  ///   - squared: Whether squares are wanted; of given distances only.
  init(_ rows: PreparedRows<Scalar>, order: [Int32], squared: Bool) {
    (self.rows, self.order, isSquared) = (rows, order, squared)
  }

  /// Writes row after row, infinite on the diagonal and beyond the last one.
  ///
  /// - Returns: What the numbers are less by than the distances, as a power of two.
  /// - Throws: `CladeError` for a distance that isn't finite.
  func fill(
    _ table: UnsafeMutablePointer<Double>, stride: Int, threads: Int?,
    progress: ProgressObserver?
  ) throws -> Int {
    let count = order.count
    let done = ProgressCount(stage: "computing distances", total: count, observer: progress)
    let scale = rows.scale
    let isRooted = rows.finish == .squareRoot && scale.isUnscaled
    let isFinished = rows.form.isGiven || (rows.finish == .none && scale.isUnscaled)
    let exponent = squaredExponent()
    let gathered = rows.form.isGiven ? rows : rows.gathering(order)
    let panels = rows.form.isGiven ? nil : DistancePanels(gathered)
    nonisolated(unsafe) let table = table
    try ParallelChunks.forEach(count: count, chunkSize: 16, threads: threads) { _, range in
      try Task.checkCancellation()
      if let panels {
        try write(panels, of: gathered, range, into: table, stride: stride)
      } else {
        for row in range { writeGiven(row, to: table + row * stride) }
      }
      for row in range {
        let target = table + row * stride
        if isRooted {
          clade_table_roots(target, count)
        } else if !isFinished {
          for column in 0..<count { target[column] = scale(target[column]) }
        }
        try check(row, target)
        if isSquared { square(target, exponent: exponent) }
        target[row] = .infinity
        for column in count..<stride { target[column] = .infinity }
      }
      done.add(range.count)
    }
    return exponent
  }

  /// Writes the raw distances of some rows.
  private func write(
    _ panels: DistancePanels<Scalar>, of rows: PreparedRows<Scalar>, _ range: Range<Int>,
    into table: UnsafeMutablePointer<Double>, stride: Int
  ) throws {
    if Scalar.self == Double.self {
      let target = UnsafeMutableRawPointer(table + range.lowerBound * stride)
      return try panels.rawDistances(
        of: rows, range, into: target.assumingMemoryBound(to: Scalar.self), stride: stride)
    }
    let width = DistancePanels<Scalar>.panelWidth
    let step = max(1, 2048 / width)
    var raw = [Scalar](repeating: 0, count: range.count * step * width)
    for first in Swift.stride(from: 0, to: panels.panelCount, by: step) {
      let some = first..<min(panels.panelCount, first + step)
      try panels.rawDistances(of: rows, range, panels: some, into: &raw, stride: step * width)
      let places = (first * width)..<min(rows.rowCount, some.upperBound * width)
      for (index, row) in range.enumerated() {
        let target = table + row * stride
        let from = index * step * width - places.lowerBound
        raw.withUnsafeBufferPointer { raw in
          for place in places { target[place] = Double(raw[from + place]) }
        }
      }
    }
  }

  /// Copies the given distances of a row.
  private func writeGiven(_ row: Int, to target: UnsafeMutablePointer<Double>) {
    let (query, count) = (Int(order[row]), rows.rowCount)
    rows.coordinates.withUnsafeBufferPointer { given in
      for (column, other) in order.enumerated() {
        let other = Int(other)
        if rows.form == .lookedUp {
          target[column] = Double(given[query * count + other])
        } else if other == query {
          target[column] = 0
        } else {
          let (first, second) = (min(query, other), max(query, other))
          target[column] = Double(
            given[first * (2 * count - first - 1) / 2 + second - first - 1])
        }
      }
    }
  }

  private func square(_ distances: UnsafeMutablePointer<Double>, exponent: Int) {
    let unit = Double(sign: .plus, exponent: -exponent, significand: 1)
    for column in order.indices {
      let distance = distances[column] * unit
      distances[column] = distance * distance
    }
  }

  /// By what distances have to be less so that their squares can be computed, as a power of two.
  private func squaredExponent() -> Int {
    guard isSquared else { return 0 }
    let largest = rows.coordinates.withUnsafeBufferPointer { $0.max() ?? 0 }
    return MagnitudeScaling(largest: Double(largest), Double.self).exponent
  }

  private func check(_ row: Int, _ distances: UnsafeMutablePointer<Double>) throws {
    for column in order.indices where !distances[column].isFinite {
      throw CladeError.valueOutOfRange(
        row: Int(order[row]), column: Int(order[column]), value: "\(distances[column])",
        expected: "a finite distance of two rows")
    }
  }
}
