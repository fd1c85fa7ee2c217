import Clade
import Testing

@Suite struct MiniBatchKMeansTests {
  /// Rows that are handed out a few at a time, as those of a file.
  struct Elsewhere<Scalar: MatrixScalar>: RowSource {
    let rows: Matrix<Scalar>

    var rowCount: Int { rows.rowCount }
    var columnCount: Int { rows.columnCount }

    func withRows<Result>(
      _ range: Range<Int>, _ body: (UnsafeBufferPointer<Scalar>) throws -> Result
    ) throws -> Result {
      try rows.gatheringRows(range).withUnsafeBufferPointer(body)
    }
  }

  // MARK: Sameness

  private func same<Scalar>(_ data: Matrix<Scalar>, k: Int) throws {
    let method = MiniBatchKMeans(k: k, batchSize: 256, maxIterations: 40)
    let expected = try method.fit(data, threads: 1)
    let places = KMeansTests.shuffled(data.rowCount, seed: 7)
    let shuffled = data.gatheringRows(places)
    for set in InstructionSet.available {
      try InstructionSet.forcing(set) {
        for threads in set == .portable ? [2] : [1, 2, 7] {
          #expect(try method.fit(data, threads: threads) == expected)
        }
        let other = try method.fit(shuffled, threads: 2)
        #expect(other.centers == expected.centers)
        #expect(other.objective == expected.objective)
        #expect(other.labels == places.map { expected.labels[$0] })
      }
    }
    #expect(try method.fit(source: Elsewhere(rows: data), threads: 2) == expected)
    #expect(try method.fit(source: Elsewhere(rows: shuffled)).centers == expected.centers)
    #expect(try expected.predict(data) == expected.labels)
  }

  @Test(arguments: KMeansSamenessTests.cases)
  func theSameBits(_ item: KMeansSamenessTests.Case) throws {
    try same(item.data, k: item.k)
    try same(KMeansTests.single(item.data), k: item.k)
  }

  @Test func weightsAreDuplicates() throws {
    let data = KMeansTests.blobs(rows: 900, columns: 3, centers: 4)
    let counts = (0..<900).map { $0 % 4 }
    let repeated = data.gatheringRows(
      counts.enumerated().flatMap { Array(repeating: $0.offset, count: $0.element) })
    for limit in [nil, 3] {
      let method = MiniBatchKMeans(k: 4, batchSize: 128, maxIterations: limit)
      let weighted = try method.fit(data, weights: counts.map { Double($0) })
      let plain = try method.fit(repeated)
      #expect(weighted.centers == plain.centers)
      #expect(weighted.objective == plain.objective)
      #expect(weighted.iterations == plain.iterations)
    }
  }

  @Test func anotherSeedDrawsOtherRows() throws {
    let data = KMeansTests.blobs(rows: 4000, columns: 3, centers: 6)
    let a = try MiniBatchKMeans(k: 6, batchSize: 100, maxIterations: 5, seed: 1).fit(data)
    let b = try MiniBatchKMeans(k: 6, batchSize: 100, maxIterations: 5, seed: 2).fit(data)
    #expect(a.centers != b.centers)
  }

  @Test func numbersOfAnyMagnitude() throws {
    let data = KMeansTests.blobs(rows: 2000, columns: 3, centers: 4)
    let method = MiniBatchKMeans(k: 4)
    let expected = try method.fit(data)
    for exponent in [-600, 600] {
      let scaled = Matrix<Double>(rows: 2000, columns: 3) { target in
        data.withUnsafeBufferPointer { values in
          for index in values.indices {
            target[index] = Double(sign: .plus, exponent: exponent, significand: values[index])
          }
        }
      }
      let model = try method.fit(scaled)
      // The draws follow from the values, so they are others.
      #expect(zip(model.labels, expected.labels).count { $0 == $1 } > 1900)
      #expect(model.centers.row(0).allSatisfy { $0.isFinite && $0 != 0 })
    }
  }

  // MARK: What it finds

