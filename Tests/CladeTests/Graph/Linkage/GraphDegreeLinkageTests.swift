import Clade
import Foundation
import Testing

/// Graph degree linkage against its formulas, and its properties.
@Suite struct GraphDegreeLinkageTests {
  /// Labels numbered as they appear.
  private static func renamed(_ labels: [Int32]) -> [Int32] {
    var names: [Int32: Int32] = [:]
    return labels.map { label in
      let name = names[label] ?? Int32(names.count)
      names[label] = name
      return name
    }
  }

  @Test(arguments: [3, 6, 12], [0, 1, 2])
  func oracle(neighbors: Int, initialNeighbors: Int) throws {
    for seed in 0..<3 as Range<UInt64> {
      for columns in [1, 2, 5] {
        let data = DensityData.rows(60, columns: columns, seed: 40 + seed)
        let rows = (0..<60).map { data.row($0) }
        for k in [2, 5, 30] {
          var method = GraphDegreeLinkage(
            k: k, neighbors: neighbors, scale: 0.5 + Double(seed),
            initialNeighbors: initialNeighbors)
          let expected = Self.renamed(GraphDegreeOracle.labels(method, rows))
          #expect(Self.renamed(try method.fit(data).labels) == expected, "\(method)")
          // With room for all clusters, candidates leave nothing out.
          method.candidates = 60
          #expect(Self.renamed(try method.fit(data).labels) == expected, "\(method)")
        }
      }
    }
  }

