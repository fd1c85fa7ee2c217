import Clade
import Foundation
import Synchronization
import Testing

@Suite struct SphericalKMeansTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let data: SparseMatrix<Double>
    let k: Int
  }

  static let cases: [Case] = {
    func documents(
      _ rows: Int, _ words: Int, _ topics: Int, _ length: Int, signed: Bool = false
    ) -> SparseMatrix<Double> {
      (try? Documents.make(rows: rows, words: words, topics: topics, length: length, signed: signed))
        ?? SparseMatrix(Matrix(rows: 0, columns: 0))
    }
    let some = documents(900, 700, 9, 25)
    return [
      Case(testDescription: "documents", data: some, k: 12),
      Case(testDescription: "many clusters", data: documents(1500, 900, 30, 20), k: 150),
      Case(testDescription: "signs", data: documents(800, 300, 7, 30, signed: true), k: 20),
      Case(testDescription: "short rows with ties", data: documents(700, 40, 5, 3), k: 15),
      Case(testDescription: "dense columns", data: documents(500, 24, 4, 60), k: 9),
      Case(
        testDescription: "duplicates",
        data: some.gatheringRows((0..<1000).map { $0 * $0 % 61 }), k: 7),
      Case(testDescription: "one cluster", data: some, k: 1),
    ]
  }()

  // MARK: By hand

  @Test func fourDirections() throws {
    let data = try Matrix<Double>([[2, 0], [0, 5], [4, 3], [3, 4], [1, 0]])
    let model = try SphericalKMeans(k: 2).fit(
      data, initialCenters: try Matrix([[1, 0], [0, 1]]))
    #expect(model.labels == [0, 1, 0, 1, 0])
    #expect(model.sizes == [3, 2])
    #expect(model.converged)
    // (1,0) + (0.8,0.6) + (1,0), and (0,1) + (0.6,0.8), each brought to length 1.
    let (a, b) = ((2.8 * 2.8 + 0.6 * 0.6).squareRoot(), (0.6 * 0.6 + 1.8 * 1.8).squareRoot())
    for (found, wanted) in zip(
      model.centers.row(0) + model.centers.row(1), [2.8 / a, 0.6 / a, 0.6 / b, 1.8 / b])
    {
      #expect(abs(found - wanted) < 1e-15)
    }
    #expect(abs(model.objective - (5 - a - b)) < 1e-14)
    #expect(try model.predict(try Matrix([[9, 1], [0.1, 3]])) == [0, 1])
  }

  @Test func lengthsDoNotMatter() throws {
    let data = Self.cases[0].data
    let scaled = try SparseMatrix(
      rowCount: data.rowCount, columnCount: data.columnCount, rowStarts: data.rowStarts,
      columns: data.columns,
      values: (0..<data.rowCount).flatMap { row in
        data.values[data.rowStarts[row]..<data.rowStarts[row + 1]].map {
          $0 * Double(sign: .plus, exponent: row % 900 - 450, significand: 1)
        }
      })
    let method = SphericalKMeans(k: 12)
    #expect(try method.fit(scaled) == method.fit(data))
  }

  @Test func emptyClustersAreMended() throws {
    let data = Self.cases[0].data
    let start = data.gatheringRows(Array(repeating: 3, count: 10)).dense()
    let model = try SphericalKMeans(k: 10).fit(data, initialCenters: start)
    #expect(model.sizes.allSatisfy { $0 > 0 })
    #expect(model.converged)
  }

  @Test func rowsThatCancelOut() throws {
    let data = try Matrix<Double>([[1, 0], [-1, 0]])
    let model = try SphericalKMeans(k: 1).fit(data)
    #expect(model.labels == [0, 0])
    #expect(model.objective == 2)
  }

  @Test func asManyClustersAsDirections() throws {
    let data = try Matrix<Double>([[1, 2], [2, 4], [0, 1], [3, 1]])
    let model = try SphericalKMeans(k: 3).fit(data)
    #expect(model.sizes == [2, 1, 1])
    #expect(model.objective < 1e-15)
  }

  // MARK: Against brute force

  @Test(arguments: cases) func equalsPlain(_ item: Case) throws {
    for seeding in SphericalSeeding.allCases {
      for iterations in [0, 1, 3, 300] {
        var method = SphericalKMeans(k: item.k, seeding: seeding, maxIterations: iterations)
        let model = try method.fit(item.data)
        method.prunes = false
        #expect(try method.fit(item.data) == model)
        let floats = try Documents.single(item.data)
        let plain = try method.fit(floats)
        method.prunes = true
        #expect(try method.fit(floats) == plain)
      }
    }
  }

  @Test(arguments: cases) func labelsAreNearest(_ item: Case) throws {
    let model = try SphericalKMeans(k: item.k).fit(item.data)
    let rows = item.data.dense()
    var objective = 0.0
    for row in 0..<rows.rowCount {
      let values = rows.row(row)
      let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
      let cosines = (0..<item.k).map { center in
        zip(values, model.centers.row(center)).reduce(0) { $0 + $1.0 * $1.1 } / length
      }
      let own = cosines[Int(model.labels[row])]
      #expect(own >= (cosines.max() ?? 0) - 1e-12)
      objective += 1 - own
    }
    #expect(abs(model.objective - objective) < 1e-9)
    for center in 0..<item.k {
      let squares = model.centers.row(center).reduce(0) { $0 + $1 * $1 }
      #expect(abs(squares - 1) < 1e-12)
    }
    #expect(model.sizes == model.sizes.sorted(by: >))
  }

  @Test(arguments: cases) func objectiveFalls(_ item: Case) throws {
    var before = Double.infinity
    for iterations in 0..<12 {
      let model = try SphericalKMeans(k: item.k, seeding: .random, maxIterations: iterations)
        .fit(item.data)
      #expect(model.objective <= before + 1e-9)
      before = model.objective
    }
  }

  // MARK: Sameness

  @Test(arguments: cases, SphericalSeeding.allCases)
  func sameBits(_ item: Case, seeding: SphericalSeeding) throws {
    let method = SphericalKMeans(k: item.k, seeding: seeding)
    let expected = try method.fit(item.data, threads: 1)
    let places = Documents.shuffledPlaces(item.data.rowCount, seed: 5)
    let shuffled = item.data.gatheringRows(places)
    for set in InstructionSet.available {
      try InstructionSet.forcing(set) {
        for threads in [1, 2, 7] {
          #expect(try method.fit(item.data, threads: threads) == expected)
        }
        let other = try method.fit(shuffled, threads: 2)
        #expect(other.centers == expected.centers)
        #expect(other.objective == expected.objective)
        #expect(other.labels == places.map { expected.labels[$0] })
        #expect(try expected.predict(item.data, threads: 7) == expected.labels)
      }
    }
    #expect(try method.fit(item.data.dense()) == expected, "dense rows give the same")
  }

  // MARK: Weights

  @Test(arguments: cases) func weightsEqualRepeatedRows(_ item: Case) throws {
    let counts = (0..<item.data.rowCount).map { $0 % 4 }
    let repeated = item.data.gatheringRows(
      counts.indices.flatMap { Array(repeating: $0, count: counts[$0]) })
    for seeding in SphericalSeeding.allCases {
      let method = SphericalKMeans(k: min(item.k, 30), seeding: seeding)
      let weighted = try method.fit(item.data, weights: counts.map { Double($0) })
      let plain = try method.fit(repeated)
      #expect(weighted.centers == plain.centers)
      #expect(weighted.objective == plain.objective)
      #expect(weighted.labels == (try plain.predict(item.data)))
    }
  }

  @Test(arguments: cases) func weightedSameBits(_ item: Case) throws {
    let weights = (0..<item.data.rowCount).map { 0.1 + Double($0 % 5) }
    let method = SphericalKMeans(k: item.k)
    let expected = try method.fit(item.data, weights: weights, threads: 1)
    let places = Documents.shuffledPlaces(item.data.rowCount, seed: 8)
    for set in InstructionSet.available {
      try InstructionSet.forcing(set) {
        let other = try method.fit(
          item.data.gatheringRows(places), weights: places.map { weights[$0] }, threads: 7)
        #expect(other.centers == expected.centers)
        #expect(other.objective == expected.objective)
        // Equal rows may have other weights, but not other labels.
        #expect(other.labels == places.map { expected.labels[$0] })
      }
    }
    let scaled = try method.fit(item.data, weights: weights.map { $0 * 0x1p-700 })
    #expect(scaled.labels == expected.labels)
    let floats = try method.fit(
      Documents.single(item.data), weights: weights.map { Float($0) })
    #expect(floats.sizes.reduce(0, +) == item.data.rowCount)
  }

  @Test func badWeights() throws {
    let data = try Matrix<Double>([[1, 2], [3, 1], [2, 4]])
    fails(["3 weights"]) { _ = try SphericalKMeans(k: 1).fit(data, weights: [1, 2]) }
    for bad in [-1, Double.nan, .infinity] {
      fails(["row 1"]) { _ = try SphericalKMeans(k: 1).fit(data, weights: [1, bad, 1]) }
    }
    fails(["weights are 0"]) { _ = try SphericalKMeans(k: 1).fit(data, weights: [0, 0, 0]) }
    fails(["1 distinct"]) { _ = try SphericalKMeans(k: 2).fit(data, weights: [1, 0, 1]) }
    fails(["row 1", "zeros"]) {
      _ = try SphericalKMeans(k: 1).fit(
        try Matrix<Double>([[1, 2], [0, 0], [1, 1]]), weights: [1, 0, 1])
    }
  }

  // MARK: Progress

  @Test func progressRises() throws {
    let updates = Mutex<[ProgressUpdate]>([])
    _ = try SphericalKMeans(k: 12).fit(Self.cases[0].data, threads: 2) { update in
      updates.withLock { $0.append(update) }
    }
    let heard = updates.withLock { $0 }
    for stage in Set(heard.map(\.stage)) {
      let fractions = heard.filter { $0.stage == stage }.compactMap(\.fraction)
      #expect(fractions == fractions.sorted(), "\(stage)")
      #expect(fractions.allSatisfy { $0 >= 0 && $0 <= 1 })
    }
    #expect(heard.contains { $0.stage.contains("iteration 1") && $0.fraction == 1 })
  }

  @Test func codable() throws {
    let model = try SphericalKMeans(k: 3).fit(Self.cases[0].data)
    let decoded = try JSONDecoder().decode(
      SphericalKMeansModel<Double>.self, from: JSONEncoder().encode(model))
    #expect(decoded.centers == model.centers)
    #expect(decoded.sizes == model.sizes)
    #expect(decoded.objective == model.objective)
    #expect(decoded.labels.isEmpty)
    let narrow = try SphericalKMeans(k: 2).fit(
      try Matrix<Double>([[1, 2, 0], [3, 1, 1], [2, 4, 5]]))
    let again = try JSONDecoder().decode(
      SphericalKMeansModel<Double>.self, from: JSONEncoder().encode(narrow))
    #expect(again.centers == narrow.centers, "centers of few zeros are kept as they are")
    for (key, broken) in [("sizes", "[1]"), ("iterations", "null")] {
      var object = try #require(
        try JSONSerialization.jsonObject(with: JSONEncoder().encode(narrow)) as? [String: Any])
      object[key] = try JSONSerialization.jsonObject(
        with: Data(broken.utf8), options: .fragmentsAllowed)
      let data = try JSONSerialization.data(withJSONObject: object)
      #expect(throws: (any Error).self) {
        _ = try JSONDecoder().decode(SphericalKMeansModel<Double>.self, from: data)
      }
    }
  }

  // MARK: Bad input

  private func fails(_ words: [String], _ body: () throws -> Void) {
    let error = #expect(throws: CladeError.self) { try body() }
    for word in words {
      #expect(error?.description.contains(word) == true, "\(String(describing: error))")
    }
  }

  @Test func badInput() throws {
    let data = try Matrix<Double>([[1, 2], [3, 1], [2, 4]])
    fails(["k", "0"]) { _ = try SphericalKMeans(k: 0).fit(data) }
    fails(["maxIterations"]) { _ = try SphericalKMeans(k: 1, maxIterations: -1).fit(data) }
    fails(["3 clusters", "2 distinct"]) { _ = try SphericalKMeans(k: 3).fit(data) }
    fails(["no rows"]) { _ = try SphericalKMeans(k: 1).fit(Matrix<Double>(rows: 0, columns: 2)) }
    fails(["no columns"]) {
      _ = try SphericalKMeans(k: 1).fit(Matrix<Double>(rows: 2, columns: 0))
    }
    fails(["row 1", "zeros"]) {
      _ = try SphericalKMeans(k: 1).fit(try Matrix<Double>([[1, 2], [0, 0]]))
    }
    fails(["row 1", "column 0", "nan"]) {
      _ = try SphericalKMeans(k: 1).fit(try Matrix<Double>([[1, 2], [.nan, 0]]))
    }
    fails(["2 × 2 initial centers", "1 × 2"]) {
      _ = try SphericalKMeans(k: 2).fit(data, initialCenters: try Matrix([[1, 0]]))
    }
    let model = try SphericalKMeans(k: 2).fit(data)
    fails(["2 columns", "3"]) { _ = try model.predict(try Matrix<Double>([[1, 2, 3]])) }
    #expect(try model.predict(Matrix<Double>(rows: 0, columns: 2)).isEmpty)
  }
}
