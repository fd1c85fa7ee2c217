import Clade
import Foundation
import Testing

/// Genie against its definition and against genieclust.
@Suite struct GenieTests {
  static let thresholds = [0, 0.1, 0.3, 0.5, 0.7, 1]

  /// 0, 1, 2, 3 and 4 are close together, 10 and 30 are not: single linkage leaves these alone, and Genie
  /// gives them company as soon as sizes are unequal.
  @Test func handWorked() throws {
    let data = try Matrix([[30.0], [0], [1], [2.1], [3.3], [10]])
    #expect(try Genie(k: 2, giniThreshold: 1).fit(data).labels == [1, 0, 0, 0, 0, 0])
    #expect(try Genie(k: 3, giniThreshold: 1).fit(data).labels == [2, 0, 0, 0, 0, 1])
    // 0 and 1 are joined. Sizes 2, 1, 1, 1, 1 have an index of 4 / (6 · 4) > 0.1, and of the edges of
    // single rows that from 1 to 2.1 is the shortest; then 2.1–3.3, 3.3–10, 10–30.
    let low = try Genie(k: 2, giniThreshold: 0.1).fit(data)
    #expect(low.labels == [1, 0, 0, 0, 0, 0])
    #expect(low.dendrogram.merges.map(\.size) == [2, 3, 4, 5, 6])
    // Two pairs of pairs far apart: 0, 1 | 100, 103, and 50 between. After the pairs sizes are 2, 2, 1,
    // so that 50 goes to what is nearest, 49 off, though it could wait at a higher threshold.
    let pairs = try Matrix([[0.0], [1], [50], [100], [103]])
    #expect(try Genie(k: 2, giniThreshold: 0.1).fit(pairs).labels == [0, 0, 0, 1, 1])
  }

