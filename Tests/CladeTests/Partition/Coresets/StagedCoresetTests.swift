import Clade
import Testing

@Suite struct StagedCoresetTests {
  @Test func countsWhatItReads() throws {
    let data = CoresetData.uneven(rows: 4000)
    let result = try StagedCoreset(size: 300, k: 5).coreset(of: data)
    let (queries, centers) = (result.queries, result.centers.rowCount)
    #expect(queries.map(\.stage) == ["bicriteria", "groups", "sampling"])
    // Halves: fewer than twice the rows, and a few more for rounds that end unevenly.
    #expect(queries[0].rowReads < 3 * 4000)
    #expect(centers > 5 && centers <= 12 * 10)
    #expect(queries[1].rowReads == 8000)
    #expect(queries[2].distances == 4000 * centers)
    #expect(abs(queries[2].quantumQueries - (4000.0 * 300).squareRoot()) < 1e-9)
    #expect(StagedCoreset.quantumBound(rows: 10_000, columns: 4, k: 25) == 500 * 8)
    #expect(StagedCoreset.quantumLowerBound(rows: 10_000, k: 25) == 500)
  }

  @Test(arguments: CoresetObjective.allCases) func keepsCosts(objective: CoresetObjective) throws {
    let data = CoresetData.uneven(rows: 10_000, columns: 2)
    let sets = CoresetData.centers(data, k: 4, count: 20)
    let errors = try (0..<5).map {
      try CoresetData.worstError(
        StagedCoreset(size: 1500, k: 4, objective: objective, seed: $0).coreset(of: data).coreset,
        data, sets)
    }
    #expect(errors.sorted()[2] < 0.5)
  }

  /// A few centers for each of k cost no more than a small factor times the best k.
  @Test func centersOfTheFirstStageAreGood() throws {
    let data = CoresetData.uneven(rows: 5000, columns: 2)
    let best = try KMedian(k: 6, restarts: 5).fit(data).objective
    let result = try StagedCoreset(size: 300, k: 6).coreset(of: data)
    #expect(try CoresetObjective.kMedian.cost(of: result.centers, on: data) < 2 * best)
  }

  @Test func same() throws {
    let data = CoresetData.uneven(rows: 2000)
    let method = StagedCoreset(size: 150, k: 5)
    let expected = try method.coreset(of: data, threads: 1)
    let shuffled = data.gatheringRows(KMeansTests.shuffled(2000, seed: 7))
    for set in InstructionSet.available {
      try InstructionSet.forcing(set) { () throws in
        for threads in [1, 2, 7] {
          let other = try method.coreset(of: shuffled, threads: threads)
          #expect(other.coreset.rows == expected.coreset.rows)
          #expect(other.coreset.weights == expected.coreset.weights)
          #expect(other.queries == expected.queries)
        }
      }
    }
  }

  @Test func badInput() throws {
    let data = CoresetData.uneven(rows: 50)
    #expect(throws: CladeError.self) { try StagedCoreset(size: 0, k: 1).coreset(of: data) }
    #expect(throws: CladeError.self) { try StagedCoreset(size: 5, k: 0).coreset(of: data) }
    #expect(throws: CladeError.tooManyClusters(k: 3, distinctRows: 2)) {
      try StagedCoreset(size: 5, k: 3).coreset(of: data.gatheringRows([1, 1, 2]))
    }
  }
}