  /// Three rows near each other and two farther off: one edge each.
  @Test func handWorked() throws {
    let data = try Matrix([[0.0], [1], [2.5], [10], [12]])
    // Edges 0→1, 1→0, 2.5→1, 10→12, 12→10; squares 1, 1, 2.25, 4, 4, their mean 2.45. Two components.
    let model = try GraphDegreeLinkage(k: 1, neighbors: 1).fit(data)
    #expect(model.labels == [0, 0, 0, 1, 1])
    #expect(model.partCount == 2 && model.clusterCount == 2 && model.objective == 0)
    #expect(model.dendrogram.merges.map(\.height) == [0, 0, 0, 1])
    // Singles: 0 and 1 have edges both ways, and so have 10 and 12; 2.5 has none back.
    let singles = try GraphDegreeLinkage(k: 2, neighbors: 1, initialNeighbors: 0).fit(data)
    #expect(singles.labels == [0, 0, 2, 1, 1])
    let weights = [1.0, 4].map { Elementary.exp(-$0 / 2.45) }
    for (merge, weight) in zip(singles.dendrogram.merges, weights) {
      // Two rows that know each other by the square of the weight, each.
      #expect(abs(merge.height * 2 * weight * weight - 1) < 1e-12)
    }
    // Two edges each: 2.5 has edges both ways with 0 and 1.
    #expect(
      try GraphDegreeLinkage(k: 2, neighbors: 2, initialNeighbors: 0).fit(data).labels
        == [0, 0, 0, 1, 1])
  }

  @Test func findsTheNumberOfClusters() throws {
    #expect(GraphDegreeLinkage.largestGap([9, 8, 7, 1, 0.9], from: 6, most: 5) == 3)
    #expect(GraphDegreeLinkage.largestGap([9, 2, 8, 1.5], from: 5, most: 4) == 4)
    #expect(GraphDegreeLinkage.largestGap([9, 2, 8, 1.5], from: 5, most: 3) == 2)
    #expect(GraphDegreeLinkage.largestGap([9, 8], from: 5, most: 4) == 3)
    #expect(GraphDegreeLinkage.largestGap([], from: 1, most: 3) == 1)
    #expect(GraphDegreeLinkage.largestGap([5], from: 2, most: 3) == 2)
    // Four squares whose corners are at 0 and 30 in both columns.
    var random = CounterRandom(seed: 3)
    let data = Matrix<Double>(rows: 400, columns: 2) { target in
      for index in 0..<800 {
        let corner = Double(index / 2 % 4 / (index % 2 + 1) % 2) * 30
        target.initializeElement(at: index, to: corner + 5 * random.uniform())
      }
    }
    let model = try GraphDegreeLinkage().fit(data)
    #expect(model.sizes == [100, 100, 100, 100])
    #expect(Set((0..<400).map { [Int32($0 % 4), model.labels[$0]] }).count == 4)
  }

  @Test func candidatesHardlyMatter() throws {
    let data = DensityData.rows(500, columns: 4, groups: 6, seed: 9)
    let exact = try GraphDegreeLinkage(k: 6, neighbors: 12).fit(data)
    let fast = try GraphDegreeLinkage(k: 6, neighbors: 12, candidates: 10).fit(data)
    let index = try ExternalIndices(truth: exact.labels, labels: fast.labels)
    #expect(index.adjustedRandIndex > 0.95)
    // Also with a single candidate each all is joined that can be.
    let one = try GraphDegreeLinkage(k: 1, neighbors: 12, candidates: 1).fit(data)
    let all = try GraphDegreeLinkage(k: 1, neighbors: 12).fit(data)
    #expect(one.partCount == all.partCount)
  }

  @Test func treeAndFile() throws {
    let data = DensityData.rows(150, columns: 2, step: 0.5, seed: 2)
    let model = try GraphDegreeLinkage(k: 4, neighbors: 8).fit(data)
    let tree = try Dendrogram(rowCount: 150, merges: model.dendrogram.merges)
    #expect(tree == model.dendrogram)
    let file = try JSONEncoder().encode(model)
    let read = try JSONDecoder().decode(GraphDegreeModel<Double>.self, from: file)
    #expect(read.labels.isEmpty && read.sizes == model.sizes && read.dendrogram == tree)
    #expect(read.partCount == model.partCount)
    let text = try #require(String(bytes: file, encoding: .utf8))
    let edited = text.replacingOccurrences(of: "\"partCount\":", with: "\"partCount\":-")
    #expect(edited != text)
    #expect(throws: (any Error).self) {
      try JSONDecoder().decode(GraphDegreeModel<Double>.self, from: Data(edited.utf8))
    }
  }

  private static let methods: [GraphDegreeLinkage] = [
    GraphDegreeLinkage(k: 4, neighbors: 8), GraphDegreeLinkage(neighbors: 15, candidates: 4),
    GraphDegreeLinkage(k: 40, neighbors: 5, initialNeighbors: 2, metric: .manhattan),
    GraphDegreeLinkage(k: 3, neighbors: 20, scale: 0.3, initialNeighbors: 0, candidates: 10),
  ]

  /// With ties and duplicates, and more equal rows than neighbours.
  private static let sets: [Matrix<Double>] = [
    DensityData.rows(300, columns: 2, seed: 1),
    DensityData.rows(400, columns: 2, step: 0.5, seed: 2),
    DensityData.rows(300, columns: 2, step: 2, seed: 3),
    DensityData.rows(250, columns: 9, step: 0.25, seed: 4),
  ]

  @Test(arguments: methods) func sameness(method: GraphDegreeLinkage) throws {
    for data in Self.sets where method.k ?? 1 <= CanonicalOrder(data).distinctRowCount {
      let one = try #require(
        try InstructionSet.forcing(.portable) { try method.fit(data, threads: 1) })
      for threads in [2, 7] { #expect(try method.fit(data, threads: threads) == one) }
      for isa in InstructionSet.available {
        #expect(try InstructionSet.forcing(isa) { try method.fit(data) } == one, "\(isa)")
      }
      let order = DensityData.shuffled(data.rowCount, seed: 5)
      let other = try method.fit(data.gatheringRows(order))
      #expect(order.map { one.labels[$0] } == other.labels)
      #expect(one.dendrogram.merges.map(\.height) == other.dendrogram.merges.map(\.height))
    }
  }

  @Test func badInput() throws {
    let data = try Matrix([[0.0], [1], [1], [5]])
    func message(_ method: GraphDegreeLinkage, _ data: Matrix<Double>) -> String {
      do {
        _ = try method.fit(data)
        return "none"
      } catch { return "\(error)" }
    }
    #expect(message(GraphDegreeLinkage(k: 0), data).contains("k can't be 0"))
    #expect(message(GraphDegreeLinkage(k: 4), data).contains("3 distinct rows"))
    #expect(message(GraphDegreeLinkage(neighbors: 0), data).contains("neighbors can't be 0"))
    #expect(message(GraphDegreeLinkage(scale: 0), data).contains("scale can't be 0"))
    #expect(message(GraphDegreeLinkage(scale: .nan), data).contains("scale can't be nan"))
    #expect(message(GraphDegreeLinkage(initialNeighbors: 21), data).contains("initialNeighbors"))
    #expect(message(GraphDegreeLinkage(candidates: 0), data).contains("candidates can't be 0"))
    #expect(message(GraphDegreeLinkage(), Matrix(rows: 0, columns: 2)).contains("no data"))
    let broken = try Matrix([[0.0, 1], [1, 2], [-1, .infinity]])
    #expect(message(GraphDegreeLinkage(), broken).contains("row 2, column 1 holds inf"))
    #expect(try GraphDegreeLinkage().fit(try Matrix([[3.0]])).labels == [0])
    let same = try Matrix([[3.0], [3], [3]])
    #expect(try GraphDegreeLinkage().fit(same).labels == [0, 0, 0])
    #expect(message(GraphDegreeLinkage(k: 2), same).contains("1 distinct row;"))
    let huge = try Matrix([[1e300], [-1e300], [2e300], [1e-300]])
    #expect(try GraphDegreeLinkage(k: 2).fit(huge).clusterCount == 2)
    #expect(try GraphDegreeLinkage(k: 3).fit(data).labels == [1, 0, 0, 2])
  }
}
