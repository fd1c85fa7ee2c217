import Clade
import Testing

/// The several nearest centers of each row, against sorting all distances.
@Suite struct NearestCenterListTests {
  /// All centers by their distance from a row, equal ones by their values.
  static func sorted<Scalar>(
    _ row: [Scalar], _ centers: Matrix<Scalar>
  ) -> [(id: Int32, distance: Scalar)] {
    (0..<centers.rowCount).map { center -> (id: Int32, distance: Scalar) in
      var sum: Scalar = 0
      for (column, value) in row.enumerated() {
        let difference = value - centers[center, column]
        sum = sum.addingProduct(difference, difference)
      }
      return (Int32(center), sum)
    }.sorted { a, b in
      a.distance != b.distance
        ? a.distance < b.distance
        : centers.row(Int(a.id)).lexicographicallyPrecedes(centers.row(Int(b.id)))
    }
  }

  static func check<Scalar>(
    _ lists: NearestCenterLists<Scalar>, _ data: Matrix<Scalar>, _ centers: Matrix<Scalar>
  ) {
    #expect(lists.ids.count == data.rowCount * lists.count)
    for row in 0..<data.rowCount {
      let expected = sorted(data.row(row), centers).prefix(lists.count)
      let range = (row * lists.count)..<((row + 1) * lists.count)
      #expect(Array(lists.ids(ofRow: row)) == expected.map(\.id))
      #expect(Array(lists.squaredDistances[range]) == expected.map(\.distance))
    }
  }

  @Test(arguments: [1, 2, 5, 16, 40]) func kmeansListsAllOfThem(count: Int) throws {
    let data = KMeansTests.blobs(rows: 700, columns: 5, centers: 30)
    let model = try KMeans(k: 40, maxIterations: 3).fit(data)
    Self.check(try model.nearest(data, count: count), data, model.centers)
    let single = KMeansTests.single(data)
    let other = try KMeans(k: 40, maxIterations: 3).fit(single)
    let lists = try other.nearest(single, count: count)
    Self.check(lists, single, other.centers)
    #expect((0..<700).map { lists.ids[$0 * count] } == (try other.predict(single)))
  }

  @Test func tiesGoByValue() throws {
    // On a grid many centers are equally far.
    let data = KMeansTests.grid(rows: 900, columns: 3, levels: 4)
    let model = try KMeans(k: 64, maxIterations: 0).fit(data)
    Self.check(try model.nearest(data, count: 9), data, model.centers)
    for set in InstructionSet.available {
      try InstructionSet.forcing(set) {
        Self.check(try model.nearest(data, count: 9, threads: 7), data, model.centers)
      }
    }
  }

  @Test(arguments: [0, 1]) func twoLevelsWithAllProbesAreExact(kind: Int) throws {
    let data =
      kind == 0
      ? KMeansTests.blobs(rows: 3000, columns: 4, centers: 1)
      : KMeansTests.grid(rows: 3000, columns: 4, levels: 5)
    let model = try TwoLevelKMeans(k: 150, maxIterations: 1).fit(data)
    for count in [1, 4, 21] {
      let lists = try model.nearest(data, count: count, probes: model.groupCount)
      Self.check(lists, data, model.centers)
    }
    let single = KMeansTests.single(data)
    let other = try TwoLevelKMeans(k: 150, maxIterations: 1).fit(single)
    Self.check(
      try other.nearest(single, count: 4, probes: other.groupCount), single, other.centers)
  }

  @Test func fewProbesFindWhatTheirGroupsHold() throws {
    let data = KMeansTests.blobs(rows: 3000, columns: 3, centers: 1)
    let model = try TwoLevelKMeans(k: 200, groups: 25, maxIterations: 1).fit(data)
    let groups = model.groupCenters
    let own = (0..<200).map { Self.sorted(model.centers.row($0), groups)[0].id }
    for probes in [1, 3, 24] {
      let lists = try model.nearest(data, count: 2, probes: probes, threads: 2)
      for row in stride(from: 0, to: 3000, by: 7) {
        let near = Set(Self.sorted(data.row(row), groups).prefix(probes).map(\.id))
        let candidates = Self.sorted(data.row(row), model.centers).filter {
          near.contains(own[Int($0.id)])
        }
        guard candidates.count >= 2 else { continue }
        #expect(Array(lists.ids(ofRow: row)) == candidates.prefix(2).map(\.id))
      }
    }
  }

