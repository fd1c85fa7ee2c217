import Clade
import CladeCore
import Foundation
import Testing

/// The one button: fitting, placing and coding.
@Suite struct AutomaticClusteringTests {
  /// Two rings and a blob with ties and duplicates, in an order of its own.
  static func data(count: Int, seed: UInt64 = 3) throws -> Matrix<Double> {
    let (rows, _) = try CandidateSearchTests.rows(count: count)
    return rows.gatheringRows(shuffled(count, seed: seed))
  }

  /// The numbers 0..<count in some order.
  static func shuffled(_ count: Int, seed: UInt64) -> [Int] {
    var random = CounterRandom(seed: seed, stream: 9)
    let draws = (0..<count).map { _ in random.uniform() }
    return (0..<count).sorted { draws[$0] < draws[$1] }
  }

  // MARK: Sameness

  /// All rows decide, or a sample does.
  static let sampleSizes = [5000, 100]

  @Test(arguments: sampleSizes) func threadsChangeNothing(sampleSize: Int) throws {
    let data = try Self.data(count: 180)
    let method = AutomaticClustering(sampleSize: sampleSize)
    let one = try method.fit(data, threads: 1)
    #expect(one.decisionRowCount == min(180, sampleSize))
    for threads in [2, 7] {
      let other = try method.fit(data, threads: threads)
      #expect(other.labels == one.labels)
      #expect(other.choice == one.choice)
      #expect(other.runnersUp == one.runnersUp)
      #expect(other.reasons == one.reasons)
    }
  }

