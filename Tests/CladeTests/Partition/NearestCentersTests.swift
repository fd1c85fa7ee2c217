@_spi(Benchmarks) import Clade
import Testing

/// Shortlists give the labels and distances of the plain kernel, to the last bit.
@Suite struct NearestCentersTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let data: Matrix<Double>
    let centers: Matrix<Double>
  }

  /// Numbers in 0..<1.
  static func uniform(rows: Int, columns: Int, stream: UInt64) -> Matrix<Double> {
    var random = CounterRandom(seed: 5, stream: stream)
    return Matrix(rows: rows, columns: columns) { buffer in
      for index in buffer.indices { buffer[index] = random.uniform() }
    }
  }

  static func mapping(_ data: Matrix<Double>, _ change: (Double) -> Double) -> Matrix<Double> {
    Matrix(rows: data.rowCount, columns: data.columnCount) { buffer in
      data.withUnsafeBufferPointer { values in
        for index in buffer.indices { buffer[index] = change(values[index]) }
      }
    }
  }

  static let cases: [Case] = {
    let blobs = KMeansTests.blobs(rows: 900, columns: 67, centers: 40)
    let even = uniform(rows: 700, columns: 130, stream: 1)
    let lattice = KMeansTests.grid(rows: 900, columns: 6, levels: 3)
    let narrow = uniform(rows: 500, columns: 3, stream: 2)
    let lengths = Matrix<Double>(rows: 150, columns: 130) { buffer in
      even.withUnsafeBufferPointer { values in
        for index in buffer.indices {
          buffer[index] = (values[index] - 0.5) * Double(1 << (index / 130 % 12))
        }
      }
    }
    func first(_ data: Matrix<Double>, _ count: Int) -> Matrix<Double> {
      data.gatheringRows((0..<count).map { $0 * 7 % data.rowCount })
    }
    return [
      Case(testDescription: "clustered", data: blobs, centers: first(blobs, 101)),
      Case(testDescription: "uniform", data: even, centers: first(even, 70)),
      Case(testDescription: "ties on a lattice", data: lattice, centers: first(lattice, 200)),
      Case(
        testDescription: "halfway between centers", data: mapping(lattice) { $0 + 0.5 },
        centers: first(lattice, 64)),
      Case(testDescription: "three columns", data: narrow, centers: first(narrow, 33)),
      Case(
        testDescription: "equal centers", data: even,
        centers: even.gatheringRows((0..<90).map { $0 % 3 })),
      Case(testDescription: "one center", data: blobs, centers: first(blobs, 1)),
      Case(
        testDescription: "far from zero", data: mapping(even) { $0 + 1e6 },
        centers: mapping(first(even, 70)) { $0 + 1e6 }),
      Case(
        testDescription: "tiny", data: mapping(even) { $0 * 1e-18 },
        centers: mapping(first(even, 70)) { $0 * 1e-18 }),
      Case(
        testDescription: "huge", data: mapping(even) { $0 * 1e15 },
        centers: mapping(first(even, 70)) { $0 * 1e15 }),
      Case(
        testDescription: "one center far away", data: even,
        centers: mapping(first(even, 70)) { $0 < 0.001 ? 1e18 : $0 }),
      Case(
        testDescription: "centers of many lengths", data: mapping(even) { $0 - 0.5 },
        centers: lengths),
      Case(
        testDescription: "all rows equal", data: mapping(even) { _ in 0.25 },
        centers: mapping(first(even, 40)) { _ in 0.25 }),
    ]
  }()

  func same<Scalar>(_ data: Matrix<Scalar>, _ centers: Matrix<Scalar>) {
    let plain = NearestCenters.assign(data, centers, strategy: .plain, threads: 1)
    for set in InstructionSet.available {
      InstructionSet.forcing(set) {
        for threads in [1, 2, 7] {
          for strategy in AssignmentStrategy.allCases {
            let other = NearestCenters.assign(
              data, centers, strategy: strategy, threads: threads)
            #expect(other.labels == plain.labels, "\(set), \(strategy)")
            #expect(other.squaredDistances == plain.squaredDistances, "\(set), \(strategy)")
          }
        }
      }
    }
  }

  @Test(arguments: cases) func doubles(_ item: Case) {
    same(item.data, item.centers)
  }

  @Test(arguments: cases) func floats(_ item: Case) {
    same(KMeansTests.single(item.data), KMeansTests.single(item.centers))
  }
}
