import Clade
import Testing

@Suite struct KMedoidsTests {
  // MARK: By hand

  @Test(arguments: KMedoids.Algorithm.allCases.filter(\.minimizesLoss))
  func twoGroupsOnALine(_ algorithm: KMedoids.Algorithm) throws {
    let data = try Matrix<Double>([[0], [1], [2], [10], [12], [11], [13]])
    let model = try KMedoids(k: 2, algorithm: algorithm).fit(data)
    // 11 and 12 are equally good for 10…13.
    #expect(model.objective == 2 + 4)
    #expect(model.labels == [1, 1, 1, 0, 0, 0, 0])
    #expect(model.sizes == [4, 3])
    #expect(model.losses == [4, 2])
    #expect(model.medoids[1] == 1)
    #expect([[11], [12]].contains(model.medoidRows.row(0)))
    #expect(model.converged)
  }

  @Test func silhouettesOfMedoids() throws {
    let data = try Matrix<Double>([[0], [1], [2], [10], [11], [12]])
    let model = try KMedoids(k: 2, start: .items([1, 4])).fit(data)
    #expect(model.medoids == [1, 4])
    let (outer, inner): (Double, Double) = (1 - 1.0 / 11, 1 - 1.0 / 9)
    #expect(model.probabilities == [outer, 1, inner, inner, 1, outer])
    let mean = (outer + 1 + inner) / 3
    for value in model.separability { #expect(abs(value - mean) < 1e-15) }
    #expect(abs(try #require(model.medoidSilhouette) - mean) < 1e-15)
  }

  @Test func oneMedoidIsTheMostCentralRow() throws {
    let data = MedoidData.rows(200, columns: 3, seed: 3)
    let distances = try Metric.euclidean.distances(of: data)
    let sums = (0..<200).map { distances.row($0).reduce(0, +) }
    let best = try #require(sums.indices.min { sums[$0] < sums[$1] })
    for algorithm in KMedoids.Algorithm.allCases where !algorithm.samples {
      for start in [MedoidStart.lab, .random, .build, .items([17])] {
        let model = try KMedoids(k: 1, algorithm: algorithm, start: start).fit(data)
        #expect(model.medoids == [Int32(best)])
        #expect(abs(model.objective - sums[best]) < 1e-9)
        #expect(model.probabilities.isEmpty && model.medoidSilhouette == nil)
      }
    }
  }

  @Test func asManyMedoidsAsRows() throws {
    let data = MedoidData.rows(30, columns: 2, seed: 4)
    for start in [MedoidStart.lab, .random, .build] {
      let model = try KMedoids(k: 30, start: start).fit(data)
      #expect(model.objective == 0)
      #expect(Set(model.medoids) == Set(0..<30))
      #expect(model.probabilities == Array(repeating: 1, count: 30))
    }
  }

  // MARK: By exhaustive search

  /// The loss of medoids, by its definition.
  static func loss(_ medoids: some Sequence<Int>, _ distances: Matrix<Double>) -> Double {
    (0..<distances.rowCount).reduce(0) { sum, row in
      sum + (medoids.map { distances[row, $0] }.min() ?? 0)
    }
  }

  private static func subsets(_ count: Int, of n: Int) -> [[Int]] {
    guard count > 0 else { return [[]] }
    return subsets(count - 1, of: n).flatMap { some in
      ((some.last ?? -1) + 1..<n).map { some + [$0] }
    }
  }

  @Test func noSwapImproves() throws {
    var reached = 0
    for number in 0..<24 { reached += try optimaReached(number) }
    // Most of the local optima of such small sets are the global one.
    #expect(reached >= 24 * 12 * 3 / 4, "\(reached)")
  }

  /// Checks that results on one set are local optima, and counts those that are global ones.
  private func optimaReached(_ number: Int) throws -> Int {
    let (n, k) = (9 + number % 5, 2 + number % 3)
    let data = MedoidData.rows(
      n, columns: 1 + number % 3, step: number % 2 == 0 ? nil : 0.5, seed: UInt64(number))
    let distances = try Metric.manhattan.distances(of: data)
    let best = Self.subsets(k, of: n).map { Self.loss($0, distances) }.min() ?? 0
    var reached = 0
    for algorithm in [KMedoids.Algorithm.pam, .fastPAM1, .fastPAM2, .fasterPAM] {
      for start in [MedoidStart.build, .lab, .random] {
        let model = try KMedoids(k: k, algorithm: algorithm, start: start, metric: .manhattan)
          .fit(data)
        let medoids = model.medoids.map { Int($0) }
        #expect(model.converged)
        #expect(abs(model.objective - Self.loss(medoids, distances)) < 1e-12)
        #expect(model.objective > best - 1e-12)
        reached += model.objective < best + 1e-12 ? 1 : 0
        for slot in 0..<k {
          for item in 0..<n {
            var other = medoids
            other[slot] = item
            #expect(Self.loss(other, distances) > model.objective - 1e-12)
          }
        }
        for row in 0..<n {
          let own = distances[row, medoids[Int(model.labels[row])]]
          #expect(medoids.allSatisfy { distances[row, $0] >= own })
        }
      }
    }
    return reached
  }

  // MARK: Properties

  @Test func gainsAreWhatTheLossFallsBy() throws {
    for (number, step) in [nil, 0.25].enumerated() {
      let data = MedoidData.rows(203, columns: 3, step: step, seed: UInt64(number))
      let rows = try DissimilarityRows(
        Metric.euclidean.prepared(for: data), memory: number * 1_000_000, threads: 1)
      let candidates = rows.candidates()
      var assignment = try MedoidAssignment([5, 77, 12, 150, 33], of: rows)
      var workspace = MedoidAssignment<Double>.workspace()
      for round in 0..<4 {
        let swaps = try assignment.bestSwaps(0..<203, of: candidates, &workspace)
        #expect(
          try swaps == assignment.bestSwapsPairByPair(0..<203, of: candidates, &workspace))
        for place in 0..<203 where !assignment.isMedoid(place) {
          var after = assignment
          try after.swap(swaps[place].slot, for: place, of: candidates, rows, &workspace)
          let anew = try MedoidAssignment(after.medoids, of: rows)
          #expect(anew.nearest == after.nearest && anew.second == after.second)
          if after.terms == assignment.terms {
            #expect(after.loss == assignment.loss + swaps[place].change)
          }
        }
        let place = 40 * round + 3
        try assignment.swap(swaps[place].slot, for: place, of: candidates, rows, &workspace)
      }
    }
  }

