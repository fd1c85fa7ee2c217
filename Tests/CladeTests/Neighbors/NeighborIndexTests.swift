import Clade
import CladeCore
import Testing

@Suite struct NeighborIndexTests {
  static let own = Metric.custom(
    CustomMetric(named: "steps", satisfiesTriangleInequality: true) { x, y in
      zip(x, y).reduce(0) { $0 + abs($1.0 - $1.1) }
    })
  static let metrics: [Metric] = [
    .euclidean, .squaredEuclidean, .manhattan, .chebyshev, .minkowski(p: 2.5), .cosine,
    .correlation, .canberra, .brayCurtis, .mahalanobis(), .haversine, .hamming, .jaccard, .dice,
    .gower(GowerColumns(categories: [0])), own,
  ]

  /// Numbers without ties, or on a grid with many.
  static func rows<Scalar: MatrixScalar>(
    _ count: Int, _ columns: Int, seed: UInt64, grid: Bool
  ) -> Matrix<Scalar> {
    var random = CounterRandom(seed: seed)
    return Matrix(rows: count, columns: columns) { buffer in
      for index in buffer.indices {
        buffer[index] =
          grid
          ? Scalar(random.next() % 4) + Scalar(index % columns) + 1 : Scalar(random.normal() * 10)
      }
    }
  }

  static func structures(for metric: Metric) -> [NeighborStructure] {
    let hasSquares: [Metric] = [
      .euclidean, .squaredEuclidean, .cosine, .correlation, .haversine, .mahalanobis(),
    ]
    let isSquares = hasSquares.contains(metric)
    return [.automatic, .bruteForce] + (isSquares ? [.kdTree] : [])
      + (isSquares || metric.satisfiesTriangleInequality ? [.ballTree] : [])
  }

  /// The lists by sorting all distances, ties by the rows' values.
  static func sorted<Scalar: MatrixScalar>(
    _ data: Matrix<Scalar>, _ distances: [Double], without row: Int?
  ) -> [Int] {
    (0..<data.rowCount).filter { $0 != row }.sorted { a, b in
      guard distances[a] == distances[b] else { return distances[a] < distances[b] }
      let (x, y) = (data.row(a), data.row(b))
      return x == y ? a < b : x.lexicographicallyPrecedes(y)
    }
  }

