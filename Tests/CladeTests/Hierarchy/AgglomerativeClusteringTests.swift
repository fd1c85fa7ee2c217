import Clade
import Foundation
import Testing

@Suite struct AgglomerativeClusteringTests {
  @Test func threeRowsOnALine() throws {
    let data = try Matrix([[0.0], [5], [1]])
    func heights(_ linkage: Linkage) throws -> [Double] {
      let tree = try AgglomerativeClustering(linkage: linkage).fit(data).dendrogram
      #expect(tree.merges.map(\.first) == [0, 1] && tree.merges.map(\.second) == [2, 3])
      #expect(tree.merges.map(\.size) == [2, 3])
      return tree.merges.map(\.height)
    }
    #expect(try heights(.single) == [1, 4])
    #expect(try heights(.complete) == [1, 5])
    #expect(try heights(.average) == [1, 4.5])
    #expect(try heights(.weighted) == [1, 4.5])
    #expect(try heights(.centroid) == [1, 4.5])
    #expect(try heights(.median) == [1, 4.5])
    // √(2 · 2 · 1 / 3) · 4.5
    #expect(try (heights(.ward)[1] - 27.0.squareRoot()).magnitude < 1e-12)
  }

  @Test(arguments: Linkage.allCases)
  func theDefinition(_ linkage: Linkage) throws {
    for seed in 1...3 as ClosedRange<UInt64> {
      let data = DensityData.rows(70, columns: 3, seed: seed)
      let expected = try LinkageOracle(data, linkage).merges
      let tree = try AgglomerativeClustering(linkage: linkage).fit(data).dendrogram
      #expect(tree.merges.map(\.first) == expected.map(\.first))
      #expect(tree.merges.map(\.second) == expected.map(\.second))
      #expect(tree.merges.map(\.size) == expected.map(\.size))
      for (merge, other) in zip(tree.merges, expected) {
        #expect((merge.height - other.height).magnitude <= 1e-12 * other.height)
      }
    }
  }

  /// Places are ever farther apart: each one's nearest is the one before, and there is one pair to
  /// join at a time.
  @Test(arguments: Linkage.allCases)
  func oneLongChain(_ linkage: Linkage) throws {
    let data = Matrix<Double>(rows: 150, columns: 1) { target in
      for index in target.indices {
        let place = Double(index * 37 % 150)
        target.initializeElement(at: index, to: place * place + place.squareRoot())
      }
    }
    let expected = try LinkageOracle(data, linkage).merges
    let tree = try AgglomerativeClustering(linkage: linkage).fit(data).dendrogram
    #expect(tree.merges.map(\.size) == expected.map(\.size))
    for (merge, other) in zip(tree.merges, expected) {
      #expect((merge.height - other.height).magnitude <= 1e-12 * other.height)
    }
    let given = try AgglomerativeClustering(linkage: linkage, metric: .precomputed)
      .fit(Metric.euclidean.distances(of: data)).dendrogram
    #expect(given.merges.map(\.size) == expected.map(\.size))
  }

