import Clade
import Testing

/// The methods that make silhouettes large.
@Suite struct MedoidSilhouetteTests {
  /// `kmedoids.fastermsc(cdist(X, X), np.arange(k) * 7 + 3)` and likewise `fastmsc` and `pammedsil`, of
  /// kmedoids 0.5.5.
  @Test(arguments: [
    (2, 0.7564506360799288, [58, 140], 4, 23, 3),
    (3, 0.7466764546138378, [14, 57, 140], 3, 18, 4),
    (6, 0.7420407624230759, [3, 14, 18, 31, 58, 112], 3, 17, 8),
  ])
  func medoidsOfWine(
    _ k: Int, _ silhouette: Double, _ medoids: [Int32], _ passes: Int, _ eager: Int, _ steepest: Int
  ) throws {
    for algorithm in [KMedoids.Algorithm.fasterMSC, .fastMSC, .pamMedSil] {
      let model = try KMedoids(
        k: k, algorithm: algorithm, start: .items((0..<k).map { $0 * 7 + 3 }), visitingOrder: .rows
      ).fit(Wine.points)
      #expect(abs(try #require(model.medoidSilhouette) - silhouette) < 1e-14)
      #expect(model.medoids.sorted() == medoids)
      #expect(model.swaps == (algorithm == .fasterMSC ? eager : steepest))
      #expect(model.iterations == (algorithm == .fasterMSC ? passes : steepest + 1))
    }
  }

  /// `kmedoids.pamsil(cdist(X, X), np.arange(k) * 7 + 3)` of the first 60 rows.
  @Test(arguments: [(2, 0.5598812006224588, [10, 19], 1), (3, 0.5843669777387999, [4, 6, 17], 2)])
  func silhouettesThemselves(_ k: Int, _ mean: Double, _ medoids: [Int32], _ swaps: Int) throws {
    let data = Wine.points.gatheringRows(0..<60)
    let model = try KMedoids(
      k: k, algorithm: .pamSil, start: .items((0..<k).map { $0 * 7 + 3 }), visitingOrder: .rows
    ).fit(data)
    #expect(model.medoids.sorted() == medoids && model.swaps == swaps)
    #expect(abs(try Silhouette(data, labels: model.labels).mean - mean) < 1e-13)
  }

  /// `kmedoids.dynmsc(cdist(X, X), np.arange(8) * 7 + 3, 2)` has 0.75645…, 0.74668…, 0.74768…, 0.74397…,
  /// 0.74204…, 0.74281… and 0.71159… for 2 to 8 medoids.
  @Test func theirNumber() throws {
    let result = try DynMSC(range: 2...8).fit(Wine.points)
    #expect(result.model.clusterCount == 2)
    #expect(result.model.medoids.sorted() == [58, 140])
    #expect(result.silhouettes.count == 7 && result.smallest == 2)
    #expect(abs(result.silhouettes[0] - 0.7564506360799288) < 1e-13)
    #expect(result.silhouettes.max() == result.silhouettes[0])

    let blobs = MedoidData.blobs(400, columns: 6, groups: 6, seed: 3)
    let found = try DynMSC().fit(blobs)
    #expect(found.silhouettes.count == 19)
    #expect(found.model.clusterCount == 6)
  }

  @Test func theirNumberDoesNotDependOnOrder() throws {
    let data = MedoidData.rows(300, columns: 3, step: 0.25, seed: 11)
    let expected = try DynMSC().fit(data, threads: 1)
    let order = DensityData.shuffled(300, seed: 2)
    let other = try DynMSC().fit(data.gatheringRows(order), threads: 2)
    #expect(other.silhouettes == expected.silhouettes)
    #expect(other.model.labels == order.map { expected.model.labels[$0] })
    for set in InstructionSet.available {
      let forced = try InstructionSet.forcing(set) { try DynMSC().fit(data, threads: 7) }
      #expect(forced == expected)
    }
  }

  @Test func fewDistinctRows() throws {
    let three = MedoidData.rows(50, columns: 2, seed: 1).gatheringRows((0..<50).map { $0 % 3 })
    let result = try DynMSC().fit(three)
    #expect(result.silhouettes.count == 2 && result.model.clusterCount == 3)
    #expect(throws: CladeError.tooManyClusters(k: 4, distinctRows: 3)) {
      try DynMSC(range: 2...4).fit(three)
    }
    #expect(throws: CladeError.tooManyClusters(k: 2, distinctRows: 1)) {
      try DynMSC().fit(Matrix<Double>(rows: 5, columns: 1, repeating: 3))
    }
    #expect(throws: CladeError.self) { try DynMSC(range: 1...4).fit(three) }
    #expect(throws: CladeError.self) { try DynMSC(start: .items([0, 1])).fit(three) }
  }

  @Test func gainsAreWhatTheSumFallsBy() throws {
    for (number, k) in [2, 3, 5].enumerated() {
      let data = MedoidData.rows(151, columns: 3, step: number == 1 ? 0.5 : nil, seed: 40)
      let rows = try DissimilarityRows(
        Metric.euclidean.prepared(for: data), memory: 1_000_000, threads: 1)
      let candidates = rows.candidates()
      var state = try MedoidTriples((0..<Int32(k)).map { $0 * 29 }, of: rows)
      var workspace = MedoidTriples<Double>.workspace()
      for round in 0..<4 {
        let swaps = try state.bestSwaps(0..<151, of: candidates, &workspace)
        #expect(try swaps == state.bestSwapsPairByPair(0..<151, of: candidates, &workspace))
        for place in 0..<151 where state.mayJoin(place) {
          var after = state
          try after.swap(swaps[place].slot, for: place, of: candidates, rows, &workspace)
          #expect(after.loss == state.loss + swaps[place].change)
          #expect(try MedoidTriples(after.medoids, of: rows).loss == after.loss)
        }
        let place = (0..<151).first { $0 > 30 * round && state.mayJoin($0) } ?? 1
        try state.swap(swaps[place].slot, for: place, of: candidates, rows, &workspace)
      }
    }
  }
}
