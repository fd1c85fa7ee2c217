import Clade
import Foundation
import Testing

@Suite struct OnlineKMeansTests {
  private func run(
    _ rows: Matrix<Double>, k: Int, batch: Int, threads: Int, candidates: Int = 8
  ) throws -> (labels: [Int32], clusters: OnlineKMeans) {
    var clusters = try OnlineKMeans(k: k, candidateCount: candidates)
    var labels: [Int32] = []
    for start in stride(from: 0, to: rows.rowCount, by: batch) {
      let range = start..<min(rows.rowCount, start + batch)
      labels += try clusters.observe(rows.gatheringRows(range), threads: threads)
    }
    return (labels, clusters)
  }

  // MARK: Sameness

  @Test(arguments: KMeansSamenessTests.cases)
  func theSameBits(_ item: KMeansSamenessTests.Case) throws {
    let expected = try run(item.data, k: item.k, batch: item.data.rowCount, threads: 1)
    let model = try expected.clusters.model(threads: 1)
    for set in InstructionSet.available {
      try InstructionSet.forcing(set) {
        for (batch, threads) in set == .portable ? [(999, 2)] : [(1, 1), (17, 2), (5000, 7)] {
          let other = try run(item.data, k: item.k, batch: batch, threads: threads)
          #expect(other.labels == expected.labels)
          #expect(other.clusters.loss == expected.clusters.loss)
          #expect(other.clusters.centers == expected.clusters.centers)
          #expect(try other.clusters.model(threads: threads) == model)
        }
      }
    }
  }

  @Test func goesOnAfterDecoding() throws {
    let rows = KMeansTests.blobs(rows: 6000, columns: 3, centers: 5)
    let expected = try run(rows, k: 5, batch: 1000, threads: 2)
    var clusters = try OnlineKMeans(k: 5)
    let first = try clusters.observe(rows.gatheringRows(0..<2500))
    let saved = try JSONEncoder().encode(clusters)
    var restored = try JSONDecoder().decode(OnlineKMeans.self, from: saved)
    let rest = try restored.observe(rows.gatheringRows(2500..<6000))
    #expect(first + rest == expected.labels)
    #expect(restored.loss == expected.clusters.loss)
    let model = try restored.model(labels: first + rest)
    let decoded = try JSONDecoder().decode(
      OnlineKMeansModel.self, from: JSONEncoder().encode(model))
    #expect(decoded.centers == model.centers)
    #expect(decoded.labels.isEmpty)
    #expect(try decoded.predict(rows) == model.predict(rows))
  }

  // MARK: What it finds

  @Test func lossIsNearTheBestInHindsight() throws {
    for (columns, centers) in [(2, 6), (10, 10)] {
      let rows = KMeansTests.blobs(rows: 20_000, columns: columns, centers: centers)
      let best = try KMeans(k: centers).fit(rows).objective
      let (labels, clusters) = try run(rows, k: centers, batch: 4096, threads: 2)
      #expect(clusters.loss < 1.1 * best)
      #expect(clusters.rowCount == 20_000)
      #expect(clusters.sizes.reduce(0, +) == 20_000)
      for (label, size) in clusters.sizes.enumerated() {
        #expect(labels.count { $0 == label } == size)
      }
      let model = try clusters.model()
      let inertia = zip(0..., try model.predict(rows)).reduce(0.0) { sum, item in
        sum
          + (0..<columns).reduce(0.0) {
            let difference = rows[item.0, $1] - model.centers[Int(item.1), $1]
            return $0 + difference * difference
          }
      }
      #expect(inertia < 1.02 * best)
      // What the coreset tells of it.
      #expect(abs(model.objective / inertia - 1) < 0.02)
      // Labels keep their meaning: hardly a row would get another one in the end.
      let agreeing = zip(labels, try model.predict(rows)).count { $0 == $1 }
      #expect(agreeing > 19_000)
    }
  }

