import Clade
import Foundation
import Testing

/// The cells: how they are cut, summed up and joined.
@Suite struct CellTests {
  // MARK: Sums

  /// Count, mean and scatter straight from the rows.
  static func direct(_ points: Matrix<Double>, _ rows: [Int]) -> (mean: [Double], scatter: [Double])
  {
    let d = points.columnCount
    let mean = (0..<d).map { column in
      rows.reduce(0.0) { $0 + points[$1, column] } / Double(rows.count)
    }
    var scatter: [Double] = []
    for i in 0..<d {
      for j in 0...i {
        var sum = 0.0
        for row in rows { sum += (points[row, i] - mean[i]) * (points[row, j] - mean[j]) }
        scatter.append(sum)
      }
    }
    return (mean, scatter)
  }

  @Test func statisticsEqualDirectSums() {
    let points = PPPData.mapped(PPPData.gaussian(rows: 200, columns: 4)) { $0 + 5 * Double($1) }
    let labels = (0..<200).map { Int32($0 * $0 % 7) }  // 0, 1, 2 and 4; others are empty
    let cells = CellStatistics(points, labels: labels, cellCount: 7)
    let groups = [0, 1, 1, 0, 0, 1, 0]
    let joined = cells.joined(groups, groupCount: 2)
    func check(_ statistics: CellStatistics, _ cell: Int, _ rows: [Int]) {
      #expect(statistics.counts[cell] == Double(rows.count))
      guard !rows.isEmpty else { return }
      let expected = Self.direct(points, rows)
      for column in 0..<4 {
        #expect(abs(statistics.means[cell * 4 + column] - expected.mean[column]) < 1e-12)
      }
      for entry in 0..<10 {
        #expect(abs(statistics.scatters[cell * 10 + entry] - expected.scatter[entry]) < 1e-10)
      }
    }
    for cell in 0..<7 { check(cells, cell, labels.indices.filter { labels[$0] == Int32(cell) }) }
    for group in 0..<2 {
      check(joined, group, labels.indices.filter { groups[Int(labels[$0])] == group })
    }
    #expect(cells.rowCount == 200)
  }

  // MARK: Cuts

  /// Cuts all rows of `points` as PPP does.
  static func cells(of points: Matrix<Double>, count: Int) throws -> [[Int]] {
    try PrincipalSplitting(points, masses: Array(repeating: 1, count: points.rowCount))
      .parts(of: (0..<points.rowCount).map { Int32($0) }, count: count, leastRows: 10)
      .map { $0.map { Int($0) } }
  }

  @Test func cellsAreAPartition() throws {
    for (points, count) in [
      (PPPData.gaussian(rows: 500, columns: 3), 20), (PPPData.cube(rows: 99, columns: 1), 7),
      (KMeansTests.grid(rows: 400, columns: 2, levels: 4), 50),
    ] {
      let cells = try Self.cells(of: points, count: count)
      #expect(cells.count > 1)
      #expect(cells.count <= count)
      #expect(cells.allSatisfy { !$0.isEmpty })
      #expect(cells.joined().sorted() == Array(0..<points.rowCount))
    }
    let twenty = try Self.cells(of: PPPData.gaussian(rows: 500, columns: 3), count: 20)
    #expect(twenty.count == 20)
  }

  @Test func equalRowsAreOneCell() throws {
    let points = Matrix<Double>(rows: 50, columns: 2, repeating: 0.1)
    let cells = try Self.cells(of: points, count: 9)
    #expect(cells == [Array(0..<50)])
  }

  /// Three heaps at 0, 1 and 100: the far one is cut off first.
  @Test func theWidestCellIsCutFirst() throws {
    let points = PPPData.mapped(PPPData.gaussian(rows: 90, columns: 2)) { value, _ in value / 50 }
    let heaps = Matrix<Double>(rows: 90, columns: 2) { buffer in
      for index in buffer.indices {
        buffer[index] = points[index / 2, index % 2] + [0, 1, 100][index / 2 % 3]
      }
    }
    func names(_ cells: [[Int]]) -> Set<Set<Int>> { Set(cells.map { Set($0.map { $0 % 3 }) }) }
    #expect(names(try Self.cells(of: heaps, count: 2)) == [[0, 1], [2]])
    #expect(names(try Self.cells(of: heaps, count: 3)) == [[0], [1], [2]])
  }

  // MARK: Joins

  /// Every way to number `count` things by groups.
  static func partitions(_ count: Int) -> [[Int]] {
    guard count > 0 else { return [[]] }
    return partitions(count - 1).flatMap { part in
      (0...((part.max() ?? -1) + 1)).map { part + [$0] }
    }
  }

