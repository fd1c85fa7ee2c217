import Clade
import Testing

/// Trees of communities from the bottom up and from the top down.
@Suite struct CommunityTreeTests {
  /// The agreement with the communities of a level of the tree, 0 for its root.
  static func score(
    _ tree: CommunityTree, _ sample: HierarchicalBlockModel.Sample, level: Int, depth: Int
  ) throws -> Double {
    let truth = sample.communities.map { $0 >> Int32(depth - level) }
    return try ExternalIndices(truth: truth, labels: tree.labels(count: 1 << level))
      .adjustedRandIndex
  }

  @Test func edgesAreDrawnWithTheirProbabilities() throws {
    let model = HierarchicalBlockModel(
      communitySize: 150, probabilities: [0.02, 0.1, 0.3], seed: 3)
    let sample = try model.generate()
    #expect(sample.graph.vertexCount == 600)
    #expect(Set(sample.communities).count == 4 && sample.communities.count { $0 == 2 } == 150)
    var counts = [Double](repeating: 0, count: 3)
    for vertex in 0..<600 {
      let part = sample.graph.starts[vertex]..<sample.graph.starts[vertex + 1]
      #expect(sample.graph.neighbors[part].sorted() == Array(sample.graph.neighbors[part]))
      for other in sample.graph.neighbors[part] {
        let (a, b) = (sample.communities[vertex], sample.communities[Int(other)])
        counts[a == b ? 2 : a / 2 == b / 2 ? 1 : 0] += 1
      }
    }
    // Pairs by level, each counted from both ends, and six standard deviations.
    for (level, pairs) in [180_000.0, 90_000, 89_400].enumerated() {
      let p = model.probabilities[level]
      #expect(abs(counts[level] - pairs * p) < 6 * (2 * pairs * p * (1 - p)).squareRoot())
    }
    #expect(try model.generate().graph == sample.graph)
    var other = model
    other.seed = 4
    #expect(try other.generate().graph != sample.graph)
    // All pairs, and none.
    let full = try HierarchicalBlockModel(communitySize: 5, probabilities: [0, 1]).generate().graph
    #expect(full.edgeCount == 20 && full.neighbors.prefix(4) == [1, 2, 3, 4])
  }

  @Test func bothFindClearTrees() throws {
    let model = HierarchicalBlockModel(
      communitySize: 60, probabilities: [0.01, 0.05, 0.15, 0.5], seed: 1)
    let sample = try model.generate()
    for tree in [
      try CommunityLinkage(k: 8).fit(sample.graph), try SpectralBisection(k: 8).fit(sample.graph),
    ] {
      for level in 1...3 { #expect(try Self.score(tree, sample, level: level, depth: 3) == 1) }
      #expect(tree.invertedMerges.isEmpty)
      #expect(try Dendrogram(rowCount: 8, merges: tree.dendrogram.merges) == tree.dendrogram)
    }
  }

  /// Two pairs of communities; within the first pair edges are rarer than between the pairs, so that cutting
  /// that pair late makes a lower merge's parent higher.
  @Test func inversionsAreReported() throws {
    let tree = CommunityTree(
      communities: [0, 1, 2],
      dendrogram: try Dendrogram(
        rowCount: 3,
        merges: [
          .init(first: 0, second: 1, height: 0.9, size: 2),
          .init(first: 2, second: 3, height: 0.8, size: 3),
        ]))
    #expect(tree.invertedMerges == [1])
    #expect(try tree.labels(count: 2) == [0, 0, 1] && tree.labels(count: 1) == [0, 0, 0])
    #expect(throws: CladeError.self) { try tree.labels(count: 4) }
  }

  /// The averages of average linkage, by the edges themselves.
  @Test func linkageIsOfEdgeDensities() throws {
    let model = HierarchicalBlockModel(
      communitySize: 20, probabilities: [0.1, 0.2, 0.3], seed: 8)
    let sample = try model.generate()
    let tree = try CommunityLinkage(k: 4).linkage(sample.graph, sample.communities)
    let (graph, k) = (sample.graph, 4)
    var members = (0..<k).map { group in
      Set((0..<80 as Range<Int32>).filter { sample.communities[Int($0)] == Int32(group) })
    }
    for merge in tree.dendrogram.merges {
      func density(_ a: Set<Int32>, _ b: Set<Int32>) -> Double {
        let edges = a.reduce(0) { sum, vertex in
          let part = graph.starts[Int(vertex)]..<graph.starts[Int(vertex) + 1]
          return sum + graph.neighbors[part].count { b.contains($0) }
        }
        return Double(edges) / Double(a.count * b.count)
      }
      let (a, b) = (members[Int(merge.first)], members[Int(merge.second)])
      #expect(abs(1 - density(a, b) - merge.height) < 1e-12)
      for x in members where !x.isEmpty {
        for y in members where !y.isEmpty && x != y {
          #expect(density(x, y) <= density(a, b) + 1e-12)
        }
      }
      members[Int(merge.first)] = []
      members[Int(merge.second)] = []
      members.append(a.union(b))
    }
  }

  /// Upper levels are found bottom-up where cutting top-down begins to miss vertices.
  @Test func bottomUpBeatsTopDownWhereSignalsAreWeak() throws {
    var (up, down) = (0.0, 0.0)
    for seed in 0..<3 as Range<UInt64> {
      let model = HierarchicalBlockModel(
        communitySize: 80, probabilities: [0.05, 0.06, 0.3], seed: seed)
      let sample = try model.generate()
      up += try Self.score(
        CommunityLinkage(k: 4).fit(sample.graph), sample, level: 1, depth: 2)
      down += try Self.score(
        SpectralBisection(k: 4).fit(sample.graph), sample, level: 1, depth: 2)
    }
    #expect(up > down && up > 2.9, "\(up) \(down)")
  }

  @Test func badInput() throws {
    let few = try UndirectedGraph(vertexCount: 3, edges: [(0, 1), (1, 0)])
    #expect(few.edgeCount == 1)
    for k in [0, 4] {
      #expect(throws: CladeError.self) { try CommunityLinkage(k: k).fit(few) }
      #expect(throws: CladeError.self) { try SpectralBisection(k: k).fit(few) }
    }
    #expect(try SpectralBisection(k: 3).fit(few).communityCount == 3)
    #expect(try CommunityLinkage(k: 1).fit(few).communities == [0, 0, 0])
    let empty = try UndirectedGraph(vertexCount: 4, edges: [])
    #expect(try SpectralBisection(k: 2).fit(empty).communityCount == 2)
    #expect(throws: CladeError.self) { try CommunityLinkage(k: 1).linkage(few, [0, 1, 0]) }
    for edge in [(0, 3), (-1, 0), (1, 1)] as [(Int32, Int32)] {
      #expect(throws: CladeError.self) { try UndirectedGraph(vertexCount: 3, edges: [edge]) }
    }
    for (size, probabilities) in [
      (0, [0.5]), (10, []), (10, [0.5, 1.5]), (10, [.nan]), (1 << 40, [0.1]),
    ] as [(Int, [Double])] {
      #expect(throws: CladeError.self) {
        try HierarchicalBlockModel(communitySize: size, probabilities: probabilities).generate()
      }
    }
  }
}
