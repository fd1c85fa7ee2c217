import CladeCore
import Testing

@Suite struct CanonicalOrderTests {
  /// Grids of few values, so that rows tie in many columns and often in all.
  static func grid(rows: Int, columns: Int, levels: Int, seed: UInt64) -> Matrix<Double> {
    var random = CounterRandom(seed: seed)
    return Matrix(rows: rows, columns: columns) { buffer in
      for index in buffer.indices {
        buffer[index] = Double(Int(random.next() % UInt64(levels)) - levels / 2) * 0.5
      }
    }
  }

  @Test(arguments: [(0, 3, 2), (1, 1, 2), (50, 1, 3), (3000, 4, 3), (5000, 3, 400), (2500, 0, 2)])
  func agreesWithAComparisonSort(rows: Int, columns: Int, levels: Int) {
    let data = Self.grid(rows: rows, columns: columns, levels: levels, seed: UInt64(rows))
    let found = CanonicalOrder(data)
    let sorted = (0..<rows).map { data.row($0) }.sorted { $0.lexicographicallyPrecedes($1) }
    #expect(found.order.map { data.row(Int($0)) } == sorted)
    #expect(Set(found.order).count == rows)
    #expect(found.distinctRowCount == Set(sorted).count)
    for start in found.distinctStarts where start > 0 {
      #expect(sorted[Int(start)] != sorted[Int(start) - 1])
    }
    let single = Matrix<Float>(rows: rows, columns: columns) { buffer in
      data.withUnsafeBufferPointer { values in
        for index in buffer.indices { buffer[index] = Float(values[index]) }
      }
    }
    #expect(CanonicalOrder(single).distinctStarts == found.distinctStarts)
  }

  @Test func negativeZeroEqualsZeroAndExtremesAreInPlace() throws {
    let least = Double.leastNonzeroMagnitude
    let data = try Matrix([[0.0], [-0.0], [-least], [1e300], [-1e300], [least], [0]])
    let order = CanonicalOrder(data)
    #expect(order.distinctRowCount == 5)
    #expect(
      order.order.map { data[Int($0), 0] }.map { $0 + 0 } == [
        -1e300, -least, 0, 0, 0, least, 1e300,
      ])
  }

  @Test func sampleDoesNotDependOnTheOrderOfRows() {
    let data = Self.grid(rows: 2000, columns: 2, levels: 9, seed: 1)
    let places = (0..<2000).map { ($0 * 577 + 31) % 2000 }
    let shuffled = data.gatheringRows(places)
    for count in [0, 1, 100, 1999, 2000, 3000] {
      let a = CanonicalOrder(data).sample(count: count, seed: 4, of: data)
      let b = CanonicalOrder(shuffled).sample(count: count, seed: 4, of: shuffled)
      #expect(a.count == min(count, 2000))
      #expect(data.gatheringRows(a) == shuffled.gatheringRows(b))
      #expect(Set(a).count == a.count)
    }
  }

  @Test func sampleTakesDuplicatesAsOftenAsTheyDeserve() throws {
    // 900 equal rows and 100 different ones: a sample of 200 should hold about 180 of the former.
    let data = Matrix<Double>(rows: 1000, columns: 1) { buffer in
      for index in buffer.indices { buffer[index] = index < 900 ? 0 : Double(index) }
    }
    let order = CanonicalOrder(data)
    var total = 0
    for seed in 0..<20 {
      total += order.sample(count: 200, seed: UInt64(seed), of: data).count {
        data[Int($0), 0] == 0
      }
    }
    #expect((3500...3700).contains(total))
  }
}
