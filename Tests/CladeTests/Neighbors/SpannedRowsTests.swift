import Clade
import Testing

/// Fits that share a spanning tree find what each finds alone.
@Suite struct SpannedRowsTests {
  private static let sets: [Matrix<Double>] = [
    DensityData.rows(400, columns: 3, seed: 21),
    DensityData.rows(300, columns: 2, step: 0.5, seed: 22),
    DensityData.rows(250, columns: 9, step: 1, seed: 23),
  ]

  private static func expectEqual(
    _ a: HDBSCANModel<Double>, _ b: HDBSCANModel<Double>, _ comment: Comment
  ) throws {
    #expect(a.labels == b.labels, comment)
    #expect(a.probabilities == b.probabilities, comment)
    #expect(a.outlierScores == b.outlierScores, comment)
    #expect(a.sizes == b.sizes, comment)
    #expect(a.condensedTree == b.condensedTree, comment)
    #expect(a.coreDistances == b.coreDistances, comment)
    #expect(a.selectedClusters == b.selectedClusters, comment)
    #expect(a.objective == b.objective, comment)
  }

  @Test(arguments: [Metric.euclidean, .cosine, .manhattan])
  func densityClustersAreThoseOfAFit(metric: Metric) throws {
    for data in Self.sets {
      let rows = try SpannedRows(data, metric: metric, minSamples: 6)
      let tree = try MinimumSpanningTree.mutualReachability(
        of: data, metric: metric, minSamples: 6)
      for size in [2, 6, 25] {
        for selection in ClusterSelectionMethod.allCases {
          var method = HDBSCAN(
            minClusterSize: size, minSamples: 6, metric: metric, clusterSelection: selection)
          let alone = try method.fit(data)
          try Self.expectEqual(method.fit(rows), alone, "\(method)")
          try Self.expectEqual(method.fit(data, spanningTree: tree), alone, "\(method)")
          // Any minimal tree will do.
          try Self.expectEqual(
            method.fit(data, spanningTree: rows.spanningTree), alone, "\(method)")
          #expect(try method.fit(rows).predict(data) == alone.predict(data))
          method.minSamples = nil
          let taken = try method.fit(rows)
          #expect(taken.labels == alone.labels)
          #expect(taken.parameters == alone.parameters)
        }
      }
    }
  }

  @Test func samplesAreTheClusterSizeWhereNoneAreGiven() throws {
    let data = Self.sets[0]
    let method = HDBSCAN(minClusterSize: 9)
    let tree = try MinimumSpanningTree.mutualReachability(of: data, minSamples: 9)
    try Self.expectEqual(method.fit(data, spanningTree: tree), method.fit(data), "9")
  }

  @Test(arguments: [nil, 4] as [Int?]) func genieCutsAreThoseOfAFit(minSamples: Int?) throws {
    for data in Self.sets {
      let rows = try SpannedRows(data, minSamples: minSamples)
      for threshold in [0.1, 0.5, 1] {
        for noise in minSamples == nil ? [.none] : GenieNoise.allCases {
          var method = Genie(giniThreshold: threshold, minSamples: minSamples, noise: noise)
          let tree = try method.hierarchy(of: rows)
          for k in [nil, 1, 2, 7, 20] as [Int?] {
            method.k = k
            let alone = try method.fit(data)
            #expect(try tree.model(k: k) == alone)
            #expect(try method.fit(rows) == alone)
            if let k { #expect(try tree.labels(k: k) == alone.labels) }
          }
          let most = try tree.labels(k: tree.mostClusters)
          #expect(Int(most.max() ?? -1) + 1 == tree.mostClusters)
          #expect(throws: CladeError.self) { try tree.labels(k: tree.mostClusters + 1) }
          #expect(throws: CladeError.self) { try tree.model(k: 0) }
        }
      }
    }
  }

  @Test func givenDistances() throws {
    let data = Self.sets[0]
    let distances = try Metric.manhattan.distances(of: data)
    let rows = try SpannedRows(distances, metric: .precomputed, minSamples: 5)
    let method = HDBSCAN(minClusterSize: 8, minSamples: 5, metric: .precomputed)
    try Self.expectEqual(method.fit(rows), method.fit(distances), "precomputed")
    let genie = Genie(k: 4, minSamples: 5, metric: .precomputed)
    #expect(try genie.fit(rows) == genie.fit(distances))
    #expect(rows.count == data.rowCount)
  }

  @Test func sameness() throws {
    for data in Self.sets {
      for minSamples in [nil, 5] as [Int?] {
        let one = try #require(
          try InstructionSet.forcing(.portable) {
            try SpannedRows(data, minSamples: minSamples, threads: 1).spanningTree
          })
        for set in InstructionSet.available {
          try InstructionSet.forcing(set) {
            for threads in [1, 2, 7] {
              let rows = try SpannedRows(data, minSamples: minSamples, threads: threads)
              #expect(rows.spanningTree == one)
            }
          }
        }
        let order = DensityData.shuffled(data.rowCount, seed: 4)
        let shuffled = data.gatheringRows(order)
        let other = try SpannedRows(shuffled, minSamples: minSamples)
        #expect(other.spanningTree.edges.map(\.length) == one.edges.map(\.length))
        let method = Genie(minSamples: minSamples)
        let labels = try method.hierarchy(of: SpannedRows(data, minSamples: minSamples))
          .labels(k: 5)
        #expect(try method.hierarchy(of: other).labels(k: 5) == order.map { labels[$0] })
      }
    }
  }

