import Clade
import CladeCore
import Testing

/// Draws of rows beside all rows put in order.
@Suite struct RowDrawsTests {
  /// The values of the rows, in the order of their fingerprints.
  private func ordered(_ data: Matrix<Double>, seed: UInt64) -> [Double] {
    let draws = [UInt64](unsafeUninitializedCapacity: data.rowCount) { buffer, initialized in
      data.withUnsafeBufferPointer { values in
        guard let from = values.baseAddress, let to = buffer.baseAddress else { return }
        RowFingerprint.writeDraws(of: from, count: data.rowCount, columns: 1, seed: seed, into: to)
      }
      initialized = data.rowCount
    }
    return (0..<data.rowCount).sorted { draws[$0] < draws[$1] }.map { data[$0, 0] }
  }

  /// A third of all rows are equal, if any are.
  private func data(rows: Int, equal: Int) -> Matrix<Double> {
    Matrix(rows: rows, columns: 1) { buffer in
      for row in 0..<rows {
        buffer.initializeElement(at: row, to: row < equal ? 0.5 : Double(row))
      }
    }
  }

  @Test(arguments: [1, 2, 16, 17, 5000, 300_000], [0.0, 1.0 / 3, 1])
  func placesInTheOrderOfFingerprints(rows: Int, equal: Double) throws {
    let data = data(rows: rows, equal: Int(Double(rows) * equal))
    let order = ordered(data, seed: 7)
    // Few at first, later so many that all rows are put in order.
    let counts = [1, 100, 5000, 3, 70_000, 20_000, 1000]
    var random = CounterRandom(seed: 7, stream: 1 << 61)
    let expected = counts.map { count in
      (0..<count).map { _ in order[min(rows - 1, Int(random.uniform() * Double(rows)))] }
    }
    let shuffled = data.gatheringRows(KMeansTests.shuffled(rows, seed: 3))
    for (matrix, threads) in [(data, 1), (shuffled, 2), (shuffled, 7)] {
      var draws = try RowDraws(matrix, weights: nil, seed: 7, threads: threads)
      for (count, values) in zip(counts, expected) {
        #expect(draws.draw(count).map { matrix[$0, 0] } == values)
      }
    }
  }

  /// The smallest fingerprints and the heaviest rows, with their masses.
  @Test(arguments: [60_000, 300_000], [0.0, 1.0 / 3, 1])
  func distinctRows(rows: Int, equal: Double) throws {
    let data = data(rows: rows, equal: Int(Double(rows) * equal))
    var counts: [Double: Double] = [:]
    for row in 0..<rows { counts[data[row, 0], default: 0] += 1 }
    var distinct: [Double] = []
    for value in ordered(data, seed: 3) where distinct.last != value { distinct.append(value) }
    for limit in [1, 64, 1000, rows + 1] {
      var draws = try RowDraws(data, weights: nil, seed: 3, threads: 2)
      let (places, masses) = draws.distinctRows(limit: limit, weights: nil)
      // The same where they are found together with rows that are drawn.
      var together = try RowDraws(data, weights: nil, seed: 3, threads: 2)
      #expect(together.draw(3000, beforeDistinctRows: limit) == draws.draw(3000))
      let others = together.distinctRows(limit: limit, weights: nil)
      #expect(others.places == places && others.masses == masses)
      let values = places.map { data[$0, 0] }
      #expect(Array(values.prefix(limit)) == Array(distinct.prefix(limit)))
      #expect(Set(values).count == values.count)
      if limit >= 1000, equal > 0 { #expect(values.contains(0.5)) }
      if limit > rows { #expect(zip(values, masses).allSatisfy { counts[$0] == $1 }) }
      if limit >= 64 { #expect(abs(masses.reduce(0, +) / Double(rows) - 1) < 1e-9 || equal == 0) }
    }
  }

  @Test func weightsAreParts() throws {
    let data = data(rows: 4000, equal: 0)
    let weights = (0..<4000).map { $0 == 17 ? 12_000.0 : 1 }
    var draws = try RowDraws(data, weights: weights, seed: 5, threads: 2)
    let drawn = draws.draw(16_000)
    let heavy = drawn.count { $0 == 17 }
    #expect(abs(Double(heavy) - 12_000) < 5 * (12_000 * 0.25).squareRoot())
  }
}