  /// A row that a tenth of all are equal to, or that has a tenth of all weight, gets a center whatever
  /// draws put into the sample of first centers.
  @Test(arguments: [false, true]) func aValueOfLargeMassGetsACenter(weighted: Bool) throws {
    let count = 20_000
    let spread = NearestCentersTests.uniform(rows: count, columns: 2, stream: 31)
    let heavy = [40.0, -3.0]
    for seed in 0..<12 {
      // Without weights equal rows, and one row of as much weight otherwise.
      let equal = weighted ? 1 : count / 10
      let data = Matrix<Double>(rows: count, columns: 2) { target in
        for row in 0..<count {
          for column in 0..<2 {
            target.initializeElement(
              at: 2 * row + column, to: row < equal ? heavy[column] : spread[row, column])
          }
        }
      }
      let weights = (0..<count).map { $0 == 0 ? Double(count) / 10 : 1 }
      // So few batches of so few rows that draws would mostly not see it in time.
      let method = MiniBatchKMeans(
        k: 3, batchSize: 8, maxIterations: 1, reassignmentRatio: 0, seedingRows: 200,
        seed: UInt64(seed))
      let model = try method.fit(data, weights: weighted ? weights : nil)
      #expect((0..<3).contains { model.centers.row($0) == heavy }, "seed \(seed)")
    }
  }

  /// Rows that are scaled where they are read, each of which counts as its weight.
  @Test(arguments: [-400, 0, 400]) func inertiaOfWeights(exponent: Int) throws {
    let plain = NearestCentersTests.uniform(rows: 5000, columns: 3, stream: 33)
    let unit = Double(sign: .plus, exponent: exponent, significand: 1)
    let weights = (0..<5000).map { 0.1 + 0.3 * Double($0 % 7) }
    let data = Matrix<Double>(rows: 5000, columns: 3) { buffer in
      for index in buffer.indices { buffer[index] = plain[index / 3, index % 3] * unit }
    }
    let model = try MiniBatchKMeans(k: 4, maxIterations: 20).fit(data, weights: weights)
    let centers = Matrix<Double>(rows: 4, columns: 3) { buffer in
      for index in buffer.indices { buffer[index] = model.centers[index / 3, index % 3] / unit }
    }
    let inertia = try SquaredDistances.inertia(plain, centers, model.labels, weights: weights)
    #expect(model.objective == inertia * unit * unit)
    let terms = (0..<5000).map { row in
      let squares = (0..<3).map { column in
        let difference = plain[row, column] - centers[Int(model.labels[row]), column]
        return difference * difference
      }
      return weights[row] * squares.reduce(0, +)
    }
    #expect(abs(inertia / terms.reduce(0, +) - 1) < 1e-12)
  }

  /// What is left out for a row of large mass is made up for by the others.
  @Test func massesOfTheSampleAddUp() throws {
    let data = NearestCentersTests.uniform(rows: 9000, columns: 2, stream: 32)
      .gatheringRows((0..<9000).map { $0 < 3000 ? 0 : $0 })
    var draws = try RowDraws(data, weights: nil, seed: 3, threads: 2)
    let (places, masses) = draws.distinctRows(limit: 500, weights: nil)
    let heavy = places.indices.filter { data.row(places[$0]) == data.row(0) }
    #expect(heavy.map { masses[$0] } == [3000])
    #expect(places.count == 500 || places.count == 501)
    #expect(Set(places.map { data.row($0) }).count == places.count)
    #expect(abs(masses.reduce(0, +) - 9000) < 1e-6)
    let all = draws.distinctRows(limit: 9000, weights: nil)
    #expect(all.places.count == 6001 && all.masses.reduce(0, +) == 9000)
  }

  @Test func nearTheInertiaOfKMeans() throws {
    for (columns, centers) in [(2, 15), (16, 20), (40, 8)] {
      let data = KMeansTests.blobs(rows: 20_000, columns: columns, centers: centers)
      let exact = try KMeans(k: centers).fit(data)
      let model = try MiniBatchKMeans(k: centers).fit(data)
      #expect(model.objective <= exact.objective * 1.05)
      #expect(model.converged)
      #expect(model.sizes.reduce(0, +) == 20_000)
      #expect(zip(model.sizes, model.sizes.dropFirst()).allSatisfy { $0 >= $1 })
      let distances = (0..<data.rowCount).map { row in
        (0..<columns).reduce(0.0) { sum, column in
          let difference = data[row, column] - model.centers[Int(model.labels[row]), column]
          return sum + difference * difference
        }
      }
      let inertia = distances.reduce(0, +)
      #expect(abs(inertia - model.objective) <= 1e-9 * inertia)
    }
  }

