import Clade
import Testing

/// The same bits for any threads, instruction set, order of rows, and place of duplicates.
@Suite struct PPPSamenessTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let data: Matrix<Double>
    var sampleSize = 30_000
  }

  static let cases: [Case] = {
    guard
      let blobs = try? PPPData.blobs(6, columns: 3, rows: 2000, sizeRatio: 4).points,
      let wide = try? PPPData.blobs(4, columns: 70, rows: 800).points
    else { return [] }
    return [
      Case(testDescription: "blobs", data: blobs),
      Case(testDescription: "sampled blobs", data: blobs, sampleSize: 700),
      Case(testDescription: "ring", data: PPPData.ringAndBlob(rows: 1500).points),
      Case(
        testDescription: "grid",
        data: KMeansTests.grid(rows: 1500, columns: 2, levels: 7)),
      Case(
        testDescription: "duplicates",
        data: blobs.gatheringRows((0..<1500).map { $0 * $0 % 211 }), sampleSize: 900),
      Case(testDescription: "more columns than a mixture takes", data: wide),
    ]
  }()

  func same<Scalar>(_ data: Matrix<Scalar>, sampleSize: Int) throws {
    let method = PPP(sampleSize: sampleSize)
    let expected = try method.fit(data, threads: 1)
    let places = KMeansTests.shuffled(data.rowCount, seed: 7)
    let shuffled = data.gatheringRows(places)
    for set in InstructionSet.available {
      try InstructionSet.forcing(set) {
        for threads in set == .portable ? [2] : [1, 2, 7] {
          let model = try method.fit(data, threads: threads)
          #expect(model.labels == expected.labels)
          #expect(model.probabilities == expected.probabilities)
          expectSame(model, expected)
        }
        let other = try method.fit(shuffled, threads: 2)
        #expect(other.labels == places.map { expected.labels[$0] })
        #expect(other.probabilities == places.map { expected.probabilities[$0] })
        expectSame(other, expected)
        #expect(try expected.predict(data, threads: 7) == expected.labels)
      }
    }
  }

  /// Every reported number that isn't one a row.
  func expectSame(_ a: PPPModel, _ b: PPPModel) {
    #expect(a.sizes == b.sizes)
    #expect(a.centers == b.centers)
    #expect(a.separability == b.separability)
    #expect(a.isolation == b.isolation)
    #expect(a.clusterability == b.clusterability)
    #expect(a.mostSeparableFirst == b.mostSeparableFirst)
    #expect(a.objective == b.objective)
    #expect(a.iterations == b.iterations)
    #expect(a.reasons == b.reasons)
    #expect(a.evidence == b.evidence)
    #expect(a.componentCount == b.componentCount)
  }

  @Test(arguments: cases) func doubles(_ item: Case) throws {
    try same(item.data, sampleSize: item.sampleSize)
  }

  @Test(arguments: cases) func floats(_ item: Case) throws {
    try same(KMeansTests.single(item.data), sampleSize: item.sampleSize)
  }

  @Test func casesAreThere() {
    #expect(Self.cases.count == 6)
  }
}
