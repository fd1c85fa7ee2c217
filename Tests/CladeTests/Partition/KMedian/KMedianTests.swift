import Clade
import Foundation
import Testing

@Suite struct KMedianTests {
  // MARK: Medians

  /// At a median the pulls of the rows cancel, or leave less than the mass of the row it is on.
  @Test func mediansAreWhereThePullsCancel() throws {
    for seed in 0..<6 as Range<UInt64> {
      let data = KMeansTests.blobs(rows: 60, columns: 3, centers: 2, seed: seed)
      let median = try KMedian(k: 1, maxIterations: 5000, tolerance: 0).fit(data).centers
      var pulls = [Double](repeating: 0, count: 3)
      for row in 0..<60 {
        let difference = (0..<3).map { data[row, $0] - median[0, $0] }
        let length = difference.reduce(0) { $0 + $1 * $1 }.squareRoot()
        for column in 0..<3 { pulls[column] += difference[column] / length }
      }
      #expect(pulls.reduce(0) { $0 + $1 * $1 }.squareRoot() < 1e-5)
    }
  }

  @Test func medianOnARow() throws {
    // Four corners and the middle; a heavy corner.
    let corners = try Matrix<Double>([[1, 1], [1, -1], [-1, 1], [-1, -1], [0, 0]])
    #expect(try KMedian(k: 1).fit(corners).centers == Matrix([[0, 0]]))
    let heavy = try KMedian(k: 1).fit(corners, weights: [9, 1, 1, 1, 1])
    #expect(heavy.centers == (try Matrix([[1, 1]])))
    #expect(heavy.objective == 4 + 2 * 2.0.squareRoot() + 2.0.squareRoot())
  }

  @Test func outliersPullNoMoreThanOthers() throws {
    var rows = (0..<101).map { [Double($0 % 10), Double($0 / 10)] }
    let before = try KMedian(k: 1).fit(Matrix(rows)).centers
    rows[100] = [1e6, 1e6]
    let after = try KMedian(k: 1).fit(Matrix(rows)).centers
    #expect(abs(after[0, 0] - before[0, 0]) < 0.2)
  }

  // MARK: Clusters

  /// The least cost of all partitions of a column, found by trying all.
  static func bruteForce(_ values: [Double], k: Int) -> Double {
    let values = values.sorted()
    func single(_ part: ArraySlice<Double>) -> Double {
      let median = part[part.startIndex + part.count / 2]
      return part.reduce(0) { $0 + abs($1 - median) }
    }
    func best(_ rest: ArraySlice<Double>, _ k: Int) -> Double {
      if k == 1 { return single(rest) }
      return (1...max(1, rest.count - k + 1)).reduce(Double.infinity) {
        min($0, single(rest.prefix($1)) + best(rest.dropFirst($1), k - 1))
      }
    }
    return best(values[...], k)
  }

  @Test func findsTheBestOfOneColumn() throws {
    for seed in 0..<10 as Range<UInt64> {
      let data = KMeansTests.blobs(rows: 14, columns: 1, centers: 3, seed: seed)
      for k in 1...4 {
        let best = Self.bruteForce(data.column(0), k: k)
        let line = WeightedLine(
          data.column(0).sorted(), masses: Array(repeating: 1, count: 14))
        #expect(abs(line.leastCost(centers: k) - best) < 1e-12 * max(1, best))
        let model = try KMedian(k: k, restarts: 30).fit(data)
        #expect(abs(model.objective - best) < 1e-9 * max(1, best))
      }
    }
  }

  /// Every pair of clusters of few rows, each with its median by another way: a fine search.
  @Test func findsTheBestPairOfFewRows() throws {
    let data = KMeansTests.blobs(rows: 9, columns: 2, centers: 2, seed: 4)
    func single(_ rows: [Int]) -> Double {
      var (best, step) = (data.row(rows[0]), 8.0)
      func cost(_ point: [Double]) -> Double {
        rows.reduce(0) { $0 + hypot(data[$1, 0] - point[0], data[$1, 1] - point[1]) }
      }
      while step > 1e-9 {
        let tries = [[step, 0], [-step, 0], [0, step], [0, -step]].map {
          [best[0] + $0[0], best[1] + $0[1]]
        }
        if let better = tries.min(by: { cost($0) < cost($1) }), cost(better) < cost(best) {
          best = better
        } else {
          step /= 2
        }
      }
      return cost(best)
    }
    var least = Double.infinity
    for mask in 1..<(1 << 8) {
      let first = (0..<9).filter { mask >> $0 & 1 == 1 }
      let second = (0..<9).filter { mask >> $0 & 1 == 0 }
      least = min(least, single(first) + single(second))
    }
    let model = try KMedian(k: 2, restarts: 20).fit(data)
    #expect(abs(model.objective / least - 1) < 1e-7)
  }