  @Test func listsLongerThanWhatIsNearAreCompleted() throws {
    let data = KMeansTests.blobs(rows: 1000, columns: 3, centers: 5)
    let model = try TwoLevelKMeans(k: 100, probes: 1, maxIterations: 1).fit(data)
    let lists = try model.nearest(data, count: 100)
    Self.check(lists, data, model.centers)
  }

  @Test func recallIsWhatItSays() throws {
    let data = KMeansTests.blobs(rows: 4000, columns: 8, centers: 1)
    let model = try TwoLevelKMeans(k: 400, recall: 0.9, maxIterations: 1).fit(data)
    #expect(model.recall >= 0.9)
    let truth = try model.nearest(data, count: 1, probes: model.groupCount).ids
    let hits = zip(truth, model.labels).count { $0 == $1 }
    // All rows are in the sample.
    #expect(model.recallRowCount == 4000)
    #expect(model.recall == Double(hits) / 4000)
    let probes = try model.probes(forRecall: 0.95, ofNearest: 4, in: data)
    #expect(try model.recall(ofNearest: 4, probes: probes, in: data) >= 0.95)
    #expect(try model.recall(ofNearest: 4, probes: model.groupCount, in: data) == 1)
    #expect(try model.probes(forRecall: 1, ofNearest: 4, in: data) == model.groupCount)
  }

  @Test(arguments: [-140, 100]) func extremeMagnitudes(exponent: Int) throws {
    let plain = KMeansTests.single(KMeansTests.blobs(rows: 1500, columns: 3, centers: 20))
    let data = Matrix<Float>(rows: 1500, columns: 3) { buffer in
      plain.withUnsafeBufferPointer { values in
        for index in buffer.indices {
          buffer[index] =
            values[index] * Float(sign: .plus, exponent: exponent / 2, significand: 1)
            * Float(sign: .plus, exponent: exponent / 2, significand: 1)
        }
      }
    }
    let expected = try TwoLevelKMeans(k: 60, maxIterations: 2).fit(plain)
    let model = try TwoLevelKMeans(k: 60, maxIterations: 2).fit(data)
    if exponent > 0 { #expect(model.labels == expected.labels) }
    #expect(try model.predict(data) == model.labels)
    #expect(try model.nearest(data, count: 3).ids.count == 4500)
  }

  @Test func badRequests() throws {
    let data = KMeansTests.blobs(rows: 300, columns: 3, centers: 5)
    let model = try TwoLevelKMeans(k: 20).fit(data)
    let kmeans = try KMeans(k: 5).fit(data)
    let narrow = KMeansTests.blobs(rows: 30, columns: 2, centers: 5)
    var broken = data
    broken[7, 1] = .nan
    #expect(throws: CladeError.self) { try model.nearest(narrow, count: 1) }
    #expect(throws: CladeError.self) { try model.predict(narrow) }
    #expect(throws: CladeError.self) { try kmeans.nearest(narrow, count: 1) }
    #expect(throws: CladeError.self) { try model.nearest(data, count: 0) }
    #expect(throws: CladeError.self) { try model.nearest(data, count: 21) }
    #expect(throws: CladeError.self) { try kmeans.nearest(data, count: 6) }
    #expect(throws: CladeError.self) { try model.nearest(data, count: 1, probes: 0) }
    #expect(throws: CladeError.self) { try model.probes(forRecall: 1.5, ofNearest: 1, in: data) }
    #expect(throws: CladeError.nonFiniteValue(row: 7, column: 1, value: "nan")) {
      try model.nearest(broken, count: 1)
    }
    let none = Matrix<Double>(rows: 0, columns: 3)
    #expect(try model.nearest(none, count: 2).ids.isEmpty)
    #expect(try model.predict(none).isEmpty)
  }
}
