import CladeCore
import Testing

@Suite struct DistinctRowSampleTests {
  static func whole(rows: Int, columns: Int, levels: UInt64, seed: UInt64 = 1) -> Matrix<Double> {
    var random = CounterRandom(seed: seed)
    return Matrix(rows: rows, columns: columns) { buffer in
      for index in buffer.indices { buffer[index] = Double(random.next() % levels) - 2 }
    }
  }

  /// What was kept, as values with their masses, in an order that doesn't depend on places.
  static func contents(
    _ sample: DistinctRowSample, of data: Matrix<Double>
  ) -> [String] {
    zip(sample.places, sample.masses).map { "\(data.row($0).map { $0 + 0 }) \($1)" }
  }

  @Test func keepsAllWhereThereIsRoom() throws {
    let data = Self.whole(rows: 5000, columns: 2, levels: 30)
    var counts: [[Double]: Double] = [:]
    for row in 0..<5000 { counts[data.row(row), default: 0] += 1 }
    let sample = try DistinctRowSample(data, limit: 900, seed: 3)
    #expect(!sample.isPartial)
    #expect(sample.places.count == counts.count)
    for (place, mass) in zip(sample.places, sample.masses) {
      #expect(counts[data.row(place)] == mass)
    }
  }

  @Test(arguments: [1, 7, 100, 899]) func sameForAnyOrderAndThreads(limit: Int) throws {
    let data = Self.whole(rows: 20_000, columns: 3, levels: 12)
    let weights = (0..<20_000).map { Double($0 % 7) / 3 }
    var random = CounterRandom(seed: 9)
    let places = Array(0..<20_000).shuffled(using: &random)
    let shuffled = data.gatheringRows(places)
    let plain = try DistinctRowSample(data, limit: limit, seed: 5, threads: 1)
    let weighted = try DistinctRowSample(data, weights: weights, limit: limit, seed: 5, threads: 1)
    #expect(plain.isPartial)
    #expect(plain.places.count == limit)
    for threads in [1, 2, 7] {
      let other = try DistinctRowSample(shuffled, limit: limit, seed: 5, threads: threads)
      #expect(Self.contents(other, of: shuffled) == Self.contents(plain, of: data))
      let heavy = try DistinctRowSample(
        shuffled, weights: places.map { weights[$0] }, limit: limit, seed: 5, threads: threads)
      #expect(Self.contents(heavy, of: shuffled) == Self.contents(weighted, of: data))
    }
    let another = try DistinctRowSample(data, limit: limit, seed: 6)
    #expect(Self.contents(another, of: data) != Self.contents(plain, of: data))
  }

  /// What was copied are the rows at the places, in their order, with and without weights.
  @Test(arguments: [1, 2, 7]) func copiesWhatItKeeps(threads: Int) throws {
    let data = Self.whole(rows: 20_000, columns: 3, levels: 12)
    for weights in [nil, (0..<20_000).map { Double($0 % 7) / 3 }] {
      for limit in [1, 100, 899, 5000] {
        let plain = try DistinctRowSample(data, weights: weights, limit: limit, seed: 5, threads: 1)
        let sample = try DistinctRowSample(
          data, weights: weights, limit: limit, seed: 5, copying: true, threads: threads)
        #expect(Self.contents(sample, of: data) == Self.contents(plain, of: data))
        #expect(plain.rowBytes.isEmpty)
        let copied = sample.rowBytes.withUnsafeBytes { Array($0.bindMemory(to: Double.self)) }
        #expect(copied == sample.places.flatMap { data.row($0) })
      }
    }
  }

  @Test func countsEveryDuplicateOfWhatItKeeps() throws {
    let data = Self.whole(rows: 30_000, columns: 2, levels: 60)
    var counts: [[Double]: Double] = [:]
    for row in 0..<30_000 { counts[data.row(row), default: 0] += 1 }
    for seed in 0..<20 as Range<UInt64> {
      let sample = try DistinctRowSample(data, limit: 50, seed: seed)
      for (place, mass) in zip(sample.places, sample.masses) {
        #expect(counts[data.row(place)] == mass)
      }
    }
  }

