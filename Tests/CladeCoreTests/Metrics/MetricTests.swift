import CladeCore
import Testing

@Suite struct MetricTests {
  static let metrics: [Metric] = [
    .euclidean, .squaredEuclidean, .manhattan, .chebyshev, .minkowski(p: 3), .minkowski(p: 2.5),
    .cosine, .correlation, .canberra, .brayCurtis, .mahalanobis(), .hamming, .jaccard, .dice,
    .gower(GowerColumns(categories: [1])), .dtw(window: 2), .dtw(cost: .absolute),
    .custom(CustomMetric(named: "sum") { x, y in zip(x, y).reduce(0) { $0 + abs($1.0 - $1.1) } }),
  ]

  static func random<Scalar: MatrixScalar>(
    _ rows: Int, _ columns: Int, seed: UInt64, grid: Bool = false
  ) -> Matrix<Scalar> {
    var random = CounterRandom(seed: seed)
    return Matrix(rows: rows, columns: columns) { buffer in
      for index in buffer.indices {
        buffer[index] = grid ? Scalar(random.next() % 3) : Scalar(random.normal())
      }
    }
  }

  /// The definitions, in plain loops.
  static func plain(_ metric: Metric, _ x: [Double], _ y: [Double]) -> Double? {
    let gaps = zip(x, y).map { abs($0 - $1) }
    let truths = zip(x, y).map { ($0 != 0, $1 != 0) }
    let one = Double(truths.count { $0 != $1 })
    let both = Double(truths.count { $0 && $1 })
    func angle(_ x: [Double], _ y: [Double]) -> Double {
      func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
      return 1 - dot(x, y) / (dot(x, x) * dot(y, y)).squareRoot()
    }
    func centered(_ x: [Double]) -> [Double] {
      let mean = x.reduce(0, +) / Double(x.count)
      return x.map { $0 - mean }
    }
    switch metric {
    case .euclidean: return gaps.reduce(0) { $0 + $1 * $1 }.squareRoot()
    case .squaredEuclidean: return gaps.reduce(0) { $0 + $1 * $1 }
    case .manhattan, .custom: return gaps.reduce(0, +)
    case .chebyshev: return gaps.max()!
    case .minkowski(let p):
      return Elementary.pow(gaps.reduce(0) { $0 + Elementary.pow($1, p) }, 1 / p)
    case .cosine: return angle(x, y)
    case .correlation: return angle(centered(x), centered(y))
    case .canberra:
      return zip(x, y).reduce(0) { sum, pair in
        let size = abs(pair.0) + abs(pair.1)
        return size == 0 ? sum : sum + abs(pair.0 - pair.1) / size
      }
    case .brayCurtis:
      let size = zip(x, y).reduce(0) { $0 + abs($1.0 + $1.1) }
      return size == 0 ? 0 : gaps.reduce(0, +) / size
    case .hamming: return Double(gaps.count { $0 != 0 }) / Double(x.count)
    case .jaccard: return one + both == 0 ? 0 : one / (one + both)
    case .dice: return one + both == 0 ? 0 : one / (one + 2 * both)
    default: return nil
    }
  }

  @Test(arguments: metrics) func agreesWithTheDefinition(metric: Metric) throws {
    for (count, columns) in [(2, 2), (37, 3), (9, 17)] {
      for grid in [false, true] {
        var data: Matrix<Double> = Self.random(count, columns, seed: 5, grid: grid)
        for row in 0..<count { data[row, row % columns] += 4 }
        guard metric != .mahalanobis() || count > columns else { continue }
        let found = try metric.distances(of: data, threads: 2)
        let floats = try metric.distances(
          of: Matrix<Float>(rows: count, columns: columns) { target in
            for index in target.indices {
              target[index] = Float(data[index / columns, index % columns])
            }
          })
        for i in 0..<count {
          for j in 0..<count {
            #expect(found[i, j] == found[j, i])
            #expect(floats[i, j] == floats[j, i])
            #expect(abs(found[i, j] - floats[i, j]) <= 1e-4 * max(1, found[i, j]))
            guard let expected = Self.plain(metric, data.row(i), data.row(j)) else { continue }
            #expect(abs(found[i, j] - expected) <= 1e-13 * max(1, expected))
          }
          #expect(found[i, i] == 0)
        }
      }
    }
  }

