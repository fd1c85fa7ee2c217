@_spi(Benchmarks) import Clade
import Testing

/// Rows that change their clusters where each of them alone lowers the sum of squares.
@Suite struct ExchangeTests {
  static let even = NearestCentersTests.uniform(rows: 2400, columns: 12, stream: 41)

  func chosen(
    _ rows: Matrix<Double>, _ centers: Matrix<Double>, masses: [Double], before: [Int32]
  ) -> [Int32] {
    let rule = ExchangeRule(centers, masses: masses)
    var after = [Int32](repeating: -1, count: before.count)
    rows.withUnsafeBufferPointer { values in
      guard let values = values.baseAddress else { return }
      rule.assign(values, count: before.count, before: before, after: &after)
    }
    return after
  }

  /// 0 and 2 have the mean 1, which is nearer to 2 than 3.2 is; but without it, 0 would be its own mean,
  /// and the other three cost 0.96 together instead of 2.
  @Test func aRowThatLloydLeavesMoves() throws {
    let rows = try Matrix([[0], [2], [3.2], [3.2]])
    let found = chosen(rows, try Matrix([[1], [3.2]]), masses: [2, 2], before: [0, 0, 1, 1])
    #expect(found == [0, 1, 1, 1])
  }

  /// A row that is all of its cluster stays, whatever its weight.
  @Test func whatIsAloneStays() throws {
    let rows = try Matrix([[5], [5.1]])
    let centers = try Matrix([[5], [5.1]])
    #expect(chosen(rows, centers, masses: [1, 1], before: [0, 1]) == [0, 1])
    #expect(chosen(rows, centers, masses: [0.2, 0.2], before: [0, 1]) == [0, 1])
    #expect(chosen(rows, centers, masses: [7, 1], before: [0, 1]) == [0, 1])
  }

  /// Against the sums of squares themselves, of all partitions that differ in one row.
  @Test func lowersTheSumOfSquaresMost() throws {
    let rows = NearestCentersTests.uniform(rows: 60, columns: 3, stream: 42)
    let before = (0..<60).map { Int32($0 * $0 % 4) }
    func means(_ labels: [Int32]) -> (Matrix<Double>, [Double]) {
      var masses = [Double](repeating: 0, count: 4)
      for label in labels { masses[Int(label)] += 1 }
      let means = Matrix<Double>(rows: 4, columns: 3) { target in
        target.initialize(repeating: 0)
        for (row, label) in labels.enumerated() {
          for column in 0..<3 {
            target[3 * Int(label) + column] += rows[row, column] / masses[Int(label)]
          }
        }
      }
      return (means, masses)
    }
    func cost(_ labels: [Int32]) -> Double {
      let (means, _) = means(labels)
      return labels.enumerated().reduce(0) { sum, entry in
        (0..<3).reduce(sum) { sum, column in
          let difference = rows[entry.offset, column] - means[Int(entry.element), column]
          return sum + difference * difference
        }
      }
    }
    let (centers, masses) = means(before)
    let found = chosen(rows, centers, masses: masses, before: before)
    var moved = 0
    for row in 0..<60 {
      let costs = (0..<4).map { cluster in
        var labels = before
        labels[row] = Int32(cluster)
        return cost(labels)
      }
      #expect(costs[Int(found[row])] <= (costs.min() ?? 0) + 1e-12)
      moved += found[row] == before[row] ? 0 : 1
    }
    #expect(moved > 20)
  }

  /// Among very many clusters: its own or the nearest other one, by the costs in full; with
  /// shortlists and with lists, and the same for every instruction set.
  @Test(arguments: [3, 40]) func theNearestOtherOfVeryManyClusters(columns: Int) throws {
    let k = 1100
    let rows = NearestCentersTests.uniform(rows: 700, columns: columns, stream: 44)
    var centers = NearestCentersTests.uniform(rows: k, columns: columns, stream: 45)
    for column in 0..<columns { centers[9, column] = rows[0, column] }
    let masses = (0..<k).map { Double(1 + $0 % 9) }
    let near = NearestCenters.assign(rows, centers).labels
    let before = (0..<700).map { $0 < 500 ? near[$0] : Int32($0 % k) }
    func square(_ row: Int, _ center: Int) -> Double {
      (0..<columns).reduce(0) { sum, column in
        let difference = rows[row, column] - centers[center, column]
        return difference.squared(addedTo: sum)
      }
    }
    let expected = (0..<700).map { row -> Int32 in
      let own = Int(before[row])
      let squares = (0..<k).map { square(row, $0) }
      let other = (0..<k).filter { $0 != own }.min { squares[$0] < squares[$1] }
      guard let other, masses[own] > 1 else { return Int32(own) }
      let stays = squares[own] * (masses[own] / (masses[own] - 1))
      let goes = squares[other] * (masses[other] / (masses[other] + 1))
      return Int32(goes < stays ? other : own)
    }
    #expect(expected != before)
    for set in InstructionSet.available {
      InstructionSet.forcing(set) {
        for strategy in [AssignmentStrategy.automatic, .plain, .shortlist] {
          AssignmentStrategy.$forced.withValue(strategy) {
            #expect(chosen(rows, centers, masses: masses, before: before) == expected)
          }
        }
      }
    }
  }

