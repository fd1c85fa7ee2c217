import Clade
import Foundation
import Testing

@Suite struct KMeansTests {
  // MARK: Data

  static func blobs(rows: Int, columns: Int, centers: Int, seed: UInt64 = 1) -> Matrix<Double> {
    var random = CounterRandom(seed: seed)
    let places = (0..<(centers * columns)).map { _ in 10 * random.normal() }
    return Matrix(rows: rows, columns: columns) { buffer in
      for index in buffer.indices {
        let (row, column) = (index / columns, index % columns)
        buffer[index] = places[row % centers * columns + column] + random.normal()
      }
    }
  }

  /// Small whole numbers: rows tie with each other and with several centers.
  static func grid(rows: Int, columns: Int, levels: Int, seed: UInt64 = 1) -> Matrix<Double> {
    var random = CounterRandom(seed: seed)
    return Matrix(rows: rows, columns: columns) { buffer in
      for index in buffer.indices { buffer[index] = Double(random.next() % UInt64(levels)) }
    }
  }

  static func single(_ data: Matrix<Double>) -> Matrix<Float> {
    Matrix(rows: data.rowCount, columns: data.columnCount) { buffer in
      data.withUnsafeBufferPointer { values in
        for index in buffer.indices { buffer[index] = Float(values[index]) }
      }
    }
  }

  static func shuffled(_ count: Int, seed: UInt64) -> [Int] {
    var random = CounterRandom(seed: seed)
    return Array(0..<count).shuffled(using: &random)
  }

  // MARK: Oracles

  /// The least inertia of all partitions of the rows into k clusters.
  static func bruteForce(_ data: Matrix<Double>, k: Int) -> Double {
    var least = Double.infinity
    var labels = [Int](repeating: 0, count: data.rowCount)
    func inertia() -> Double {
      var sum = 0.0
      for cluster in 0..<k {
        let rows = labels.indices.filter { labels[$0] == cluster }
        guard !rows.isEmpty else { return .infinity }
        for column in 0..<data.columnCount {
          let mean = rows.reduce(0.0) { $0 + data[$1, column] } / Double(rows.count)
          for row in rows { sum += (data[row, column] - mean) * (data[row, column] - mean) }
        }
      }
      return sum
    }
    func place(_ row: Int) {
      guard row < labels.count else {
        least = min(least, inertia())
        return
      }
      for cluster in 0..<k {
        labels[row] = cluster
        place(row + 1)
      }
    }
    place(0)
    return least
  }

  @Test(arguments: Seeding.allCases) func findsTheBestPartitionOfFewRows(seeding: Seeding) throws {
    for seed in 0..<8 as Range<UInt64> {
      let data = Self.blobs(rows: 8, columns: 2, centers: 3, seed: seed)
      let model = try KMeans(k: 3, seeding: seeding, restarts: 20).fit(data)
      let best = Self.bruteForce(data, k: 3)
      #expect(abs(model.objective - best) <= 1e-9 * best)
    }
  }

  /// The result is a fixed point: rows are with their nearest center, centers are means.
  static func checkFixedPoint<Scalar>(
    _ model: KMeansModel<Scalar>, _ data: Matrix<Scalar>, tolerance: Double
  ) throws {
    #expect(model.converged)
    #expect(try model.predict(data) == model.labels)
    #expect(model.sizes.allSatisfy { $0 > 0 })
    #expect(model.sizes.reduce(0, +) == data.rowCount)
    #expect(model.sizes == model.sizes.sorted(by: >))
    for cluster in 0..<model.clusterCount {
      let rows = model.labels.indices.filter { model.labels[$0] == cluster }
      for column in 0..<data.columnCount {
        let mean = ExactSum.of(rows.map { Double(data[$0, column]) }) / Double(rows.count)
        #expect(abs(mean - Double(model.centers[cluster, column])) <= tolerance * (1 + abs(mean)))
      }
    }
    let distances = data.rows { row in
      let center = model.centers.row(Int(model.labels[row]))
      return zip(data.row(row), center).reduce(0.0) {
        $0 + (Double($1.0) - Double($1.1)) * (Double($1.0) - Double($1.1))
      }
    }
    let inertia = distances.reduce(0, +)
    #expect(abs(model.objective - inertia) <= 1e-12 * inertia)
  }

  @Test(arguments: Seeding.allCases) func endsAtAFixedPoint(seeding: Seeding) throws {
    for (rows, columns, k) in [(500, 2, 7), (700, 16, 32), (300, 5, 1), (64, 1, 20)] {
      let data = Self.blobs(rows: rows, columns: columns, centers: max(2, k - 2))
      try Self.checkFixedPoint(
        KMeans(k: k, seeding: seeding).fit(data), data, tolerance: 1e-15)
      let single = Self.single(data)
      try Self.checkFixedPoint(
        KMeans(k: k, seeding: seeding).fit(single), single, tolerance: 1e-7)
      let grid = Self.grid(rows: rows, columns: max(2, columns), levels: 5)
      try Self.checkFixedPoint(
        KMeans(k: k, seeding: seeding).fit(grid), grid, tolerance: 1e-15)
    }
  }

