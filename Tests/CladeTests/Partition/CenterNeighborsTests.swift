@_spi(Benchmarks) import Clade
import Testing

/// Rows that are compared with the centers around their last one only.
@Suite struct CenterNeighborsTests {
  /// The labels, whatever the rows' centers were before, and whether it paid.
  func labels<Scalar>(
    _ data: Matrix<Scalar>, _ centers: Matrix<Scalar>, before: [Int32]
  ) -> (labels: [Int32], pays: Bool) {
    let neighbors = CenterNeighbors(centers, always: false, threads: 2)
    var after = [Int32](repeating: -1, count: data.rowCount)
    data.withUnsafeBufferPointer {
      if let rows = $0.baseAddress {
        neighbors.assign(rows, count: data.rowCount, before: before, after: &after)
      }
    }
    return (after, neighbors.pays)
  }

  /// From the nearest centers, from any others, and from all the same one.
  func same<Scalar>(_ data: Matrix<Scalar>, _ centers: Matrix<Scalar>) throws {
    let k = Int32(centers.rowCount)
    let expected = NearestCenters.assign(data, centers, strategy: .plain).labels
    for set in InstructionSet.available {
      InstructionSet.forcing(set) {
        #expect(labels(data, centers, before: expected).labels == expected, "\(set)")
        let any = (0..<Int32(data.rowCount)).map { $0 &* 7919 % k }
        #expect(labels(data, centers, before: any).labels == expected, "\(set)")
        #expect(labels(data, centers, before: any.map { _ in k - 1 }).labels == expected, "\(set)")
      }
    }
  }

  @Test(arguments: 1...16) func everyNumberOfColumns(columns: Int) throws {
    let data = KMeansTests.blobs(rows: 400, columns: columns, centers: 20)
    let centers = data.gatheringRows((0..<(20 + columns)).map { 11 * $0 })
    try same(data, centers)
    try same(KMeansTests.single(data), KMeansTests.single(centers))
  }

  /// Rows as far from several centers, centers that are equal, and rows that are centers.
  @Test(arguments: [2, 5, 7]) func ties(columns: Int) throws {
    let data = KMeansTests.grid(rows: 600, columns: columns, levels: 3)
    let centers = data.gatheringRows((0..<90).map { 5 * $0 })
    try same(data, centers)
    try same(KMeansTests.single(data), KMeansTests.single(centers))
    let equal = data.gatheringRows((0..<9).map { _ in 3 })
    try same(data, equal)
  }

  @Test func numbersOfAnySize() throws {
    let data = NearestCentersTests.uniform(rows: 300, columns: 5, stream: 51)
    for scale in [1e-150, 1e-30, 1e30, 1e150] {
      let rows = NearestCentersTests.mapping(data) { $0 * scale }
      try same(rows, rows.gatheringRows((0..<40).map { 7 * $0 }))
    }
    let rows = NearestCentersTests.mapping(data) { $0 + 1e9 }
    try same(rows, rows.gatheringRows((0..<40).map { 7 * $0 }))
  }

  /// Groups that are apart have few neighbours; from any center to any row it is far.
  @Test func paysWhereFewAreCompared() {
    let data = KMeansTests.blobs(rows: 4000, columns: 6, centers: 400)
    let centers = data.gatheringRows(0..<400)
    let nearest = NearestCenters.assign(data, centers, strategy: .plain).labels
    #expect(labels(data, centers, before: nearest).pays)
    let any = nearest.map { ($0 + 200) % 400 }
    #expect(!labels(data, centers, before: any).pays)
  }

  /// By its own choice, with rows that are passed over by their leads in the end.
  @Test(arguments: [1, 7]) func wholeFits(threads: Int) throws {
    let data = KMeansTests.blobs(rows: 17_000, columns: 8, centers: 110)
    #expect(CenterNeighbors<Double>.isUseful(centers: 130, columns: 8, rows: 17_000))
    let method = KMeans(k: 130, exchangeRounds: 0)
    let start = data.gatheringRows((0..<130).map { 127 * $0 })
    let expected = try AssignmentStrategy.$forced.withValue(.plain) {
      try method.fit(data, initialCenters: start)
    }
    #expect(expected.converged && expected.iterations > 4)
    #expect(try method.fit(data, initialCenters: start, threads: threads) == expected)
  }

  /// Where shortlists are what neighbours have to be faster than: with groups they are, and among so many
  /// columns without groups they aren't.
  @Test(arguments: [(8, 700, 22_400, true), (16, 300, 38_400, true), (16, 300, 38_400, false)])
  func besideShortlists(columns: Int, k: Int, rows: Int, inGroups: Bool) throws {
    let data =
      inGroups
      ? KMeansTests.blobs(rows: rows, columns: columns, centers: k)
      : NearestCentersTests.uniform(rows: rows, columns: columns, stream: 52)
    #expect(CenterNeighbors<Double>.isUseful(centers: k, columns: columns, rows: rows))
    let method = KMeans(k: k, maxIterations: 2, exchangeRounds: 0)
    let start = data.gatheringRows((0..<k).map { rows / k * $0 })
    let expected = try AssignmentStrategy.$forced.withValue(.plain) {
      try method.fit(data, initialCenters: start)
    }
    for set in InstructionSet.available {
      let found = try InstructionSet.forcing(set) { try method.fit(data, initialCenters: start) }
      #expect(found == expected, "\(set)")
    }
  }
}
