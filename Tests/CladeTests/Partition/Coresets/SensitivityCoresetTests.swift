import Clade
import Foundation
import Testing

@Suite struct SensitivityCoresetTests {
  // MARK: The estimator

  /// Means over many seeds lie within five standard errors, which are small, of what is estimated.
  @Test(arguments: CoresetSampling.allCases, CoresetObjective.allCases)
  func unbiased(sampling: CoresetSampling, objective: CoresetObjective) throws {
    let data = CoresetData.uneven(rows: 400, columns: 2)
    let sets = CoresetData.centers(data, k: 3, count: 4)
    let exact = try sets.map { try objective.cost(of: $0, on: data) } + [400]
    let runs = 500
    var sums = [Double](repeating: 0, count: exact.count)
    var squares = sums
    for seed in 0..<UInt64(runs) {
      let coreset = try SensitivityCoreset(
        size: 40, k: 4, objective: objective, sampling: sampling, seed: seed
      ).coreset(of: data, threads: 1)
      let found =
        try sets.map { try coreset.cost(of: $0, threads: 1) } + [coreset.weights.reduce(0, +)]
      for (index, value) in found.enumerated() {
        sums[index] += value / exact[index]
        squares[index] += (value / exact[index]) * (value / exact[index])
      }
    }
    for index in exact.indices {
      let mean = sums[index] / Double(runs)
      let variance = squares[index] / Double(runs) - mean * mean
      let standardError = (variance / Double(runs)).squareRoot()
      // Uniform sampling mostly misses the rows far away, the classical formula has few of them.
      #expect(standardError < [.uniform: 0.06, .classical: 0.05][sampling, default: 0.015])
      #expect(abs(mean - 1) < 5 * standardError + 1e-12, "\(sampling), \(objective), \(index)")
    }
  }

  @Test func takesExactlyAsManyRows() throws {
    let data = CoresetData.uneven()
    for sampling in CoresetSampling.allCases {
      let coreset = try SensitivityCoreset(size: 123, k: 5, sampling: sampling).coreset(of: data)
      #expect(coreset.size == 123)
      #expect(coreset.sourceRowCount == 3000)
      #expect(coreset.offset == 0)
      #expect(CanonicalOrder(coreset.rows).distinctRowCount == 123)
      #expect(data.gatheringRows(coreset.indices) == coreset.rows)
      #expect(coreset.weights.allSatisfy { $0 > 0 })
    }
  }