  /// Each distinct row is drawn as often as any other, whatever its number of duplicates.
  @Test func drawsDistinctRowsUniformly() throws {
    let data = try Matrix((0..<400).map { [Double(min($0, 39)), 1] })
    var drawn = [Int](repeating: 0, count: 40)
    for seed in 0..<4000 as Range<UInt64> {
      for place in try DistinctRowSample(data, limit: 10, seed: seed).places {
        drawn[Int(data[place, 0])] += 1
      }
    }
    // 1000 on average, with a standard deviation of 27.
    #expect(drawn.allSatisfy { abs($0 - 1000) < 130 })
  }

  /// 40,000 rows of which 12,000 are equal, 4000 others are, and the rest all differ.
  private static func withHeavyRows() -> (rows: Matrix<Double>, weights: [Double]) {
    var random = CounterRandom(seed: 4)
    let places = Array(0..<40_000).shuffled(using: &random)
    let rows = Matrix<Double>(rows: 40_000, columns: 2) { buffer in
      for (row, place) in places.enumerated() {
        let first = place < 12_000 ? -1 : place < 16_000 ? -2 : Double(place)
        buffer[2 * row] = first
        buffer[2 * row + 1] = 7
      }
    }
    return (rows, places.map { $0 < 12_000 ? 0.5 : 1 })
  }

