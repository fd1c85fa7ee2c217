import CladeCore
import Foundation
import Testing

@Suite struct MetricErrorTests {
  func error(_ metric: Metric, _ rows: [[Double]]) -> CladeError? {
    do {
      _ = try metric.distances(of: Matrix(rows))
      return nil
    } catch {
      return error as? CladeError
    }
  }

  @Test func valuesThatCannotBeTaken() {
    for metric in MetricTests.metrics {
      if case .gower = metric { continue }
      #expect(
        error(metric, [[1, 2], [3, .nan]]) == .nonFiniteValue(row: 1, column: 1, value: "nan"))
    }
    let gower = Metric.gower(GowerColumns(categories: []))
    #expect(
      error(gower, [[1, 2], [.infinity, 1]]) == .nonFiniteValue(row: 1, column: 0, value: "inf"))
    #expect(error(.cosine, [[1, 2], [0, -0.0]]) == .rowOfZeros(row: 1))
    #expect(error(.correlation, [[1, 2], [0.1, 0.1]]) == .rowWithoutVariation(row: 1))
    #expect(error(.correlation, [[0, 0], [1, 2]]) == .rowWithoutVariation(row: 0))
    for (row, column) in [([90.5, 0], 0), ([-91, 0], 0), ([0, 361], 1)] {
      guard case .valueOutOfRange(1, column, _, _)? = error(.haversine, [[90, 180], row]) else {
        Issue.record("\(row) was taken")
        continue
      }
    }
  }

  @Test func shapes() throws {
    #expect(
      error(.haversine, [[1, 2, 3]])
        == .shapeMismatch(
          expected: "2 columns for haversine, latitude and longitude in degrees", found: "3"))
    #expect(throws: CladeError.self) { try Metric.euclidean.distance([1], [1, 2]) }
    #expect(throws: CladeError.self) {
      try Metric.euclidean.distances(from: Matrix([[1.0]]), to: Matrix([[1.0, 2]]))
    }
    #expect(throws: CladeError.self) { try Metric.precomputed.distance([0, 1], [1, 0]) }
    for metric in MetricTests.metrics {
      guard metric != .mahalanobis() else { continue }
      if case .gower = metric { continue }
      #expect(try metric.distances(of: Matrix<Double>([])).rowCount == 0)
    }
    #expect(
      error(.euclidean, [[], []]) == .emptyData(reason: "rows without columns have no distances"))
  }

  @Test func parameters() {
    for p in [0.5, 0, -1, .nan] {
      #expect(error(.minkowski(p: p), [[1], [2]]) != nil)
    }
    // Dependent columns, too few rows, and matrices that are none.
    #expect(error(.mahalanobis(), [[1, 2], [2, 4], [3, 6]]) != nil)
    #expect(error(.mahalanobis(), [[1, 2]]) != nil)
    #expect(error(.mahalanobis(inverseCovariance: [1, 0, 0]), [[1, 2]]) != nil)
    #expect(error(.mahalanobis(inverseCovariance: [1, 2, 0, 1]), [[1, 2]]) != nil)
    #expect(error(.mahalanobis(inverseCovariance: [1, 2, 2, 1]), [[1, 2]]) != nil)
    #expect(error(.gower(GowerColumns(categories: [2])), [[1, 2]]) != nil)
    #expect(error(.gower(GowerColumns(categories: [], ranges: [1])), [[1, 2]]) != nil)
    #expect(error(.gower(GowerColumns(categories: [], ranges: [1, -1])), [[1, 2]]) != nil)
    let own = CustomMetric(named: "mine") { x, y in x[0] - y[0] }
    guard case .invalidParameter("metric", "mine", _)? = error(.custom(own), [[1], [2]]) else {
      Issue.record("a negative distance was taken")
      return
    }
  }

  @Test func givenDistances() {
    #expect(error(.precomputed, [[0, 1, 2], [1, 0, 3]]) != nil)
    #expect(error(.precomputed, [[1, 2]]) != nil)
    #expect(error(.precomputed, [[0, 1], [2, 0]]) != nil)
    #expect(error(.precomputed, [[0, 1], [1, 3]]) != nil)
    #expect(error(.precomputed, [[1, -2, 3]]) != nil)
    #expect(
      error(.precomputed, [[0, .nan], [.nan, 0]])
        == .nonFiniteValue(row: 0, column: 1, value: "nan"))
  }

  @Test func matricesThatDoNotFit() throws {
    let data = Matrix<Float>(rows: 3_000_000, columns: 1, repeating: 1)
    do {
      _ = try Metric.euclidean.distances(of: data)
      Issue.record("65 TiB were found")
    } catch CladeError.notEnoughMemory(_, let bytes, _, _) {
      #expect(bytes == 72_000_000_000_000)
    }
  }

  @Test func functionsAreNotWritten() {
    let metric = Metric.custom(CustomMetric(named: "mine") { _, _ in 0 })
    #expect(throws: EncodingError.self) { try JSONEncoder().encode(metric) }
  }

  @Test func allOthersAre() throws {
    for metric in MetricTests.metrics {
      if case .custom = metric { continue }
      let copy = try JSONDecoder().decode(Metric.self, from: JSONEncoder().encode(metric))
      #expect(copy == metric)
    }
  }
}
