import CladeCore

/// What the numbers of a column are like; none of it depends on the order of the rows.
struct NumberSummary: Sendable, Equatable {
  /// The rows that have a number.
  var count = 0
  var minimum = Double.infinity
  var maximum = -Double.infinity
  /// Whether all are whole numbers.
  var isWhole = true
  /// The first row that holds an infinity.
  var firstInfinite: Int?

  mutating func add(_ other: NumberSummary) {
    count += other.count
    minimum = min(minimum, other.minimum)
    maximum = max(maximum, other.maximum)
    isWhole = isWhole && other.isWhole
    firstInfinite = firstInfinite ?? other.firstInfinite
  }

  /// The largest magnitude; 0 without numbers.
  var bound: Double { count == 0 ? 0 : max(abs(minimum), abs(maximum)) }
}

/// Computes what scaling needs to know of all columns of a matrix at once.
struct ColumnStatistics {
  let numbers: Matrix<Double>
  let threads: Int?
  private var chunkSize: Int { max(1, (1 << 18) / max(1, numbers.columnCount)) }

  /// A summary of each column.
  ///
  /// - Complexity: O(n · d).
  func summaries() -> [NumberSummary] {
    let columns = numbers.columnCount
    let parts = ParallelChunks.map(
      count: numbers.rowCount, chunkSize: chunkSize, threads: threads
    ) { _, rows in
      var summaries = [NumberSummary](repeating: NumberSummary(), count: columns)
      numbers.withUnsafeBufferPointer { values in
        summaries.withUnsafeMutableBufferPointer { summaries in
          for row in rows {
            for column in 0..<columns {
              Self.note(values[row &* columns &+ column], row, &summaries[column])
            }
          }
        }
      }
      return summaries
    }
    var result = [NumberSummary](repeating: NumberSummary(), count: columns)
    for part in parts {
      for column in 0..<columns { result[column].add(part[column]) }
    }
    for column in 0..<columns {
      // Of zeros with both signs the first would be taken: make them +0.
      result[column].minimum += 0
      result[column].maximum += 0
    }
    return result
  }

  @inline(__always)
  private static func note(_ value: Double, _ row: Int, _ summary: inout NumberSummary) {
    guard !value.isNaN else { return }
    summary.count &+= 1
    if value < summary.minimum { summary.minimum = value }
    if value > summary.maximum { summary.maximum = value }
    if summary.isWhole, value != value.rounded(.towardZero) { summary.isWhole = false }
    if value.isInfinite, summary.firstInfinite == nil { summary.firstInfinite = row }
  }

  /// The mean of each column's numbers; missing ones don't count.
  func means(_ summaries: [NumberSummary]) -> [Double] {
    let sums = self.sums(bounds: summaries.map(\.bound)) { value, _ in value }
    return summaries.indices.map { column in
      summaries[column].count == 0
        ? 0 : sums.mean(column: column, count: summaries[column].count) + 0
    }
  }

  /// The standard deviation of each column's numbers, with n in the denominator.
  func deviations(_ summaries: [NumberSummary], means: [Double]) -> [Double] {
    let columns = summaries.count
    // Deviations in units of the largest one, so that no square is too large or too small.
    let units = (0..<columns).map { column -> Double in
      guard summaries[column].count > 0 else { return 1 }
      let (low, high) = (summaries[column].minimum, summaries[column].maximum)
      let unit = max(high * 0.5 - means[column] * 0.5, means[column] * 0.5 - low * 0.5)
      return unit > 0 ? unit : 1
    }
    let sums = self.sums(bounds: [Double](repeating: 16, count: columns)) { value, column in
      let deviation = (value * 0.5 - means[column] * 0.5) / units[column]
      return deviation * deviation
    }
    return (0..<columns).map { column in
      guard summaries[column].count > 0 else { return 0 }
      let variance = sums.mean(column: column, count: summaries[column].count)
      let deviation = variance.squareRoot() * units[column] * 2
      return min(deviation, .greatestFiniteMagnitude)
    }
  }

  /// Sums of a function of each number, exact: missing numbers add nothing.
  private func sums(
    bounds: [Double], _ term: @Sendable (_ value: Double, _ column: Int) -> Double
  ) -> ExactColumnSums {
    let columns = numbers.columnCount
    let parts = ParallelChunks.map(
      count: numbers.rowCount, chunkSize: chunkSize, threads: threads
    ) { _, rows in
      var sums = ExactColumnSums(bounds: bounds)
      var terms = [Double](repeating: 0, count: rows.count * columns)
      numbers.withUnsafeBufferPointer { values in
        terms.withUnsafeMutableBufferPointer { terms in
          var index = 0
          for row in rows {
            for column in 0..<columns {
              let value = values[row &* columns &+ column]
              terms[index] = value.isNaN ? 0 : term(value, column)
              index &+= 1
            }
          }
          if let start = terms.baseAddress {
            sums.add(UnsafePointer(start), count: rows.count)
          }
        }
      }
      return sums
    }
    var total = ExactColumnSums(bounds: bounds)
    for part in parts { total.add(part) }
    return total
  }

  /// Whether no number of a column comes twice.
  func areDistinct(column: Int) -> Bool {
    var values = numbers.column(column)
    values.sort()
    return zip(values, values.dropFirst()).allSatisfy { $0 != $1 }
  }
}