  /// Row after row with the rate 1 over the rows that the center has had, as the paper writes it.
  @Test func aBatchMovesCentersAsThePaperDoes() {
    let data = KMeansTests.blobs(rows: 600, columns: 3, centers: 4)
    var centers = (0..<4).map { data.row($0) }
    var counts = [Double](repeating: 0, count: 4)
    var state = MiniBatchCenters(
      data.gatheringRows(0..<4), reassignmentRatio: 0, seed: 0)
    for batch in 0..<3 {
      let rows = data.gatheringRows((batch * 200)..<(batch * 200 + 200))
      let labels = (0..<200).map { row in
        (0..<4).min { a, b in
          distance(rows.row(row), centers[a]) < distance(rows.row(row), centers[b])
        } ?? 0
      }
      for (row, label) in labels.enumerated() {
        counts[label] += 1
        let rate = 1 / counts[label]
        for column in 0..<3 {
          centers[label][column] = (1 - rate) * centers[label][column] + rate * rows[row, column]
        }
      }
      state.move(by: rows, threads: 2)
      #expect(state.counts == counts)
      for (cluster, center) in centers.enumerated() {
        #expect(distance(center, state.centers.row(cluster)) < 1e-20)
      }
    }
  }

  private func distance(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
  }

  @Test func centersThatAreLeftBehindComeBack() throws {
    let data = KMeansTests.blobs(rows: 6000, columns: 2, centers: 5)
    var start = data.gatheringRows(0..<5)
    start[3, 0] = 1e6
    start[4, 0] = -1e6
    let model = try MiniBatchKMeans(k: 5).fit(data, initialCenters: start)
    #expect(model.centers.row(4).allSatisfy { abs($0) < 1000 })
    #expect(model.sizes.allSatisfy { $0 > 100 })
    let exact = try KMeans(k: 5).fit(data)
    #expect(model.objective < 3 * exact.objective)
  }

  @Test func limits() throws {
    let data = KMeansTests.blobs(rows: 300, columns: 2, centers: 3)
    let one = try MiniBatchKMeans(k: 1, batchSize: 300).fit(data)
    let exact = try KMeans(k: 1).fit(data)
    #expect(one.objective <= exact.objective * 1.02)
    let all = try MiniBatchKMeans(k: 300, maxIterations: 2).fit(data)
    #expect(all.sizes == Array(repeating: 1, count: 300))
    let batches = try MiniBatchKMeans(
      k: 3, batchSize: 10, maxIterations: 7, maxNoImprovement: nil
    ).fit(data)
    #expect(batches.iterations == 7)
    #expect(!batches.converged)
    // A batch is no larger than the data.
    #expect(try MiniBatchKMeans(k: 3, batchSize: 1 << 30).fit(data).converged)
  }

  // MARK: What it is told

  @Test func badParameters() {
    let data = KMeansTests.blobs(rows: 50, columns: 2, centers: 3)
    func refused(_ method: MiniBatchKMeans, _ name: String) {
      #expect(
        performing: { try method.fit(data) },
        throws: { error in
          guard case .invalidParameter(let parameter, _, _)? = error as? CladeError else {
            return false
          }
          return parameter == name
        })
    }
    refused(MiniBatchKMeans(k: 0), "k")
    refused(MiniBatchKMeans(k: 3, batchSize: 0), "batchSize")
    refused(MiniBatchKMeans(k: 3, maxIterations: 0), "maxIterations")
    refused(MiniBatchKMeans(k: 3, maxNoImprovement: 0), "maxNoImprovement")
    refused(MiniBatchKMeans(k: 3, reassignmentRatio: .nan), "reassignmentRatio")
    refused(MiniBatchKMeans(k: 3, seedingRows: 0), "seedingRows")
    #expect(throws: CladeError.tooManyClusters(k: 51, distinctRows: 50)) {
      try MiniBatchKMeans(k: 51).fit(data)
    }
    #expect(throws: CladeError.self) {
      try MiniBatchKMeans(k: 3).fit(data, weights: Array(repeating: 1, count: 49))
    }
    #expect(throws: CladeError.self) {
      try MiniBatchKMeans(k: 3).fit(data, initialCenters: data)
    }
    #expect(throws: CladeError.self) {
      try MiniBatchKMeans(k: 3).fit(Matrix<Double>(rows: 0, columns: 2))
    }
    var broken = data
    broken[7, 1] = .nan
    #expect(throws: CladeError.nonFiniteValue(row: 7, column: 1, value: "nan")) {
      try MiniBatchKMeans(k: 3).fit(broken)
    }
  }
}