  @Test func firstRowsAreCenters() throws {
    var clusters = try OnlineKMeans(k: 3)
    #expect(try clusters.observe([0, 0]) == 0)
    #expect(clusters.loss == 0)
    #expect(try clusters.observe([0, 0]) == 0)
    #expect(try clusters.observe([3, 4]) == 1)
    #expect(clusters.loss == 25)
    #expect(throws: CladeError.tooManyClusters(k: 3, distinctRows: 2)) {
      try clusters.model()
    }
    #expect(try clusters.observe([10, 0]) == 2)
    #expect(try clusters.model().centers == Matrix([[0, 0], [3, 4], [10, 0]]))
    #expect(try clusters.observe([10, 1]) == 2)
    #expect(clusters.sizes == [2, 1, 2])
  }

  @Test func manyEqualRows() throws {
    let rows = KMeansTests.grid(rows: 20_000, columns: 1, levels: 4)
    let (labels, clusters) = try run(rows, k: 4, batch: 777, threads: 2)
    // 4 places and 4 centers: nothing is lost but by the rows that became centers.
    #expect(clusters.loss <= 30)
    #expect(Set(zip(labels, rows.column(0)).map { "\($0) \($1)" }).count == 4)
    let model = try clusters.model()
    #expect(model.objective == 0)
  }

  /// Groups that come one after the other, as in a stream that drifts.
  @Test func groupsThatComeLate() throws {
    let places = [0.0, 100, 250, 700]
    var random = CounterRandom(seed: 3)
    let rows = Matrix<Double>(rows: 8000, columns: 2) { target in
      for index in target.indices {
        target[index] = places[index / 4000] + random.normal()
      }
    }
    let best = try KMeans(k: 4).fit(rows).objective
    let (_, clusters) = try run(rows, k: 4, batch: 100, threads: 1)
    let model = try clusters.model()
    #expect(Set(try model.predict(rows)).count == 4)
    #expect(model.objective < 1.5 * best)
  }

  // MARK: Regret

  /// Follow the leader loses a share of all rows more than the best centers in hindsight; multiplicative
  /// weights stay within a bound that grows with the root.
  @Test(arguments: [500, 1000, 2000, 4000])
  func regretWhereTheLeaderFails(_ count: Int) throws {
    let rows = FollowTheLeaderCase(rowCount: count)
    let best = rows.bestInertia[count - 1]
    #expect(rows.leaderLoss[count - 1] - best > 0.15 * Double(count))
    var grid = try GridOnlineKMeans(k: 2, bounds: [-1...1], pointsPerColumn: 9, horizon: count)
    var clusters = try OnlineKMeans(k: 2)
    for row in rows.rows {
      _ = try grid.observe([row])
      _ = try clusters.observe([row])
    }
    #expect(grid.expectedLoss - best <= grid.regretBound)
    #expect(clusters.expectedLoss - best <= grid.regretBound)
    #expect(clusters.expectedLoss - best <= Self.adaHedgeBound(rounds: count, experts: 8))
    // A draw is near what is expected.
    #expect(abs(clusters.loss - clusters.expectedLoss) <= 3 * Double(count).squareRoot())
    #expect(abs(grid.loss - grid.expectedLoss) <= 4 * Double(count).squareRoot())
  }

  /// AdaHedge's bound for losses within 1 (theorem 8 of its paper, with half the rounds at either end).
  private static func adaHedgeBound(rounds: Int, experts: Int) -> Double {
    let logarithm = Foundation.log(Double(experts))
    return (Double(rounds) * logarithm).squareRoot() + 16 / 3 * logarithm + 2
  }

  @Test func followingFewChanges() {
    var weights = ExponentialWeights(count: 2, rate: 0.05, seed: 1)
    var changes = 0
    var followed = 0
    for round in 0..<2000 {
      let before = weights.followed
      weights.add(round.isMultiple(of: 2) ? [1, 0] : [0, 1])
      if weights.followed != before { changes += 1 }
      followed += weights.followed
    }
    // Drawing anew every round would change a thousand times.
    #expect(changes < 100)
    #expect(followed > 500 && followed < 1500)
    #expect(abs(weights.expectedLoss - 1000) < 30)
  }

  @Test func adaHedgeWithinItsBound() {
    for pattern in 0..<3 {
      var random = CounterRandom(seed: UInt64(pattern))
      var weights = ExponentialWeights(count: 5, seed: 0)
      for round in 0..<3000 {
        weights.add(
          (0..<5).map { expert in
            switch pattern {
            case 0: random.uniform()
            case 1: expert == round % 5 ? 1 : 0
            default: expert == 0 ? 0.4 : random.uniform()
            }
          })
      }
      let regret = weights.expectedLoss - (weights.losses.min() ?? 0)
      #expect(regret <= Self.adaHedgeBound(rounds: 3000, experts: 5))
      #expect(abs(weights.weights.reduce(0, +) - 1) < 1e-12)
    }
  }

  @Test func gridSets() throws {
    let grid = try GridOnlineKMeans(
      k: 2, bounds: [0...1, -2...2], pointsPerColumn: 3, horizon: 100)
    #expect(grid.grid.rowCount == 9)
    #expect(grid.grid.row(0) == [0, -2])
    #expect(grid.grid.row(5) == [1, 0])
    #expect(grid.grid.row(8) == [1, 2])
    // 36 sets, squared distances of at most 17, points 2 apart.
    let expected = 17 * (100 * Foundation.log(36.0) / 2).squareRoot() + 100 * 2 * 4 / 4
    #expect(abs(grid.regretBound - expected) < 1e-9)
  }

  // MARK: What it is told

  @Test func badInput() throws {
    #expect(throws: CladeError.self) { try OnlineKMeans(k: 0) }
    #expect(throws: CladeError.self) { try OnlineKMeans(k: 2, candidateCount: 0) }
    var clusters = try OnlineKMeans(k: 2)
    _ = try clusters.observe(Matrix([[0, 1], [5, 6], [9, 9]]))
    let before = try clusters.model()
    #expect(throws: CladeError.raggedRows(row: 3, expected: 2, found: 3)) {
      try clusters.observe([1, 2, 3])
    }
    #expect(throws: CladeError.nonFiniteValue(row: 4, column: 1, value: "nan")) {
      try clusters.observe(Matrix([[1, 2], [3, .nan]]))
    }
    #expect(throws: CladeError.self) { try clusters.observe([1e300, 0]) }
    #expect(throws: CladeError.self) {
      var empty = try OnlineKMeans(k: 2)
      _ = try empty.observe([])
    }
    #expect(clusters.rowCount == 3)
    #expect(try clusters.model() == before)
    #expect(try clusters.observe(Matrix<Double>(rows: 0, columns: 2)).isEmpty)
    #expect(throws: CladeError.self) {
      try GridOnlineKMeans(k: 3, bounds: [0...1, 0...1], pointsPerColumn: 40, horizon: 10)
    }
    var grid = try GridOnlineKMeans(k: 1, bounds: [0...1], pointsPerColumn: 3, horizon: 10)
    #expect(throws: CladeError.self) { try grid.observe([2]) }
    #expect(throws: CladeError.self) { try grid.observe([0, 0]) }
    #expect(throws: CladeError.self) { try grid.observe([.nan]) }
  }
}
