import Clade
import Foundation
import Testing

@Suite struct TwoLevelKMeansTests {
  /// Labels are those of a search with the model's centers, no cluster is empty, and the numbers are
  /// right.
  static func check<Scalar>(
    _ model: TwoLevelKMeansModel<Scalar>, _ data: Matrix<Scalar>, k: Int
  ) throws {
    #expect(model.clusterCount == k)
    #expect(model.labels.count == data.rowCount)
    #expect(model.sizes.allSatisfy { $0 > 0 })
    #expect(model.sizes == model.sizes.sorted(by: >))
    var sizes = [Int](repeating: 0, count: k)
    var inertia = 0.0
    for (row, label) in model.labels.enumerated() {
      sizes[Int(label)] += 1
      for column in 0..<data.columnCount {
        let difference = Double(data[row, column]) - Double(model.centers[Int(label), column])
        inertia += difference * difference
      }
    }
    #expect(sizes == model.sizes)
    #expect(abs(inertia - model.inertia) <= 1e-9 * inertia)
    #expect(try model.predict(data) == model.labels)
  }

  @Test(arguments: [1, 2, 3, 7, 20, 333, 1500]) func anyNumberOfClusters(k: Int) throws {
    let data = KMeansTests.blobs(rows: 1500, columns: 4, centers: 12)
    try Self.check(try TwoLevelKMeans(k: k).fit(data), data, k: k)
    let single = KMeansTests.single(data)
    try Self.check(try TwoLevelKMeans(k: k, maxIterations: 1).fit(single), single, k: k)
  }

  @Test func aClusterARow() throws {
    let data = KMeansTests.blobs(rows: 400, columns: 3, centers: 12)
    let model = try TwoLevelKMeans(k: 400).fit(data)
    #expect(model.inertia == 0)
    #expect(model.sizes == Array(repeating: 1, count: 400))
  }

  @Test func littleWorseThanKMeans() throws {
    let data = KMeansTests.single(KMeansTests.blobs(rows: 20_000, columns: 8, centers: 40))
    let plain = try KMeans(k: 500, maxIterations: 15).fit(data)
    let model = try TwoLevelKMeans(k: 500).fit(data)
    try Self.check(model, data, k: 500)
    #expect(model.inertia < 1.03 * plain.inertia)
    #expect(model.recall >= 0.95)
  }

  @Test func moreIterationsAreBetter() throws {
    let data = KMeansTests.blobs(rows: 8000, columns: 6, centers: 1)
    let inertias = try [0, 1, 8].map {
      try TwoLevelKMeans(k: 300, recall: 1, maxIterations: $0).fit(data).inertia
    }
    #expect(inertias[0] > inertias[1] && inertias[1] > inertias[2])
    let end = try TwoLevelKMeans(k: 50, recall: 1, maxIterations: 200).fit(data)
    #expect(end.converged && end.iterations < 200)
  }

