import Clade
import CladeCore
import Testing

@Suite struct NearestNeighborDescentTests {
  /// Points around a few centers, in many columns.
  static func blobs<Scalar: MatrixScalar>(_ count: Int, _ columns: Int) -> Matrix<Scalar> {
    var random = CounterRandom(seed: 21)
    let centers = (0..<20 * columns).map { _ in random.normal() * 3 }
    return Matrix(rows: count, columns: columns) { buffer in
      for row in 0..<count {
        let center = Int(random.next() % 20) * columns
        for column in 0..<columns {
          buffer[row * columns + column] = Scalar(centers[center + column] + random.normal())
        }
      }
    }
  }

  @Test func findsNearlyAll() throws {
    let data: Matrix<Float> = Self.blobs(6000, 32)
    for metric in [Metric.euclidean, .cosine, .manhattan, .brayCurtis] {
      let exact = try NeighborIndex(data, metric: metric, structure: .bruteForce)
        .neighbors(count: 10)
      let found = try NeighborIndex(
        data, metric: metric, structure: .approximate(NearestNeighborDescent())
      ).neighbors(count: 10)
      #expect(try found.recall(of: exact) > 0.97)
      #expect(try exact.recall(of: exact) == 1)
      for row in stride(from: 0, to: 6000, by: 97) {
        let rows = found.rows[found.range(of: row)]
        #expect(Set(rows).count == 10 && !rows.contains(Int32(row)))
        // What is found is true, and lies where the exact list has it or behind.
        for place in found.range(of: row) {
          #expect(found.distances[place] >= exact.distances[place])
        }
      }
    }
  }

  @Test func sameLists() throws {
    let data: Matrix<Double> = Self.blobs(900, 12)
    let structure = NeighborStructure.approximate(
      NearestNeighborDescent(trees: 1, candidates: 6, maxIterations: 3))
    let expected = try NeighborIndex(data, structure: structure, threads: 1)
      .neighbors(count: 5, threads: 1)
    for set in InstructionSet.available {
      try InstructionSet.forcing(set) {
        for threads in [1, 2, 7] {
          let found = try NeighborIndex(data, structure: structure, threads: threads)
            .neighbors(count: 5, threads: threads)
          #expect(found == expected)
        }
      }
    }
    let order = (0..<900).map { ($0 * 17 + 5) % 900 }
    let shuffled = try NeighborIndex(data.gatheringRows(order), structure: structure)
      .neighbors(count: 5)
    for row in 0..<900 {
      for place in 0..<5 {
        #expect(
          order[Int(shuffled.rows[row * 5 + place])] == Int(expected.rows[order[row] * 5 + place]))
      }
    }
    // Another seed draws otherwise.
    let other = try NeighborIndex(
      data,
      structure: .approximate(
        NearestNeighborDescent(trees: 1, candidates: 6, maxIterations: 3, seed: 1))
    ).neighbors(count: 5)
    #expect(other != expected)
  }

  @Test func fewRows() throws {
    for count in [2, 3, 40] {
      let data: Matrix<Double> = Self.blobs(count, 3)
      let index = try NeighborIndex(data, structure: .approximate(NearestNeighborDescent()))
      for (length, itself) in [(1, false), (count - 1, false), (count, true)] {
        let found = try index.neighbors(count: length, includingItself: itself)
        let exact = try NeighborIndex(data).neighbors(count: length, includingItself: itself)
        #expect(found == exact)
      }
    }
  }
}
