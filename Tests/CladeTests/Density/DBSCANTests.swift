import Clade
import Foundation
import Synchronization
import Testing

@Suite struct DBSCANTests {
  // MARK: By hand

  @Test func threeGroupsOnALine() throws {
    // 0…4 by 1 and 10, 11, 12 are dense; 20 is alone; 13.5 is near 12 without being dense.
    let data = try Matrix<Double>([[0], [1], [2], [3], [4], [10], [11], [12], [20], [13.5]])
    let model = try DBSCAN(eps: 1.5, minSamples: 3).fit(data)
    #expect(model.labels == [0, 0, 0, 0, 0, 1, 1, 1, -1, 1])
    #expect(model.coreIndices == [1, 2, 3, 6, 7])
    #expect(model.sizes == [5, 4])
    #expect(model.noiseCount == 1)
    #expect(model.objective == 0.1)
  }

  @Test func aBorderRowGoesToTheNearestCoreRow() throws {
    // The row at 4 is within ε of the core rows 2 and 7, and nearer to 2.
    let rows: [[Double]] = [[0], [1], [2], [4], [7], [8], [9]]
    for order in [[0, 1, 2, 3, 4, 5, 6], [6, 5, 4, 3, 2, 1, 0], [3, 6, 0, 5, 1, 4, 2]] {
      let model = try DBSCAN(eps: 3, minSamples: 4).fit(try Matrix(order.map { rows[$0] }))
      #expect(model.clusterCount >= 1)
      let label = { (row: Int) in model.labels[order.firstIndex(of: row) ?? 0] }
      #expect(label(3) == label(2))
    }
    // At the same distance from both, the core row whose coordinates come first decides.
    let tie: [[Double]] = [[0], [1], [2], [3], [5], [7], [8], [9], [10]]
    for order in [Array(0..<9), Array((0..<9).reversed()), [4, 8, 0, 7, 1, 6, 2, 5, 3]] {
      let model = try DBSCAN(eps: 2, minSamples: 4).fit(try Matrix(order.map { tie[$0] }))
      let label = { (row: Int) in model.labels[order.firstIndex(of: row) ?? 0] }
      #expect(model.clusterCount == 2)
      #expect(label(4) == label(3) && label(4) != label(5))
    }
  }

  @Test func distancesEqualToEpsCount() throws {
    for eps in [0.1, 0.3, 1.0 / 3, 1e-200, 1e200] {
      let data = try Matrix<Double>([[0], [eps]])
      #expect(try DBSCAN(eps: eps, minSamples: 2).fit(data).labels == [0, 0])
      #expect(try DBSCAN(eps: eps.nextDown, minSamples: 2).fit(data).labels == [-1, -1])
    }
  }

  // MARK: By definition

  @Test(arguments: 0..<40) func equalsTheDefinition(_ number: Int) throws {
    let columns = [1, 2, 3, 5, 12][number % 5]
    let data = DensityData.rows(
      60 + 6 * number, columns: columns, step: number % 2 == 0 ? nil : [0.25, 0.5, 1][number % 3],
      seed: UInt64(number))
    let distances = try Metric.euclidean.distances(of: data)
    for (eps, minSamples) in [(0.25, 3), (0.5, 4), (1, 5), (2, 9), (50, 2), (1, 1)] {
      let wanted = DensityData.byDefinition(
        distances, of: data, eps: eps, minSamples: minSamples)
      let model = try DBSCAN(eps: eps, minSamples: minSamples).fit(data)
      #expect(model.labels == wanted.labels)
      #expect(model.coreIndices.map { Int($0) } == data.indices(where: wanted.isCore))
      #expect(try model.predict(data) == model.labels)
    }
  }