  @Test func endsLowerWhereNothingStandsOut() throws {
    for seeding in [Seeding.principalSplitting, .greedyKMeansPlusPlus] {
      let with = try KMeans(k: 60, seeding: seeding).fit(Self.even)
      let without = try KMeans(k: 60, seeding: seeding, exchangeRounds: 0).fit(Self.even)
      #expect(with.inertia < 0.995 * without.inertia)
      #expect(with.seedingCost == without.seedingCost)
      #expect(with.converged)
      #expect(try with.predict(Self.even) == with.labels)
      #expect(with.sizes.allSatisfy { $0 > 0 })
    }
  }

  /// Rounds are iterations, and any number of them leaves rows with the nearest centers.
  @Test(arguments: [1, 2, 3, 12]) func roundsAreIterations(limit: Int) throws {
    let model = try KMeans(k: 60, maxIterations: limit).fit(Self.even)
    #expect(model.iterations == limit)
    #expect(try model.predict(Self.even) == model.labels)
    #expect(model.inertia < model.seedingCost ?? 0)
  }

  @Test func onlyWhereTheyAreWorthIt() throws {
    let start = Self.even.gatheringRows(0..<60)
    let given = try KMeans(k: 60).fit(Self.even, initialCenters: start)
    #expect(given == (try KMeans(k: 60, exchangeRounds: 0).fit(Self.even, initialCenters: start)))
    // 600 rows a cluster.
    #expect(
      try KMeans(k: 4).fit(Self.even) == (try KMeans(k: 4, exchangeRounds: 0).fit(Self.even)))
    // Few columns and many clusters.
    let plane = NearestCentersTests.uniform(rows: 1500, columns: 2, stream: 43)
    #expect(
      try KMeans(k: 128).fit(plane) == (try KMeans(k: 128, exchangeRounds: 0).fit(plane)))
    #expect(
      try KMeans(k: 127).fit(plane).inertia
        < (try KMeans(k: 127, exchangeRounds: 0).fit(plane).inertia))
    #expect(throws: CladeError.self) { try KMeans(k: 2, exchangeRounds: -1).fit(Self.even) }
  }

  /// Ties, duplicates and weights, by every strategy, instruction set and number of threads.
  @Test(arguments: ["even", "lattice", "duplicates"]) func theSameBits(kind: String) throws {
    let data =
      switch kind {
      case "lattice": KMeansTests.grid(rows: 900, columns: 4, levels: 4)
      case "duplicates": Self.even.gatheringRows((0..<900).map { $0 % 200 })
      default: Self.even.gatheringRows(0..<900)
      }
    let weights = (0..<900).map { Double(1 + $0 % 3) }
    let repeated = data.gatheringRows((0..<900).flatMap { Array(repeating: $0, count: 1 + $0 % 3) })
    let method = KMeans(k: 40)
    let expected = try method.fit(data, weights: weights, threads: 1)
    let places = KMeansTests.shuffled(900, seed: 9)
    let shuffled = data.gatheringRows(places)
    for set in InstructionSet.available {
      try InstructionSet.forcing(set) {
        for threads in [1, 2, 7] {
          #expect(try method.fit(data, weights: weights, threads: threads) == expected)
        }
        let other = try method.fit(shuffled, weights: places.map { weights[$0] })
        #expect(other.centers == expected.centers)
        #expect(other.labels == places.map { expected.labels[$0] })
        #expect(try method.fit(repeated).centers == expected.centers)
      }
    }
    for strategy in AssignmentStrategy.allCases {
      try AssignmentStrategy.$forced.withValue(strategy) {
        let found = try method.fit(data, weights: weights)
        #expect(found == expected, "\(strategy)")
      }
    }
  }

  /// Above 1024 clusters, where only the nearest other one is looked at: with ties and without.
  @Test(arguments: [true, false]) func theSameBitsOfVeryManyClusters(ties: Bool) throws {
    let count = 9000
    let data =
      ties
      ? KMeansTests.grid(rows: count, columns: 12, levels: 3)
      : NearestCentersTests.uniform(rows: count, columns: 12, stream: 46)
    let method = KMeans(k: 1100, maxIterations: 4)
    let expected = try method.fit(data, threads: 1)
    let without = try KMeans(k: 1100, maxIterations: 4, exchangeRounds: 0).fit(data)
    #expect(expected.inertia < without.inertia)
    let places = KMeansTests.shuffled(count, seed: 10)
    for set in InstructionSet.available {
      try InstructionSet.forcing(set) {
        for threads in [2, 7] {
          #expect(try method.fit(data, threads: threads) == expected)
        }
        let other = try method.fit(data.gatheringRows(places))
        #expect(other.centers == expected.centers)
        #expect(other.labels == places.map { expected.labels[$0] })
      }
    }
    for strategy in AssignmentStrategy.allCases {
      try AssignmentStrategy.$forced.withValue(strategy) {
        let found = try method.fit(data)
        #expect(found == expected, "\(strategy)")
      }
    }
  }
}

extension Double {
  /// The square added to a sum with one rounding.
  fileprivate func squared(addedTo sum: Double) -> Double { sum.addingProduct(self, self) }
}
