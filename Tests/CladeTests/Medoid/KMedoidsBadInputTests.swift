import Clade
import Foundation
import Testing

@Suite struct KMedoidsBadInputTests {
  private func message(_ body: () throws -> some Any) -> String {
    do {
      _ = try body()
      return "no error"
    } catch { return "\(error)" }
  }

  @Test func parametersOutOfRange() throws {
    let data = MedoidData.rows(20, columns: 2, seed: 1)
    for (k, iterations) in [(0, 100), (-3, 100), (2, 0)] {
      let text = message { try KMedoids(k: k, maxIterations: iterations).fit(data) }
      #expect(text.contains(iterations == 0 ? "maxIterations can't be 0" : "k can't be \(k)"))
    }
    for items in [[0], [0, 0], [0, 20], [-1, 4]] {
      #expect(
        message { try KMedoids(k: 2, start: .items(items)).fit(data) }.contains("start can't be"))
    }
  }

  @Test func moreMedoidsThanItems() throws {
    let data = MedoidData.rows(20, columns: 2, seed: 1)
    #expect(throws: CladeError.tooManyClusters(k: 21, distinctRows: 20)) {
      try KMedoids(k: 21).fit(data)
    }
    let few = data.gatheringRows((0..<20).map { $0 % 3 })
    let same = Matrix<Double>(rows: 9, columns: 2, repeating: 4)
    for start in [MedoidStart.build, .lab, .random] {
      #expect(throws: CladeError.tooManyClusters(k: 5, distinctRows: 3)) {
        try KMedoids(k: 5, start: start).fit(few)
      }
      #expect(try KMedoids(k: 3, start: start).fit(few).objective == 0)
      #expect(throws: CladeError.tooManyClusters(k: 2, distinctRows: 1)) {
        try KMedoids(k: 2, start: start).fit(same)
      }
      #expect(try KMedoids(k: 1, start: start).fit(same).objective == 0)
    }
  }

  @Test func noData() {
    #expect(
      message { try KMedoids(k: 1).fit(Matrix<Double>(rows: 0, columns: 3)) }.contains("no data"))
    #expect(
      message { try KMedoids(k: 1).fit(Matrix<Double>(rows: 3, columns: 0)) }.contains("no data"))
    #expect(
      message {
        try KMedoids(k: 1).fit(dissimilarities: KMedoidsTests.Gaps(values: []))
      }.contains("no data"))
  }

  @Test func distancesThatAreNone() throws {
    let method = KMedoids(k: 2, metric: .precomputed)
    let cases: [([[Double]], String)] = [
      ([[0, 1, .nan], [1, 0, 2], [.nan, 2, 0]], "row 0, column 2 holds nan"),
      ([[0, 1, -3], [1, 0, 2], [-3, 2, 0]], "row 0, column 2 holds -3"),
      ([[0, 1, 3], [1, 0.5, 2], [3, 2, 0]], "row 1, column 1 holds 0.5"),
      ([[0, 1, 3], [1, 0, 2], [4, 2, 0]], "column"),
      ([[0, 1, 3], [1, 0, 2]], "expected"),
    ]
    for (rows, expected) in cases {
      let text = message { try method.fit(try Matrix(rows)) }
      #expect(text.contains(expected), "\(text)")
    }
    let model = try method.fit(try Matrix<Double>([[0, 1, 3], [1, 0, 2], [3, 2, 0]]))
    #expect(
      message { try model.predict(try Matrix<Double>([[1, 2]])) }.contains("3 training rows"))
  }

  @Test(arguments: KMedoids.Algorithm.allCases)
  func numbersOfAnySize(_ algorithm: KMedoids.Algorithm) throws {
    let data = MedoidData.rows(60, columns: 2, seed: 14)
    let expected = try KMedoids(k: 4, algorithm: algorithm).fit(data)
    for exponent in [-1060, -900, -300, 300, 900, 1018] {
      let scaled = Matrix<Double>(rows: 60, columns: 2) { target in
        for place in target.indices {
          let value = data[place / 2, place % 2]
          target.initializeElement(
            at: place, to: Double(sign: .plus, exponent: exponent, significand: value))
        }
      }
      let model = try KMedoids(k: 4, algorithm: algorithm).fit(scaled)
      // Numbers near the smallest there are lose digits.
      if exponent > -1000 { #expect(model.labels == expected.labels) }
      #expect(!model.objective.isNaN)
      let distances = try Metric.euclidean.distances(of: scaled)
      guard (0..<60).allSatisfy({ distances.row($0).allSatisfy(\.isFinite) }) else { continue }
      let given = try KMedoids(k: 4, algorithm: algorithm, metric: .precomputed).fit(distances)
      #expect(!given.objective.isNaN && given.labels.count == 60)
    }
  }

  @Test func modelsThatWereEdited() throws {
    let model = try KMedoids(k: 3).fit(MedoidData.rows(40, columns: 2, seed: 2))
    let text = String(decoding: try JSONEncoder().encode(model), as: UTF8.self)
    for (from, to) in [
      ("\"k\":3", "\"k\":4"), ("\"rowCount\":40", "\"rowCount\":2"), ("\"rows\":3", "\"rows\":2"),
    ] {
      let edited = text.replacingOccurrences(of: from, with: to)
      #expect(edited != text)
      #expect(throws: (any Error).self) {
        try JSONDecoder().decode(KMedoidsModel<Double>.self, from: Data(edited.utf8))
      }
    }
  }
}
