import CladeCore

/// Goes over the rows of a matrix and adds them up by group; neither the order of the rows nor the
/// number of threads can be seen in the sums.
struct MomentsPass {
  let data: Matrix<Double>
  let labels: [Int32]
  /// The groups, with that of the rows labelled −1, which is the last.
  let groupCount: Int
  let hasNoise: Bool
  let threads: Int?

  private var columnCount: Int { data.columnCount }
  private var chunkSize: Int { max(1, (1 << 18) / max(1, columnCount)) }

  /// The smallest and the largest number of each column.
  ///
  /// - Throws: `CladeError.nonFiniteValue` at the first number that isn't finite.
  func ranges() throws -> (low: [Double], high: [Double]) {
    let d = columnCount
    let zeros = [Double](repeating: 0, count: d)
    if data.rowCount == 0 { return (zeros, zeros) }
    let parts = ParallelChunks.map(
      count: data.rowCount, chunkSize: chunkSize, threads: threads
    ) { _, rows in
      var low = [Double](repeating: .infinity, count: d)
      var high = [Double](repeating: -.infinity, count: d)
      // Zero as long as all numbers are finite.
      var flaws = zeros
      low.withUnsafeMutableBufferPointer { low in
        high.withUnsafeMutableBufferPointer { high in
          flaws.withUnsafeMutableBufferPointer { flaws in
            data.withUnsafeBufferPointer { values in
              for row in rows {
                for column in 0..<d {
                  let value = values[row &* d &+ column]
                  low[column] = value < low[column] ? value : low[column]
                  high[column] = value > high[column] ? value : high[column]
                  flaws[column] += value * 0
                }
              }
            }
          }
        }
      }
      return (low: low, high: high, isFinite: flaws.allSatisfy { $0 == 0 }, rows: rows)
    }
    if let part = parts.first(where: { !$0.isFinite }) { throw nonFinite(in: part.rows) }
    // Of zeros with both signs the first would be taken: make them +0.
    return (
      low: (0..<d).map { column in parts.reduce(.infinity) { min($0, $1.low[column]) } + 0 },
      high: (0..<d).map { column in parts.reduce(-.infinity) { max($0, $1.high[column]) } + 0 }
    )
  }

  private func nonFinite(in rows: Range<Int>) -> CladeError {
    for row in rows {
      for column in 0..<columnCount where !data[row, column].isFinite {
        return .nonFiniteValue(row: row, column: column, value: "\(data[row, column])")
      }
    }
    return .nonFiniteValue(row: rows.lowerBound, column: 0, value: "not finite")
  }

  /// The sums of the numbers, whose magnitudes are at most `bounds`.
  func sums(bounds: [Double]) -> ExactColumnSums {
    total(bounds: bounds) { sums, rows, groups in
      data.withUnsafeBufferPointer { values in
        guard let start = values.baseAddress else { return }
        _ = sums.add(start + rows.lowerBound * columnCount, count: rows.count, after: groups)
      }
    }
  }

  /// The sums of the squares of half the differences from the groups' centers, in `units`, which
  /// are powers of two.
  func squares(centers: [Double], units: [Double]) -> ExactColumnSums {
    let d = columnCount
    let halves = centers.map { $0 / 2 }
    let inverses = units.map { 1 / $0 }
    let step = max(1, (1 << 11) / max(1, d))
    return total(bounds: [Double](repeating: 16, count: d)) { sums, rows, groups in
      withUnsafeTemporaryAllocation(of: Double.self, capacity: step * d) { terms in
        data.withUnsafeBufferPointer { values in
          halves.withUnsafeBufferPointer { halves in
            inverses.withUnsafeBufferPointer { inverses in
              for first in stride(from: rows.lowerBound, to: rows.upperBound, by: step) {
                let count = min(step, rows.upperBound - first)
                let groups = groups + (first - rows.lowerBound)
                for row in 0..<count {
                  let center = Int(groups[row]) &* d
                  let from = (first &+ row) &* d
                  for column in 0..<d {
                    let deviation =
                      (values[from &+ column] * 0.5 - halves[center &+ column])
                      * inverses[column]
                    terms[row &* d &+ column] = deviation * deviation
                  }
                }
                if let start = terms.baseAddress {
                  _ = sums.add(UnsafePointer(start), count: count, after: groups)
                }
              }
            }
          }
        }
      }
    }
  }

  /// Calls `body` with all rows, a chunk at a time, and their groups.
  private func total(
    bounds: [Double],
    _ body:
      @Sendable (
        _ sums: inout ExactColumnSums, _ rows: Range<Int>, _ groups: UnsafePointer<Int32>
      ) -> Void
  ) -> ExactColumnSums {
    let noise = Int32(groupCount - 1)
    let none = ExactColumnSums(bounds: bounds, groups: groupCount)
    let parts = ParallelChunks.reduce(
      count: data.rowCount, chunkSize: chunkSize, threads: threads, state: { none }
    ) { sums, _, rows in
      if hasNoise {
        let groups = labels[rows].map { $0 < 0 ? noise : $0 }
        groups.withUnsafeBufferPointer { body(&sums, rows, $0.baseAddress!) }
      } else {
        labels.withUnsafeBufferPointer { body(&sums, rows, $0.baseAddress! + rows.lowerBound) }
      }
    }
    return parts.reduce(into: none) { $0.add($1) }
  }
}
