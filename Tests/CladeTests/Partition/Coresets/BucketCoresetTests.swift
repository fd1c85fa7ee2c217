import Clade
import Testing

@Suite struct BucketCoresetTests {
  static func column(_ values: [Double]) -> Matrix<Double> {
    Matrix(rows: values.count, columns: 1) { _ = $0.initialize(from: values) }
  }

  static func normal(_ count: Int, seed: UInt64 = 1) -> Matrix<Double> {
    var random = CounterRandom(seed: seed)
    return column((0..<count).map { _ in random.normal() })
  }

  /// Rings around 0 that are twice as wide and half as full each, and as much at 0 as all together.
  static func rings(_ count: Int, perRing: Int = 40) -> (data: Matrix<Double>, weights: [Double]) {
    var (values, weights) = ([0.0], [1e9])
    var random = CounterRandom(seed: 4)
    for ring in 0..<count {
      let radius = Double(sign: .plus, exponent: ring, significand: 1)
      for _ in 0..<perRing {
        values.append(radius * (1 + random.uniform()))
        weights.append(1 / radius)
      }
    }
    return (column(values), weights)
  }

  @Test func leastLargestErrorOfAllCuts() throws {
    var random = CounterRandom(seed: 9)
    for _ in 0..<20 {
      let values = (0..<9).map { _ in 10 * random.normal() }.sorted()
      func error(_ part: ArraySlice<Double>) -> Double {
        let mean = part.reduce(0, +) / Double(part.count)
        return part.reduce(0) { $0 + abs($1 - mean) }
      }
      func best(_ rest: ArraySlice<Double>, _ parts: Int) -> Double {
        if parts == 1 { return error(rest) }
        return (1...rest.count).reduce(Double.infinity) { least, length in
          let first = error(rest.prefix(length))
          let others = length == rest.count ? 0 : best(rest.dropFirst(length), parts - 1)
          return min(least, max(first, others))
        }
      }
      for size in 1...4 {
        let result = try BucketCoreset(size: size, k: 2).coreset(of: Self.column(values))
        #expect(result.coreset.size <= size)
        #expect(abs(result.largestError - best(values[...], size)) < 1e-9)
      }
    }
  }

  /// For one center the largest error of all is at a number or a mean, so that it can be found.
  @Test func certificateForOneCenterHolds() throws {
    let ringed = Self.rings(20)
    for (data, weights) in [(Self.normal(3000), nil), (ringed.data, ringed.weights)] {
      for size in [4, 16, 64] {
        let result = try BucketCoreset(size: size, k: 1).coreset(of: data, weights: weights)
        let places = (data.column(0) + result.coreset.rows.column(0))
        var worst = 0.0
        for place in places {
          let center = Self.column([place])
          let exact = try CoresetObjective.kMedian.cost(of: center, on: data, weights: weights)
          worst = max(worst, abs(try result.coreset.cost(of: center) / exact - 1))
        }
        #expect(worst <= result.certifiedError * (1 + 1e-9))
        #expect(worst > result.certifiedError / 20)
      }
    }
  }

  @Test func certificateForSeveralCentersHolds() throws {
    for k in [2, 3, 5] {
      let data = Self.normal(2000, seed: UInt64(k))
      for size in [20 * k, 80 * k] {
        let result = try BucketCoreset(size: size, k: k).coreset(of: data)
        #expect(result.certifiedError < 1)
        let sets = CoresetData.centers(data, k: k, count: 100)
        #expect(try CoresetData.worstError(result.coreset, data, sets) <= result.certifiedError)
      }
    }
  }

  /// Four times the intervals, a sixteenth of the error, where k = 1; the bound promises that.
  @Test func errorFallsWithTheSquareOfTheSizeForOneCenter() throws {
    let data = Self.normal(20_000)
    let ringed = Self.rings(30)
    for (data, weights) in [(data, nil), (ringed.data, ringed.weights)] {
      let few = try BucketCoreset(size: 60, k: 1).coreset(of: data, weights: weights)
      let many = try BucketCoreset(size: 240, k: 1).coreset(of: data, weights: weights)
      #expect(many.certifiedError < few.certifiedError / 8)
      // The constant in front of the bound is small.
      let needed = BucketCoreset.sizeBound(k: 1, error: few.certifiedError)
      #expect(60 < 12 * needed)
    }
  }

  @Test func exactWhereThereIsRoom() throws {
    let data = Self.column([3, 1, 1, 2, -0, 0])
    for k in [1, 2] {
      let result = try BucketCoreset(size: 4, k: k).coreset(of: data)
      #expect(result.coreset.rows == Self.column([0, 1, 2, 3]))
      #expect(result.coreset.weights == [2, 2, 1, 1])
      #expect(result.largestError == 0)
      #expect(result.certifiedError == 0)
    }
  }

  @Test func same() throws {
    let data = KMeansTests.single(Self.normal(5000))
    let method = BucketCoreset(size: 70, k: 3)
    let expected = try method.coreset(of: data, threads: 1)
    for set in InstructionSet.available {
      try InstructionSet.forcing(set) { () throws in
        let shuffled = data.gatheringRows(KMeansTests.shuffled(5000, seed: 1))
        #expect(try method.coreset(of: shuffled, threads: 7) == expected)
      }
    }
  }

  @Test func badInput() throws {
    let data = Self.normal(10)
    #expect(throws: CladeError.self) { try BucketCoreset(size: 0, k: 1).coreset(of: data) }
    #expect(throws: CladeError.self) { try BucketCoreset(size: 3, k: 0).coreset(of: data) }
    #expect(throws: CladeError.self) {
      try BucketCoreset(size: 3, k: 1).coreset(of: Matrix<Double>(rows: 3, columns: 2))
    }
    #expect(throws: CladeError.self) {
      try BucketCoreset(size: 3, k: 1).coreset(of: Matrix<Double>(rows: 0, columns: 1))
    }
    #expect(throws: CladeError.self) {
      try BucketCoreset(size: 3, k: 1).coreset(
        of: data, weights: [-1] + Array(repeating: 1, count: 9))
    }
  }
}
