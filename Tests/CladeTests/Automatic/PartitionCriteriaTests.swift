@_spi(Benchmarks) import Clade
import CladeCore
import Testing

/// What partitions are measured by.
@Suite struct PartitionCriteriaTests {
  /// Partitions without noise of two rings and a blob.
  static func partitions(
    count: Int
  ) throws -> (rows: Matrix<Double>, partitions: [CandidatePartition]) {
    let (rows, distinct) = try CandidateSearchTests.rows(count: count)
    let found = try CandidateSearch(rows: rows, distinctCount: distinct)
      .run(threads: 1, progress: nil).partitions
    return (rows, found.filter { $0.noiseCount == 0 })
  }

  @Test func silhouettesAreThoseByCenters() throws {
    let (rows, partitions) = try Self.partitions(count: 150)
    let values = try PartitionCriteria(rows: rows, threads: 1)
      .values(of: partitions, threads: 1, progress: nil)
    for (partition, values) in zip(partitions, values) {
      let expected = Self.silhouettes(rows, partition)
      for (criterion, value) in zip(
        [PartitionCriterion.silhouette, .worstSilhouette, .misplacedShare], expected)
      {
        #expect(abs(values[criterion.rawValue] - value) < 1e-9)
      }
    }
  }

  /// The mean silhouette by centers, that of the worst group, and the share of negative ones, as they
  /// are defined.
  static func silhouettes(_ rows: Matrix<Double>, _ partition: CandidatePartition) -> [Double] {
    let k = partition.clusterCount
    guard k > 1 else { return [0, 0, 0] }
    let members = (0..<k).map { group in
      (0..<rows.rowCount).filter { Int(partition.labels[$0]) == group }.map { rows.row($0) }
    }
    let centers = members.map { rows in
      rows[0].indices.map { column in
        rows.reduce(0) { $0 + $1[column] } / Double(rows.count)
      }
    }
    func distance(_ a: [Double], _ b: [Double]) -> Double {
      zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
    }
    let widths = members.enumerated().map { group, rows in
      rows.map { row in
        let own = distance(row, centers[group])
        let other =
          centers.indices.filter { $0 != group }.map { distance(row, centers[$0]) }.min() ?? 0
        return max(own, other) > 0 ? (other - own) / max(own, other) : 0
      }
    }
    let all = widths.flatMap { $0 }
    return [
      all.reduce(0, +) / Double(all.count),
      widths.map { $0.reduce(0, +) / Double($0.count) }.min() ?? 0,
      Double(all.count { $0 < 0 }) / Double(all.count),
    ]
  }

  @Test func modularityIsThatOfTheNeighborGraph() throws {
    let (rows, distinct) = try CandidateSearchTests.rows(count: 90)
    let partitions = try CandidateSearch(rows: rows, distinctCount: distinct)
      .run(threads: 1, progress: nil).partitions
    let values = try PartitionCriteria(rows: rows, threads: 1)
      .values(of: partitions, threads: 1, progress: nil)
    // An edge for each of the 15 nearest rows of a row, two where both are near each other.
    let n = rows.rowCount
    let nearest = try NeighborIndex(rows, threads: 1).neighbors(count: 15, threads: 1)
    var edges = [[Double]](repeating: Array(repeating: 0, count: n), count: n)
    for row in 0..<n {
      for place in nearest.range(of: row) {
        edges[row][Int(nearest.rows[place])] += 1
        edges[Int(nearest.rows[place])][row] += 1
      }
    }
    let degrees = edges.map { $0.reduce(0, +) }
    let total = degrees.reduce(0, +)
    let expected = partitions.map { partition in
      var sum = 0.0
      for a in 0..<n where partition.clusterCount > 1 && partition.labels[a] >= 0 {
        for b in 0..<n where partition.labels[a] == partition.labels[b] {
          sum += edges[a][b] / total - degrees[a] * degrees[b] / (total * total)
        }
      }
      return sum
    }
    let most = expected.max() ?? 0
    #expect(most > 0.5)
    for (values, expected) in zip(values, expected) {
      #expect(abs(values[PartitionCriterion.modularity.rawValue] - expected) < 1e-12)
      #expect(abs(values[PartitionCriterion.modularityLoss.rawValue] - (most - expected)) < 1e-12)
    }
  }

