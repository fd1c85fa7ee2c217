import Clade
import Testing

/// Valleys of density between components, and which components they keep apart.
@Suite struct ValleyTests {
  // MARK: One valley

  @Test func twoHeapsWithNothingBetween() {
    let valley = DensityValley(
      projections: Array(repeating: 0.01, count: 100) + Array(repeating: 0.99, count: 60))
    #expect(valley.floor == 0)
    #expect(valley.peak == 60)
    #expect(valley.ratio == 1.0 / 61)
    #expect(abs(valley.significance - 60 / 61.0.squareRoot()) < 1e-15)
    #expect(!valley.isShallow)
  }

  @Test func anEvenSpreadIsNoValley() {
    let valley = DensityValley(projections: (0..<1000).map { Double($0) / 500 - 0.5 })
    #expect(valley.ratio > 0.95)
    #expect(valley.isShallow)
  }

  @Test func countsAreTakenBetweenTheFullestWindows() {
    // 40 at either mean, 10 in the middle, and a hole of no meaning beyond the right mean.
    let heaps =
      Array(repeating: 0.01, count: 40) + Array(repeating: 0.99, count: 40)
    let middle = (0..<40).map { 0.01 + 0.98 * Double($0) / 40 }
    let valley = DensityValley(projections: heaps + middle)
    #expect(9...11 ~= valley.floor)
    #expect(49...56 ~= valley.peak)
    #expect(!valley.isShallow)
  }

  @Test func aMirrorChangesNothing() {
    var random = CounterRandom(seed: 4)
    for _ in 0..<20 {
      // Whole bins, so that no row stands on an edge.
      let projections = (0..<300).map { _ in Double(random.next() % 64) / 40 - 0.2875 }
      let mirrored = projections.map { 1 - $0 }
      #expect(DensityValley(projections: projections) == DensityValley(projections: mirrored))
    }
  }

  @Test func nothingIsNoValley() {
    #expect(DensityValley(projections: []).ratio == 1)
    #expect(DensityValley(projections: [.nan, .infinity, -1e300, 1e300]).ratio == 1)
    #expect(DensityValley(projections: []).isShallow)
  }

  /// A deep valley that two handfuls of rows show may be chance, but it is a valley.
  @Test func fewRowsProveLittle() {
    let few = DensityValley(projections: [0, 0, 0.01, 0.99, 1, 1])
    #expect(few.significance < 3)
    #expect(few.ratio == 0.25)
    let dent = DensityValley(
      projections: Array(repeating: 0.01, count: 10) + Array(repeating: 0.26, count: 5)
        + Array(repeating: 0.51, count: 5) + Array(repeating: 0.76, count: 5)
        + Array(repeating: 1.01, count: 10))
    #expect(dent.floor == 5)
    #expect(dent.peak == 10)
    #expect(dent.isShallow)
  }

  // MARK: Components

  /// Unit Gaussians at the given places on a line, as many rows each, and their mixture.
  static func line(
    _ places: [Double], rows: Int, columns: Int = 2
  ) throws -> (GaussianMixtureParameters, Matrix<Double>, [Int32]) {
    let k = places.count
    let noise = PPPData.gaussian(rows: rows * k, columns: columns)
    let points = Matrix<Double>(rows: rows * k, columns: columns) { buffer in
      for index in buffer.indices {
        let (row, column) = (index / columns, index % columns)
        buffer[index] = noise[row, column] + (column == 0 ? places[row % k] : 0)
      }
    }
    // Each row to the nearest place, as a mixture would give it.
    let labels = (0..<(rows * k)).map { row -> Int32 in
      Int32(
        places.indices.min { abs(points[row, 0] - places[$0]) < abs(points[row, 0] - places[$1]) }!)
    }
    let unit = (0..<(columns * columns)).map { $0 % (columns + 1) == 0 ? 1.0 : 0 }
    let parameters = GaussianMixtureParameters(
      weights: Array(repeating: 1 / Double(k), count: k),
      means: Matrix(rows: k, columns: columns) { buffer in
        for index in buffer.indices {
          buffer[index] = index % columns == 0 ? places[index / columns] : 0
        }
      },
      covariances: try GaussianCovariances(
        type: .full, componentCount: k, columnCount: columns,
        values: Array(repeating: unit, count: k).flatMap { $0 }))
    return (parameters, points, labels)
  }

  func groups(_ places: [Double], rows: Int = 500, columns: Int = 2) throws -> [Int] {
    let (parameters, points, labels) = try Self.line(places, rows: rows, columns: columns)
    return try ComponentBridges(parameters, points: points, labels: labels, threads: 1).groups
  }

  @Test func valleysKeepComponentsApart() throws {
    #expect(try groups([0]) == [0])
    #expect(try groups([0, 6]) == [0, 1])
    #expect(try groups([0, 1]) == [0, 0])
    #expect(try groups([0, 100]) == [0, 1])
    // A chain is one group, whatever the distance of its ends.
    #expect(try groups([0, 1.5, 3, 4.5, 6]) == [0, 0, 0, 0, 0])
    #expect(try groups([0, 8, 1, 9, 20]) == [0, 1, 0, 1, 2])
  }

  /// With few rows in many columns a fitted direction would pull the two apart.
  @Test(arguments: [40, 100]) func fewRowsInManyColumns(rows: Int) throws {
    #expect(try groups([0, 0.5], rows: rows, columns: 20) == [0, 0])
    #expect(try groups([0, 9], rows: rows, columns: 20) == [0, 1])
  }

  @Test func isolationIsTheShallowestValley() throws {
    let (parameters, points, labels) = try Self.line([0, 5, 50], rows: 1000)
    let bridges = try ComponentBridges(parameters, points: points, labels: labels, threads: 2)
    #expect(bridges.groups == [0, 1, 2])
    let isolation = bridges.isolation
    #expect(isolation[0] == isolation[1])
    #expect(0.7..<1 ~= isolation[0])
    #expect(isolation[2] == 1)
  }

  // MARK: The prior of the covariances

  @Test(arguments: [0.5, 3, 100]) func thePriorIsLikeRowsThatWereSeen(rowCount: Double) throws {
    let data = PPPData.mapped(PPPData.gaussian(rows: 80, columns: 3)) { $0 * Double($1 + 1) }
    let expected = CellTests.direct(data, Array(0..<80)).scatter
    let prior = [2, 0.5, 3, -0.25, 0.125, 1]
    let fit = try GaussianMixtureEM(
      maxIterations: 3, tolerance: -.infinity,
      prior: CovariancePrior(packed: prior, rowCount: rowCount)
    ).fit(GaussianMixtureSample(data), labels: Array(repeating: 0, count: 80))
    let covariance = fit.parameters.covariances.matrix(of: 0)
    for i in 0..<3 {
      for j in 0...i {
        let entry = i * (i + 1) / 2 + j
        let value = (expected[entry] + rowCount * prior[entry]) / (80 + rowCount)
        #expect(abs(covariance[i, j] - value) < 1e-12)
        #expect(covariance[i, j] == covariance[j, i])
      }
    }
  }
}
