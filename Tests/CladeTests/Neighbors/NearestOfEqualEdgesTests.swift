import Clade
import Testing

/// Of the spanning trees by mutual reachability the one between the nearest rows.
@Suite struct NearestOfEqualEdgesTests {
  @Test(arguments: [2, 5, 30], [Metric.euclidean, .manhattan])
  func edges(minSamples: Int, metric: Metric) throws {
    for columns in [1, 2, 4] {
      let data = DensityData.rows(250, columns: columns, seed: 12)
      let distances = try metric.distances(of: data)
      let cores = (0..<250).map { row in (0..<250).map { distances[row, $0] }.sorted()[minSamples] }
      // Kruskal's algorithm over all pairs.
      var pairs: [(length: Double, span: Double, a: Int, b: Int)] = []
      for b in 0..<250 {
        for a in 0..<b {
          let span = distances[a, b]
          pairs.append((max(span, cores[a], cores[b]), span, a, b))
        }
      }
      pairs.sort { ($0.length, $0.span) < ($1.length, $1.span) }
      var groups = Array(0..<250)
      let expected = pairs.filter { pair in
        let (a, b) = (groups[pair.a], groups[pair.b])
        if a != b { groups = groups.map { $0 == b ? a : $0 } }
        return a != b
      }
      let tree = try MinimumSpanningTree.mutualReachability(
        of: data, metric: metric, minSamples: minSamples)
      #expect(tree.edges.map(\.length) == expected.map(\.length))
      #expect(
        Set(tree.edges.map { [Int($0.first), Int($0.second)] })
          == Set(expected.map { [$0.a, $0.b] }), "\(columns) columns")
    }
  }
}
