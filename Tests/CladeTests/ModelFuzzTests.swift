import Clade
import Foundation
import Testing

/// Models whose files were edited: each is refused, or places rows; none traps, hangs or takes all memory.
@Suite struct ModelFuzzTests {
  private let data = Matrix<Double>(rows: 300, columns: 2) { target in
    let random = CounterRandom(seed: 1)
    for index in target.indices {
      let noise = Double(random.value(at: UInt64(index)) >> 11) * 0x1p-53
      target.initializeElement(at: index, to: Double(index / 2 % 3 * 20) + noise)
    }
  }

  private let others = Matrix<Double>(rows: 7, columns: 2) { target in
    for index in target.indices {
      target.initializeElement(at: index, to: Double(index) * 1000 - 2)
    }
  }

  /// What may stand anywhere in a file of JSON.
  private static var values: [Any] {
    [
      -1, 0, 1, 2, 1e308, -1e308, Double.leastNormalMagnitude / 1024, 9_007_199_254_740_993,
      4_294_967_296, -2_147_483_648,
      "x", "", "AAAA", NSNull(), [Any](), [String: Any](), [[1.0]], true,
    ]
  }

  /// Calls `body` with everything that differs from `value` in one place.
  private static func edits(_ value: Any, _ body: (Any) throws -> Void) rethrows {
    for other in values { try body(other) }
    if let object = value as? [String: Any] {
      for (key, part) in object {
        var edited = object
        edited.removeValue(forKey: key)
        try body(edited)
        try edits(part) {
          edited[key] = $0
          try body(edited)
        }
      }
    } else if let array = value as? [Any], let first = array.first, let last = array.last {
      try body(Array(array.dropLast()))
      try body(array + [last])
      try body(Array(array.reversed()))
      try body(array.map { _ in first })
      for index in array.indices where index < 3 || index == array.count - 1 {
        var edited = array
        try edits(array[index]) {
          edited[index] = $0
          try body(edited)
        }
      }
    } else if let text = value as? String {
      try body(String(text.dropLast(4)))
      try body(text + "AAAA")
    }
  }

  /// Edits a model everywhere and lets each that can be read place rows.
  private func fuzz<Model: ClusteringModel>(
    _ model: Model, place: (Model) throws -> [Int32]
  ) throws {
    let whole = try JSONSerialization.jsonObject(with: JSONEncoder().encode(model))
    var read = 0
    try Self.edits(whole) { edited in
      guard JSONSerialization.isValidJSONObject(edited) else { return }
      let json = try JSONSerialization.data(withJSONObject: edited)
      guard let model = try? JSONDecoder().decode(Model.self, from: json) else { return }
      read += 1
      do {
        let labels = try place(model)
        #expect(labels.allSatisfy { $0 >= -1 && Int($0) < model.clusterCount })
      } catch is CladeError {}
    }
    #expect(read > 10)
  }

  @Test func kmeans() throws {
    try fuzz(KMeans(k: 3).fit(data)) { model in
      let nearest = try model.nearest(others, count: min(2, model.clusterCount))
      #expect(nearest.ids.count == 7 * nearest.count)
      return try model.predict(others)
    }
  }

  @Test func kmedian() throws {
    try fuzz(KMedian(k: 3).fit(data)) { try $0.predict(others) }
  }

  @Test func online() throws {
    var clusters = try OnlineKMeans(k: 3)
    _ = try clusters.observe(data)
    try fuzz(clusters.model()) { try $0.predict(others) }
  }

  @Test func spherical() throws {
    try fuzz(SphericalKMeans(k: 3).fit(SparseMatrix(data))) { try $0.predict(others) }
  }

  @Test func twoLevel() throws {
    try fuzz(TwoLevelKMeans(k: 12, groups: 3).fit(data)) { model in
      let nearest = try model.nearest(others, count: min(2, model.clusterCount))
      #expect(nearest.ids.count == 7 * nearest.count)
      return try model.predict(others)
    }
  }

  @Test func agglomerative() throws {
    let few = data.gatheringRows(0..<7)
    try fuzz(AgglomerativeClustering(linkage: .ward, k: 3).fit(few)) { model in
      let labels = try model.dendrogram.labels(model.parameters.cut)
      #expect(Set(labels).count == model.clusterCount)
      return try model.predict(others)
    }
  }

  @Test func graphDegree() throws {
    try fuzz(GraphDegreeLinkage(k: 3, neighbors: 4).fit(data.gatheringRows(0..<20))) {
      try $0.predict(others)
    }
  }

  @Test func genie() throws {
    try fuzz(Genie(k: 3, minSamples: 2, noise: .leaves).fit(data.gatheringRows(0..<20))) {
      try $0.predict(others)
    }
  }

  @Test(arguments: CovarianceType.allCases) func gaussianMixture(_ type: CovarianceType) throws {
    var method = GaussianMixture(componentCount: 3)
    method.covariance = type
    try fuzz(method.fit(data)) { model in
      _ = try model.probabilities(of: others)
      return try model.predict(others)
    }
  }

  @Test func automatic() throws {
    let few = data.gatheringRows(0..<24)
    try fuzz(AutomaticClustering().fit(few)) { model in
      #expect(model.labels.isEmpty && model.choice.labels.isEmpty)
      return try model.predict(others)
    }
  }

  @Test func nearestRows() throws {
    let labels = (0..<30).map { Int32($0 % 10 == 0 ? -1 : $0 % 3) }
    let few = data.gatheringRows(0..<30)
    try fuzz(NearestRowModel(assigningNoiseOf: labels, in: few)) {
      try $0.predict(others)
    }
  }

  @Test func ppp() throws {
    try fuzz(PPP().fit(data)) { model in
      let placed = try model.predictProbabilities(others)
      #expect(placed.probabilities.count == 7)
      return placed.labels
    }
  }

  /// More columns than PPP works in: the file holds directions.
  @Test func pppOfManyColumns() throws {
    let wide = Matrix<Double>(rows: 400, columns: 70) { target in
      let random = CounterRandom(seed: 2)
      for index in target.indices {
        let noise = Double(random.value(at: UInt64(index)) >> 11) * 0x1p-53
        target.initializeElement(at: index, to: Double(index / 70 % 2 * 20) + noise)
      }
    }
    try fuzz(PPP().fit(wide)) { try $0.predict(wide.gatheringRows(0..<5)) }
  }
}