  @Test func duplicates() throws {
    let few = KMeansTests.blobs(rows: 130, columns: 3, centers: 9)
    let data = few.gatheringRows((0..<6000).map { $0 * $0 % 131 % 130 })
    let distinct = CanonicalOrder(data).distinctRowCount
    for k in [1, 5, distinct / 2, distinct] {
      try Self.check(try TwoLevelKMeans(k: k).fit(data), data, k: k)
    }
    #expect(throws: CladeError.tooManyClusters(k: distinct + 1, distinctRows: distinct)) {
      try TwoLevelKMeans(k: distinct + 1).fit(data)
    }
    let one = few.gatheringRows(Array(repeating: 4, count: 1000))
    try Self.check(try TwoLevelKMeans(k: 1).fit(one), one, k: 1)
    #expect(throws: CladeError.tooManyClusters(k: 40, distinctRows: 1)) {
      try TwoLevelKMeans(k: 40).fit(one)
    }
  }

  @Test func mostRowsInOnePlace() throws {
    // Groups that can't use their share leave it to others.
    let spread = KMeansTests.blobs(rows: 600, columns: 3, centers: 3)
    let data = spread.gatheringRows((0..<5000).map { $0 < 600 ? $0 : 17 })
    for k in [100, 500, 600] { try Self.check(try TwoLevelKMeans(k: k).fit(data), data, k: k) }
  }

  @Test func probesAndGroupsAreThoseAskedFor() throws {
    let data = KMeansTests.blobs(rows: 5000, columns: 5, centers: 1)
    for probes in [1, 4, 30, 100] {
      let model = try TwoLevelKMeans(k: 200, groups: 30, probes: probes).fit(data)
      #expect(model.groupCount == 30)
      #expect(model.probes == min(30, probes))
      try Self.check(model, data, k: 200)
      if probes >= 30 { #expect(model.recall == 1) }
    }
    #expect(try TwoLevelKMeans(k: 200, recall: 1).fit(data).recall == 1)
  }

  @Test func memoryChangesNothing() throws {
    let data = KMeansTests.blobs(rows: 4000, columns: 5, centers: 7)
    let method = TwoLevelKMeans(k: 150)
    let expected = try method.fit(data)
    for memory in [1, 20_000, 100_000] {
      #expect(try method.fit(source: data, memory: memory) == expected)
    }
  }

  @Test func encodedAndDecoded() throws {
    let data = KMeansTests.blobs(rows: 2000, columns: 5, centers: 7)
    func check<Scalar>(_ data: Matrix<Scalar>) throws {
      let model = try TwoLevelKMeans(k: 77).fit(data)
      let text = try JSONEncoder().encode(model)
      let copy = try JSONDecoder().decode(TwoLevelKMeansModel<Scalar>.self, from: text)
      #expect(copy.labels.isEmpty)
      #expect(copy.centers == model.centers && copy.sizes == model.sizes)
      #expect(copy.recall == model.recall && copy.probes == model.probes)
      #expect(try copy.predict(data) == model.labels)
      let object = try JSONSerialization.jsonObject(with: text) as? [String: Any]
      for (key, bad) in [
        ("centers", "AAA"), ("centers", "!!!!"), ("centers", ""), ("sizes", "AAAAAAAAAAA="),
        ("type", "int8"), ("groupCenters", "AAAA"),
      ] as [(String, Any)] {
        var broken = object ?? [:]
        broken[key] = bad
        let data = try JSONSerialization.data(withJSONObject: broken)
        #expect(throws: DecodingError.self) {
          try JSONDecoder().decode(TwoLevelKMeansModel<Scalar>.self, from: data)
        }
      }
    }
    try check(data)
    try check(KMeansTests.single(data))
  }

  @Test func badInput() throws {
    let data = KMeansTests.blobs(rows: 100, columns: 2, centers: 3)
    for method in [
      TwoLevelKMeans(k: 0), TwoLevelKMeans(k: 5, groups: 6), TwoLevelKMeans(k: 5, groups: 0),
      TwoLevelKMeans(k: 5, probes: 0), TwoLevelKMeans(k: 5, recall: 1.1),
      TwoLevelKMeans(k: 5, recall: .nan), TwoLevelKMeans(k: 5, maxIterations: -1),
    ] {
      #expect(throws: CladeError.self) { try method.fit(data) }
    }
    #expect(throws: CladeError.tooManyClusters(k: 101, distinctRows: 100)) {
      try TwoLevelKMeans(k: 101).fit(data)
    }
    #expect(throws: CladeError.self) {
      try TwoLevelKMeans(k: 1).fit(Matrix<Double>(rows: 0, columns: 2))
    }
    #expect(throws: CladeError.self) {
      try TwoLevelKMeans(k: 1).fit(Matrix<Double>(rows: 2, columns: 0))
    }
    var broken = data
    broken[3, 1] = .infinity
    #expect(throws: CladeError.nonFiniteValue(row: 3, column: 1, value: "inf")) {
      try TwoLevelKMeans(k: 5).fit(broken)
    }
  }

  @Test func progressNeverFallsWithinAStage() throws {
    let data = KMeansTests.blobs(rows: 6000, columns: 4, centers: 3)
    nonisolated(unsafe) var updates: [ProgressUpdate] = []
    let lock = NSLock()
    _ = try TwoLevelKMeans(k: 300).fit(data) { update in lock.withLock { updates.append(update) } }
    #expect(updates.contains { $0.stage.hasPrefix("refining, iteration 1 of at most 4") })
    for (a, b) in zip(updates, updates.dropFirst()) where a.stage == b.stage {
      #expect((a.fraction ?? 0) <= (b.fraction ?? 1))
    }
  }

  // MARK: Sameness

  static let cases: [Matrix<Double>] = [
    KMeansTests.blobs(rows: 5000, columns: 5, centers: 9),
    KMeansTests.grid(rows: 4000, columns: 3, levels: 9),
    KMeansTests.blobs(rows: 400, columns: 4, centers: 9).gatheringRows(
      (0..<5000).map { $0 * $0 % 397 }),
  ]

  @Test(arguments: 0..<3) func sameness(index: Int) throws {
    let data = Self.cases[index]
    func check<Scalar>(_ data: Matrix<Scalar>) throws {
      let method = TwoLevelKMeans(k: 170, maxIterations: 2)
      let expected = try method.fit(data, threads: 1)
      let lists = try expected.nearest(data, count: 5, threads: 1)
      let places = KMeansTests.shuffled(data.rowCount, seed: 7)
      let shuffled = data.gatheringRows(places)
      for set in InstructionSet.available {
        try InstructionSet.forcing(set) {
          for threads in [1, 2, 7] {
            #expect(try method.fit(data, threads: threads) == expected)
            #expect(try expected.nearest(data, count: 5, threads: threads) == lists)
          }
          let other = try method.fit(shuffled, threads: 2)
          #expect(other.centers == expected.centers)
          #expect(other.groupCenters == expected.groupCenters)
          #expect(other.objective == expected.objective)
          #expect(other.recall == expected.recall && other.probes == expected.probes)
          #expect(other.labels == places.map { expected.labels[$0] })
        }
      }
    }
    try check(data)
    try check(KMeansTests.single(data))
  }
}
