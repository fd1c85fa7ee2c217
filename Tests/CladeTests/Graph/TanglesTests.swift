import Clade
import Foundation
import Testing

@Suite struct TanglesTests {
  private func blobs(_ k: Int, _ columns: Int, separation: Double, seed: UInt64, rows: Int = 1000)
    throws -> (points: Matrix<Double>, labels: [Int32])
  {
    let sample = try GaussianBlobs(
      clusterCount: k, dimensionCount: columns, pointCount: rows, separation: separation, seed: seed
    ).generate()
    return (sample.points, sample.labels)
  }

  @Test(arguments: [(1, 2), (2, 2), (5, 2), (5, 3)])
  func findsTheGaussiansOfAMixture(_ k: Int, _ columns: Int) throws {
    for seed in 0..<3 {
      let data = try blobs(k, columns, separation: 6, seed: UInt64(seed))
      let model = try Tangles().fit(data.points)
      #expect(model.clusterCount == k)
      let scores = try ExternalIndices(truth: data.labels, labels: model.labels)
      #expect(k == 1 || scores.adjustedRandIndex > 0.8)
      #expect(model.tree.count { $0.children.isEmpty } >= k)
      #expect(model.probabilities.allSatisfy { $0 >= 0 && $0 <= 1 })
      let again = try model.places(of: data.points)
      #expect(again.labels == model.labels && again.probabilities == model.probabilities)
    }
  }

  /// Rows that differ by so little that the squares of it vanish.
  @Test func rowsThatMeansCanNotTellApart() throws {
    let rows = Matrix<Double>(rows: 100, columns: 2) { target in
      for row in 0..<100 {
        target.initializeElement(at: 2 * row, to: Double(row / 50))
        target.initializeElement(at: 2 * row + 1, to: Double(row % 37) * 1e-170)
      }
    }
    let model = try Tangles().fit(rows)
    #expect(model.labels.count == 100)
  }

  @Test(arguments: [1.5, 2, 2.5, 5, 6, 8]) func theConditionOfSeparabilityHolds(_ distance: Double)
    throws
  {
    let condition = TangleSeparability(distance: distance, dimensionCount: 2)
    var random = CounterRandom(seed: 3)
    let data = Matrix<Double>(rows: 2000, columns: 2) { target in
      for row in 0..<2000 {
        target.initializeElement(at: 2 * row, to: random.normal() + (row % 2 == 0 ? 0 : distance))
        target.initializeElement(at: 2 * row + 1, to: random.normal())
      }
    }
    let model = try Tangles().fit(data)
    #expect(condition.isSeparable() == (distance >= 4))
    #expect(model.clusterCount == (condition.isSeparable() ? 2 : 1))
  }

  @Test func separabilityByHand() {
    // One peak; a valley of 2·e^(−2) between peaks of 1 + e^(−8), to the power 1/2 in two columns.
    #expect(TangleSeparability(distance: 1, dimensionCount: 2).ratio == 1)
    let ratio = TangleSeparability(distance: 4, dimensionCount: 2).ratio
    let wanted = ((1 + Elementary.exp(-8)) / (2 * Elementary.exp(-2))).squareRoot()
    #expect(abs(ratio - wanted) < 1e-3)
    #expect(TangleSeparability(distance: 9, dimensionCount: 1).ratio == 1)
    #expect(TangleSeparability(distance: 9, share: 1, dimensionCount: 3).ratio == 1)
    #expect(
      TangleSeparability(distance: 4, dimensionCount: 9).ratio
        > TangleSeparability(distance: 4, dimensionCount: 2).ratio)
  }

  @Test func isTheSameInAnyOrderOnAnyMachine() throws {
    for step in [nil, 0.5] {
      let data = DensityData.rows(500, columns: 2, groups: 3, step: step, seed: 12)
      let order = DensityData.shuffled(500, seed: 4)
      let model = try Tangles().fit(data)
      let shuffled = try Tangles().fit(data.gatheringRows(order))
      #expect(shuffled.labels == order.map { model.labels[$0] })
      #expect(shuffled.probabilities == order.map { model.probabilities[$0] })
      #expect(shuffled.tree == model.tree)
      for threads in [1, 7] {
        for set in InstructionSet.available {
          #expect(
            try InstructionSet.forcing(set) { try Tangles().fit(data, threads: threads) } == model)
        }
      }
    }
  }

  @Test func limitsAndBadInput() throws {
    let same = Matrix<Double>(rows: 100, columns: 2, repeating: 1)
    #expect(try Tangles().fit(same).sizes == [100])
    #expect(try Tangles().fit(try Matrix<Double>([[1, 2]])).labels == [0])
    #expect(
      try Tangles().fit(try Matrix<Double>([[1e300], [-1e300], [2e300]])).labels == [0, 0, 0])
    let data = DensityData.rows(50, columns: 2, seed: 1)
    for method in [
      Tangles(agreement: 1), Tangles(neighborCount: 0), Tangles(cutsPerDirection: 2),
      Tangles(maxOrder: .nan), Tangles(persistence: 0.5),
    ] {
      #expect(throws: CladeError.self) { try method.fit(data) }
    }
    #expect(throws: CladeError.self) { try Tangles().fit(Matrix<Double>(rows: 0, columns: 1)) }
    #expect(throws: CladeError.self) { try Tangles().fit(try Matrix([[1], [.nan]])) }
  }

  /// Equal rows are all joined with each other.
  @Test func rowsThatComeTooOften() throws {
    let rows = Matrix<Double>(rows: 10_000, columns: 1) { target in
      for row in 0..<target.count { target.initializeElement(at: row, to: Double(row % 2)) }
    }
    #expect(throws: CladeError.self) { try Tangles().fit(rows) }
  }

  @Test func modelsAreKept() throws {
    let data = try blobs(3, 2, separation: 6, seed: 2)
    let model = try Tangles().fit(data.points)
    let encoded = try JSONEncoder().encode(model)
    let copy = try JSONDecoder().decode(TanglesModel.self, from: encoded)
    #expect(try copy.predict(data.points) == model.labels)
    let text = String(decoding: encoded, as: UTF8.self)
    for (from, to) in [
      ("\"columnCount\":2", "\"columnCount\":3"), ("\"children\":[", "\"children\":[999,"),
      ("\"persistence\":1.5", "\"persistence\":0"),
    ] {
      #expect(text.contains(from))
      #expect(throws: (any Error).self) {
        try JSONDecoder().decode(
          TanglesModel.self, from: Data(text.replacingOccurrences(of: from, with: to).utf8))
      }
    }
  }
}