  static func evidence(
    _ cells: CellStatistics, _ groups: [Int], _ evidence: GaussianEvidence
  ) -> Double {
    let joined = cells.joined(groups, groupCount: (groups.max() ?? 0) + 1)
    var scratch = [Double](
      repeating: 0, count: GaussianEvidence.scratchCount(columns: cells.columnCount))
    return (0..<joined.cellCount).reduce(0) { sum, group in
      sum
        + joined.withCell(group) { count, mean, scatter in
          scratch.withUnsafeMutableBufferPointer {
            evidence.value(count: count, mean: mean, scatter: scatter, scratch: $0)
          }
        }
    }
  }

  /// On groups that are apart the tree has the best of all partitions; anywhere it is no worse than
  /// one group and than all cells alone.
  @Test(arguments: 0..<12) func theCutIsTheBest(seed: Int) throws {
    let apart = seed % 3 != 2
    let truth = try PPPData.blobs(
      3, columns: 2, rows: 210, separation: apart ? 12 : 1, seed: UInt64(seed))
    let parts = try Self.cells(of: truth.points, count: 7)
    var labels = [Int32](repeating: 0, count: 210)
    for (cell, members) in parts.enumerated() {
      for row in members { labels[row] = Int32(cell) }
    }
    let cells = CellStatistics(truth.points, labels: labels, cellCount: parts.count)
    let prior = GaussianEvidence(
      covariance: cells.pooledCovariance, strength: 0, totalVariance: 50, columns: 2,
      logGamma: LogGammaTable(largest: 300))
    let everyone = (0..<parts.count).map { cell in
      (0..<parts.count).filter { $0 != cell }
    }
    let tree = try CellTree(cells, evidence: prior, neighbors: everyone)
    let found = Self.evidence(cells, tree.groups, prior)
    let all = Self.partitions(parts.count).map { Self.evidence(cells, $0, prior) }
    let best = all.max() ?? 0
    #expect(found <= best + 1e-9 * abs(best))
    if apart {
      #expect(found >= best - 1e-9 * abs(best))
      #expect(tree.groupCount == 3)
    }
    let one = Self.evidence(cells, Array(repeating: 0, count: parts.count), prior)
    let alone = Self.evidence(cells, Array(0..<parts.count), prior)
    #expect(found >= max(one, alone) - 1e-9 * abs(found))
    #expect(tree.evidenceByCount.map(\.groupCount) == Array((1...parts.count).reversed()))
    #expect(abs((tree.evidenceByCount.last?.evidence ?? 0) - one) < 1e-8 * abs(one))
    #expect(abs((tree.evidenceByCount.first?.evidence ?? 0) - alone) < 1e-8 * abs(alone))
  }

  /// Cells that are nobody's neighbours are joined all the same.
  @Test func aNeighbourhoodThatFallsApart() throws {
    let truth = try PPPData.blobs(2, columns: 2, rows: 120, separation: 0)
    let labels = (0..<120).map { Int32($0 % 4) }
    let cells = CellStatistics(truth.points, labels: labels, cellCount: 4)
    let prior = GaussianEvidence(
      covariance: cells.pooledCovariance, strength: 0, totalVariance: 1, columns: 2,
      logGamma: LogGammaTable(largest: 200))
    let tree = try CellTree(cells, evidence: prior, neighbors: [[1], [0], [3], [2]])
    #expect(tree.groupCount == 1)
  }

  // MARK: Columns

  @Test func columnsThatFollowFromOthersAreLeftOut() {
    let data = PPPData.gaussian(rows: 300, columns: 3)
    #expect(IndependentColumns.of(data) == [0, 1, 2])
    func columns(_ make: ([Double]) -> [Double]) -> [Int] {
      let rows = (0..<300).map { make(data.row($0)) }
      return IndependentColumns.of(
        Matrix(rows: 300, columns: rows[0].count) { buffer in
          for index in buffer.indices {
            buffer[index] = rows[index / rows[0].count][index % rows[0].count]
          }
        })
    }
    #expect(columns { [0.1, $0[0], 0, $0[1]] } == [1, 3])
    #expect(columns { [$0[0], $0[0], $0[1], $0[1], $0[2], 1e9 * $0[2]] } == [0, 2, 4])
    #expect(columns { [$0[0], $0[1], 1 - $0[0] - $0[1], $0[2]] }.count == 3)
    #expect(columns { [$0[0], $0[0] + 0.01 * $0[1], 1e-9 * $0[2]] } == [0, 1, 2])
    #expect(columns { _ in [0.1, 0.2] } == [0])
    #expect(columns { [1e-300 * $0[0], $0[1]] } == [1])
  }
}