  @Test func heavyRowsAreNeverMissed() throws {
    let (data, weights) = Self.withHeavyRows()
    let turned = Array((0..<40_000).reversed())
    for seed in 0..<5 as Range<UInt64> {
      let plain = try DistinctRowSample(data, limit: 300, seed: seed)
      let sample = try DistinctRowSample(data, limit: 300, seed: seed, heavyShare: 0.02, threads: 1)
      let masses = Dictionary(
        zip(sample.places.map { data[$0, 0] }, sample.masses), uniquingKeysWith: { $0 + $1 })
      #expect(masses.count == sample.places.count && (300...302).contains(masses.count))
      #expect(masses[-1] == 12_000 && masses[-2] == 4000)
      #expect(abs(sample.masses.reduce(0, +) - 40_000) < 1e-6)
      #expect(Array(sample.places.prefix(300)) == plain.places)
      // The others stand for what is left, all alike.
      #expect(Set(masses.filter { $0.key >= 0 }.values).count == 1)
      let weighted = try DistinctRowSample(
        data, weights: weights, limit: 300, seed: seed, heavyShare: 0.02, threads: 1)
      for threads in [1, 2, 7] {
        let other = try DistinctRowSample(
          data.gatheringRows(turned), limit: 300, seed: seed, heavyShare: 0.02, threads: threads)
        #expect(
          Self.contents(other, of: data.gatheringRows(turned)) == Self.contents(sample, of: data))
        let heavy = try DistinctRowSample(
          data.gatheringRows(turned), weights: turned.map { weights[$0] }, limit: 300, seed: seed,
          heavyShare: 0.02, threads: threads)
        #expect(
          Self.contents(heavy, of: data.gatheringRows(turned)) == Self.contents(weighted, of: data))
      }
      #expect(weighted.masses.contains(6000) && weighted.masses.contains(4000))
    }
  }

  /// So many heavy rows that some share a bucket of ``HeavyRowCounts``, where none prevails.
  @Test func manyHeavyRowsAreNeverMissed() throws {
    var random = CounterRandom(seed: 9)
    let places = Array(0..<40_000).shuffled(using: &random)
    let data = Matrix<Double>(rows: 40_000, columns: 1) { buffer in
      // 40 rows of 880 each, and 4800 others.
      for (row, place) in places.enumerated() {
        buffer[row] = place < 35_200 ? -1 - Double(place % 40) : Double(place)
      }
    }
    let turned = data.gatheringRows(Array((0..<40_000).reversed()))
    for seed in 0..<8 as Range<UInt64> {
      let plain = try DistinctRowSample(data, limit: 300, seed: seed)
      for (rows, threads) in [(data, 1), (turned, 2), (turned, 5)] {
        let sample = try DistinctRowSample(
          rows, limit: 300, seed: seed, heavyShare: 0.022, threads: threads)
        let heavy = zip(sample.places, sample.masses).filter { rows[$0.0, 0] < 0 }
        #expect(heavy.count == 40 && heavy.allSatisfy { $0.1 == 880 })
        #expect(sample.places.prefix(300).map { rows[$0, 0] } == plain.places.map { data[$0, 0] })
      }
    }
  }

  @Test func manyHeavyRowsOfManyWeights() throws {
    let data = Matrix<Double>(rows: 40_000, columns: 1) { buffer in
      for row in buffer.indices { buffer[row] = row < 35_200 ? -1 - Double(row % 40) : Double(row) }
    }
    let weights = (0..<40_000).map { 0.1 + 0.3 * Double($0 % 7) }
    let masses = (0..<40).map { group in
      ExactSum.of((0..<35_200).filter { $0 % 40 == group }.map { weights[$0] })
    }
    let turned = Array((0..<40_000).reversed())
    for seed in 0..<4 as Range<UInt64> {
      for (order, threads) in [(Array(0..<40_000), 1), (turned, 2), (turned, 7)] {
        let rows = data.gatheringRows(order)
        let sample = try DistinctRowSample(
          rows, weights: order.map { weights[$0] }, limit: 300, seed: seed, heavyShare: 0.021,
          threads: threads)
        let heavy = zip(sample.places, sample.masses).filter { rows[$0.0, 0] < 0 }
        #expect(heavy.count == 40)
        #expect(heavy.allSatisfy { $0.1 == masses[Int(-1 - rows[$0.0, 0])] })
      }
    }
  }

  @Test func withoutHeavyRowsNothingChanges() throws {
    let data = Self.whole(rows: 20_000, columns: 3, levels: 40)
    let plain = try DistinctRowSample(data, limit: 500, seed: 1)
    let sample = try DistinctRowSample(data, limit: 500, seed: 1, heavyShare: 0.01)
    #expect(sample.places.map { data.row($0) } == plain.places.map { data.row($0) })
    #expect(sample.masses == plain.masses)
  }

  @Test func floatsAreDrawnAsTheSameDoubles() throws {
    let data = Self.whole(rows: 3000, columns: 4, levels: 9)
    let single = Matrix<Float>(rows: 3000, columns: 4) { buffer in
      data.withUnsafeBufferPointer { values in
        for index in buffer.indices { buffer[index] = Float(values[index]) }
      }
    }
    let a = try DistinctRowSample(data, limit: 100, seed: 1)
    let b = try DistinctRowSample(single, limit: 100, seed: 1)
    #expect(a.places.map { data.row($0) } == b.places.map { single.row($0).map { Double($0) } })
    #expect(a.masses == b.masses)
  }

  @Test func zeroesOfEitherSignAreEqualAndWeightlessRowsLeftOut() throws {
    let data = try Matrix([[0.0], [-0.0], [1], [1], [2]])
    let sample = try DistinctRowSample(data, weights: [1, 2, 0, 0.5, 0], limit: 5, seed: 0)
    #expect(sample.masses.sorted() == [0.5, 3])
  }

  struct Unreadable: RowSource {
    let rowCount = 10_000
    let columnCount = 2
    func withRows<Result>(
      _ range: Range<Int>, _ body: (UnsafeBufferPointer<Double>) throws -> Result
    ) throws -> Result {
      throw CladeError.cannotRead(path: "rows.npy", reason: "gone")
    }
  }

  @Test func passesOnWhatWentWrong() {
    #expect(throws: CladeError.cannotRead(path: "rows.npy", reason: "gone")) {
      try DistinctRowSample(Unreadable(), limit: 5, seed: 0)
    }
  }
}