  @Test func heightsNeverFall() throws {
    // 0 – 1 – 2 at 1 and 1.1, then 50 has to go first though it is far, and 5 – 2 is shorter.
    let data = DensityData.rows(300, columns: 2, seed: 3)
    let model = try Genie(k: 4, giniThreshold: 0.1).fit(data)
    let heights = model.dendrogram.merges.map(\.height)
    #expect(zip(heights, heights.dropFirst()).allSatisfy { $0 <= $1 })
    #expect(try Dendrogram(rowCount: 300, merges: model.dendrogram.merges) == model.dendrogram)
    // Single linkage is the spanning tree itself.
    let single = try Genie(k: 4, giniThreshold: 1).fit(data)
    #expect(
      single.dendrogram.merges.map(\.height)
        == (try MinimumSpanningTree.plain(of: data).edges.map(\.length)))
  }

  /// The clusters before the last k − 1 merges.
  private static func cut(_ tree: Dendrogram, _ k: Int) -> [Int] {
    var clusters = Array(0..<tree.rowCount)
    for (index, merge) in tree.merges.dropLast(k - 1).enumerated() {
      clusters = clusters.map {
        $0 == Int(merge.first) || $0 == Int(merge.second) ? tree.rowCount + index : $0
      }
    }
    return clusters
  }

  @Test(arguments: [nil, 3] as [Int?]) func clustersAreCutsOfTheTree(minSamples: Int?) throws {
    for step in [nil, 0.5] as [Double?] {
      let data = DensityData.rows(120, columns: 2, step: step, seed: 5)
      for k in 1...6 {
        let method = Genie(k: k, giniThreshold: 0.3, minSamples: minSamples)
        let model = try method.fit(data)
        let clusters = Self.cut(model.dendrogram, k)
        #expect(Set(zip(clusters, model.labels).map { [$0, Int($1)] }).count == k)
        // Leaves that are noise are in the tree with what they hang on.
        guard minSamples != nil else { continue }
        var noisy = method
        noisy.noise = .leaves
        let left = try noisy.fit(data)
        let cut = Self.cut(left.dendrogram, k)
        #expect(
          Set(zip(cut, left.labels).filter { $0.1 >= 0 }.map { [$0, Int($1)] }).count == k)
        #expect(Set(cut).count == k)
      }
    }
  }

  @Test(arguments: [nil, 1, 4] as [Int?], [nil, 1, 0.25] as [Double?])
  func oracle(minSamples: Int?, step: Double?) throws {
    for seed in 0..<4 as Range<UInt64> {
      for columns in 1...3 {
        let data = DensityData.rows(50, columns: columns, step: step, seed: 70 + seed)
        let rows = (0..<50).map { data.row($0) }
        var spanning: MinimumSpanningTree?
        if step != nil {
          let sorted = try Matrix(rows.sorted { $0.lexicographicallyPrecedes($1) })
          spanning =
            try minSamples.map {
              try MinimumSpanningTree.mutualReachability(of: sorted, minSamples: $0)
            } ?? MinimumSpanningTree.plain(of: sorted)
        }
        for threshold in Self.thresholds {
          for noise in minSamples == nil ? [.none] : GenieNoise.allCases {
            let method = Genie(
              k: 2 + Int(seed), giniThreshold: threshold, minSamples: minSamples, noise: noise)
            let labels = try method.fit(data).labels
            let expected = GenieOracle.labels(method, rows, spanning: spanning)
            #expect(labels == expected, "\(method), \(columns) columns")
          }
        }
      }
    }
  }

  /// genieclust 1.3.0: `Genie(n_clusters=3, gini_threshold=0.3).fit(load_wine().data)`.
  @Test func wines() throws {
    let model = try Genie(k: 3).fit(Wine.points)
    let labels = """
      0000100000000000000111001100100000011001100110000000000000021212212211122012221221122221112222\
      201212112212222112122222211222222221121111121111211121112221112111211112111122111111
      """
    #expect(Self.digest(model.labels) == Self.digest(labels.utf8.map { Int32($0) }))
    let merges = model.dendrogram.merges
    #expect(merges[0].first == 160 && merges[0].second == 165)
    #expect(merges[175].first == 349 && merges[175].second == 351 && merges[175].size == 130)
    let close = { (a: Double, b: Double) in abs(a - b) < 1e-9 * b }
    #expect(close(merges[50].height, 8.25576768))
    #expect(close(merges.reduce(0) { $0 + $1.height }, 1715.7607023704159))
    #expect(try Genie(k: 6).fit(Wine.points).sizes == [57, 43, 28, 20, 16, 14])
    #expect(try Genie(k: 6, giniThreshold: 0.7).fit(Wine.points).sizes == [116, 23, 14, 14, 6, 5])
    #expect(try Genie(k: 6, giniThreshold: 1).fit(Wine.points).sizes == [130, 40, 5, 1, 1, 1])
    #expect(try Genie(k: 3, minSamples: 5).fit(Wine.points).sizes == [76, 57, 45])
  }

  /// The FNV-1a hash of labels, numbered as they appear.
  static func digest(_ labels: [Int32]) -> UInt64 {
    var names: [Int32: UInt64] = [-1: 0]
    return labels.reduce(0xcbf2_9ce4_8422_2325) { hash, label in
      let name = names[label] ?? UInt64(names.count)
      names[label] = name
      return (hash ^ name) &* 0x100_0000_01b3
    }
  }

  @Test func spanningTreeIsShared() throws {
    let data = DensityData.rows(400, columns: 3, seed: 8)
    let plain = try MinimumSpanningTree.plain(of: data)
    let dense = try MinimumSpanningTree.mutualReachability(of: data, minSamples: 4)
    for k in [1, 4] {
      #expect(try Genie(k: k).fit(data, spanningTree: plain) == Genie(k: k).fit(data))
      let method = Genie(k: k, minSamples: 4, noise: .outlyingLeaves)
      #expect(try method.fit(data, spanningTree: dense) == method.fit(data))
    }
    #expect(throws: CladeError.self) { try Genie(k: 2).fit(data, spanningTree: dense) }
    #expect(throws: CladeError.self) {
      try Genie(k: 2).fit(data.gatheringRows(Array(0..<50 as Range<Int32>)), spanningTree: plain)
    }
    let ring = MinimumSpanningTree(
      edges: [
        .init(first: 0, second: 1, length: 1), .init(first: 0, second: 1, length: 1),
        .init(first: 5, second: -2, length: 1),
      ], coreDistances: [])
    #expect(throws: CladeError.self) {
      try Genie(k: 2).fit(Matrix([[0.0], [1], [2], [3]]), spanningTree: ring)
    }
  }

  @Test func otherMetrics() throws {
    // In ascending order, as of given distances ties are settled by number.
    let rows = DensityData.rows(90, columns: 3, seed: 9)
    let data = rows.gatheringRows(CanonicalOrder(rows).order)
    for metric in [Metric.manhattan, .cosine, .canberra] {
      let distances = try metric.distances(of: data)
      for minSamples in [nil, 3] as [Int?] {
        let method = Genie(k: 4, minSamples: minSamples, metric: metric)
        var given = method
        given.metric = .precomputed
        #expect(try method.fit(data).labels.count == 90)
        #expect(
          try Self.digest(given.fit(distances).labels) == Self.digest(method.fit(data).labels))
      }
    }
  }

  @Test func predictingAndCoding() throws {
    let data = DensityData.rows(200, columns: 2, step: 0.5, seed: 4)
    for noise in GenieNoise.allCases {
      let model = try Genie(k: 3, minSamples: 4, noise: noise).fit(data)
      #expect(try model.predict(data) == model.labels)
      #expect(model.sizes.reduce(model.noiseCount, +) == 200)
      #expect((model.noiseCount > 0) == (noise != .none))
      let file = try JSONEncoder().encode(model)
      let read = try JSONDecoder().decode(GenieModel<Double>.self, from: file)
      #expect(read.labels.isEmpty && read.sizes == model.sizes)
      #expect(try read.predict(data) == model.labels)
    }
    let model = try Genie(k: 2).fit(try Matrix([[0.0], [1], [9]]))
    #expect(try model.predict(try Matrix([[5.0], [5.1], [-3]])) == [0, 1, 0])
    let text = try #require(String(bytes: JSONEncoder().encode(model), encoding: .utf8))
    for (from, to) in [
      ("\"sizes\":[2,1]", "\"sizes\":[2]"), ("[0,0,1]", "[0,0,7]"), ("[0,0,1]", "[0]"),
    ] {
      let edited = text.replacingOccurrences(of: from, with: to)
      #expect(edited != text)
      #expect(throws: (any Error).self) {
        try JSONDecoder().decode(GenieModel<Double>.self, from: Data(edited.utf8))
      }
    }
  }

  @Test func badInput() throws {
    let data = try Matrix([[0.0], [1], [1], [5]])
    func message(_ method: Genie, _ data: Matrix<Double>) -> String {
      do {
        _ = try method.fit(data)
        return "none"
      } catch { return "\(error)" }
    }
    #expect(message(Genie(k: 0), data).contains("k can't be 0"))
    #expect(message(Genie(k: 4), data).contains("3 distinct rows"))
    #expect(message(Genie(k: 2, giniThreshold: 1.5), data).contains("giniThreshold can't be 1.5"))
    #expect(message(Genie(k: 2, giniThreshold: .nan), data).contains("giniThreshold"))
    #expect(message(Genie(k: 2, minSamples: 0), data).contains("minSamples can't be 0"))
    #expect(message(Genie(k: 2, minSamples: 4), data).contains("only 3 others"))
    #expect(message(Genie(k: 2, noise: .leaves), data).contains("noise can't be leaves"))
    #expect(message(Genie(k: 3, minSamples: 1, noise: .leaves), data).contains("aren't leaves"))
    #expect(message(Genie(k: 1), Matrix(rows: 0, columns: 2)).contains("there is no data"))
    #expect(message(Genie(k: 1), Matrix(rows: 3, columns: 0)).contains("there is no data"))
    let broken = try Matrix([[0.0, 1], [1, 2], [-1, .nan]])
    #expect(message(Genie(k: 1), broken).contains("row 2, column 1 holds nan"))
    // One row, and rows that are all the same.
    #expect(try Genie(k: 1).fit(try Matrix([[3.0]])).labels == [0])
    let same = try Matrix([[3.0], [3], [3]])
    #expect(try Genie(k: 1).fit(same).labels == [0, 0, 0])
    #expect(try Genie(k: 1, minSamples: 2, noise: .leaves).fit(same).labels == [0, 0, 0])
    #expect(message(Genie(k: 2), same).contains("1 distinct row;"))
    let huge = try Matrix([[1e300], [-1e300], [2e300], [1e-300]])
    #expect(try Genie(k: 2).fit(huge).clusterCount == 2)
  }
}