  @Test func holdsAllDistinctRowsWhereThereIsRoom() throws {
    let data = CoresetData.uneven(rows: 500)
    let distinct = CanonicalOrder(data).distinctRowCount
    #expect(distinct < 500)
    for size in [distinct, 500, 100_000] {
      let coreset = try SensitivityCoreset(size: size, k: 5).coreset(of: data)
      #expect(coreset.size == distinct)
      #expect(coreset.weights.reduce(0, +) == 500)
      #expect(
        try CoresetData.worstError(coreset, data, CoresetData.centers(data, k: 3, count: 5)) < 1e-12
      )
    }
  }

  /// The strong property: of many sets of centers none is far off, where uniform sampling fails.
  @Test func keepsTheCostOfAnyCenters() throws {
    let data = CoresetData.uneven(rows: 20_000, columns: 2)
    let sets = CoresetData.centers(data, k: 4, count: 60)
    func worst(_ sampling: CoresetSampling, _ seed: UInt64) throws -> Double {
      try CoresetData.worstError(
        SensitivityCoreset(size: 400, k: 4, sampling: sampling, seed: seed).coreset(of: data),
        data, sets)
    }
    let seeds = Array(0..<5 as Range<UInt64>)
    for sampling in CoresetSampling.allCases where sampling != .uniform {
      let own = try seeds.map { try worst(sampling, $0) }.sorted()[2]
      #expect(own < 0.2, "\(sampling): \(own)")
    }
    let balanced = try seeds.map { try worst(.balanced, $0) }.sorted()[2]
    let uniform = try seeds.map { try worst(.uniform, $0) }.sorted()[2]
    #expect(balanced < uniform)
  }

  @Test func fitsAsWellAsAllRows() throws {
    let data = KMeansTests.blobs(rows: 50_000, columns: 8, centers: 10)
    let start = data.gatheringRows(0..<10)
    let full = try KMeans(k: 10).fit(data, initialCenters: start)
    let coreset = try SensitivityCoreset(size: 1000, k: 10).coreset(of: data)
    let model = try KMeans(k: 10).fit(
      coreset.rows, weights: coreset.weights, initialCenters: start)
    let cost = try CoresetObjective.kMeans.cost(of: model.centers, on: data)
    #expect(cost < 1.02 * full.objective)
    #expect(abs(try coreset.cost(of: full.centers) / full.objective - 1) < 0.05)
  }

  @Test func weightedRowsCountAsMany() throws {
    let data = CoresetData.uneven(rows: 1500)
    var random = CounterRandom(seed: 5)
    let weights = (0..<1500).map { _ in Double(random.next() % 4) }
    let repeated = data.gatheringRows(
      weights.enumerated().flatMap { Array(repeating: $0.offset, count: Int($0.element)) })
    for sampling in CoresetSampling.allCases {
      let method = SensitivityCoreset(size: 100, k: 5, sampling: sampling)
      let a = try method.coreset(of: data, weights: weights)
      let b = try method.coreset(of: repeated)
      #expect(a.rows == b.rows)
      #expect(a.weights == b.weights)
    }
  }

  // MARK: Sameness

  func same<Scalar>(_ data: Matrix<Scalar>, _ method: SensitivityCoreset) throws {
    let expected = try method.coreset(of: data, threads: 1)
    let places = KMeansTests.shuffled(data.rowCount, seed: 7)
    let shuffled = data.gatheringRows(places)
    for set in InstructionSet.available {
      try InstructionSet.forcing(set) { () throws in
        for threads in set == .portable ? [2] : [1, 2, 7] {
          #expect(try method.coreset(of: data, threads: threads) == expected)
        }
        let other = try method.coreset(of: shuffled, threads: 2)
        #expect(other.rows == expected.rows)
        #expect(other.weights == expected.weights)
        #expect(shuffled.gatheringRows(other.indices) == expected.rows)
        #expect(try method.coreset(source: OddRows(matrix: data), threads: 7) == expected)
      }
    }
  }

  @Test(arguments: CoresetSampling.allCases, CoresetObjective.allCases)
  func same(sampling: CoresetSampling, objective: CoresetObjective) throws {
    let method = SensitivityCoreset(
      size: 200, k: 6, objective: objective, sampling: sampling, seed: 3)
    try same(CoresetData.uneven(), method)
    try same(KMeansTests.single(CoresetData.uneven()), method)
    try same(KMeansTests.grid(rows: 3000, columns: 3, levels: 9), method)
  }

  @Test func sameWithWeights() throws {
    let data = CoresetData.uneven()
    let weights = (0..<3000).map { 0.1 * Double($0 % 7) }
    let places = KMeansTests.shuffled(3000, seed: 2)
    let method = SensitivityCoreset(size: 150, k: 5)
    let expected = try method.coreset(of: data, weights: weights, threads: 1)
    let other = try method.coreset(
      of: data.gatheringRows(places), weights: places.map { weights[$0] }, threads: 7)
    #expect(other.rows == expected.rows)
    #expect(other.weights == expected.weights)
  }

  @Test func magnitudeDoesNotMatter() throws {
    let data = CoresetData.uneven(rows: 600)
    let method = SensitivityCoreset(size: 50, k: 4)
    let expected = try method.coreset(of: data)
    for exponent in [-900, 900] {
      var scaled = data
      for row in 0..<600 {
        for column in 0..<3 {
          scaled[row, column] = Double(
            sign: .plus, exponent: exponent, significand: data[row, column])
        }
      }
      let coreset = try method.coreset(of: scaled)
      #expect(coreset.weights.reduce(0, +).isFinite)
      #expect(coreset.size == 50)
    }
    #expect(expected.size == 50)
  }

  // MARK: Bad input

  /// So small that a part of them is nothing.
  @Test func tinyWeights() throws {
    let data = CoresetData.uneven(rows: 100)
    for weight in [Double.leastNonzeroMagnitude, 2000 * .leastNonzeroMagnitude, 1e-300] {
      let coreset = try SensitivityCoreset(size: 10, k: 2).coreset(
        of: data, weights: Array(repeating: weight, count: 100))
      #expect(coreset.size == 10)
      #expect(coreset.weights.allSatisfy { $0.isFinite && $0 >= 0 })
    }
  }

  @Test func badInput() throws {
    let data = CoresetData.uneven(rows: 100)
    func error(_ body: () throws -> Void) -> String {
      do {
        try body()
        return "nothing thrown"
      } catch { return "\(error)" }
    }
    func draw(
      size: Int = 10, k: Int = 2, _ data: Matrix<Double>, weights: [Double]? = nil
    ) -> String {
      error { _ = try SensitivityCoreset(size: size, k: k).coreset(of: data, weights: weights) }
    }
    #expect(draw(size: 0, data) == "size can't be 0: use at least 1")
    #expect(draw(size: -3, data) == "size can't be -3: use at least 1")
    #expect(draw(size: .max, data).hasSuffix("that is more than there can be"))
    #expect(draw(k: 0, data) == "k can't be 0: use at least 1")
    let twins = data.gatheringRows([1, 1, 2, 2])
    #expect(draw(k: 3, twins).contains("only 2 distinct rows"))
    #expect(draw(Matrix(rows: 0, columns: 2)).contains("there are no rows"))
    #expect(draw(Matrix(rows: 2, columns: 0)).contains("there are no columns"))
    for value in [Double.nan, .infinity] {
      var bad = data
      bad[40, 1] = value
      #expect(draw(bad).contains("row 40, column 1 holds \(value)"))
    }
    var weights = [Double](repeating: 1, count: 100)
    #expect(draw(data, weights: [1]).contains("100 weights"))
    #expect(draw(data, weights: weights.map { _ in 0 }).contains("all weights are 0"))
    for value in [-1, Double.nan, .infinity] {
      weights[7] = value
      #expect(draw(data, weights: weights).contains("row 7 needs a weight"))
    }
    let coreset = try SensitivityCoreset(size: 10, k: 2).coreset(of: data)
    #expect(error { _ = try coreset.cost(of: Matrix(rows: 2, columns: 5)) }.contains("3 columns"))
    #expect(
      error { _ = try coreset.cost(of: Matrix(rows: 0, columns: 3)) }.contains("at least one"))
  }

  @Test func cancels() async throws {
    let data = CoresetData.uneven()
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      _ = try SensitivityCoreset(size: 10, k: 2).coreset(of: data)
    }
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  @Test func tellsHowFarItIs() throws {
    let stages = Stages()
    _ = try SensitivityCoreset(size: 10, k: 2).coreset(
      of: CoresetData.uneven(), progress: { stages.add($0) })
    #expect(stages.all.contains { $0.stage == "coreset, drawing" && $0.fraction == 1 })
  }

  @Test func readsBack() throws {
    let coreset = try SensitivityCoreset(size: 20, k: 3).coreset(of: CoresetData.uneven())
    let bytes = try JSONEncoder().encode(coreset)
    #expect(try JSONDecoder().decode(Coreset<Double>.self, from: bytes) == coreset)
  }
}

/// Collects what a progress observer is told.
private final class Stages: @unchecked Sendable {
  // Unchecked: guarded by the lock.
  private let lock = NSLock()
  private var updates: [ProgressUpdate] = []

  func add(_ update: ProgressUpdate) { lock.withLock { updates.append(update) } }
  var all: [ProgressUpdate] { lock.withLock { updates } }
}
