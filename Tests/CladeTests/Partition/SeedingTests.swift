import Clade
import Testing

/// First centers, as ``KMeans`` has them with no iteration.
@Suite struct SeedingTests {
  static let drawing = Seeding.allCases.filter { !$0.isDeterministic }

  static func squaredDistance(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
  }

  static func seeds(
    _ data: Matrix<Double>, weights: [Double]? = nil, k: Int, seeding: Seeding, seed: UInt64 = 0,
    localSearch: Int = 0
  ) throws -> KMeansModel<Double> {
    try KMeans(k: k, seeding: seeding, maxIterations: 0, seed: seed, localSearch: localSearch)
      .fit(data, weights: weights, threads: 1)
  }

  // MARK: The distribution of k-means++

  /// How probable it is that k-means++ chooses each set of k rows.
  static func law(_ data: Matrix<Double>, _ weights: [Double], k: Int) -> [Set<Int>: Double] {
    var law: [Set<Int>: Double] = [:]
    func choose(_ chosen: Set<Int>, _ probability: Double) {
      guard chosen.count < k else {
        law[chosen, default: 0] += probability
        return
      }
      let parts = (0..<data.rowCount).map { row in
        weights[row]
          * (chosen.map { squaredDistance(data.row(row), data.row($0)) }.min() ?? 1)
      }
      let total = parts.reduce(0, +)
      for row in parts.indices where parts[row] > 0 {
        choose(chosen.union([row]), probability * parts[row] / total)
      }
    }
    choose([], 1)
    return law
  }

  /// How probable it is that rejection sampling with at most 200 proposals a center, and a row by its
  /// weight alone when all are refused, chooses each set of k rows.
  static func cappedLaw(_ data: Matrix<Double>, _ weights: [Double], k: Int) -> [Set<Int>: Double] {
    let total = weights.reduce(0, +)
    let mean = (0..<data.columnCount).map { column in
      zip(data.column(column), weights).reduce(0) { $0 + $1.0 * $1.1 } / total
    }
    let fromMean = (0..<data.rowCount).map { squaredDistance(data.row($0), mean) }
    var law: [Set<Int>: Double] = [:]
    func choose(_ chosen: [Int], _ probability: Double) {
      guard chosen.count < k else {
        law[Set(chosen), default: 0] += probability
        return
      }
      let proposed = weights.indices.map { weights[$0] * (fromMean[$0] + fromMean[chosen[0]]) }
      let proposals = proposed.reduce(0, +)
      let accepted = weights.indices.map { row in
        let nearest = chosen.map { squaredDistance(data.row(row), data.row($0)) }.min() ?? 0
        return weights[row] * nearest / 2 / proposals
      }
      let acceptance = accepted.reduce(0, +)
      let refusal = (0..<200).reduce(1.0) { power, _ in power * (1 - acceptance) }
      var next = accepted.map { $0 / acceptance * (1 - refusal) }
      let free = weights.indices.first { !chosen.contains($0) } ?? 0
      for row in weights.indices {
        next[chosen.contains(row) ? free : row] += refusal * weights[row] / total
      }
      for row in next.indices where next[row] > 0 {
        choose(chosen + [row], probability * next[row])
      }
    }
    for row in weights.indices { choose([row], weights[row] / total) }
    return law
  }

  /// Those that draw as k-means++ does, exactly or nearly; the capped method by its own law, which is
  /// another where one row is far out.
  @Test(
    arguments: [Seeding.kMeansPlusPlus, .rejectionSampling, .cappedRejectionSampling, .afkmc2],
    [1, 4])
  func drawsByItsLaw(seeding: Seeding, columns: Int) throws {
    let values = [0.0, 1, 3, 3.5, 8]
    let data = try Matrix(
      values.map { x in (0..<columns).map { $0 % 2 == 0 ? x : 0.5 * x * x - x } })
    let weights = [1.0, 2, 0.5, 1.5, 1]
    let law =
      seeding == .cappedRejectionSampling
      ? Self.cappedLaw(data, weights, k: 3) : Self.law(data, weights, k: 3)
    let draws = 3000
    var counts: [Set<Int>: Int] = [:]
    for seed in 0..<UInt64(draws) {
      let model = try Self.seeds(data, weights: weights, k: 3, seeding: seeding, seed: seed)
      let rows = (0..<3).compactMap { center in
        (0..<5).first { data.row($0) == model.centers.row(center) }
      }
      counts[Set(rows), default: 0] += 1
    }
    for (rows, probability) in law {
      let share = Double(counts[rows] ?? 0) / Double(draws)
      let deviation = (probability * (1 - probability) / Double(draws)).squareRoot()
      #expect(abs(share - probability) < 5 * deviation + 0.002, "\(rows.sorted())")
    }
    #expect(counts.keys.allSatisfy { law[$0] != nil })
  }

