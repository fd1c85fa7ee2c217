import Clade
import CladeCore
import Testing

@Suite struct NeighborIndexErrorTests {
  func error(_ body: () throws -> Void) -> CladeError? {
    do {
      try body()
      return nil
    } catch { return error as? CladeError }
  }

  @Test func lengths() throws {
    let index = try NeighborIndex(Matrix([[1.0], [2], [4]]))
    for count in [-1, 0, 3] {
      #expect(
        error { _ = try index.neighbors(count: count) }
          == .invalidParameter(
            name: "count", value: "\(count)", reason: "3 rows have 1 to 2 neighbours"))
    }
    #expect(
      try index.neighbors(count: 3, includingItself: true).rows == [0, 1, 2, 1, 0, 2, 2, 1, 0])
    #expect(error { _ = try index.neighbors(of: Matrix([[1.0]]), count: 4) } != nil)
    let one = try NeighborIndex(Matrix([[1.0]]))
    #expect(
      error { _ = try one.neighbors(count: 1) }
        == .invalidParameter(
          name: "count", value: "1", reason: "there are too few rows to have neighbours"))
    #expect(try one.neighbors(count: 1, includingItself: true).rows == [0])
    let none = try NeighborIndex(Matrix<Double>([]))
    #expect(error { _ = try none.neighbors(count: 1) } != nil)
    #expect(try none.neighbors(within: 1).count == 0)
  }

  @Test func radii() throws {
    let index = try NeighborIndex(Matrix([[1.0], [2], [4]]))
    for radius in [-1, Double.nan] {
      #expect(error { _ = try index.neighbors(within: radius) } != nil)
    }
    #expect(try index.neighbors(within: 0).rows.isEmpty)
    #expect(try index.neighbors(within: .infinity).rows == [1, 2, 0, 2, 1, 0])
    #expect(try index.neighbors(within: 1e300).rows == [1, 2, 0, 2, 1, 0])
  }

  @Test func queries() throws {
    let index = try NeighborIndex(Matrix([[1.0, 2], [2, 3], [4, 5]]), metric: .cosine)
    #expect(error { _ = try index.neighbors(of: Matrix([[1.0]]), count: 1) } != nil)
    #expect(
      error { _ = try index.neighbors(of: Matrix([[1.0, 1], [0, 0]]), count: 1) }
        == .rowOfZeros(row: 1))
    #expect(
      error { _ = try index.neighbors(of: Matrix([[1.0, .nan]]), within: 1) }
        == .nonFiniteValue(row: 0, column: 1, value: "nan"))
    #expect(try index.neighbors(of: Matrix<Double>(rows: 0, columns: 2), count: 1).rows.isEmpty)
  }

  @Test func data() {
    #expect(
      error { _ = try NeighborIndex(Matrix([[1.0, 2], [.infinity, 3]])) }
        == .nonFiniteValue(row: 1, column: 0, value: "inf"))
    #expect(
      error { _ = try NeighborIndex(Matrix([[1.0, 2], [0, 0]]), metric: .cosine) }
        == .rowOfZeros(row: 1))
    guard
      case .valueOutOfRange(1, 0, _, _)? = error({
        _ = try NeighborIndex(Matrix([[1.0, 2], [95, 3]]), metric: .haversine)
      })
    else {
      Issue.record("a latitude of 95 degrees was taken")
      return
    }
  }

  @Test func structures() throws {
    let data = try Matrix([[1.0, 2], [2, 3], [4, 5]])
    #expect(
      error { _ = try NeighborIndex(data, metric: .manhattan, structure: .kdTree) } != nil)
    #expect(
      error { _ = try NeighborIndex(data, metric: .brayCurtis, structure: .ballTree) } != nil)
    #expect(
      error {
        _ = try NeighborIndex(
          Matrix([[1.0, 2, 3]]), metric: .precomputed, structure: .approximate(.init()))
      } != nil)
    for wrong in [
      NearestNeighborDescent(trees: 0), NearestNeighborDescent(candidates: 1),
      NearestNeighborDescent(maxIterations: -1), NearestNeighborDescent(tolerance: .nan),
    ] {
      #expect(error { _ = try NeighborIndex(data, structure: .approximate(wrong)) } != nil)
    }
    #expect(try NeighborIndex(data).structure == .bruteForce)
    let many = Matrix<Double>(rows: 1000, columns: 2, repeating: 1)
    #expect(try NeighborIndex(many).structure == .kdTree)
    #expect(try NeighborIndex(many, metric: .canberra).structure == .bruteForce)
    let more = Matrix<Double>(rows: 25_000, columns: 2, repeating: 1)
    #expect(try NeighborIndex(more, metric: .canberra).structure == .ballTree)
    #expect(try NeighborIndex(data, metric: NeighborIndexTests.own).structure == .ballTree)
  }

  @Test func ownMetricsThatFail() throws {
    let data = try Matrix([[1.0], [2], [3], [9]])
    for isTrue in [false, true] {
      let own = CustomMetric(named: "mine", satisfiesTriangleInequality: isTrue) { x, y in
        x[0] == 3 || y[0] == 3 ? .nan : abs(x[0] - y[0])
      }
      guard
        case .invalidParameter("metric", "mine", _)? = error({
          _ = try NeighborIndex(data, metric: .custom(own)).neighbors(count: 2)
        })
      else {
        Issue.record("NaN was taken for a distance")
        return
      }
    }
  }

  @Test func cancelling() async {
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      let data: Matrix<Float> = NeighborIndexTests.rows(3000, 20, seed: 1, grid: false)
      _ = try NeighborIndex(data).neighbors(count: 5)
    }
    await #expect(throws: CancellationError.self) { try await task.value }
  }
}
