import CladeCore

/// Quantiles of the columns of a large matrix, all in one pass over its rows.
///
/// A sample of the rows tells between which two numbers a quantile almost surely lies; the pass
/// counts the numbers below and keeps those between, and selection among them finds the very
/// quantile. Where the sample misleads, or there are few rows, the column is selected from as a
/// whole. Either way the result is exact, so it doesn't depend on the sample.
struct ColumnQuantiles {
  /// Rows from which on a sample pays.
  private static let leastRows = 1 << 17
  /// Rows of the sample.
  private static let sampleSize = 1 << 14
  /// Standard deviations of a sample's quantile to either side.
  private static let margin = 4.0

  let numbers: Matrix<Double>
  let threads: Int?

  /// For each of the columns the quantiles at `fractions`; NaN for a column without numbers.
  ///
  /// - Parameter counts: How many numbers each of the columns has; the others are NaN.
  /// - Complexity: O(n · c) time for c columns. Memory: about a thirtieth of the matrix a fraction,
  ///   or n numbers a thread where the sample misleads.
  func quantiles(_ fractions: [Double], columns: [Int], counts: [Int]) -> [[Double]] {
    var result = [[Double]?](repeating: nil, count: columns.count)
    if numbers.rowCount >= Self.leastRows, !columns.isEmpty {
      let brackets = self.brackets(fractions, columns)
      let tallies = self.tallies(brackets, columns, fractions.count)
      result = ParallelChunks.map(count: columns.count, chunkSize: 1, threads: threads) {
        index, _ in
        var values: [Double] = []
        for (place, fraction) in fractions.enumerated() {
          var tally = tallies[index * fractions.count + place]
          guard
            let value = tally.quantile(fraction, of: counts[index])
          else { return nil }
          values.append(value)
        }
        return values
      }
    }
    let found = result
    return ParallelChunks.map(count: columns.count, chunkSize: 1, threads: threads) { index, _ in
      found[index] ?? selected(fractions, column: columns[index])
    }
  }

  /// The quantiles of a column, selected from a copy of it.
  private func selected(_ fractions: [Double], column: Int) -> [Double] {
    let columns = numbers.columnCount
    let copy = UnsafeMutableBufferPointer<Double>.allocate(capacity: numbers.rowCount)
    defer { copy.deallocate() }
    var count = 0
    numbers.withUnsafeBufferPointer { values in
      for row in 0..<numbers.rowCount {
        let value = values[row &* columns &+ column]
        if !value.isNaN {
          copy[count] = value
          count += 1
        }
      }
    }
    let present = UnsafeMutableBufferPointer(rebasing: copy[..<count])
    return fractions.map { Quantiles.quantile($0, of: present) }
  }

  // MARK: With a sample

  /// Two numbers between which a quantile should lie.
  private struct Bracket {
    var low: Double
    var high: Double
  }

  /// What a bracket leaves of a column.
  private struct Tally {
    var bracket: Bracket
    var belowCount = 0
    var lowCount = 0
    var highCount = 0
    /// The numbers between the ends.
    var between: [Double] = []

    init(_ bracket: Bracket) { self.bracket = bracket }

    mutating func add(_ other: Tally) {
      belowCount += other.belowCount
      lowCount += other.lowCount
      highCount += other.highCount
      between += other.between
    }

    /// The quantile of a column of `count` numbers; `nil` where it isn't in the bracket.
    mutating func quantile(_ fraction: Double, of count: Int) -> Double? {
      guard count > 0 else { return .nan }
      return Quantiles.interpolated(fraction, count: count) { value(at: $0) }
    }

    /// The number at a place of the sorted column.
    private mutating func value(at place: Int) -> Double? {
      var place = place - belowCount
      if place < 0 { return nil }
      if place < lowCount { return bracket.low }
      place -= lowCount
      if place < between.count {
        return between.withUnsafeMutableBufferPointer {
          Quantiles.select(place, in: $0)
          return $0[place]
        }
      }
      return place < between.count + highCount ? bracket.high : nil
    }
  }

  /// For each column and fraction a bracket.
  private func brackets(_ fractions: [Double], _ columns: [Int]) -> [Bracket] {
    let rows = numbers.rowCount
    var random = CounterRandom(seed: 0)
    let sample = (0..<Self.sampleSize).map { _ in Int(random.next() % UInt64(rows)) }
    let brackets = ParallelChunks.map(count: columns.count, chunkSize: 1, threads: threads) {
      index, _ in
      var values = sample.map { numbers[$0, columns[index]] }.filter { !$0.isNaN }
      values.sort()
      return fractions.map { fraction -> Bracket in
        // Without numbers in the sample nothing is in the bracket.
        if values.isEmpty { return Bracket(low: .infinity, high: -.infinity) }
        let center = fraction * Double(values.count)
        let reach = 2 + Self.margin * (center * (1 - fraction)).squareRoot()
        let low = Int(center - reach)
        let high = Int(center + reach)
        return Bracket(
          low: low < 0 ? -.infinity : values[low],
          high: high < values.count ? values[high] : .infinity)
      }
    }
    return brackets.flatMap(\.self)
  }

  private func tallies(_ brackets: [Bracket], _ columns: [Int], _ perColumn: Int) -> [Tally] {
    let width = numbers.columnCount
    let parts = ParallelChunks.reduce(
      count: numbers.rowCount, chunkSize: max(1, (1 << 18) / width), threads: threads,
      state: { brackets.map { Tally($0) } }
    ) { tallies, _, rows in
      tallies.withUnsafeMutableBufferPointer { tallies in
        columns.withUnsafeBufferPointer { columns in
          numbers.withUnsafeBufferPointer { values in
            for row in rows {
              var slot = 0
              for column in columns {
                let value = values[row &* width &+ column]
                for _ in 0..<perColumn {
                  Self.note(value, &tallies[slot])
                  slot &+= 1
                }
              }
            }
          }
        }
      }
    }
    return brackets.indices.map { slot in
      var tally = Tally(brackets[slot])
      tally.between.reserveCapacity(parts.reduce(0) { $0 + $1[slot].between.count })
      for part in parts { tally.add(part[slot]) }
      return tally
    }
  }

  @inline(__always)
  private static func note(_ value: Double, _ tally: inout Tally) {
    let bracket = tally.bracket
    tally.belowCount &+= value < bracket.low ? 1 : 0
    guard value >= bracket.low, value <= bracket.high else { return }
    if value == bracket.low {
      tally.lowCount &+= 1
    } else if value == bracket.high {
      tally.highCount &+= 1
    } else {
      tally.between.append(value)
    }
  }
}