  // MARK: Each method's promise

  @Test func maximinTakesTheFarthestRow() throws {
    let data = KMeansTests.blobs(rows: 900, columns: 6, centers: 30)
    let mean = (0..<6).map { data.column($0).reduce(0, +) / 900 }
    var chosen = [
      (0..<900).max {
        Self.squaredDistance(data.row($0), mean) < Self.squaredDistance(data.row($1), mean)
      } ?? 0
    ]
    var nearest = [Double](repeating: .infinity, count: 900)
    while chosen.count < 40 {
      let last = data.row(chosen[chosen.count - 1])
      for row in 0..<900 {
        nearest[row] = min(nearest[row], Self.squaredDistance(data.row(row), last))
      }
      chosen.append((0..<900).max { nearest[$0] < nearest[$1] } ?? 0)
    }
    let model = try Self.seeds(data, k: 40, seeding: .maximin)
    #expect(
      Set((0..<40).map { model.centers.row($0) }) == Set(chosen.map { data.row($0) }))
  }

  @Test(arguments: Seeding.allCases.filter { $0 != .principalSplitting })
  func chooseDistinctRows(seeding: Seeding) throws {
    for (data, k) in [
      (KMeansTests.blobs(rows: 700, columns: 5, centers: 20), 60),
      (KMeansTests.grid(rows: 900, columns: 2, levels: 6), 30),
      (KMeansTests.blobs(rows: 50, columns: 1, centers: 3), 50),
    ] {
      let rows = Set((0..<data.rowCount).map { data.row($0) })
      let model = try Self.seeds(data, k: k, seeding: seeding, seed: 5)
      let centers = Set((0..<k).map { model.centers.row($0) })
      #expect(centers.count == k)
      #expect(centers.isSubset(of: rows))
    }
  }

  /// Squared distances that vanish by rounding leave nothing to draw by.
  @Test(arguments: Seeding.allCases) func rowsThatAreAlmostEqual(seeding: Seeding) throws {
    let data = try Matrix([[0.0], [1e-200], [2e-200], [3e-200], [1]])
    let model = try Self.seeds(data, k: 2, seeding: seeding)
    #expect(model.objective < 1e-300)
  }

  /// Not those that may take any row: the capped method gives up after so many proposals, and where
  /// groups are far apart those are mostly refused.
  @Test(arguments: drawing.filter { $0 != .random && $0 != .cappedRejectionSampling })
  func findWellSeparatedGroups(seeding: Seeding) throws {
    // Groups of another size each, so far apart that missing one is improbable.
    let data = Matrix<Double>(rows: 2000, columns: 8) { buffer in
      var random = CounterRandom(seed: 3)
      for index in buffer.indices {
        let (group, column) = (min(index / 8 % 45, 9), index % 8)
        buffer[index] = (group % 8 == column ? 1000 * Double(group + 1) : 0) + random.normal()
      }
    }
    for seed in 0..<5 as Range<UInt64> {
      let model = try Self.seeds(data, k: 10, seeding: seeding, seed: seed)
      #expect(model.objective < 4 * 8 * 2000)
    }
  }

  @Test func greedyIsBetterOnAverage() throws {
    let data = KMeansTests.blobs(rows: 1500, columns: 3, centers: 25)
    func mean(_ seeding: Seeding) throws -> Double {
      try (0..<20 as Range<UInt64>).reduce(0) {
        try $0 + Self.seeds(data, k: 25, seeding: seeding, seed: $1).objective / 20
      }
    }
    let plain = try mean(.kMeansPlusPlus)
    #expect(try mean(.greedyKMeansPlusPlus) < 0.9 * plain)
    #expect(try mean(.scalableKMeansPlusPlus) < plain)
    #expect(try plain < 0.8 * mean(.random))
    // The same distribution, so about the same mean.
    #expect(try abs(mean(.rejectionSampling) - plain) < 0.25 * plain)
    #expect(try abs(mean(.afkmc2) - plain) < 0.25 * plain)
  }

  @Test(arguments: Seeding.allCases) func localSearchOnlyImproves(seeding: Seeding) throws {
    let data = KMeansTests.blobs(rows: 600, columns: 4, centers: 15)
    let weights = (0..<600).map { Double($0 % 3 + 1) }
    var last = Double.infinity
    for rounds in [0, 1, 2, 5, 20, 60] {
      let model = try Self.seeds(
        data, weights: weights, k: 15, seeding: seeding, seed: 2, localSearch: rounds)
      #expect(model.objective <= last * (1 + 1e-12))
      last = model.objective
    }
    let start = try Self.seeds(data, weights: weights, k: 15, seeding: .random, seed: 2)
    #expect(last < start.objective)
    let single = try KMeans(k: 1, seeding: seeding, localSearch: 3).fit(data)
    #expect(single.converged)
  }

  // MARK: Sameness

  @Test(arguments: Seeding.allCases, [0, 10])
  func sameForAnyOrderThreadsAndInstructions(seeding: Seeding, localSearch: Int) throws {
    // More rows than a sample holds, some of them several times.
    let distinct = KMeansTests.blobs(rows: 36_000, columns: 4, centers: 12)
    let data = distinct.gatheringRows((0..<40_000).map { $0 % 36_000 })
    let places = KMeansTests.shuffled(data.rowCount, seed: 5)
    let shuffled = data.gatheringRows(places)
    let method = KMeans(
      k: 12, seeding: seeding, maxIterations: 0, seed: 7, localSearch: localSearch)
    let expected = try method.fit(data, threads: 1)
    for set in InstructionSet.available {
      try InstructionSet.forcing(set) {
        let other = try method.fit(shuffled, threads: set == .portable ? 7 : 2)
        #expect(other.centers == expected.centers)
        #expect(other.seedingCost == expected.seedingCost)
        #expect(other.labels == places.map { expected.labels[$0] })
      }
    }
  }

  /// With many columns rows are rounded to 8 bits first, but not by the portable instructions, so that these
  /// compare every distance.
  private func roundingChangesNothing<Scalar: MatrixScalar>(
    _ data: Matrix<Scalar>, _ seeding: Seeding
  ) throws {
    let method = KMeans(k: 25, seeding: seeding, maxIterations: 0, seed: 3)
    let expected = try InstructionSet.forcing(.portable) { try method.fit(data, threads: 2) }
    for set in InstructionSet.available where set != .portable {
      let found = try InstructionSet.forcing(set) { try method.fit(data, threads: 2) }
      #expect(found == expected, "\(seeding), \(set)")
    }
  }

  @Test(arguments: [Seeding.kMeansPlusPlus, .greedyKMeansPlusPlus, .maximin])
  func roundedRowsGiveTheSameCenters(seeding: Seeding) throws {
    for (rows, columns) in [(2500, 24), (2051, 37)] {
      // Groups that overlap; rows that differ little, far from 0; and few values with many ties.
      let random = CounterRandom(seed: 8)
      func made(_ value: (_ group: Int, _ random: UInt64) -> Double) -> Matrix<Double> {
        Matrix(rows: rows, columns: columns) { target in
          for index in target.indices {
            let noise = random.value(at: UInt64(index))
            target.initializeElement(
              at: index, to: value(index / columns % 9 * 7 + index % columns, noise))
          }
        }
      }
      for data in [
        made { Double($0 % 11) * 3 + Double($1 >> 11) * 0x1p-50 },
        made { 1e6 + Double($0 % 3) + Double($1 >> 11) * 0x1p-53 },
        made { Double($1 % 3) + Double($0 % 2) * 1e-3 },
      ] {
        try roundingChangesNothing(data, seeding)
        let single = Matrix<Float>(rows: rows, columns: columns) { target in
          data.withUnsafeBufferPointer { values in
            for index in target.indices {
              target.initializeElement(at: index, to: Float(values[index]))
            }
          }
        }
        try roundingChangesNothing(single, seeding)
      }
    }
  }

  // MARK: The model

  @Test func noIterationStopsAfterSeeding() throws {
    let data = KMeansTests.blobs(rows: 300, columns: 3, centers: 4)
    let start = data.gatheringRows([0, 1, 2, 3])
    let model = try KMeans(k: 4, maxIterations: 0).fit(data, initialCenters: start)
    #expect(model.iterations == 0)
    #expect(!model.converged)
    #expect(Set((0..<4).map { model.centers.row($0) }) == Set((0..<4).map { start.row($0) }))
    let cost = (0..<300).reduce(0.0) { sum, row in
      sum + ((0..<4).map { Self.squaredDistance(data.row(row), start.row($0)) }.min() ?? 0)
    }
    #expect(abs(model.objective - cost) < 1e-9 * cost)
    #expect(model.seedingCost == model.objective)
    let full = try KMeans(k: 4).fit(data, initialCenters: start)
    #expect(full.seedingCost == model.seedingCost)
    #expect(full.objective < model.objective)
  }
}