  /// All instruction sets, numbers of threads and orders of rows give the same bits.
  @Test(arguments: metrics) func sameBits(metric: Metric) throws {
    func check<Scalar: MatrixScalar>(_: Scalar.Type) throws {
      for (count, columns) in [(45, 6), (61, 2)] {
        let data: Matrix<Scalar> = Self.random(count, columns, seed: 8)
        let expected = try metric.distances(of: data, threads: 1)
        for set in InstructionSet.available {
          try InstructionSet.forcing(set) {
            let found = try metric.distances(of: data, threads: 7)
            #expect(found == expected)
          }
        }
        let order = (0..<count).map { ($0 * 17 + 5) % count }
        let shuffled = try metric.distances(of: data.gatheringRows(order), threads: 2)
        for i in 0..<count {
          for j in 0..<count { #expect(shuffled[i, j] == expected[order[i], order[j]]) }
        }
        let some = try metric.distances(from: data.gatheringRows(3..<8), to: data)
        for i in 0..<5 { #expect(some.row(i) == expected.row(i + 3)) }
      }
    }
    try check(Double.self)
    try check(Float.self)
  }

  @Test func numbersOfAnyMagnitude() throws {
    for scale in [1e-300, 1e-160, 1.0, 1e160, 1e300] {
      let data = try Matrix([[0, 0], [3 * scale, 4 * scale]])
      for (metric, expected) in [(Metric.euclidean, 5.0), (.manhattan, 7), (.chebyshev, 4)] {
        let found = try metric.distances(of: data)[0, 1]
        #expect(abs(found / scale - expected) < 1e-12)
      }
      let angle = try Metric.cosine.distances(of: Matrix([[scale, 0], [scale, scale]]))[0, 1]
      #expect(abs(angle - (1 - 0.5.squareRoot())) < 1e-15)
    }
    #expect(try Metric.squaredEuclidean.distance([0], [1e200]) == .infinity)
    let large = try Metric.minkowski(p: 3).distance([0, 0], [1e200, 0])
    #expect(abs(large - 1e200) <= 1e190)
  }

  @Test func givenDistances() throws {
    let square = try Matrix([[0, 1, 2, 4], [1, 0, 3, 5], [2, 3, 0, 6], [4, 5, 6, 0.0]])
    let condensed = try Matrix([[1.0, 2, 4, 3, 5, 6]])
    #expect(try Metric.precomputed.distances(of: square) == square)
    #expect(try Metric.precomputed.distances(of: condensed) == square)
    // 3 × 3 and 1 × 3 are both of three rows.
    let three = try Metric.precomputed.distances(of: Matrix([[1.0, 2, 3]]))
    #expect(three.row(0) == [0, 1, 2])
    #expect(three.row(2) == [2, 3, 0])
    // Roundings are evened out.
    let nearly = try Metric.precomputed.distances(of: Matrix([[0, 1], [1 + 1e-9, 0]]))
    #expect(nearly[0, 1] == nearly[1, 0])
    #expect(
      try Metric.precomputed.distances(from: Matrix([[7.0, 8, 9]]), to: Matrix([[1.0, 2, 3]]))
        .row(0) == [7, 8, 9])
  }

  @Test func ownMetricsAreSymmetric() throws {
    let metric = Metric.custom(CustomMetric(named: "lopsided") { x, y in 2 * x[0] + y[0] })
    let found = try metric.distances(of: Matrix([[1], [2], [3.0]]))
    #expect(found[0, 1] == 4)
    #expect(found[1, 0] == 4)
    let copy = metric
    #expect(copy == metric)
    #expect(metric != .custom(CustomMetric(named: "lopsided") { _, _ in 0 }))
  }

  @Test func names() throws {
    for name in Metric.names where !name.contains(":") {
      #expect(try Metric(named: name).description == name)
    }
    #expect(try Metric(named: "Minkowski:2.5") == .minkowski(p: 2.5))
    #expect(try Metric(named: "cityblock") == .manhattan)
    #expect("\(Metric.minkowski(p: 3))" == "minkowski:3")
    for wrong in ["", "euclid", "minkowski", "minkowski:", "minkowski:0.5", "minkowski:x", "l1:2"] {
      #expect(throws: CladeError.self) { try Metric(named: wrong) }
    }
  }
}