  @Test(arguments: KMedoids.Algorithm.allCases.filter { $0.minimizesLoss && !$0.samples })
  func theLossNeverRises(_ algorithm: KMedoids.Algorithm) throws {
    let data = MedoidData.rows(300, columns: 2, seed: 8)
    var last = Double.infinity
    for iterations in 1...30 {
      let model = try KMedoids(
        k: 7, algorithm: algorithm, start: .random, maxIterations: iterations
      ).fit(data)
      #expect(model.objective <= last)
      #expect(model.iterations <= iterations)
      last = model.objective
      if model.converged { return }
      #expect(iterations < 30)
    }
  }

  @Test func distancesThatArentHeldGiveTheSame() throws {
    for metric in [Metric.euclidean, .cosine, .minkowski(p: 3), .chebyshev] {
      let data = MedoidData.rows(500, columns: 4, seed: 12)
      let held = try KMedoids(k: 6, metric: metric).fit(data)
      var method = KMedoids(k: 6, metric: metric)
      method.distanceMemory = 0
      let computed = try method.fit(data)
      #expect(computed.medoids == held.medoids && computed.labels == held.labels)
      #expect(computed.objective == held.objective && computed.swaps == held.swaps)
      let singles = Matrix<Float>(rows: 500, columns: 4) { target in
        for place in target.indices {
          target.initializeElement(at: place, to: Float(data[place / 4, place % 4]))
        }
      }
      #expect(
        try KMedoids(k: 6, metric: metric).fit(singles).labels == method.fit(singles).labels)
    }
  }

  @Test func newRowsGoToTheNearestMedoid() throws {
    let data = MedoidData.rows(400, columns: 3, step: 0.5, seed: 21)
    let model = try KMedoids(k: 8, metric: .manhattan).fit(data)
    #expect(try model.predict(data) == model.labels)
    let distances = try Metric.manhattan.distances(of: data)
    let given = try KMedoids(k: 8, metric: .precomputed).fit(distances)
    #expect(given.medoidRows.rowCount == 0)
    let labels = try given.predict(distances)
    for row in 0..<400 {
      #expect(
        distances[row, Int(given.medoids[Int(labels[row])])]
          == distances[row, Int(given.medoids[Int(given.labels[row])])])
    }
  }

  // MARK: Dissimilarities of one's own

  struct Gaps: Dissimilarities {
    let values: [Double]
    var count: Int { values.count }

    func write(_ item: Int, into row: UnsafeMutableBufferPointer<Double>) {
      for other in row.indices { row[other] = abs(values[item] - values[other]) }
    }
  }

  @Test func dissimilaritiesOfOnesOwnAndCondensedOnes() throws {
    let data = MedoidData.rows(60, columns: 1, seed: 30)
    let values = (0..<60).map { data[$0, 0] }
    let square = try Metric.manhattan.distances(of: data)
    let condensed = Matrix<Double>(rows: 1, columns: 60 * 59 / 2) { target in
      var place = 0
      for i in 0..<60 {
        for j in i + 1..<60 {
          target.initializeElement(at: place, to: square[i, j])
          place += 1
        }
      }
    }
    for algorithm in KMedoids.Algorithm.allCases {
      let method = KMedoids(k: 5, algorithm: algorithm, metric: .precomputed)
      let own = try method.fit(dissimilarities: Gaps(values: values))
      let given = try method.fit(square)
      #expect(own.labels == given.labels && own.objective == given.objective)
      #expect(try method.fit(condensed) == given)
    }
  }
}