  @Test func agreementIsTheAdjustedRandIndex() throws {
    let (rows, all) = try Self.partitions(count: 90)
    let partitions = Array(all.prefix(40))
    let values = try PartitionCriteria(rows: rows, threads: 1)
      .values(of: partitions, threads: 1, progress: nil)
    for (partition, values) in zip(partitions, values) {
      let indices = try partitions.map {
        try ExternalIndices(truth: partition.labels, labels: $0.labels).adjustedRandIndex
      }
      let mean = indices.reduce(0, +) / Double(indices.count)
      let closest = indices.sorted(by: >).prefix(10).reduce(0, +) / 10
      #expect(abs(values[PartitionCriterion.meanAgreement.rawValue] - mean) < 1e-12)
      #expect(abs(values[PartitionCriterion.closestAgreement.rawValue] - closest) < 1e-12)
    }
  }

  /// What is left out for want of time counts for nothing.
  @Test(arguments: [1, 2]) func partitionsWithoutTimeAreLeftOut(threads: Int) throws {
    let (rows, partitions) = try Self.partitions(count: 90)
    let criteria = try PartitionCriteria(rows: rows, threads: 1)
    let least = PartitionCriteria.leastCount
    #expect(partitions.count > 2 * least)
    let values = try criteria.values(
      of: partitions, within: TimeLimit(until: .now), threads: threads, progress: nil)
    let measured = partitions.indices.filter { values[$0] != nil }
    #expect(measured.count == least)
    let expected = try criteria.values(
      of: measured.map { partitions[$0] }, threads: 1, progress: nil)
    #expect(values.compactMap { $0 } == expected)
    // Of each kind of method.
    #expect(
      Set(measured.map { partitions[$0].methods[0].family })
        == Set(partitions.map { $0.methods[0].family }))
    let whole = TimeLimit { false }
    let all = try criteria.values(of: partitions, within: whole, threads: threads, progress: nil)
    #expect(all == (try criteria.values(of: partitions, threads: 1, progress: nil)))
  }

  @Test func threadsAndInstructionSetsChangeNothing() throws {
    let (rows, distinct) = try CandidateSearchTests.rows(count: 120)
    let partitions = try CandidateSearch(rows: rows, distinctCount: distinct)
      .run(threads: 1, progress: nil).partitions
    func values(threads: Int) throws -> [[Double]] {
      try PartitionCriteria(rows: rows, threads: threads)
        .values(of: partitions, threads: threads, progress: nil)
    }
    let expected = try values(threads: 1)
    #expect(try values(threads: 2) == expected && values(threads: 7) == expected)
    for set in InstructionSet.available {
      #expect(try InstructionSet.forcing(set) { try values(threads: 1) } == expected)
    }
  }

  /// The rule is learned from what it is used on.
  @Test func studyHasWhatIsChosenFrom() throws {
    let data = try AutomaticClusteringTests.data(count: 140)
    let model = try AutomaticClustering().fit(data)
    let study = try AutomaticStudy(data)
    #expect(study.rows == model.decisionRows)
    #expect(study.partitions.count == model.candidateCount)
    #expect(study.values.allSatisfy { $0.count == AutomaticStudy.criteria.count })
    let scores = SelectionRule.scores(study.values)
    let best = try #require(scores.indices.max { scores[$0] < scores[$1] })
    #expect(scores[best] == model.choice.score)
    #expect(study.partitions[best] == model.choice.labels)
    #expect(study.titles[best].contains(model.choice.method.title))
  }
}