  @Test(arguments: Linkage.allCases)
  func allMetrics(_ linkage: Linkage) throws {
    let data = DensityData.rows(90, columns: 4, seed: 5)
    for metric in [.euclidean, .manhattan, .chebyshev, .cosine, .minkowski(p: 3)] as [Metric] {
      let method = AgglomerativeClustering(linkage: linkage, metric: metric)
      guard !linkage.needsEuclideanDistances || metric == .euclidean else {
        #expect {
          try method.fit(data)
        } throws: { "\($0)".contains("\(metric) with \(linkage.rawValue) linkage") }
        continue
      }
      let tree = try method.fit(data).dendrogram
      let given = try AgglomerativeClustering(linkage: linkage, metric: .precomputed)
        .fit(metric.distances(of: data)).dendrogram
      #expect(tree.merges.map(\.first) == given.merges.map(\.first))
      #expect(tree.merges.map(\.second) == given.merges.map(\.second))
      for (a, b) in zip(tree.merges, given.merges) {
        #expect((a.height - b.height).magnitude <= 1e-12 * b.height)
      }
    }
  }

  @Test(arguments: Linkage.allCases)
  func theSameEveryTime(_ linkage: Linkage) throws {
    // Ties and duplicates, and many clusters.
    let data = DensityData.rows(600, columns: 2, step: 0.25, seed: 9)
    let method = AgglomerativeClustering(linkage: linkage, k: 12)
    let model = try method.fit(data, threads: 1)
    #expect(Set(model.labels).count == 12)
    for threads in [2, 7] { #expect(try method.fit(data, threads: threads) == model) }
    for set in InstructionSet.available {
      #expect(try InstructionSet.forcing(set) { try method.fit(data) } == model)
    }
    for seed in 1...3 as ClosedRange<UInt64> {
      let order = DensityData.shuffled(600, seed: seed)
      let shuffled = try method.fit(data.gatheringRows(order))
      #expect(shuffled.labels == order.map { model.labels[$0] })
      #expect(shuffled.dendrogram.merges.map(\.height) == model.dendrogram.merges.map(\.height))
      #expect(shuffled.dendrogram.merges.map(\.size) == model.dendrogram.merges.map(\.size))
    }
  }

  @Test(arguments: Linkage.allCases)
  func givenDistancesInAnyOrder(_ linkage: Linkage) throws {
    // Rows that differ, so that none can take another's place, and many equal distances.
    let data = Matrix<Double>(rows: 120, columns: 2) { target in
      var random = CounterRandom(seed: 4)
      var seen = Set<[Double]>()
      var index = 0
      while index < 240 {
        let row = [(random.uniform() * 30).rounded(), (random.uniform() * 30).rounded()]
        guard seen.insert(row).inserted else { continue }
        target.initializeElement(at: index, to: row[0])
        target.initializeElement(at: index + 1, to: row[1])
        index += 2
      }
    }
    let method = AgglomerativeClustering(linkage: linkage, metric: .precomputed, cut: .count(7))
    let model = try method.fit(Metric.euclidean.distances(of: data))
    for seed in 1...3 as ClosedRange<UInt64> {
      let order = DensityData.shuffled(120, seed: seed)
      let shuffled = try method.fit(Metric.euclidean.distances(of: data.gatheringRows(order)))
      #expect(shuffled.dendrogram.merges.map(\.height) == model.dendrogram.merges.map(\.height))
      #expect(shuffled.sizes == model.sizes)
      #expect(
        Set(zip(shuffled.labels, order.map { model.labels[$0] }).map { [$0, $1] }).count == 7)
    }
  }

  @Test(arguments: Linkage.allCases)
  func anySize(_ linkage: Linkage) throws {
    let method = AgglomerativeClustering(linkage: linkage)
    #expect(throws: CladeError.self) { try method.fit(Matrix<Double>(rows: 0, columns: 3)) }
    #expect(throws: CladeError.self) { try method.fit(Matrix<Double>(rows: 3, columns: 0)) }
    let one = try method.fit(Matrix([[1.0, 2]]))
    #expect(one.labels == [0] && one.dendrogram.merges.isEmpty)
    let equal = try method.fit(Matrix<Double>(rows: 500, columns: 2, repeating: 7))
    #expect(equal.sizes == [500] && equal.objective == 0)
    #expect(equal.dendrogram.merges.allSatisfy { $0.height == 0 })
    #expect(throws: CladeError.self) {
      try AgglomerativeClustering(linkage: linkage, k: 4).fit(Matrix([[1.0], [2], [3]]))
    }
    #expect(throws: CladeError.self) {
      try AgglomerativeClustering(linkage: linkage, k: 0).fit(Matrix([[1.0], [2], [3]]))
    }
    for scale in [1e-300, 1e-160, 1, 1e150, 1e300] {
      let data = try Matrix([[0, 1], [3, 1], [5, 2], [9, 9]].map { $0.map { $0 * scale } })
      let heights = try method.fit(data).dendrogram.merges.map { $0.height / scale }
      let plain = try method.fit(Matrix([[0, 1], [3, 1], [5, 2], [9, 9]])).dendrogram.merges
      for (a, b) in zip(heights, plain.map(\.height)) { #expect((a - b).magnitude < 1e-9 * b) }
    }
    #expect(throws: CladeError.nonFiniteValue(row: 1, column: 0, value: "nan")) {
      try method.fit(Matrix([[1.0], [.nan]]))
    }
  }

  @Test(arguments: Linkage.allCases)
  func singlePrecision(_ linkage: Linkage) throws {
    let data = DensityData.rows(200, columns: 3, seed: 11)
    let single = Matrix<Float>(rows: 200, columns: 3) { target in
      data.withUnsafeBufferPointer { values in
        for index in values.indices {
          target.initializeElement(at: index, to: Float(values[index]))
        }
      }
    }
    let method = AgglomerativeClustering(linkage: linkage, k: 3)
    let (a, b) = try (method.fit(data), method.fit(single))
    for (x, y) in zip(a.dendrogram.merges, b.dendrogram.merges) {
      #expect((x.height - y.height).magnitude < 1e-4 * x.height)
    }
  }

  @Test func badDistances() throws {
    let method = AgglomerativeClustering(linkage: .average, metric: .precomputed)
    func message(_ rows: [[Double]]) -> String {
      do {
        _ = try method.fit(Matrix(rows))
        return ""
      } catch {
        return "\(error)"
      }
    }
    #expect(message([[0, 1], [1, 0], [2, 2]]).contains("3 × 2"))
    #expect(message([[0, 1, 2], [1, 0, 3], [5, 3, 0]]).contains("row 2, column 0 holds 5.0"))
    #expect(message([[0, -1], [-1, 0]]).contains("row 0, column 1 holds -1.0"))
    #expect(message([[0, .nan], [.nan, 0]]).contains("row 0, column 1 holds nan"))
    #expect(message([[1, 1], [1, 0]]).contains("row 0, column 0"))
  }

  @Test func tooManyRowsForAMatrix() {
    let data = Matrix<Double>(rows: 1_000_000, columns: 1) { target in
      for index in target.indices { target.initializeElement(at: index, to: Double(index)) }
    }
    #expect {
      try AgglomerativeClustering(linkage: .average).fit(data)
    } throws: {
      guard case CladeError.notEnoughMemory(_, let bytes, _, let remedy) = $0 else { return false }
      return bytes == 8 * 1_000_000 * 999_999 / 2 && remedy.contains("ward")
    }
  }

  @Test func aFileHoldsTheTree() throws {
    let model = try AgglomerativeClustering(linkage: .average, k: 3).fit(Wine.points)
    let decoded = try JSONDecoder().decode(
      AgglomerativeModel<Double>.self, from: JSONEncoder().encode(model))
    #expect(decoded.dendrogram == model.dendrogram && decoded.sizes == model.sizes)
    #expect(decoded.labels.isEmpty && decoded.parameters == model.parameters)
    #expect(try decoded.dendrogram.labels(.count(3)).count == 178)
  }

  @Test(arguments: Linkage.allCases)
  func moreClustersThanDistinctRows(_ linkage: Linkage) throws {
    let data = try Matrix([[1.0], [1], [2], [3], [3]])
    #expect(throws: CladeError.tooManyClusters(k: 4, distinctRows: 3)) {
      try AgglomerativeClustering(linkage: linkage, k: 4).fit(data)
    }
    #expect(
      try AgglomerativeClustering(linkage: linkage, k: 3).fit(data).labels == [0, 0, 2, 1, 1])
  }
}
