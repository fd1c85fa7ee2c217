import Clade
import CladeCore
import Testing

/// Rows of which very many are equal, which no pivots tell apart.
@Suite struct BallTreeTests {
  @Test func manyEqualRows() throws {
    let count = 9000
    var random = CounterRandom(seed: 5)
    let data = Matrix<Double>(rows: count, columns: 2) { buffer in
      for row in 0..<count {
        let isEqual = row % 10 != 0
        buffer[2 * row] = isEqual ? 1 : random.normal()
        buffer[2 * row + 1] = isEqual ? 2 : random.normal()
      }
    }
    for metric in [Metric.manhattan, .canberra, NeighborIndexTests.own] {
      let tree = try NeighborIndex(data, metric: metric, structure: .ballTree)
      let brute = try NeighborIndex(data, metric: metric, structure: .bruteForce)
      let queries = data.gatheringRows((0..<27).map { $0 * 331 })
      let found = try tree.neighbors(of: queries, count: 40)
      let expected = try brute.neighbors(of: queries, count: 40)
      #expect(found == expected)
      let near = try tree.neighbors(of: queries, within: 0.1)
      let expectedNear = try brute.neighbors(of: queries, within: 0.1)
      #expect(near == expectedNear)
      guard metric != NeighborIndexTests.own else { continue }
      let all = try tree.neighbors(count: 7)
      let expectedAll = try brute.neighbors(count: 7)
      #expect(all == expectedAll)
    }
  }
}
