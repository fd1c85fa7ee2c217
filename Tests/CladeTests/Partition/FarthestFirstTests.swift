import Clade
import Testing

/// Rows far from all centers, against looking at all rows each time.
@Suite struct FarthestFirstTests {
  /// What looking at all rows each time finds.
  private func expected<Scalar: MatrixScalar>(
    _ data: Matrix<Scalar>, _ distances: [Double], count: Int
  ) throws -> [[Scalar]] {
    var distances = distances
    var chosen: [[Scalar]] = []
    while chosen.count < count, let far = distances.max(), far > 0 {
      let rows = distances.indices.filter { distances[$0] == far }.map { data.row($0) }
      let next = try #require(rows.min { $0.lexicographicallyPrecedes($1) })
      chosen.append(next)
      let own = try SquaredDistances.fromOwn(
        data, Matrix([next]), Array(repeating: 0, count: data.rowCount))
      for row in distances.indices { distances[row] = min(distances[row], own[row]) }
    }
    return chosen
  }

  private func found<Scalar: MatrixScalar>(
    _ data: Matrix<Scalar>, _ distances: [Double], count: Int, threads: Int
  ) throws -> [[Scalar]] {
    var rows = try FarthestFirst(data, distances: distances, threads: threads)
    var chosen: [[Scalar]] = []
    while chosen.count < count, let next = try rows.next() { chosen.append(next) }
    return chosen
  }

  private func check<Scalar: MatrixScalar>(_ data: Matrix<Scalar>, centers: [Int], count: Int)
    throws
  {
    let own = data.gatheringRows(centers)
    let (labels, _) = NearestCenters.assign(data, own)
    let distances = try SquaredDistances.fromOwn(data, own, labels)
    let expected = try expected(data, distances, count: count)
    for threads in [1, 2, 7] {
      #expect(try found(data, distances, count: count, threads: threads) == expected)
    }
    let backwards = Array((0..<data.rowCount).reversed())
    #expect(
      try found(
        data.gatheringRows(backwards), backwards.map { distances[$0] }, count: count, threads: 2)
        == expected)
  }

  /// Numbers from 0 to `bound` − 1; few of them give many ties and equal rows.
  private func grid<Scalar: MatrixScalar>(
    _ rows: Int, _ columns: Int, below bound: UInt64, seed: UInt64, as _: Scalar.Type
  ) -> Matrix<Scalar> {
    let random = CounterRandom(seed: seed)
    return Matrix(rows: rows, columns: columns) { target in
      for index in target.indices {
        target.initializeElement(
          at: index, to: Scalar(Double(random.value(at: UInt64(index)) % bound)))
      }
    }
  }

  @Test(arguments: [3, 10, 1_000_000] as [UInt64])
  func areThoseOfLookingAtAllRows(bound: UInt64) throws {
    for (rows, columns) in [(50, 1), (400, 2), (700, 5)] {
      for seed in 0..<3 as Range<UInt64> {
        try check(
          grid(rows, columns, below: bound, seed: seed, as: Double.self), centers: [0, 7], count: 60
        )
        try check(
          grid(rows, columns, below: bound, seed: seed, as: Float.self), centers: [3], count: 900)
      }
    }
  }

  /// Most rows in one place, far from the only center: all of them are behind after the first choice.
  @Test func aCrowdFarAway() throws {
    let data = grid(3000, 2, below: 4, seed: 5, as: Double.self)
    var shifted = data
    for row in 1..<3000 { shifted[row, 0] += 1e6 }
    try check(shifted, centers: [0], count: 40)
  }

  @Test func nothingIsFar() throws {
    let data = try Matrix<Double>([[1, 2], [1, 2]])
    #expect(try found(data, [0, 0], count: 3, threads: 1).isEmpty)
  }
}
