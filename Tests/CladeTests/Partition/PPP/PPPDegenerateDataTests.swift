import Clade
import Testing

/// Data at the edges: nothing traps, nothing hangs, and groups that are plain to see are still seen.
@Suite struct PPPDegenerateDataTests {
  static func blobs() throws -> GaussianBlobs.Sample<Double> {
    try PPPData.blobs(4, columns: 3, rows: 1200)
  }

  func expectBlobs(_ data: Matrix<Double>, _ note: Comment) throws {
    let model = try PPP().fit(data)
    #expect(model.clusterCount == 4, note)
    #expect(try PPPData.adjustedRandIndex(model.labels, Self.blobs().labels) > 0.98, note)
    #expect(try model.predict(data) == model.labels, note)
  }

  // MARK: Columns that say nothing

  @Test func constantColumnsChangeNothing() throws {
    let data = try Self.blobs().points
    for count in [1, 5, 40, 200] {
      let wide = Matrix<Double>(rows: 1200, columns: 3 + count) { buffer in
        for index in buffer.indices {
          let (row, column) = (index / (3 + count), index % (3 + count))
          buffer[index] = column < 3 ? data[row, column] : Double(column)
        }
      }
      try expectBlobs(wide, "\(count) constant columns")
    }
  }

  @Test func repeatedColumnsChangeNothing() throws {
    let data = try Self.blobs().points
    for count in [1, 5, 20, 60] {
      let columns = [0, 1, 2] + (0..<count).map { $0 % 3 }
      try expectBlobs(
        PPPData.selecting(columns, of: data), "\(count) columns that repeat others")
    }
  }

  /// As one-hot columns do: the last is 1 less the others.
  @Test func columnsThatSumToAConstantChangeNothing() throws {
    let data = try Self.blobs().points
    let summing = Matrix<Double>(rows: 1200, columns: 4) { buffer in
      for row in 0..<1200 {
        let values = data.row(row)
        for column in 0..<3 { buffer[4 * row + column] = values[column] }
        buffer[4 * row + 3] = 1 - values.reduce(0, +)
      }
    }
    try expectBlobs(summing, "columns that sum to 1")
  }

  // MARK: Magnitudes

  @Test(arguments: [1e300, 1e-300, 0x1p1015, 0x1p-1030, 1e9, 1e-9])
  func anyMagnitude(scale: Double) throws {
    // Some digits are lost below the least normal number, none that decide.
    try expectBlobs(PPPData.mapped(Self.blobs().points) { value, _ in value * scale }, "\(scale)")
  }

  @Test func fromOneEndOfTheNumbersToTheOther() throws {
    let largest = Double.greatestFiniteMagnitude
    let rows = (0..<100).map { [$0 < 99 ? largest : -largest, Double($0 % 2)] }
    let model = try PPP().fit(Matrix(rows))
    #expect(model.sizes.reduce(0, +) == 100)
    #expect(model.probabilities.allSatisfy { 0...1 ~= $0 })
    #expect(model.centers.withUnsafeBufferPointer { $0.allSatisfy(\.isFinite) })
  }

  @Test func farFromTheOrigin() throws {
    try expectBlobs(PPPData.mapped(Self.blobs().points) { value, _ in value + 1e9 }, "+1e9")
  }

  @Test func predictsRowsThatAreAnywhere() throws {
    let model = try PPP().fit(Self.blobs().points)
    for value in [1e10, 1e160, 1e300, Double.greatestFiniteMagnitude, .leastNonzeroMagnitude] {
      let (labels, probabilities) = try model.predictProbabilities(
        Matrix([[value, -value, value], [-value, value, 0]]))
      #expect(labels.allSatisfy { 0..<4 ~= $0 })
      #expect(probabilities.allSatisfy { $0 > 0 && $0 <= 1 })
    }
  }

  // MARK: Few rows, few values

  @Test(arguments: 1...30) func fewRows(rows: Int) throws {
    for columns in [1, 2, 7, 40, 70] {
      let model = try PPP().fit(PPPData.gaussian(rows: rows, columns: columns))
      #expect(model.sizes.reduce(0, +) == rows)
      #expect(model.probabilities.allSatisfy { 0...1 ~= $0 })
      #expect(model.separability.allSatisfy { 0...1 ~= $0 })
      #expect(model.isolation.allSatisfy { 0...1 ~= $0 })
      #expect(model.objective.isFinite)
    }
  }

  @Test func fewerRowsThanColumns() throws {
    let truth = try GaussianBlobs(
      clusterCount: 3, dimensionCount: 200, pointCount: 90, separation: 20, seed: 3
    ).generate()
    let model = try PPP().fit(truth.points)
    #expect(try PPPData.adjustedRandIndex(model.labels, truth.labels) > 0.98)
  }

  @Test func twoValuesManyTimes() throws {
    let rows = (0..<500).map { $0 % 5 == 0 ? [1.0, 2] : [4, -2] }
    let model = try PPP().fit(Matrix(rows))
    #expect(model.clusterCount == 2)
    #expect(model.sizes == [400, 100])
    #expect(model.centers.row(0) == [4, -2])
    #expect(model.separability == [1, 1])
    #expect(model.clusterability > 0.9)
  }

  @Test func manyColumns() throws {
    let truth = try GaussianBlobs(
      clusterCount: 5, dimensionCount: 2000, pointCount: 600, separation: 30, seed: 1
    ).generate()
    let model = try PPP().fit(truth.points)
    #expect(model.clusterCount == 5)
    #expect(try PPPData.adjustedRandIndex(model.labels, truth.labels) > 0.98)
  }

  /// A row far from all others belongs to the group that is nearest to it, or is one of its own.
  @Test func aSingleFarRowDoesNoHarm() throws {
    let truth = try Self.blobs()
    for corner in [[1e3, 0, 0], [-1e3, 1e3, 0], [0, 0, 60]] {
      let values = truth.points.withUnsafeBufferPointer { Array($0) } + corner
      let model = try PPP().fit(Matrix(rows: 1201, columns: 3, values: values))
      #expect(
        try PPPData.adjustedRandIndex(Array(model.labels.dropLast()), truth.labels) > 0.98,
        "\(corner)")
    }
  }
}
