import Clade
import Testing

/// The same bits for any threads, instruction set, order of rows, and place of duplicates.
@Suite struct KMeansSamenessTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let data: Matrix<Double>
    let k: Int
  }

  static let cases: [Case] = {
    let blobs = KMeansTests.blobs(rows: 5000, columns: 5, centers: 9)
    return [
      Case(testDescription: "blobs", data: blobs, k: 9),
      Case(
        testDescription: "grid with ties",
        data: KMeansTests.grid(rows: 3000, columns: 2, levels: 7), k: 6),
      Case(
        testDescription: "grid, many clusters",
        data: KMeansTests.grid(rows: 2000, columns: 3, levels: 4), k: 40),
      Case(
        testDescription: "duplicates",
        data: blobs.gatheringRows((0..<4000).map { $0 * $0 % 61 }), k: 7),
      Case(
        testDescription: "wide", data: KMeansTests.blobs(rows: 700, columns: 67, centers: 5), k: 21),
    ]
  }()

  func same<Scalar>(_ data: Matrix<Scalar>, k: Int, seeding: Seeding) throws {
    let method = KMeans(k: k, seeding: seeding)
    let expected = try method.fit(data, threads: 1)
    let places = KMeansTests.shuffled(data.rowCount, seed: 7)
    let shuffled = data.gatheringRows(places)
    for set in InstructionSet.available {
      try InstructionSet.forcing(set) {
        for threads in set == .portable ? [2] : [1, 2, 7] {
          #expect(try method.fit(data, threads: threads) == expected)
        }
        let other = try method.fit(shuffled, threads: 2)
        #expect(other.centers == expected.centers)
        #expect(other.objective == expected.objective)
        #expect(other.labels == places.map { expected.labels[$0] })
        #expect(try expected.predict(data, threads: 7) == expected.labels)
      }
    }
  }

  @Test(arguments: cases, Seeding.allCases) func doubles(_ item: Case, seeding: Seeding) throws {
    try same(item.data, k: item.k, seeding: seeding)
  }

  @Test(arguments: cases) func floats(_ item: Case) throws {
    try same(KMeansTests.single(item.data), k: item.k, seeding: .default)
  }

  @Test(arguments: cases, Seeding.allCases) func weighted(_ item: Case, seeding: Seeding) throws {
    let places = KMeansTests.shuffled(item.data.rowCount, seed: 3)
    // Weights that follow from the row, so that equal rows have different ones too.
    let weights = (0..<item.data.rowCount).map { 0.1 + Double($0 % 5) }
    let method = KMeans(k: item.k, seeding: seeding)
    let expected = try method.fit(item.data, weights: weights, threads: 1)
    let other = try method.fit(
      item.data.gatheringRows(places), weights: places.map { weights[$0] }, threads: 7)
    #expect(other.centers == expected.centers)
    #expect(other.objective == expected.objective)
    #expect(other.labels == places.map { expected.labels[$0] })
  }

  @Test(arguments: cases) func initialCentersInAnyOrder(_ item: Case) throws {
    let start = item.data.gatheringRows(CanonicalOrder(item.data).distinctStarts.prefix(item.k))
    let method = KMeans(k: item.k)
    let a = try method.fit(item.data, initialCenters: start)
    let b = try method.fit(
      item.data, initialCenters: start.gatheringRows((0..<item.k).reversed()))
    #expect(a == b)
  }

  /// Sums that are too large for every thread to have its own.
  @Test(arguments: [false, true]) func manyWideCenters(weighted: Bool) throws {
    let data = KMeansTests.blobs(rows: 1500, columns: 256, centers: 40)
    let start = data.gatheringRows(0..<600)
    let weights = weighted ? (0..<1500).map { 0.1 + Double($0 % 5) } : nil
    let method = KMeans(k: 600, maxIterations: 3)
    let alone = try method.fit(data, weights: weights, initialCenters: start, threads: 1)
    let together = try method.fit(data, weights: weights, initialCenters: start, threads: 7)
    #expect(alone == together)
  }
}
