import Clade
import CladeCore
import Foundation
import Testing

/// Models of metrics that learn from all rows place new rows by what was learned, and Gower's metric
/// leaves missing values out.
@Suite struct LearnedMetricModelTests {
  /// Numbers of very different scales, codes of three categories, and missing values.
  private static func mixed(_ count: Int, seed: UInt64) -> Matrix<Double> {
    var random = CounterRandom(seed: seed)
    return Matrix(rows: count, columns: 3) { target in
      for row in 0..<count {
        let group = Double(row % 3)
        // Rounded, so that there are ties and duplicates.
        let values = [
          (20 * group + 4 * random.normal()).rounded(),
          1e6 + 1000 * (group + (4 * random.normal()).rounded() / 16),
          random.uniform() < 0.9 ? group : 1,
        ]
        for (column, value) in values.enumerated() {
          target.initializeElement(
            at: 3 * row + column, to: random.uniform() < 0.05 ? .nan : value)
        }
      }
    }
  }

  private static let gower = Metric.gower(GowerColumns(categories: [2]))

  private static func cases(_ count: Int) -> [(Metric, Matrix<Double>, eps: Double)] {
    [
      (.mahalanobis(), DensityData.rows(count, columns: 2, seed: 2), 0.4),
      (gower, mixed(count, seed: 3), 0.02),
    ]
  }

  private func reread<Model: Codable>(_ model: Model) throws -> Model {
    let encoder = JSONEncoder()
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return try decoder.decode(Model.self, from: encoder.encode(model))
  }

  @Test func placesOfDBSCANAreThoseOfTheNearestCoreRow() throws {
    for (metric, data, eps) in Self.cases(150) {
      let model = try DBSCAN(eps: eps, metric: metric).fit(data)
      #expect(model.clusterCount > 0 && model.noiseCount > 0)
      let kept = try reread(model)
      #expect(try kept.predict(data) == model.labels)
      let new =
        metric == Self.gower ? Self.mixed(90, seed: 9) : DensityData.rows(90, columns: 2, seed: 8)
      let distances = try metric.distances(from: new, to: data)
      let expected = (0..<90).map { query -> Int32 in
        let cores = model.coreIndices.map { Int($0) }
        guard let least = cores.map({ distances[query, $0] }).min(), least <= eps else { return -1 }
        let nearest = cores.filter { distances[query, $0] == least }
        let labels = Set(nearest.map { model.labels[$0] })
        return labels.count == 1 ? labels.first! : -2
      }
      let found = try kept.predict(new)
      #expect(Set(found).count > 1)
      for (label, wanted) in zip(found, expected) where wanted != -2 { #expect(label == wanted) }
    }
  }

  @Test func trainingRowsKeepTheirLabels() throws {
    for (metric, data, eps) in Self.cases(150) {
      for extraction in [OPTICSExtraction.dbscan(eps: eps), .xi(0.05, minClusterSize: nil)] {
        let optics = try OPTICS(extraction: extraction, metric: metric).fit(data)
        #expect(optics.clusterCount > 0)
        #expect(try reread(optics).predict(data) == optics.labels)
      }
      let hdbscan = try HDBSCAN(minClusterSize: 12, metric: metric).fit(data)
      #expect(hdbscan.clusterCount > 0)
      #expect(try reread(hdbscan).predict(data) == hdbscan.labels)
    }
  }

  @Test func rowsWithMissingValuesMayBeShuffled() throws {
    let data = Self.mixed(150, seed: 3)
    let order = DensityData.shuffled(150, seed: 4)
    let shuffled = data.gatheringRows(order)
    let fits: [(Matrix<Double>) throws -> [Int32]] = [
      { try DBSCAN(eps: 0.06, metric: Self.gower).fit($0).labels },
      { try OPTICS(extraction: .dbscan(eps: 0.06), metric: Self.gower).fit($0).labels },
      { try HDBSCAN(minClusterSize: 12, metric: Self.gower).fit($0).labels },
    ]
    for (index, fit) in fits.enumerated() {
      let labels = try fit(data)
      #expect(try fit(shuffled) == order.map { labels[$0] }, "method \(index)")
    }
  }

  @Test func modelsThatDoNotSayWhatWasLearnedAreRefused() throws {
    let (metric, data, eps) = Self.cases(150)[0]
    let model = try DBSCAN(eps: eps, metric: metric).fit(data)
    var object = try #require(
      JSONSerialization.jsonObject(with: JSONEncoder().encode(model)) as? [String: Any])
    object["learned"] = ["origins": [0, 0], "scales": [1, 0, 0]]
    let edited = try JSONDecoder().decode(
      DBSCANModel<Double>.self, from: JSONSerialization.data(withJSONObject: object))
    #expect(throws: CladeError.self) { try edited.predict(data) }
    object["learned"] = nil
    let without = try JSONDecoder().decode(
      DBSCANModel<Double>.self, from: JSONSerialization.data(withJSONObject: object))
    #expect(throws: CladeError.self) { try without.predict(data) }
  }

  @Test func distancesAreNotKept() throws {
    let distances = try Metric.euclidean.distances(of: DensityData.rows(60, columns: 2, seed: 2))
    let model = try HDBSCAN(metric: .precomputed).fit(distances)
    #expect(try JSONEncoder().encode(model).count < 20_000)
    #expect(throws: CladeError.self) { try reread(model).predict(distances) }
  }
}
