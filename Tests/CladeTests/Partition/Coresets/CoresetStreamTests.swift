import Clade
import Testing

@Suite struct CoresetStreamTests {
  func stream(
    _ data: Matrix<Double>, size: Int, batch: Int, threads: Int? = nil, seed: UInt64 = 0
  ) throws -> Coreset<Double> {
    var stream = CoresetStream<Double>(
      SensitivityCoreset(size: size, k: 4, seed: seed), threads: threads)
    for start in stride(from: 0, to: data.rowCount, by: batch) {
      try stream.append(
        data.gatheringRows(Array(start..<min(data.rowCount, start + batch))))
    }
    #expect(stream.rowCount == data.rowCount)
    return try stream.coreset()
  }

  @Test func doesNotDependOnBatches() throws {
    let data = CoresetData.uneven(rows: 5000)
    let expected = try stream(data, size: 100, batch: 5000, threads: 1)
    for set in InstructionSet.available {
      try InstructionSet.forcing(set) { () throws in
        for (batch, threads) in [(1, 2), (37, 7), (200, 1)] {
          #expect(try stream(data, size: 100, batch: batch, threads: threads) == expected)
        }
      }
    }
    #expect(expected.size == 100)
    #expect(data.gatheringRows(expected.indices) == expected.rows)
  }

  @Test func keepsCosts() throws {
    let data = CoresetData.uneven(rows: 40_000, columns: 2)
    let sets = CoresetData.centers(data, k: 4, count: 20)
    let coreset = try stream(data, size: 1000, batch: 997)
    #expect(try CoresetData.worstError(coreset, data, sets) < 0.2)
  }

  @Test func unbiased() throws {
    let data = CoresetData.uneven(rows: 600, columns: 2)
    let centers = CoresetData.centers(data, k: 3, count: 2)[1]
    let exact = try CoresetObjective.kMeans.cost(of: centers, on: data)
    let ratios = try (0..<400).map {
      try stream(data, size: 40, batch: 600, threads: 1, seed: $0).cost(of: centers) / exact
    }
    let mean = ratios.reduce(0, +) / 400
    let variance = ratios.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 399
    let standardError = (variance / 400).squareRoot()
    #expect(standardError < 0.03)
    #expect(abs(mean - 1) < 5 * standardError)
  }

  @Test func fewRows() throws {
    var stream = CoresetStream<Double>(SensitivityCoreset(size: 50, k: 20))
    #expect(throws: CladeError.self) { try stream.coreset() }
    let row = try Matrix<Double>([[1, 2]])
    for _ in 0..<300 { try stream.append(row) }
    let coreset = try stream.coreset()
    #expect(coreset.rows == row)
    #expect(coreset.weights == [300])
    try stream.append(Matrix([[3, 4], [5, 6]]), weights: [0, 2])
    #expect(try stream.coreset().weights.reduce(0, +) == 302)
    #expect(stream.rowCount == 302)
  }

  @Test func badRowsLeaveItAsItWas() throws {
    var stream = CoresetStream<Double>(SensitivityCoreset(size: 50, k: 2))
    try stream.append(CoresetData.uneven(rows: 80))
    let before = try stream.coreset()
    #expect(throws: CladeError.self) { try stream.append(Matrix(rows: 2, columns: 2)) }
    #expect(throws: CladeError.self) {
      try stream.append(Matrix(rows: 2, columns: 3, repeating: .nan))
    }
    #expect(throws: CladeError.self) {
      try stream.append(Matrix(rows: 2, columns: 3), weights: [1])
    }
    #expect(throws: CladeError.self) {
      try stream.append(Matrix(rows: 2, columns: 3), weights: [1, -1])
    }
    #expect(try stream.coreset() == before)
    var wrong = CoresetStream<Double>(SensitivityCoreset(size: 0, k: 2))
    #expect(throws: CladeError.self) { try wrong.append(CoresetData.uneven(rows: 80)) }
  }
}
