@_spi(Benchmarks) import Clade
import Testing

/// Whole fits give the same bits however nearest centers are found.
@Suite struct AssignmentStrategyTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let data: Matrix<Double>
    let k: Int
  }

  /// Shapes that each of the strategies is chosen for.
  static let cases: [Case] = {
    let plane = NearestCentersTests.uniform(rows: 4000, columns: 2, stream: 11)
    let lattice = KMeansTests.grid(rows: 2500, columns: 2, levels: 23)
    let space = KMeansTests.blobs(rows: 2600, columns: 3, centers: 150)
    func scaled(_ factors: [Double], _ offsets: [Double]) -> Matrix<Double> {
      Matrix(rows: plane.rowCount, columns: 2) { buffer in
        for row in 0..<plane.rowCount {
          for column in 0..<2 {
            buffer[2 * row + column] = plane[row, column] * factors[column] + offsets[column]
          }
        }
      }
    }
    return [
      Case(testDescription: "plane, many clusters", data: plane, k: 300),
      Case(
        testDescription: "line",
        data: NearestCentersTests.uniform(rows: 3000, columns: 1, stream: 3),
        k: 120),
      Case(testDescription: "ties on a lattice", data: lattice, k: 200),
      Case(testDescription: "three columns", data: space, k: 130),
      Case(
        testDescription: "duplicates", data: plane.gatheringRows((0..<3000).map { $0 % 700 }),
        k: 150),
      Case(testDescription: "one column far wider", data: scaled([1e7, 1], [0, 0]), k: 150),
      Case(testDescription: "far from zero", data: scaled([1, 1], [1e9, -3e8]), k: 150),
      Case(
        testDescription: "one row far away",
        data: NearestCentersTests.mapping(plane) { $0 == plane[17, 1] ? 1e12 : $0 }, k: 150),
      Case(
        testDescription: "seven columns",
        data: NearestCentersTests.uniform(rows: 2000, columns: 7, stream: 4), k: 110),
      Case(
        testDescription: "wide", data: KMeansTests.blobs(rows: 900, columns: 70, centers: 9), k: 80),
    ]
  }()

  /// The same fit by every strategy, instruction set and number of threads.
  func same<Scalar>(_ data: Matrix<Scalar>, k: Int, weights: [Scalar]? = nil) throws {
    // Centers of which several are equal, so that clusters are empty at first.
    let start = data.gatheringRows((0..<k).map { $0 % 10 == 9 ? 0 : $0 * 7 % data.rowCount })
    let method = KMeans(k: k, maxIterations: 8)
    let expected = try AssignmentStrategy.$forced.withValue(.plain) {
      try method.fit(data, weights: weights, initialCenters: start, threads: 1)
    }
    let places = KMeansTests.shuffled(data.rowCount, seed: 5)
    let shuffled = data.gatheringRows(places)
    for strategy in AssignmentStrategy.allCases {
      try AssignmentStrategy.$forced.withValue(strategy) {
        for set in InstructionSet.available {
          try InstructionSet.forcing(set) {
            for threads in set == .portable ? [2] : [1, 2, 7] {
              let fit = try method.fit(
                data, weights: weights, initialCenters: start, threads: threads)
              #expect(fit == expected, "\(strategy), \(set), \(threads) threads")
            }
          }
        }
        let other = try method.fit(
          shuffled, weights: weights.map { weights in places.map { weights[$0] } },
          initialCenters: start)
        #expect(other.centers == expected.centers, "\(strategy), shuffled")
        #expect(other.objective == expected.objective, "\(strategy), shuffled")
        #expect(
          other.labels == places.map { expected.labels[$0] }, "\(strategy), shuffled")
        #expect(try expected.predict(data) == expected.labels, "\(strategy), predicting")
      }
    }
  }

  @Test(arguments: cases) func doubles(_ item: Case) throws {
    try same(item.data, k: item.k)
  }

  /// Rows far from zero are one and the same in single precision.
  @Test(arguments: cases.filter { $0.testDescription != "far from zero" })
  func floats(_ item: Case) throws {
    try same(KMeansTests.single(item.data), k: item.k)
  }

  @Test(arguments: cases) func weighted(_ item: Case) throws {
    try same(item.data, k: item.k, weights: (0..<item.data.rowCount).map { 0.1 + Double($0 % 5) })
  }

  /// Until nothing changes: the last iterations are those in which most is left out.
  @Test(arguments: cases) func untilConvergence(_ item: Case) throws {
    let method = KMeans(k: min(item.k, 40))
    let expected = try AssignmentStrategy.$forced.withValue(.plain) { try method.fit(item.data) }
    #expect(expected.converged)
    for strategy in AssignmentStrategy.allCases {
      let found = try AssignmentStrategy.$forced.withValue(strategy) { try method.fit(item.data) }
      #expect(found == expected, "\(strategy)")
    }
  }

  @Test func rowsOutOfTheBoxAreComparedWithAll() {
    let data = NearestCentersTests.uniform(rows: 3000, columns: 2, stream: 8)
    let centers = data.gatheringRows((0..<200).map { $0 * 3 })
    let expected = NearestCenters.assign(data, centers, strategy: .plain)
    var box = RowBox(columns: 2)
    data.withUnsafeBufferPointer { if let rows = $0.baseAddress { box.enclose(rows, count: 9) } }
    let nearest = NearestCenters(centers, rows: (3000, box), strategy: .cells)
    var labels = [Int32](repeating: 0, count: 3000)
    var distances = [Double](repeating: 0, count: 3000)
    data.withUnsafeBufferPointer {
      if let rows = $0.baseAddress {
        nearest.assign(rows, count: 3000, labels: &labels, distances: &distances)
      }
    }
    #expect(labels == expected.labels)
    #expect(distances == expected.squaredDistances)
  }
}
