import Clade
import Testing

/// Hierarchical clustering of points that are the same in several units.
@Suite struct WeightedProjectiveClusteringTests {
  /// Three points of grades 2, 3 and 5, each shaken a little and written in units of its own.
  private static func rows() throws -> (space: WeightedProjectiveSpace, rows: Matrix<Double>) {
    let space = try WeightedProjectiveSpace(grades: [2, 3, 5])
    let points = [[1.0, 0.2, 0.1], [0.1, 1, 0.3], [-0.5, 0.4, -1]]
    var random = CounterRandom(seed: 3)
    let rows = (0..<90).map { row -> [Double] in
      let shaken = points[row % 3].map { $0 * (1 + 0.05 * random.normal()) }
      let unit = Elementary.exp(2 * random.normal()) * (random.uniform() < 0.5 ? -1 : 1)
      return space.scaled(shaken, by: unit)
    }
    return (space, try Matrix(rows))
  }

  @Test func unitsAreDividedOut() throws {
    let (space, rows) = try Self.rows()
    for linkage in [Linkage.single, .complete, .average] {
      let model = try AgglomerativeClustering(linkage: linkage, metric: space.metric, k: 3).fit(
        rows)
      #expect(model.sizes == [30, 30, 30])
      #expect(Set((0..<90).map { [Int32($0 % 3), model.labels[$0]] }).count == 3)
    }
    #expect(try Genie(k: 3, metric: space.metric).fit(rows).sizes == [30, 30, 30])
    // Without it units are most of what is seen.
    let plain = try AgglomerativeClustering(linkage: .average, k: 3).fit(rows)
    #expect(plain.sizes != [30, 30, 30])
  }
}