  @Test func inertiaNeverRises() throws {
    let data = Self.blobs(rows: 1000, columns: 4, centers: 9)
    let start = data.gatheringRows(0..<12)
    var last = Double.infinity
    for limit in 1...30 {
      let model = try KMeans(k: 12, maxIterations: limit).fit(data, initialCenters: start)
      #expect(model.objective <= last)
      #expect(model.iterations <= limit)
      last = model.objective
    }
  }

  // MARK: Limits

  @Test(arguments: Seeding.allCases) func asManyClustersAsDistinctRows(seeding: Seeding) throws {
    var random = CounterRandom(seed: 4)
    let distinct = Matrix<Double>(rows: 40, columns: 3) { buffer in
      for index in buffer.indices { buffer[index] = random.normal() }
    }
    let data = distinct.gatheringRows(
      (0..<400).map { $0 * $0 % 40 + ($0 % 40) * 0 } + Array(0..<40))
    let model = try KMeans(k: 40, seeding: seeding).fit(data)
    #expect(model.objective == 0)
    #expect(model.sizes.allSatisfy { $0 > 0 })
    #expect(throws: CladeError.tooManyClusters(k: 41, distinctRows: 40)) {
      try KMeans(k: 41, seeding: seeding).fit(data)
    }
    #expect(throws: CladeError.tooManyClusters(k: 41, distinctRows: 40)) {
      try KMeans(k: 41).fit(data, initialCenters: data.gatheringRows(0..<41))
    }
  }

  @Test func oneCluster() throws {
    let data = Self.blobs(rows: 100, columns: 3, centers: 4)
    let model = try KMeans(k: 1).fit(data)
    #expect(model.labels == Array(repeating: 0, count: 100))
    let constant = Matrix<Double>(rows: 50, columns: 2, repeating: 0.1)
    let single = try KMeans(k: 1).fit(constant)
    #expect(single.centers == Matrix(rows: 1, columns: 2, repeating: 0.1))
    #expect(single.objective == 0)
  }

  @Test func noClusterIsLeftEmpty() throws {
    // All centers start at one place, or far from everything.
    for data in [
      Self.grid(rows: 300, columns: 2, levels: 4), Self.blobs(rows: 90, columns: 2, centers: 3),
    ] {
      for start in [
        Matrix<Double>(rows: 12, columns: 2, repeating: 1),
        Matrix<Double>(rows: 12, columns: 2, repeating: 1e6),
        Matrix<Double>(rows: 12, columns: 2) { buffer in
          for index in buffer.indices { buffer[index] = index < 2 ? 0 : 1e9 }
        },
      ] {
        for limit in [1, 2, 300] {
          let model = try KMeans(k: 12, maxIterations: limit).fit(data, initialCenters: start)
          #expect(model.sizes.allSatisfy { $0 > 0 })
          #expect(try model.predict(data) == model.labels)
        }
      }
    }
  }

  @Test func extremeMagnitudes() throws {
    for scale in [1e300, 1e200, 1e-200, 1e-300, 1.7e308, 0x1p-1060] {
      let data = try Matrix(
        [[0.0, 1], [0.0625, 1], [1, 0], [0.9375, 0]].map { $0.map { $0 * scale } })
      let model = try KMeans(k: 2).fit(data)
      #expect(model.labels[0] == model.labels[1])
      #expect(model.labels[2] == model.labels[3])
      #expect(model.labels[0] != model.labels[2])
      #expect(model.centers[0, 0] == 0.03125 * scale)
      #expect(try model.predict(data) == model.labels)
    }
    let data = try Matrix<Float>([[0, 1e30], [1e29, 1e30], [1e30, 0], [9e29, 0]])
    #expect(try KMeans(k: 2).fit(data).labels == [0, 0, 1, 1])
  }

  // MARK: Parameters

  /// Rows whose squared distances are 0 in their own precision are one row.
  @Test func differencesThatVanishWhenSquared() throws {
    let data = try Matrix<Float>([[1], [1e-30], [2e-30]])
    for start in [nil, data] {
      #expect(throws: CladeError.tooManyClusters(k: 3, distinctRows: 2)) {
        try KMeans(k: 3).fit(data, initialCenters: start)
      }
      #expect(throws: CladeError.tooManyClusters(k: 3, distinctRows: 2)) {
        try KMeans(k: 3).fit(source: OddRows(matrix: data), initialCenters: start)
      }
    }
    #expect(throws: CladeError.self) { try MiniBatchKMeans(k: 3).fit(data) }
    #expect(try KMeans(k: 2).fit(data).labels == [1, 0, 0])
    #expect(try KMedian(k: 2).fit(data).labels == [1, 0, 0])
  }

  @Test func weightsEqualRepeatedRows() throws {
    for seeding in Seeding.allCases {
      let data = Self.blobs(rows: 200, columns: 3, centers: 5)
      let counts = (0..<200).map { $0 % 4 }
      let repeated = data.gatheringRows(
        (0..<200).flatMap { Array(repeating: $0, count: counts[$0]) })
      guard seeding != .random else { continue }
      let weighted = try KMeans(k: 6, seeding: seeding).fit(
        data, weights: counts.map { Double($0) })
      let plain = try KMeans(k: 6, seeding: seeding).fit(repeated)
      #expect(weighted.centers == plain.centers)
      #expect(weighted.objective == plain.objective)
      #expect(weighted.labels == (try plain.predict(data)))
    }
  }

  @Test func toleranceStopsEarlier() throws {
    let data = Self.blobs(rows: 2000, columns: 2, centers: 3)
    let exact = try KMeans(k: 15).fit(data)
    let early = try KMeans(k: 15, tolerance: 1e-2).fit(data)
    #expect(early.converged)
    #expect(early.iterations < exact.iterations)
    let limited = try KMeans(k: 15, maxIterations: 1).fit(data)
    #expect(!limited.converged)
    #expect(limited.iterations == 1)
  }

  @Test func moreRestartsAreNotWorse() throws {
    let data = Self.blobs(rows: 500, columns: 2, centers: 12, seed: 3)
    let one = try KMeans(k: 12, seeding: .random).fit(data)
    let many = try KMeans(k: 12, seeding: .random, restarts: 10).fit(data)
    #expect(many.objective <= one.objective)
  }

  @Test func badInput() throws {
    let data = try Matrix([[1.0, 2], [3, 4], [5, 6]])
    func message(_ body: () throws -> Void) -> String {
      do {
        try body()
        return ""
      } catch {
        return "\(error)"
      }
    }
    #expect(message { _ = try KMeans(k: 0).fit(data) }.contains("k can't be 0"))
    #expect(message { _ = try KMeans(k: -3).fit(data) }.contains("k can't be -3"))
    #expect(message { _ = try KMeans(k: 1, restarts: 0).fit(data) }.contains("restarts"))
    #expect(message { _ = try KMeans(k: 1, maxIterations: -1).fit(data) }.contains("maxIterations"))
    #expect(message { _ = try KMeans(k: 1, localSearch: -1).fit(data) }.contains("localSearch"))
    #expect(message { _ = try KMeans(k: 1, tolerance: .nan).fit(data) }.contains("tolerance"))
    #expect(
      message { _ = try KMeans(k: 1).fit(Matrix<Double>(rows: 0, columns: 2)) }
        .contains("no rows"))
    #expect(
      message { _ = try KMeans(k: 1).fit(Matrix<Double>(rows: 2, columns: 0)) }
        .contains("no columns"))
    #expect(throws: CladeError.nonFiniteValue(row: 1, column: 0, value: "nan")) {
      try KMeans(k: 1).fit(Matrix<Double>([[1, 2], [.nan, 3]]))
    }
    #expect(message { _ = try KMeans(k: 1).fit(data, weights: [1, 2]) }.contains("3 weights"))
    for bad in [-1, .nan, .infinity] {
      #expect(message { _ = try KMeans(k: 1).fit(data, weights: [1, bad, 1]) }.contains("row 1"))
    }
    #expect(
      message { _ = try KMeans(k: 1).fit(data, weights: [0, 0, 0]) }.contains("weights are 0"))
    #expect(
      message { _ = try KMeans(k: 2).fit(data, initialCenters: data) }.contains("2 × 2"))
    #expect(throws: CladeError.tooManyClusters(k: 3, distinctRows: 2)) {
      try KMeans(k: 3).fit(data, weights: [1, 0, 2])
    }
    let model = try KMeans(k: 2).fit(data)
    #expect(
      message { _ = try model.predict(Matrix<Double>(rows: 1, columns: 3)) }.contains("2 columns"))
    #expect(throws: CladeError.nonFiniteValue(row: 0, column: 1, value: "inf")) {
      try model.predict(Matrix<Double>([[1, .infinity]]))
    }
    #expect(try model.predict(Matrix<Double>(rows: 0, columns: 2)) == [])
  }

  @Test func encodingLeavesOutTheLabels() throws {
    let data = Self.blobs(rows: 50, columns: 2, centers: 3)
    let model = try KMeans(k: 3).fit(data)
    let decoded = try JSONDecoder().decode(
      KMeansModel<Double>.self, from: JSONEncoder().encode(model))
    #expect(decoded.labels == [])
    #expect(decoded.centers == model.centers)
    #expect(decoded.sizes == model.sizes)
    #expect(decoded.objective == model.objective)
    #expect(try decoded.predict(data) == model.labels)
  }

  @Test func cancellationIsHonoured() async {
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try KMeans(k: 3).fit(Self.blobs(rows: 100, columns: 2, centers: 3))
    }
    await #expect(throws: CancellationError.self) { try await task.value }
  }
}

extension Matrix {
  fileprivate func rows(_ body: (Int) -> Double) -> [Double] { (0..<rowCount).map(body) }
}