  func check<Scalar: MatrixScalar>(
    _: Scalar.Type, _ metric: Metric, count: Int, grid: Bool
  ) throws {
    let columns = metric == .haversine ? 2 : 3
    let data: Matrix<Scalar> = Self.rows(count, columns, seed: 3, grid: grid)
    let queries: Matrix<Scalar> = Self.rows(11, columns, seed: 4, grid: grid)
    let all = try metric.distances(of: data)
    let cross = try metric.distances(from: queries, to: data)
    // Metrics of other coordinates settle ties by those, which this oracle doesn't know.
    let settles = ![.cosine, .correlation, .haversine, .mahalanobis()].contains(metric)
    for structure in Self.structures(for: metric) {
      let index = try NeighborIndex(data, metric: metric, structure: structure)
      for length in [1, 7, count - 1] {
        let found = try index.neighbors(count: length, threads: 2)
        for row in 0..<count {
          let expected = Self.sorted(data, all.row(row), without: row).prefix(length)
          let rows = found.rows[found.range(of: row)].map { Int($0) }
          #expect(
            found.distances[found.range(of: row)].elementsEqual(
              expected.map { Scalar(all[row, $0]) }))
          #expect(Set(rows).count == length && !rows.contains(row))
          for (place, number) in rows.enumerated() {
            #expect(found.distances[row * length + place] == Scalar(all[row, number]))
          }
          // Raw distances tell apart what roots and roundings make equal.
          if settles, grid, metric == .squaredEuclidean || metric == .manhattan {
            #expect(rows == Array(expected))
          }
        }
      }
      let asked = try index.neighbors(of: queries, count: 5)
      for query in 0..<11 {
        let expected = Self.sorted(data, cross.row(query), without: nil).prefix(5)
        #expect(
          asked.distances[asked.range(of: query)].elementsEqual(
            expected.map { Scalar(cross[query, $0]) }))
      }
      let radius = all[0, count / 2]
      let near = try index.neighbors(within: radius)
      let around = try index.neighbors(of: queries, within: radius)
      for row in 0..<count {
        let expected = (0..<count).filter { $0 != row && all[row, $0] <= radius }
        #expect(near.rows[near.range(of: row)].sorted() == expected.map { Int32($0) })
        let distances = near.distances[near.range(of: row)]
        #expect(distances.elementsEqual(distances.sorted()))
      }
      for query in 0..<11 {
        let expected = (0..<count).filter { cross[query, $0] <= radius }
        #expect(around.rows[around.range(of: query)].sorted() == expected.map { Int32($0) })
      }
    }
  }

  @Test(arguments: metrics) func agreesWithSorting(metric: Metric) throws {
    for grid in [false, true] {
      // All equal rows have no correlation.
      if grid, metric == .correlation { continue }
      try check(Double.self, metric, count: 83, grid: grid)
      try check(Float.self, metric, count: 60, grid: grid)
    }
  }

  /// The same lists for all structures, instruction sets and numbers of threads, and for shuffled rows
  /// lists of the same values.
  @Test(arguments: metrics) func sameLists(metric: Metric) throws {
    func check<Scalar: MatrixScalar>(_: Scalar.Type, grid: Bool) throws {
      let count = 520
      let data: Matrix<Scalar> = Self.rows(
        count, metric == .haversine ? 2 : 3, seed: 9, grid: grid)
      let first = try NeighborIndex(data, metric: metric, structure: .bruteForce, threads: 1)
      let expected = try first.neighbors(count: 6, threads: 1)
      let radius = Double(expected.distances[count * 3])
      let near = try first.neighbors(within: radius, threads: 1)
      let order = (0..<count).map { ($0 * 17 + 5) % count }
      let shuffled = data.gatheringRows(order)
      for structure in Self.structures(for: metric) where structure != .automatic {
        for set in InstructionSet.available {
          try InstructionSet.forcing(set) {
            for threads in [1, 2, 7] {
              let index = try NeighborIndex(
                data, metric: metric, structure: structure, threads: threads)
              let found = try index.neighbors(count: 6, threads: threads)
              #expect(found == expected)
              let within = try index.neighbors(within: radius, threads: threads)
              #expect(within == near)
            }
          }
        }
        let index = try NeighborIndex(shuffled, metric: metric, structure: structure)
        let found = try index.neighbors(count: 6, includingItself: true)
        let own = try first.neighbors(count: 6, includingItself: true)
        var differ = 0
        for row in 0..<count {
          for place in 0..<6 {
            let (a, b) = (row * 6 + place, order[row] * 6 + place)
            if found.distances[a] != own.distances[b] { differ += 1 }
            if shuffled.row(Int(found.rows[a])) != data.row(Int(own.rows[b])) { differ += 1 }
          }
        }
        #expect(differ == 0)
      }
    }
    try check(Double.self, grid: false)
    if metric != .correlation { try check(Float.self, grid: true) }
  }

  @Test func manyColumnsAndUnevenBlocks() throws {
    for (count, columns) in [(1, 3), (2, 40), (17, 1), (131, 40), (1037, 5)] {
      let data: Matrix<Float> = Self.rows(count, columns, seed: 12, grid: false)
      guard count > 1 else { continue }
      let all = try Metric.euclidean.distances(of: data)
      let length = min(4, count - 1)
      let found = try NeighborIndex(data, structure: .bruteForce).neighbors(count: length)
      for row in 0..<count {
        let expected = Self.sorted(data, all.row(row), without: row).prefix(length)
        #expect(found.rows[found.range(of: row)].elementsEqual(expected.map { Int32($0) }))
      }
    }
  }

  /// scikit-learn 1.9.1: `NearestNeighbors(n_neighbors=3, metric=…).fit(m).kneighbors()`, and
  /// `NearestNeighbors(radius=4, metric="manhattan").fit(m).radius_neighbors()`.
  @Test func referenceOfScikitLearn() throws {
    let data = try Matrix<Double>([
      [1, 0, 2.5], [2, -1, 0.5], [0, 4, 1], [0.25, 0, 0], [3, 1, -1], [-2, 0.5, 1.5],
    ])
    let euclidean = try NeighborIndex(data).neighbors(count: 3)
    #expect(euclidean.rows == ScikitLearn.euclideanRows)
    for (found, expected) in zip(euclidean.distances, ScikitLearn.euclideanDistances) {
      #expect(abs(found - expected) < 1e-14)
    }
    let cosine = try NeighborIndex(data, metric: .cosine).neighbors(count: 3)
    #expect(cosine.rows == ScikitLearn.cosineRows)
    let manhattan = try NeighborIndex(data, metric: .manhattan).neighbors(within: 4)
    #expect((0..<6).map { manhattan.rows[manhattan.range(of: $0)].sorted() } == ScikitLearn.within)
  }

  @Test func givenDistances() throws {
    let condensed = try Matrix<Double>([[1, 2, 4, 3, 5, 6]])
    let index = try NeighborIndex(condensed, metric: .precomputed)
    #expect(index.rowCount == 4)
    #expect(try index.neighbors(count: 2).rows == [1, 2, 0, 2, 0, 1, 0, 1])
    #expect(try index.neighbors(within: 2).starts == [0, 2, 3, 4, 4])
    let found = try index.neighbors(of: Matrix([[4, 3, 2, 1]]), count: 2)
    #expect(found.rows == [3, 2])
    #expect(found.distances == [1, 2])
  }

  @Test func hugeNumbers() throws {
    for scale in [1e-300, 1e300] {
      let data = try Matrix([[0, 0], [3 * scale, 4 * scale], [-scale, 0]])
      for structure in [NeighborStructure.bruteForce, .kdTree, .ballTree] {
        let found = try NeighborIndex(data, structure: structure).neighbors(count: 2)
        #expect(found.rows == [2, 1, 0, 2, 0, 1])
        #expect(abs(found.distances[1] / scale - 5) < 1e-14)
      }
    }
  }

  @Test func equalRows() throws {
    let data = Matrix<Float>(rows: 1500, columns: 2, repeating: 3)
    for structure in [NeighborStructure.bruteForce, .kdTree, .ballTree, .approximate(.init())] {
      let found = try NeighborIndex(data, structure: structure).neighbors(count: 3)
      #expect(found.distances.allSatisfy { $0 == 0 })
      guard structure != .approximate(.init()) else { continue }
      #expect(found.rows[0..<3] == [1, 2, 3])
      #expect(found.rows[(3 * 1499)...] == [0, 1, 2])
    }
  }
}

private enum ScikitLearn {
  static let euclideanRows: [Int32] = [1, 3, 5, 3, 0, 4, 5, 3, 0, 1, 0, 5, 1, 3, 0, 3, 0, 2]
  static let euclideanDistances = [
    2.449489742783178, 2.6100766272276377, 3.2015621187164243, 2.0766559657295187,
    2.449489742783178, 2.692582403567252, 4.06201920231798, 4.130677910464576, 4.387482193696061,
    2.0766559657295187, 2.6100766272276377, 2.75, 2.692582403567252, 3.092329219213245,
    4.153311931459037, 2.75, 3.2015621187164243, 4.06201920231798,
  ]
  static let cosineRows: [Int32] = [1, 3, 5, 3, 4, 0, 5, 0, 4, 4, 1, 0, 3, 1, 2, 2, 0, 1]
  static let within: [[Int32]] = [[1, 3], [0, 3], [], [0, 1], [], []]
}
