import CladeCore
import CladeTables
import Synchronization
import Testing

/// Medians and quartiles of many rows are those that sorting gives, to the last bit.
@Suite struct ColumnQuantilesTests {
  /// Columns on which a sample tells much, little, or the wrong thing; every 1000th number is missing.
  private static func columns(rows: Int) -> [[Double]] {
    var random = CounterRandom(seed: 9)
    var columns: [[Double]] = Array(repeating: [], count: 7)
    for row in 0..<rows {
      let x = random.normal()
      let values = [
        x, x.rounded(), row % 3 == 0 ? 1 : 0, 1 / (x * x * x), Double(row),
        // Almost everywhere the same number, and one that only ever comes at one end.
        row < 100 ? Double(row) : 7, row < rows / 2 ? -0.0 : 0,
      ]
      for (column, value) in values.enumerated() {
        columns[column].append(row % 1000 == 5 ? .nan : value)
      }
    }
    return columns
  }

  private static func quantile(_ fraction: Double, _ column: [Double]) -> Double {
    let sorted = column.filter { !$0.isNaN }.sorted()
    let place = fraction * Double(sorted.count - 1)
    let lower = Int(place)
    let share = place - Double(lower)
    return share == 0
      ? sorted[lower] + 0 : sorted[lower] * (1 - share) + sorted[lower + 1] * share + 0
  }

  @Test(arguments: [131_071, 200_003]) func missingNumbersBecomeTheMedian(rows: Int) throws {
    let columns = Self.columns(rows: rows)
    let table = Table(
      Matrix(rows: rows, columns: columns.count) { target in
        for (place, column) in columns.enumerated() {
          for row in 0..<rows { target[row * columns.count + place] = column[row] }
        }
      })
    for threads in [1, 2, 7] {
      for scaling in [Scaling.none, .robust] {
        var options = PreparationOptions()
        options.scaling = scaling
        let prepared = try Preparation.fit(table, options: options, threads: threads)
        var place = 0
        for column in columns.dropLast() {
          defer { place += 1 }
          let median = Self.quantile(0.5, column)
          let spread =
            (Self.quantile(0.75, column) - Self.quantile(0.25, column)) / 1.3489795003921634
          #expect(prepared.matrix[5, place] == (scaling == .none ? median : 0))
          guard scaling == .robust, spread > 0 else { continue }
          #expect(prepared.matrix[17, place] == (column[17] - median) / spread)
        }
      }
    }
  }

  @Test func preparingTellsHowFarItIs() throws {
    var random = CounterRandom(seed: 3)
    let table = Table(Matrix(rows: 50_000, columns: 4) { $0.initialize(repeating: 0) })
    var numbers = table.numbers
    numbers.withUnsafeMutableBufferPointer { buffer in
      for index in buffer.indices { buffer[index] = random.normal() }
    }
    let preparation = try Preparation.fit(Table(numbers)).preparation
    let fractions = Mutex<[Double]>([])
    _ = try preparation.apply(to: Table(numbers), threads: 2) { update in
      fractions.withLock { $0.append(update.fraction ?? -1) }
    }
    let told = fractions.withLock { $0 }
    #expect(told.first == 0 && told.last == 1 && told.count > 2)
    #expect(zip(told, told.dropFirst()).allSatisfy { $0 <= $1 })
  }
}
