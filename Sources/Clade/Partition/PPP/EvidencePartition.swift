import CladeCore

/// The grouping of cells that explains the rows best, over several ideas of what a group looks
/// like.
///
/// The prior's covariance is learnt from the data (empirical Bayes): first from within the cells,
/// then from within the groups found, up to three times. Its strength runs from "each group has a
/// shape of its own" to "all groups have one shape", which is what makes groups of few rows in many
/// columns possible. Each grouping found, and one group of everything, is then judged under the
/// covariance within its own groups, so that no grouping wins by a prior made for another.
struct EvidencePartition: Sendable {
  /// The group of each cell.
  let groups: [Int]
  let groupCount: Int
  /// How many times d rows the prior's covariance was worth.
  let strength: Int
  /// The log evidence a row, above that of one group for everything.
  let gain: Double
  /// The log evidence a row, above that of one group, by the number of groups that the joins left.
  let gainByCount: [(groupCount: Int, gain: Double)]

  private static let strengths = [0, 1, 4, 20]
  private static let rounds = 3
  /// What is added to the covariance, as a part of each column's variance.
  private static let ridge = 1e-6

  /// - Throws: `CancellationError` when the task was cancelled.
  init(_ cells: CellStatistics, threads: Int?, progress: ProgressObserver? = nil) throws {
    let d = cells.columnCount
    let count = cells.cellCount
    let everything = cells.joined(Array(repeating: 0, count: count), groupCount: 1)
    let variances = Self.variances(everything)
    let logGamma = LogGammaTable(
      largest: Int(cells.rowCount) + d + 2 + d * (Self.strengths.max() ?? 0))
    let neighbors = Self.neighbors(of: cells)
    let judge = Judge(variances: variances, logGamma: logGamma, columns: d)

    let progressCount = ProgressCount(
      stage: "joining \(count) cells", total: Self.strengths.count * Self.rounds,
      observer: progress)

    let candidates = try ParallelChunks.map(
      count: Self.strengths.count, chunkSize: 1, threads: threads
    ) { index, _ -> Candidate in
      let strength = Self.strengths[index]
      let whole = judge.evidence(everything, strength: strength)
      var best = Candidate(
        groups: Array(repeating: 0, count: count), groupCount: 1, strength: strength,
        evidence: whole, wholeEvidence: whole, path: [])
      guard count > 1 else { return best }
      var covariance = cells.pooledCovariance
      var roundsLeft = Self.rounds
      defer { progressCount.add(roundsLeft) }
      while roundsLeft > 0 {
        let tree = try CellTree(
          cells, evidence: judge.prior(covariance, strength: strength), neighbors: neighbors)
        let joined = cells.joined(tree.groups, groupCount: tree.groupCount)
        let evidence = judge.evidence(joined, strength: strength)
        if evidence > best.evidence {
          best = Candidate(
            groups: tree.groups, groupCount: tree.groupCount, strength: strength,
            evidence: evidence, wholeEvidence: whole, path: tree.evidenceByCount)
        }
        let next = joined.pooledCovariance
        if next == covariance { break }
        covariance = next
        roundsLeft -= 1
        progressCount.add(1)
      }
      return best
    }
    var best = candidates[0]
    for candidate in candidates where candidate.evidence > best.evidence { best = candidate }
    // One group is as likely as the most likely one group.
    let whole = candidates.map(\.wholeEvidence).max() ?? best.wholeEvidence
    let n = cells.rowCount
    groups = best.groups
    groupCount = best.groupCount
    strength = best.strength
    gain = (best.evidence - whole) / n
    let last = best.path.last?.evidence ?? 0
    gainByCount = best.path.map { ($0.groupCount, ($0.evidence - last) / n) }
  }

  private struct Candidate: Sendable {
    let groups: [Int]
    let groupCount: Int
    let strength: Int
    let evidence: Double
    let wholeEvidence: Double
    let path: [(groupCount: Int, evidence: Double)]
  }

  /// Sets up priors and judges partitions.
  private struct Judge: Sendable {
    let variances: [Double]
    let logGamma: LogGammaTable
    let columns: Int

    func prior(_ covariance: [Double], strength: Int) -> GaussianEvidence {
      var raised = covariance
      for column in 0..<columns {
        raised[column * (column + 1) / 2 + column] += EvidencePartition.ridge * variances[column]
      }
      return GaussianEvidence(
        covariance: raised, strength: strength,
        totalVariance: variances.reduce(0, +) / Double(columns), columns: columns,
        logGamma: logGamma)
    }

    /// The evidence of a partition under the covariance within it.
    func evidence(_ groups: CellStatistics, strength: Int) -> Double {
      let prior = prior(groups.pooledCovariance, strength: strength)
      var scratch = [Double](
        repeating: 0, count: GaussianEvidence.scratchCount(columns: columns))
      return (0..<groups.cellCount).reduce(0.0) { sum, group in
        sum
          + groups.withCell(group) { count, mean, scatter in
            scratch.withUnsafeMutableBufferPointer {
              prior.value(count: count, mean: mean, scatter: scatter, scratch: $0)
            }
          }
      }
    }
  }

  /// The variance of each column over all rows; for a constant column the mean of the others, and 1
  /// where all are constant.
  private static func variances(_ everything: CellStatistics) -> [Double] {
    let covariance = everything.pooledCovariance
    let variances = (0..<everything.columnCount).map { covariance[$0 * ($0 + 1) / 2 + $0] }
    let positive = variances.filter { $0 > 0 }
    let mean = positive.isEmpty ? 1 : positive.reduce(0, +) / Double(positive.count)
    return variances.map { $0 > 0 ? $0 : mean }
  }

  /// For each cell the cells whose means are nearest to it, or to which it is one of the nearest.
  private static func neighbors(of cells: CellStatistics) -> [[Int]] {
    let (count, d) = (cells.cellCount, cells.columnCount)
    var isNeighbor = [[Int]](repeating: [], count: count)
    cells.means.withUnsafeBufferPointer { means in
      for cell in 0..<count {
        var nearest: [(distance: Double, cell: Int)] = []
        for other in 0..<count where other != cell {
          var distance = 0.0
          for column in 0..<d {
            let difference = means[cell * d + column] - means[other * d + column]
            distance += difference * difference
          }
          nearest.append((distance, other))
        }
        nearest.sort { ($0.distance, $0.cell) < ($1.distance, $1.cell) }
        for (_, other) in nearest.prefix(CellTree.neighborCount) {
          isNeighbor[cell].append(other)
          isNeighbor[other].append(cell)
        }
      }
    }
    return isNeighbor.map { Array(Set($0)).sorted() }
  }
}