  @Test(
    arguments: [
      Metric.squaredEuclidean, .manhattan, .chebyshev, .minkowski(p: 3), .cosine, .correlation,
      .canberra, .brayCurtis, .mahalanobis(), .hamming,
    ])
  func equalsTheDefinitionForEveryMetric(_ metric: Metric) throws {
    let data = DensityData.rows(150, columns: 4, step: 0.5, seed: 11).shifted(by: 0.125)
    let distances = try metric.distances(of: data)
    let sorted = (0..<150 * 150).map { distances[$0 / 150, $0 % 150] }.sorted()
    for share in [0.02, 0.1] {
      let eps = max(sorted[Int(Double(sorted.count) * share)], 0.01)
      let wanted = DensityData.byDefinition(distances, of: data, eps: eps, minSamples: 5)
      let model = try DBSCAN(eps: eps, minSamples: 5, metric: metric).fit(data)
      #expect(model.labels == wanted.labels)
      let given = try DBSCAN(eps: eps, minSamples: 5, metric: .precomputed).fit(distances)
      #expect(given.coreIndices == model.coreIndices)
    }
  }

  /// Enough rows for a tree of balls, beside the same rows in pieces that are compared with all.
  @Test(arguments: [Metric.manhattan, .chebyshev])
  func manyRowsOfOtherMetrics(_ metric: Metric) throws {
    let piece = DensityData.rows(900, columns: 2, step: 0.0625, seed: 21)
    let far = (0..<5).map { piece.shifted(by: Double($0) * 128) }
    let all = Matrix<Double>(rows: 4500, columns: 2) { target in
      for row in 0..<4500 {
        for column in 0..<2 {
          target.initializeElement(
            at: row * 2 + column, to: far[row / 900][row % 900, column])
        }
      }
    }
    let method = DBSCAN(eps: 0.125, minSamples: 5, metric: metric)
    let model = try method.fit(all)
    for (number, rows) in far.enumerated() {
      let wanted = try method.fit(rows)
      let labels = Array(model.labels[number * 900..<(number + 1) * 900])
      #expect(
        try ExternalIndices(truth: wanted.labels, labels: labels)
          .adjustedRandIndex == 1)
      #expect(labels.map { $0 < 0 } == wanted.labels.map { $0 < 0 })
      #expect(
        model.coreIndices.filter { Int($0) / 900 == number }.map { $0 % 900 }
          == wanted.coreIndices)
    }
  }

  @Test func weightsAreThoseOfEqualRows() throws {
    let data = DensityData.rows(200, columns: 2, step: 0.25, seed: 3)
    var random = CounterRandom(seed: 9)
    let weights = (0..<200).map { _ in Double(Int(random.uniform() * 4)) }
    let repeated = data.gatheringRows(
      (0..<200).flatMap { Array(repeating: $0, count: Int(weights[$0])) })
    for metric in [Metric.euclidean, .manhattan] {
      let model = try DBSCAN(eps: 0.5, minSamples: 6, metric: metric).fit(data, weights: weights)
      let other = try DBSCAN(eps: 0.5, minSamples: 6, metric: metric).fit(repeated)
      let kept = (0..<200).filter { weights[$0] > 0 }
      let cores = Set(model.coreIndices.map { Int($0) })
      var place = 0
      let otherCores = Set(other.coreIndices.map { Int($0) })
      for row in kept {
        #expect(cores.contains(row) == otherCores.contains(place))
        place += Int(weights[row])
      }
      let wanted = DensityData.byDefinition(
        try metric.distances(of: data), of: data, eps: 0.5, minSamples: 6, weights: weights)
      #expect(model.labels == wanted.labels)
    }
    // Far more rows than a leaf holds, and negative weights.
    for number in 0..<6 {
      let data = DensityData.rows(
        400, columns: 1 + number % 3, step: number < 3 ? nil : 0.25, seed: UInt64(number))
      let weights = (0..<400).map { Double($0 % 4) - 0.5 }
      let wanted = DensityData.byDefinition(
        try Metric.euclidean.distances(of: data), of: data, eps: 0.4, minSamples: 4,
        weights: weights)
      let model = try DBSCAN(eps: 0.4, minSamples: 4).fit(data, weights: weights)
      #expect(model.labels == wanted.labels)
      #expect(model.coreIndices.map { Int($0) } == data.indices(where: wanted.isCore))
    }
    // A row of negative weight keeps its neighbours from being core rows.
    let line = try Matrix<Double>([[0], [1], [2]])
    #expect(try DBSCAN(eps: 1, minSamples: 2).fit(line, weights: [1, -2, 1]).clusterCount == 0)
    #expect(try DBSCAN(eps: 1, minSamples: 2).fit(line, weights: [2, 0, 2]).clusterCount == 1)
  }

  // MARK: Sameness

  @Test(arguments: [nil, 0.5, 1]) func isTheSameInAnyOrderOnAnyMachine(_ step: Double?) throws {
    let data = DensityData.rows(4000, columns: 2, groups: 9, step: step, seed: 5)
    let order = DensityData.shuffled(4000, seed: 8)
    for metric in [Metric.euclidean, .manhattan] {
      let method = DBSCAN(eps: step ?? 0.12, minSamples: step == nil ? 8 : 12, metric: metric)
      let model = try method.fit(data)
      #expect(model.clusterCount > (step == 1 ? 0 : 1))
      let shuffled = try method.fit(data.gatheringRows(order))
      #expect(shuffled.labels == order.map { model.labels[$0] })
      for threads in [1, 2, 7] {
        for set in InstructionSet.available {
          let again = try InstructionSet.forcing(set) { try method.fit(data, threads: threads) }
          #expect(again == model)
        }
      }
    }
  }

  @Test func floatsAreTheSameInAnyOrder() throws {
    let doubles = DensityData.rows(3000, columns: 3, step: 0.25, seed: 6)
    let data = Matrix<Float>(rows: 3000, columns: 3) { target in
      for index in target.indices {
        target.initializeElement(at: index, to: Float(doubles[index / 3, index % 3]))
      }
    }
    let order = DensityData.shuffled(3000, seed: 2)
    let method = DBSCAN(eps: 0.5, minSamples: 8)
    let model = try method.fit(data, threads: 1)
    // Multiples of a quarter are exact in either type.
    #expect(model.labels == (try method.fit(doubles)).labels)
    for set in InstructionSet.available {
      let shuffled = try InstructionSet.forcing(set) {
        try method.fit(data.gatheringRows(order), threads: 7)
      }
      #expect(shuffled?.labels == order.map { model.labels[$0] })
    }
  }

  // MARK: Limits and bad input

  @Test func limits() throws {
    let same = Matrix<Double>(rows: 5000, columns: 2, repeating: 3)
    #expect(try DBSCAN(eps: 1e-9, minSamples: 5000).fit(same).sizes == [5000])
    #expect(try DBSCAN(eps: 1e-9, minSamples: 5001).fit(same).noiseCount == 5000)
    let one = try Matrix<Double>([[1, 2]])
    #expect(try DBSCAN(eps: 1, minSamples: 1).fit(one).labels == [0])
    let noise = try DBSCAN(eps: 1, minSamples: 2).fit(one)
    #expect(noise.labels == [-1] && noise.clusterCount == 0)
    #expect(try noise.predict(one) == [-1])
    let huge = try Matrix<Double>([[1e300], [-1e300], [1.1e300]])
    #expect(try DBSCAN(eps: 2e299, minSamples: 2).fit(huge).labels == [0, -1, 0])
    #expect(try DBSCAN(eps: 1.7e308, minSamples: 2).fit(huge).clusterCount == 1)
  }

  @Test func predictsNewRows() throws {
    let data = try Matrix<Double>([[0, 0], [1, 0], [0, 1], [10, 10], [11, 10], [10, 11]])
    let model = try DBSCAN(eps: 1.5, minSamples: 3).fit(data)
    #expect(
      try model.predict(try Matrix([[0.5, 0.5], [10, 12], [5, 5], [-1, 0]])) == [0, 1, -1, 0])
    let copy = try JSONDecoder().decode(
      DBSCANModel<Double>.self, from: try JSONEncoder().encode(model))
    #expect(try copy.predict(data) == model.labels)
    #expect(copy.sizes == model.sizes && copy.noiseCount == model.noiseCount)
    #expect(throws: CladeError.self) { try model.predict(try Matrix([[1]])) }
    #expect(throws: CladeError.self) { try model.predict(try Matrix([[1, .nan]])) }
  }

  @Test func editedModelsAreRefused() throws {
    let model = try DBSCAN(eps: 1.5, minSamples: 2).fit(try Matrix<Double>([[0], [1], [2]]))
    let text = String(decoding: try JSONEncoder().encode(model), as: UTF8.self)
    for (from, to) in [
      ("\"coreLabels\":[0,0,0]", "\"coreLabels\":[0,7,0]"),
      ("\"coreLabels\":[0,0,0]", "\"coreLabels\":[0]"), ("\"eps\":1.5", "\"eps\":-1"),
      ("\"sizes\":[3]", "\"sizes\":[-3]"), ("\"minSamples\":2", "\"minSamples\":0"),
    ] {
      #expect(text.contains(from))
      let edited = Data(text.replacingOccurrences(of: from, with: to).utf8)
      #expect(throws: (any Error).self) {
        try JSONDecoder().decode(DBSCANModel<Double>.self, from: edited)
      }
    }
  }

  @Test func badInputIsRefused() throws {
    let data = try Matrix<Double>([[0, 0], [1, 1]])
    for eps in [0, -1, Double.nan, .infinity] {
      #expect(throws: CladeError.self) { try DBSCAN(eps: eps).fit(data) }
    }
    #expect(throws: CladeError.self) { try DBSCAN(eps: 1, minSamples: 0).fit(data) }
    #expect(throws: CladeError.nonFiniteValue(row: 1, column: 0, value: "nan")) {
      try DBSCAN(eps: 1).fit(try Matrix([[0, 0], [.nan, 1]]))
    }
    #expect(throws: CladeError.self) { try DBSCAN(eps: 1).fit(Matrix<Double>(rows: 0, columns: 2)) }
    #expect(throws: CladeError.self) { try DBSCAN(eps: 1).fit(Matrix<Double>(rows: 2, columns: 0)) }
    #expect(throws: CladeError.self) { try DBSCAN(eps: 1).fit(data, weights: [1]) }
    #expect(throws: CladeError.self) { try DBSCAN(eps: 1).fit(data, weights: [1, .nan]) }
    #expect(throws: CladeError.self) {
      try DBSCAN(eps: 1, metric: .haversine).fit(try Matrix<Double>([[91, 0], [0, 0]]))
    }
    #expect(throws: CladeError.self) {
      try DBSCAN(eps: 1, metric: .haversine).fit(try Matrix<Double>([[1, 0, 0], [0, 0, 0]]))
    }
  }

  @Test func progressRisesAndCancelling() async throws {
    let seen = Mutex<[ProgressUpdate]>([])
    _ = try DBSCAN(eps: 0.1).fit(
      DensityData.rows(3000, columns: 2, seed: 1),
      progress: { update in
        seen.withLock { $0.append(update) }
      })
    let updates = seen.withLock { $0 }
    #expect(Set(updates.map(\.stage)).count >= 3)
    #expect(updates.contains { $0.fraction == 1 })
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try DBSCAN(eps: 0.1).fit(DensityData.rows(3000, columns: 2, seed: 1))
    }
    await #expect(throws: CancellationError.self) { try await task.value }
  }
}

extension Matrix<Double> {
  fileprivate func indices(where flags: [Bool]) -> [Int] { flags.indices.filter { flags[$0] } }

  fileprivate func shifted(by offset: Double) -> Matrix<Double> {
    Matrix(rows: rowCount, columns: columnCount) { target in
      for index in target.indices {
        target.initializeElement(
          at: index, to: self[index / columnCount, index % columnCount] + offset)
      }
    }
  }
}