  @Test(arguments: sampleSizes) func instructionSetsChangeNothing(sampleSize: Int) throws {
    let data = try Self.data(count: 160)
    let method = AutomaticClustering(sampleSize: sampleSize)
    let expected = try method.fit(data, threads: 1)
    for set in InstructionSet.available {
      let found = try #require(
        try InstructionSet.forcing(set) { try method.fit(data, threads: 1) })
      #expect(found.labels == expected.labels)
      #expect(found.choice == expected.choice)
      #expect(found.runnersUp == expected.runnersUp)
    }
  }

  @Test(arguments: sampleSizes) func labelsFollowShuffledRows(sampleSize: Int) throws {
    let data = try Self.data(count: 180)
    let method = AutomaticClustering(sampleSize: sampleSize)
    let expected = try method.fit(data, threads: 2)
    for seed in 1...2 {
      let order = Self.shuffled(180, seed: UInt64(seed))
      let found = try method.fit(data.gatheringRows(order), threads: 2)
      #expect(found.labels == order.map { expected.labels[$0] })
      #expect(found.choice == expected.choice)
      #expect(found.runnersUp == expected.runnersUp)
    }
  }

  @Test func equalRowsHaveEqualLabels() throws {
    let data = try Self.data(count: 160)
    for noise in AutomaticClustering.NoiseTreatment.allCases {
      let model = try AutomaticClustering(noise: noise, sampleSize: 100).fit(data)
      var labels: [[Double]: Int32] = [:]
      for row in 0..<data.rowCount {
        let known = labels.updateValue(model.labels[row], forKey: data.row(row))
        #expect(known == nil || known == model.labels[row])
      }
    }
  }

  // MARK: What a model says

  @Test(arguments: sampleSizes) func modelsAreWhole(sampleSize: Int) throws {
    let data = try Self.data(count: 180)
    let model = try AutomaticClustering(sampleSize: sampleSize).fit(data)
    var sizes = [Int](repeating: 0, count: model.clusterCount)
    for label in model.labels where label >= 0 { sizes[Int(label)] += 1 }
    #expect(model.sizes == sizes && sizes == sizes.sorted(by: >) && !sizes.contains(0))
    #expect(try model.predict(data) == model.labels)
    #expect(model.rowCount == 180 && model.decisionRows.count == model.decisionRowCount)
    #expect(model.decisionRows.allSatisfy { (0..<180).contains($0) })
    #expect(model.choice.labels.count == model.decisionRowCount)
    #expect(!model.runnersUp.isEmpty && model.runnersUp.count <= 5)
    #expect(!model.budgetEnded && model.converged && model.iterations == model.candidateCount)
    #expect(model.runnersUp.allSatisfy { $0.score <= model.choice.score })
    let shown = [model.choice] + model.runnersUp
    for (index, candidate) in shown.enumerated() {
      for other in shown[..<index] {
        let agreement = try ExternalIndices(truth: candidate.labels, labels: other.labels)
        #expect(agreement.adjustedRandIndex < 0.9)
      }
    }
  }

  @Test func choiceIsWhatItsMethodGives() throws {
    let data = try Self.data(count: 160)
    let model = try AutomaticClustering().fit(data)
    #expect(model.choice.method == model.choice.decisionMethod)
    let direct = try CandidateSearchTests.labels(of: model.choice.method, data)
    #expect(direct == model.labels)
    for runnerUp in model.runnersUp {
      let labels = try CandidateSearchTests.labels(of: runnerUp.method, data)
      let agreement = try ExternalIndices(
        truth: model.decisionRows.map { labels[Int($0)] }, labels: runnerUp.labels)
      #expect(agreement.adjustedRandIndex == 1)
    }
  }

  @Test(arguments: sampleSizes) func assigningLeavesNoNoise(sampleSize: Int) throws {
    let data = try Self.data(count: 180)
    let model = try AutomaticClustering(noise: .assign, sampleSize: sampleSize).fit(data)
    #expect(!model.labels.contains(-1))
    #expect(model.sizes.reduce(0, +) == 180)
    #expect(try model.predict(data) == model.labels)
  }

  @Test func singlePrecision() throws {
    let data = try Self.data(count: 160)
    let floats = Matrix<Float>(rows: 160, columns: 2) { buffer in
      for row in 0..<160 {
        for column in 0..<2 {
          buffer.initializeElement(at: 2 * row + column, to: Float(data[row, column]))
        }
      }
    }
    let model = try AutomaticClustering(sampleSize: 100).fit(floats)
    #expect(model.labels.count == 160)
    #expect(try model.predict(floats) == model.labels)
  }

  // MARK: Budget

  @Test func budgetThatEndsAtOnce() throws {
    let data = try Self.data(count: 200)
    let model = try AutomaticClustering(budget: .zero).fit(data, threads: 2)
    #expect(model.budgetEnded && !model.converged)
    #expect(model.candidateCount > 1)
    #expect(model.reasons.contains { $0.contains("Gaussian mixtures") })
    #expect(model.labels.count == 200)
  }

  /// Whenever the time is over, the model is whole.
  @Test(arguments: [1, 3, 10, 30, 100, 300], sampleSizes)
  func budgetThatEndsAnywhere(milliseconds: Int, sampleSize: Int) throws {
    let data = try Self.data(count: 180)
    for noise in AutomaticClustering.NoiseTreatment.allCases {
      let model = try AutomaticClustering(
        noise: noise, budget: .milliseconds(milliseconds), sampleSize: sampleSize
      ).fit(data)
      #expect(model.candidateCount > 1)
      var sizes = [Int](repeating: 0, count: model.clusterCount)
      for label in model.labels where label >= 0 { sizes[Int(label)] += 1 }
      #expect(model.sizes == sizes && sizes == sizes.sorted(by: >) && !sizes.contains(0))
      #expect(noise == .keep || !model.labels.contains(-1))
      #expect(try model.predict(data) == model.labels)
    }
  }

  /// The chosen method isn't run where no time is left, and all rows have groups nonetheless.
  @Test func noTimeToRunTheMethod() throws {
    let data = try Self.data(count: 180)
    let model = try AutomaticClustering(budget: .zero, sampleSize: 100).fit(data)
    #expect(model.clusterCount > 1)
    #expect(
      model.reasons.contains {
        $0.contains("the budget ended before \(model.choice.method.title) was through with all 180")
      })
    let agreement = try ExternalIndices(
      truth: model.choice.labels, labels: model.decisionRows.map { model.labels[Int($0)] })
    #expect(agreement.adjustedRandIndex == 1)
  }

  @Test func budgetThatIsEnough() throws {
    let data = try Self.data(count: 100)
    let free = try AutomaticClustering().fit(data)
    let bounded = try AutomaticClustering(budget: .seconds(1000)).fit(data)
    #expect(!bounded.budgetEnded)
    #expect(bounded.labels == free.labels && bounded.choice == free.choice)
  }

  // MARK: Odd input

  @Test func badInputIsRefused() throws {
    let method = AutomaticClustering()
    #expect(throws: CladeError.self) { try method.fit(Matrix<Double>(rows: 0, columns: 2)) }
    #expect(throws: CladeError.self) { try method.fit(Matrix<Double>(rows: 3, columns: 0)) }
    #expect(throws: CladeError.nonFiniteValue(row: 1, column: 0, value: "nan")) {
      try method.fit(Matrix([[0.0, 1], [.nan, 1]]))
    }
    #expect(throws: CladeError.nonFiniteValue(row: 0, column: 1, value: "inf")) {
      try method.fit(Matrix([[0.0, .infinity], [1, 1]]))
    }
    #expect(throws: CladeError.self) {
      try AutomaticClustering(sampleSize: 1).fit(Matrix([[0.0], [1]]))
    }
    #expect(throws: CladeError.self) {
      try AutomaticClustering(budget: .seconds(-1)).fit(Matrix([[0.0], [1]]))
    }
    let model = try method.fit(Matrix([[0.0, 1], [2, 1]]))
    #expect(throws: CladeError.self) { try model.predict(Matrix([[0.0]])) }
    #expect(throws: CladeError.self) { try model.predict(Matrix([[0.0, .nan]])) }
  }

  @Test(arguments: 1...5) func fewRows(count: Int) throws {
    let data = Matrix<Double>(rows: count, columns: 3) { buffer in
      for index in buffer.indices { buffer.initializeElement(at: index, to: Double(index % 7)) }
    }
    let model = try AutomaticClustering().fit(data)
    #expect(model.labels.count == count)
    #expect(try model.predict(data) == model.labels)
  }

  @Test func equalRowsAreOneGroup() throws {
    let data = Matrix<Double>(rows: 2000, columns: 2, repeating: 4)
    for sampleSize in Self.sampleSizes {
      let model = try AutomaticClustering(sampleSize: sampleSize).fit(data)
      #expect(model.sizes == [2000])
      #expect(model.choice.method == .oneGroup && model.runnersUp.isEmpty)
    }
  }

  @Test(arguments: [-600, 600]) func magnitudeDoesNotMatter(exponent: Int) throws {
    let data = try Self.data(count: 150)
    var scaled = data
    scaled.withUnsafeMutableBufferPointer { values in
      for index in values.indices {
        values[index] = Double(sign: .plus, exponent: exponent, significand: values[index])
      }
    }
    let method = AutomaticClustering()
    let (plain, odd) = try (method.fit(data), method.fit(scaled))
    #expect(odd.choice.decisionMethod == plain.choice.decisionMethod)
    #expect(odd.labels == plain.labels)
    // Which rows are drawn follows from their values.
    let sampled = try AutomaticClustering(sampleSize: 100).fit(scaled)
    #expect(sampled.labels.count == 150)
    #expect(try sampled.predict(scaled) == sampled.labels)
  }

  @Test func manyColumns() throws {
    let data = Matrix<Double>(rows: 60, columns: 1000) { buffer in
      var random = CounterRandom(seed: 1, stream: 0)
      for index in buffer.indices {
        let group = Double(index / 1000 % 3)
        buffer.initializeElement(at: index, to: 3 * group + random.uniform())
      }
    }
    let model = try AutomaticClustering().fit(data)
    #expect(model.labels.count == 60)
    #expect(try model.predict(data) == model.labels)
  }

  // MARK: Coding

  @Test(arguments: sampleSizes) func codedModelsPlaceRowsAlike(sampleSize: Int) throws {
    let data = try Self.data(count: 160)
    for noise in AutomaticClustering.NoiseTreatment.allCases {
      let model = try AutomaticClustering(noise: noise, sampleSize: sampleSize).fit(data)
      let coded = try JSONEncoder().encode(model)
      let read = try JSONDecoder().decode(AutomaticModel<Double>.self, from: coded)
      #expect(read.labels.isEmpty && read.decisionRows.isEmpty && read.choice.labels.isEmpty)
      #expect(read.sizes == model.sizes && read.reasons == model.reasons)
      #expect(read.choice.method == model.choice.method)
      #expect(read.runnersUp.map(\.method) == model.runnersUp.map(\.method))
      #expect(try read.predict(data) == model.labels)
    }
  }

  @Test func editedModelsAreRefused() throws {
    let data = try Self.data(count: 100)
    let model = try AutomaticClustering().fit(data)
    let coded = try JSONEncoder().encode(model)
    let original = try #require(try JSONSerialization.jsonObject(with: coded) as? [String: Any])
    for (key, value) in [
      ("sizes", [] as Any), ("rowCount", -1), ("decisionRowCount", 1_000_000), ("sizes", [-4]),
      ("placement", ["nearestRow": ["_0": 4]]),
    ] {
      var edited = original
      edited[key] = value
      let bytes = try JSONSerialization.data(withJSONObject: edited)
      #expect(throws: (any Error).self) {
        try JSONDecoder().decode(AutomaticModel<Double>.self, from: bytes)
      }
    }
  }
}