/// Methods that look at samples.
@Suite struct MedoidSamplingTests {
  @Test func claraKeepsTheBestOfItsSamples() throws {
    let data = MedoidData.rows(1500, columns: 3, seed: 17)
    let whole = try KMedoids(k: 5).fit(data)
    let model = try KMedoids(k: 5, algorithm: .clara).fit(data)
    let sampling = try #require(model.sampling)
    #expect(sampling.sampleSize == 100 && sampling.losses.count == 5)
    #expect(sampling.losses.min() == model.objective)
    #expect(model.objective >= whole.objective && model.objective < 1.2 * whole.objective)
    #expect(sampling.relativeError > 0 && sampling.relativeError < 0.2)
    #expect(whole.sampling == nil)
    // Where a sample holds all rows there is nothing to err about.
    let few = data.gatheringRows(0..<90)
    let all = try KMedoids(k: 5, algorithm: .clara).fit(few)
    #expect(all.sampling?.relativeError == 0)
  }

  @Test func claraDrawsMoreWhereRowsAreAlike() throws {
    let data = Matrix<Double>(rows: 3000, columns: 1) { target in
      for row in target.indices { target.initializeElement(at: row, to: row == 7 ? 1 : 0) }
    }
    let model = try KMedoids(k: 2, algorithm: .clara).fit(data)
    #expect(model.objective == 0 && model.sizes == [2999, 1])
    #expect(throws: CladeError.tooManyClusters(k: 3, distinctRows: 2)) {
      try KMedoids(k: 3, algorithm: .clara).fit(data)
    }
  }

  @Test func claransComesNearPAM() throws {
    let data = MedoidData.rows(300, columns: 2, seed: 23)
    let pam = try KMedoids(k: 5, algorithm: .pam, start: .build).fit(data)
    for algorithm in [KMedoids.Algorithm.clarans, .fastCLARANS] {
      let model = try KMedoids(k: 5, algorithm: algorithm).fit(data)
      #expect(model.objective < 1.1 * pam.objective)
      #expect(model.converged)
      #expect(throws: CladeError.self) {
        try KMedoids(k: 5, algorithm: algorithm, start: .items([0, 1, 2, 3, 4])).fit(data)
      }
    }
  }
}