  @Test func costNeverRises() throws {
    let data = CoresetData.uneven(rows: 1000)
    var last = Double.infinity
    for iterations in 0..<12 {
      let model = try KMedian(k: 6, maxIterations: iterations).fit(data)
      #expect(model.objective <= last)
      last = model.objective
      #expect(model.sizes.allSatisfy { $0 > 0 })
      #expect(model.sizes.reduce(0, +) == 1000)
    }
  }

  @Test func aCoresetLeadsToAboutTheSame() throws {
    let data = KMeansTests.blobs(rows: 20_000, columns: 4, centers: 6)
    let start = data.gatheringRows(0..<6)
    let full = try KMedian(k: 6).fit(data, initialCenters: start)
    let coreset = try SensitivityCoreset(size: 1000, k: 6, objective: .kMedian).coreset(of: data)
    let model = try KMedian(k: 6).fit(
      coreset.rows, weights: coreset.weights, initialCenters: start)
    #expect(try CoresetObjective.kMedian.cost(of: model.centers, on: data) < 1.01 * full.objective)
  }

  @Test func limits() throws {
    let data = try Matrix<Double>([[0, 0], [1, 0], [5, 5], [0, 0]])
    let all = try KMedian(k: 3).fit(data)
    #expect(all.objective == 0)
    #expect(all.labels == [0, 1, 2, 0])
    #expect(all.converged)
    #expect(try all.predict(data) == all.labels)
    let decoded = try JSONDecoder().decode(
      KMedianModel<Double>.self, from: JSONEncoder().encode(all))
    #expect(decoded.centers == all.centers)
    #expect(decoded.labels.isEmpty)
  }

  // MARK: Sameness

  func same<Scalar>(_ data: Matrix<Scalar>, k: Int) throws {
    let method = KMedian(k: k)
    let expected = try method.fit(data, threads: 1)
    let places = KMeansTests.shuffled(data.rowCount, seed: 7)
    let shuffled = data.gatheringRows(places)
    for set in InstructionSet.available {
      try InstructionSet.forcing(set) {
        for threads in [2, 7] { #expect(try method.fit(data, threads: threads) == expected) }
        let other = try method.fit(shuffled, threads: 2)
        #expect(other.centers == expected.centers)
        #expect(other.objective == expected.objective)
        #expect(other.labels == places.map { expected.labels[$0] })
      }
    }
  }

  @Test func same() throws {
    try same(CoresetData.uneven(rows: 1500), k: 7)
    try same(KMeansTests.single(CoresetData.uneven(rows: 1500)), k: 7)
    try same(KMeansTests.grid(rows: 1000, columns: 2, levels: 6), k: 8)
    try same(KMeansTests.blobs(rows: 1000, columns: 1, centers: 3), k: 4)
  }

  @Test func weightedRowsCountAsMany() throws {
    let data = CoresetData.uneven(rows: 300)
    let weights = (0..<300).map { Double($0 % 3) }
    let repeated = data.gatheringRows(
      weights.enumerated().flatMap { Array(repeating: $0.offset, count: Int($0.element)) })
    let a = try KMedian(k: 5).fit(data, weights: weights)
    let b = try KMedian(k: 5).fit(repeated)
    #expect(a.centers == b.centers)
    #expect(a.objective == b.objective)
  }

  // MARK: Bad input

  @Test func badInput() throws {
    let data = CoresetData.uneven(rows: 50)
    #expect(throws: CladeError.self) { try KMedian(k: 0).fit(data) }
    #expect(throws: CladeError.self) { try KMedian(k: 1, restarts: 0).fit(data) }
    #expect(throws: CladeError.self) { try KMedian(k: 1, maxIterations: -1).fit(data) }
    #expect(throws: CladeError.self) { try KMedian(k: 1, tolerance: .nan).fit(data) }
    #expect(throws: CladeError.tooManyClusters(k: 3, distinctRows: 2)) {
      try KMedian(k: 3).fit(data.gatheringRows([1, 1, 2]))
    }
    #expect(throws: CladeError.self) { try KMedian(k: 1).fit(Matrix<Double>(rows: 0, columns: 2)) }
    #expect(throws: CladeError.self) { try KMedian(k: 2).fit(data, weights: [1, 2]) }
    #expect(throws: CladeError.self) {
      try KMedian(k: 2).fit(data, weights: [-1] + Array(repeating: 1, count: 49))
    }
    #expect(throws: CladeError.self) {
      try KMedian(k: 2).fit(data, initialCenters: Matrix(rows: 3, columns: 3))
    }
    let model = try KMedian(k: 2).fit(data)
    #expect(throws: CladeError.self) { try model.predict(Matrix(rows: 1, columns: 2)) }
    var bad = data
    bad[3, 2] = .nan
    #expect(throws: CladeError.self) { try KMedian(k: 2).fit(bad) }
  }
}
