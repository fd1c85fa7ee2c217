import CladeCore
import Testing

@Suite struct PrecomputedDistancesTests {
  /// Distances of more rows than a tile has.
  private func matrix<Scalar: MatrixScalar>(_ count: Int) throws -> Matrix<Scalar> {
    let rows: Matrix<Double> = MetricTests.random(count, 3, seed: 6)
    let distances = try Metric.manhattan.distances(of: rows)
    return Matrix(rows: count, columns: count) { target in
      for index in target.indices {
        target[index] = Scalar(distances[index / count, index % count])
      }
    }
  }

  @Test(arguments: [1, 2, 31, 32, 33, 97])
  func symmetricOnesAreHandedOn(count: Int) throws {
    let given: Matrix<Float> = try matrix(count)
    let start = given.withUnsafeBufferPointer { $0.baseAddress }
    for threads in [1, 2, 7] {
      let checked = try PrecomputedDistances(given, threads: threads)
      #expect(checked.matrix == given)
      #expect(checked.matrix.withUnsafeBufferPointer { $0.baseAddress } == start)
      #expect(checked.count == count && checked.isSquare)
      #expect(checked[count - 1, 0] == given[0, count - 1])
    }
  }

  /// Each kind of wrong number, in every part of the matrix: named by its place, for any threads.
  @Test(arguments: [(0, 1), (3, 40), (70, 2), (96, 95), (64, 65), (12, 12), (96, 96)])
  func wrongNumbersByTheirPlace(row: Int, column: Int) throws {
    for wrong in [Double.nan, .infinity, -1, 0.125] {
      var given: Matrix<Double> = try matrix(97)
      given[row, column] = wrong
      for threads in [1, 2, 7] {
        let error = #expect(throws: CladeError.self) {
          try PrecomputedDistances(given, threads: threads)
        }
        switch error {
        case .nonFiniteValue(let i, let j, _):
          #expect(!wrong.isFinite && i == row && j == column)
        case .valueOutOfRange(let i, let j, _, let expected):
          #expect(wrong.isFinite)
          #expect((i == row && j == column) || (wrong > 0 && i == column && j == row))
          #expect(expected.contains(wrong < 0 ? "at least 0" : row == column ? "itself" : "same"))
        default: Issue.record("\(String(describing: error))")
        }
      }
    }
  }

  @Test func theFirstWrongPlaceForAnyThreads() throws {
    var given: Matrix<Double> = try matrix(300)
    for row in [290, 130, 77] { given[row, row - 20] = -Double(row) }
    for threads in [1, 2, 7] {
      #expect(
        throws: CladeError.valueOutOfRange(
          row: 77, column: 57, value: "-77.0", expected: "a distance, at least 0,")
      ) { try PrecomputedDistances(given, threads: threads) }
    }
  }

  @Test func means() throws {
    var given: Matrix<Double> = try matrix(70)
    given[3, 50] = 9
    given[50, 3] = 4
    given[69, 64] = 0
    let other = given[64, 69]
    #expect(throws: CladeError.self) { try PrecomputedDistances(given) }
    let checked = try PrecomputedDistances(given, symmetrizing: true, threads: 2)
    #expect(checked[3, 50] == 6.5 && checked[50, 3] == 6.5)
    #expect(checked[69, 64] == other / 2 && checked[64, 69] == other / 2)
    // What was handed in is as it was.
    #expect(given[3, 50] == 9)
    #expect(throws: CladeError.self) {
      try PrecomputedDistances(Matrix([[0, 1.0], [-1, 0]]), symmetrizing: true)
    }
    #expect(throws: CladeError.self) {
      try PrecomputedDistances(Matrix([[1, 1.0], [1, 0]]), symmetrizing: true)
    }
  }

  @Test func roundingsAreTakenFor() throws {
    var given: Matrix<Float> = try matrix(40)
    given[30, 8] = given[8, 30].nextUp
    let checked = try PrecomputedDistances(given)
    #expect(checked[30, 8] == checked[8, 30])
    #expect(abs(checked[30, 8] - given[8, 30]) <= given[8, 30].ulp)
  }

  @Test func condensed() throws {
    let square: Matrix<Double> = try matrix(23)
    let values = (0..<23).flatMap { i in (i + 1..<23).map { square[i, $0] } }
    let checked = try PrecomputedDistances(Matrix([values]))
    #expect(checked.count == 23 && !checked.isSquare)
    for i in 0..<23 {
      for j in 0..<23 { #expect(checked[i, j] == square[i, j]) }
    }
    #expect(throws: CladeError.self) { try PrecomputedDistances(Matrix([[1.0, 2]])) }
    #expect(throws: CladeError.self) {
      try PrecomputedDistances(Matrix([[0.0, 2], [2, 0], [1, 1]]))
    }
    #expect(throws: CladeError.nonFiniteValue(row: 0, column: 2, value: "nan")) {
      try PrecomputedDistances(Matrix([[1.0, 2, .nan]]))
    }
  }
}
