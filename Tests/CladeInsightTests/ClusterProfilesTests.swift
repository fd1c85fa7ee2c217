import Clade
import CladeInsight
import Testing

@Suite struct ClusterProfilesTests {
  /// Two groups and a noise row; mass in grams, scaled by hand; an island of two categories.
  private static let features = [
    Feature(column: "mass", offset: 4000, scale: 1000),
    Feature(column: "island", category: "Biscoe", offset: 0.5, scale: 0.25),
    Feature(column: "island", category: "Dream", offset: 0.5, scale: 0.25),
  ]
  private static let rows: [[Double]] = [
    [1, 2, -2], [2, 2, -2], [-1, -2, 2], [-1, -2, 2], [-1, 2, -2], [9, -2, 2],
  ]
  private static let labels: [Int32] = [0, 0, 1, 1, 1, -1]

  private func profiles() throws -> ClusterProfiles {
    try ClusterProfiles(data: Matrix(Self.rows), labels: Self.labels, features: Self.features)
  }

  @Test func numbersInTheTablesUnits() throws {
    let profiles = try profiles()
    #expect(profiles.clusters.map(\.size) == [2, 3])
    #expect(profiles.clusters[0].share == 2.0 / 6)
    #expect(profiles.noise?.size == 1)
    #expect(profiles.noise?.label == -1)
    guard case .number(let mass) = profiles.clusters[0].columns[0].summary else {
      Issue.record("mass is a number")
      return
    }
    #expect(mass.mean == 5500)
    #expect(mass.standardDeviation == 500)
    #expect(mass.overallMean == 5500)
    #expect(mass.restMean == 5500)
    #expect(mass.difference == 0)
    guard case .number(let other) = profiles.clusters[1].columns[0].summary else { return }
    #expect(other.mean == 3000)
    #expect(other.restMean == 8000)
    // Deviations from 5500 in thousands: 0.5² + 0.5² + 3 · 2.5² + 7.5² = 75.5.
    let spread = (75.5 / 6).squareRoot() * 1000
    #expect(abs(other.overallStandardDeviation - spread) < 1e-9)
    #expect(abs(other.difference + 5000 / spread) < 1e-12)
    #expect(abs(profiles.clusters[1].columns[0].effect - 5000 / spread) < 1e-12)
  }

  @Test func indicatorsAreOneColumn() throws {
    let first = try profiles().clusters[0]
    #expect(first.columns.map(\.name) == ["mass", "island"])
    guard case .categories(let islands) = first.columns[1].summary else {
      Issue.record("island is a category")
      return
    }
    #expect(islands.map(\.value) == ["Biscoe", "Dream"])
    #expect(islands.map(\.share) == [1, 0])
    #expect(islands.map(\.overallShare) == [0.5, 0.5])
    #expect(islands.map(\.restShare) == [0.25, 0.75])
    // For two categories the effect is the difference over the indicator's deviation, 0.75 / 0.5.
    #expect(abs(first.columns[1].effect - 1.5) < 1e-12)
    #expect(first.ranking == [1, 0])
    #expect(first.phrases() == ["island Biscoe 100 % (50 % overall)"])
    #expect(first.phrases(overall: false) == ["island Biscoe 100 %"])
  }

  @Test func oneGroupHasNothingThatSetsItApart() throws {
    let profiles = try ClusterProfiles(
      data: Matrix(Self.rows), labels: .init(repeating: 0, count: 6), features: Self.features)
    #expect(profiles.clusters.count == 1)
    #expect(profiles.noise == nil)
    #expect(profiles.clusters[0].phrases().isEmpty)
    #expect(profiles.clusters[0].columns.allSatisfy { $0.effect == 0 })
  }

  @Test func emptyClustersConstantColumnsAndHugeNumbers() throws {
    let data = try Matrix([[1e308, 5, 1e-305], [-1e308, 5, 2e-305], [1e308, 5, 3e-305]])
    let profiles = try ClusterProfiles(
      data: data, labels: [0, 2, 0], features: ["a", "b", "c"].map { Feature(column: $0) },
      clusterCount: 4)
    #expect(profiles.clusters.map(\.size) == [2, 0, 1, 0])
    #expect(profiles.clusters[1].columns.isEmpty)
    #expect(profiles.clusters[1].phrases().isEmpty)
    for column in profiles.clusters[0].columns {
      guard case .number(let number) = column.summary else { continue }
      #expect(number.mean.isFinite && number.difference.isFinite && column.effect.isFinite)
      #expect(number.overallStandardDeviation.isFinite)
    }
    #expect(profiles.clusters[0].columns[1].effect == 0)
  }

  @Test func shuffledRowsAndThreadsChangeNothing() throws {
    var random = SystemRandomNumberGenerator()
    let rows = (0..<500).map { _ in
      (0..<11).map { _ in Double.random(in: -1e6...1e6, using: &random) }
    }
    let labels = rows.map { Int32($0[0] < 0 ? 0 : $0[1] < 0 ? 1 : -1) }
    let features = (0..<11).map { Feature(column: "c\($0)", offset: 3, scale: 0.1) }
    let reference = try ClusterProfiles(
      data: Matrix(rows), labels: labels, features: features, threads: 1)
    for threads in [1, 2, 7] {
      let order = Array(rows.indices).shuffled()
      let shuffled = try ClusterProfiles(
        data: Matrix(order.map { rows[$0] }), labels: order.map { labels[$0] },
        features: features, threads: threads)
      #expect(shuffled == reference)
    }
  }

  @Test func wrongInputIsNamed() throws {
    let data = try Matrix([[1.0], [2.0]])
    let features = [Feature(column: "a")]
    #expect(throws: CladeError.self) {
      try ClusterProfiles(data: data, labels: [0], features: features)
    }
    #expect(throws: CladeError.self) {
      try ClusterProfiles(data: data, labels: [0, 0], features: [])
    }
    #expect(throws: CladeError.self) {
      try ClusterProfiles(data: data, labels: [0, -2], features: features)
    }
    #expect(throws: CladeError.nonFiniteValue(row: 1, column: 0, value: "nan")) {
      try ClusterProfiles(data: Matrix([[1.0], [.nan]]), labels: [0, 0], features: features)
    }
    let none = try ClusterProfiles(
      data: Matrix(rows: 0, columns: 1), labels: [], features: features)
    #expect(none.clusters.isEmpty && none.noise == nil)
  }
}