  @Test func refusals() throws {
    let data = Self.sets[0]
    let (plain, dense) = (try SpannedRows(data), try SpannedRows(data, minSamples: 4))
    func refuses(_ name: String, _ body: () throws -> Void) {
      #expect {
        try body()
      } throws: { error in
        guard case CladeError.invalidParameter(let found, _, _) = error else { return false }
        return found == name
      }
    }
    refuses("minSamples") { _ = try HDBSCAN().fit(plain) }
    refuses("minSamples") { _ = try HDBSCAN(minSamples: 5).fit(dense) }
    refuses("metric") { _ = try HDBSCAN(metric: .cosine).fit(dense) }
    refuses("minClusterSize") { _ = try HDBSCAN(minClusterSize: 1).fit(dense) }
    refuses("minSamples") { _ = try Genie(k: 2).fit(dense) }
    refuses("minSamples") { _ = try Genie(k: 2, minSamples: 4).hierarchy(of: plain) }
    refuses("giniThreshold") { _ = try Genie(giniThreshold: 2).hierarchy(of: plain) }
    refuses("minSamples") { _ = try SpannedRows(data, minSamples: 0) }
    refuses("minSamples") { _ = try SpannedRows(data, minSamples: data.rowCount) }
    // Trees of other rows, and of plain distances.
    let few = data.gatheringRows(Array(0..<50 as Range<Int32>))
    #expect(throws: CladeError.self) {
      try HDBSCAN().fit(few, spanningTree: dense.spanningTree)
    }
    #expect(throws: CladeError.self) {
      try HDBSCAN().fit(data, spanningTree: plain.spanningTree)
    }
    let ring = MinimumSpanningTree(
      edges: [
        .init(first: 0, second: 1, length: 1), .init(first: 0, second: 1, length: 1),
        .init(first: 1, second: 2, length: 1),
      ], coreDistances: [1, 1, 1, 1])
    #expect(throws: CladeError.self) {
      try HDBSCAN(minClusterSize: 2).fit(Matrix([[0.0], [1], [2], [3]]), spanningTree: ring)
    }
    let unknown = MinimumSpanningTree(
      edges: [.init(first: 0, second: 1, length: .nan)], coreDistances: [1, 1])
    #expect(throws: CladeError.self) {
      try HDBSCAN(minClusterSize: 2, minSamples: 1).fit(
        Matrix([[0.0], [1]]), spanningTree: unknown)
    }
    // No row, or one.
    #expect(throws: CladeError.self) { try SpannedRows(Matrix<Double>(rows: 0, columns: 2)) }
    let single = try SpannedRows(Matrix([[1.0, 2]]), minSamples: 1)
    #expect(single.spanningTree.edges.isEmpty)
    #expect(try Genie(k: 1, minSamples: 1).fit(single).labels == [0])
    #expect(throws: CladeError.self) { try HDBSCAN().fit(single) }
  }
}
