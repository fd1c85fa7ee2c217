import CladeCore
import Testing

@Suite struct TimeWarpingTests {
  static let series: [[Double]] = (0..<4).map { s in
    (0..<12).map { (i: Int) -> Double in
      let number: Int = i * i * 7 + s * 13 * (i + 1)
      return Double(number % 23 - 11)
    }
  }

  /// The definition: the whole table.
  static func plain(
    _ x: [Double], _ y: [Double], window: Int?, _ cost: WarpingCost
  ) -> Double {
    let window = window ?? x.count
    var sums = [[Double]](
      repeating: [Double](repeating: .infinity, count: y.count + 1), count: x.count + 1)
    sums[0][0] = 0
    for i in x.indices {
      for j in y.indices where abs(i - j) <= window {
        let least = min(sums[i][j], sums[i][j + 1], sums[i + 1][j])
        let gap = abs(x[i] - y[j])
        sums[i + 1][j + 1] = cost == .squared ? least.addingProduct(gap, gap) : least + gap
      }
    }
    let sum = sums[x.count][y.count]
    return cost == .squared ? sum.squareRoot() : sum
  }

  /// tslearn 0.10.0 `dtw(x, y, global_constraint="sakoe_chiba", sakoe_chiba_radius=w)`, as dtaidistance
  /// 2.5.1 `dtw.distance(x, y, window=w + 1)`; dtw-python 1.9.0 `dtw(x, y, step_pattern="symmetric1",
  /// dist_method="cityblock", window_type="sakoechiba", window_args={"window_size": w})`.
  @Test(
    arguments: [
      (
        nil, [25.13961017995307, 17.08800749063506, 21.817424229271428, 18.601075237738275],
        [70, 52, 69, 52]
      ),
      (
        0, [34.27827300200522, 24.61706725018234, 33.34666400106613, 29.9833287011299],
        [99, 76, 98, 87]
      ),
      (
        1, [25.84569596664017, 20.12461179749811, 21.817424229271428, 18.65475810617763],
        [70, 65, 70, 52]
      ),
      (
        3, [25.514701644346147, 17.08800749063506, 21.817424229271428, 18.601075237738275],
        [70, 52, 69, 52]
      ),
    ] as [(Int?, [Double], [Double])])
  func knownValues(window: Int?, roots: [Double], sums: [Double]) throws {
    for (index, pair) in [(0, 1), (0, 2), (1, 3), (2, 3)].enumerated() {
      let (x, y) = (Self.series[pair.0], Self.series[pair.1])
      #expect(try Metric.dtw(window: window).distance(x, y) == roots[index])
      #expect(try Metric.dtw(window: window, cost: .absolute).distance(x, y) == sums[index])
    }
  }

  @Test(arguments: [1, 2, 3, 4, 5, 8, 13, 31, 64])
  func definition(columns: Int) throws {
    let rows: Matrix<Double> = MetricTests.random(37, columns, seed: UInt64(columns))
    for window in [nil, 0, 1, 2, 5, columns - 1, columns, Int.max] as [Int?] {
      for cost in WarpingCost.allCases {
        let distances = try Metric.dtw(window: window, cost: cost).distances(of: rows)
        for i in 0..<37 {
          for j in stride(from: i % 3, to: 37, by: 3) {
            let expected = Self.plain(rows.row(i), rows.row(j), window: window, cost)
            #expect(distances[i, j] == expected)
          }
        }
      }
    }
  }

  @Test func windowsFromNoneToAll() throws {
    let rows: Matrix<Double> = MetricTests.random(20, 30, seed: 1)
    let euclidean = try Metric.euclidean.distances(of: rows)
    let manhattan = try Metric.manhattan.distances(of: rows)
    #expect(try Metric.dtw(window: 0).distances(of: rows) == euclidean)
    #expect(try Metric.dtw(window: 0, cost: .absolute).distances(of: rows) == manhattan)
    var before = euclidean
    for window in [1, 3, 9, 30] {
      let next = try Metric.dtw(window: window).distances(of: rows)
      for i in 0..<20 {
        for j in 0..<20 { #expect(next[i, j] <= before[i, j]) }
      }
      before = next
    }
    #expect(try Metric.dtw().distances(of: rows) == before)
  }

  @Test func sameForThreadsAndInstructionSets() throws {
    func check<Scalar: MatrixScalar>(_ rows: Matrix<Scalar>) throws {
      for metric in [Metric.dtw(window: 4), .dtw(cost: .absolute)] {
        let expected = try metric.distances(of: rows, threads: 1)
        for threads in [2, 7] {
          #expect(try metric.distances(of: rows, threads: threads) == expected)
        }
        for set in InstructionSet.available {
          let other = try InstructionSet.forcing(set) { try metric.distances(of: rows) }
          #expect(other == expected)
        }
        // All of them, and those of a row of a pair only.
        #expect(try metric.distances(from: rows, to: rows) == expected)
        for i in 0..<rows.rowCount {
          for j in 0..<rows.rowCount { #expect(expected[i, j] == expected[j, i]) }
        }
      }
    }
    try check(MetricTests.random(75, 21, seed: 2) as Matrix<Double>)
    try check(MetricTests.random(75, 22, seed: 3) as Matrix<Float>)
    try check(MetricTests.random(75, 6, seed: 3, grid: true) as Matrix<Float>)
  }

  /// Sums that are over the limit may be given up, all others are as they were.
  @Test func limits() throws {
    let rows: Matrix<Double> = MetricTests.random(64, 40, seed: 4)
    let prepared = try Metric.dtw(window: 5).prepared(for: rows)
    let panels = DistancePanels(prepared)
    var (all, some) = ([Double](repeating: 0, count: 64), [Double](repeating: 0, count: 64))
    var saved = 0
    for row in 0..<64 {
      try panels.rawDistances(of: prepared, row..<row + 1, into: &all, stride: 64)
      let limit = all.sorted()[8]
      try panels.rawDistances(
        of: prepared, row..<row + 1, limit: limit, into: &some, stride: 64)
      for (expected, found) in zip(all, some) {
        if expected <= limit { #expect(found == expected) } else { #expect(found >= expected) }
      }
      saved += some.count { $0 == .infinity }
    }
    #expect(saved > 0)
  }

  @Test func magnitudes() throws {
    let x = Self.series[0].map { $0 * 1e200 }
    let y = Self.series[1].map { $0 * 1e200 }
    let distance = try Metric.dtw(window: 1).distance(x, y)
    #expect(abs(distance / 1e200 - 25.84569596664017) < 1e-12)
    #expect(try Metric.dtw().distances(of: Matrix<Double>(rows: 0, columns: 3)).rowCount == 0)
    #expect(try Metric.dtw().distance([3], [5]) == 2)
  }

  @Test func badInput() throws {
    #expect(throws: CladeError.self) { try Metric.dtw(window: -1).distance([1, 2], [3, 4]) }
    #expect(throws: CladeError.self) { try Metric.dtw().distance([1, .nan], [3, 4]) }
    #expect(throws: CladeError.self) { try Metric.dtw().distance([1, 2], [3]) }
    for name in ["dtw:x", "dtw:-1", "dtw:1:2", "dtw:", "euclidean:3"] {
      #expect(throws: CladeError.self) { try Metric(named: name) }
    }
  }

  @Test func names() throws {
    for metric in [
      Metric.dtw(), .dtw(window: 7), .dtw(window: 0, cost: .absolute), .dtw(cost: .absolute),
    ] {
      #expect(try Metric(named: metric.description) == metric)
    }
  }
}
