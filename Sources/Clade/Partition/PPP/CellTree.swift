import CladeCore

/// Joins cells that one Gaussian explains better than two, and finds the cut of the tree of all
/// joins that explains the rows best.
///
/// Neighbouring cells are joined in the order in which that raises the evidence most, down to one
/// group ("Bayesian hierarchical clustering", Heller and Ghahramani, 2005, with the neighbours of
/// k-means). Pieces of one Gaussian gain little from the first joins and much from the last ones,
/// so the tree isn't stopped where a join loses; instead each node of the finished tree keeps the
/// better of itself as one group and the best cuts of its two branches.
package struct CellTree {
  /// The group of each cell.
  package let groups: [Int]
  package let groupCount: Int
  /// The log evidence after each join, by the number of groups that were left.
  package let evidenceByCount: [(groupCount: Int, evidence: Double)]

  /// The neighbours that each cell may be joined with at first.
  static let neighborCount = 10

  /// Builds the tree and cuts it.
  ///
  /// - Parameter neighbors: For each cell those it may be joined with, in both directions.
  /// - Throws: `CancellationError` when the task was cancelled.
  /// - Complexity: O(cells · neighbours · d³ + cells²).
  package init(_ cells: CellStatistics, evidence: GaussianEvidence, neighbors: [[Int]]) throws {
    let count = cells.cellCount
    var nodes = Nodes(cells, evidence: evidence)
    var alive = Array(0..<count)
    // For each node its partners with the gain of joining them.
    var partners = [[(node: Int, gain: Double)]](repeating: [], count: 2 * count - 1)
    var best = [(node: Int, gain: Double)?](repeating: nil, count: 2 * count - 1)
    for cell in 0..<count {
      try Cancellation.check()
      for neighbor in neighbors[cell] where neighbor > cell {
        let gain = nodes.gain(cell, neighbor)
        partners[cell].append((neighbor, gain))
        partners[neighbor].append((cell, gain))
      }
    }
    for cell in 0..<count { best[cell] = Self.best(partners[cell]) }
    var total = nodes.values.reduce(0, +)
    var path = [(groupCount: count, evidence: total)]

    while alive.count > 1 {
      try Cancellation.check()
      var chosen: (first: Int, second: Int, gain: Double)?
      for node in alive {
        if let candidate = best[node], candidate.gain > chosen?.gain ?? -.infinity {
          chosen = (node, candidate.node, candidate.gain)
        }
      }
      guard let join = chosen else {
        // The neighbourhood falls apart: let all that is left be neighbours.
        for (place, node) in alive.enumerated() {
          try Cancellation.check()
          for other in alive[(place + 1)...] {
            let gain = nodes.gain(node, other)
            partners[node].append((other, gain))
            partners[other].append((node, gain))
          }
        }
        for node in alive { best[node] = Self.best(partners[node]) }
        continue
      }
      let node = nodes.join(join.first, join.second, gain: join.gain)
      total += join.gain
      alive.removeAll { $0 == join.first || $0 == join.second }
      path.append((alive.count + 1, total))
      let around = (partners[join.first] + partners[join.second]).map(\.node)
        .filter { $0 != join.first && $0 != join.second }.sorted()
      partners[join.first] = []
      partners[join.second] = []
      var previous = -1
      for other in around where other != previous {
        previous = other
        partners[other].removeAll { $0.node == join.first || $0.node == join.second }
        let gain = nodes.gain(other, node)
        partners[other].append((node, gain))
        partners[node].append((other, gain))
        best[other] = Self.best(partners[other])
      }
      best[node] = Self.best(partners[node])
      alive.append(node)
    }
    evidenceByCount = path
    (groups, groupCount) = nodes.bestCut(cellCount: count)
  }

  /// The partner with the largest gain, the first of equals.
  private static func best(_ partners: [(node: Int, gain: Double)]) -> (node: Int, gain: Double)? {
    var best: (node: Int, gain: Double)?
    for partner in partners {
      if let leader = best {
        if partner.gain > leader.gain || (partner.gain == leader.gain && partner.node < leader.node)
        {
          best = partner
        }
      } else {
        best = partner
      }
    }
    return best
  }
}

/// The nodes of the tree: the cells, then what they are joined to.
private struct Nodes {
  private let evidence: GaussianEvidence
  private let columns: Int
  private let packed: Int
  private let cellCount: Int
  private var counts: [Double]
  private var means: [Double]
  private var scatters: [Double]
  /// The evidence of each node as one group.
  private(set) var values: [Double]
  private var children: [(Int, Int)] = []
  private var scratch: [Double]
  private var joinedMean: [Double]
  private var joinedScatter: [Double]

  init(_ cells: CellStatistics, evidence: GaussianEvidence) {
    self.evidence = evidence
    columns = cells.columnCount
    packed = cells.packedCount
    cellCount = cells.cellCount
    counts = cells.counts
    means = cells.means
    scatters = cells.scatters
    means.reserveCapacity(2 * cells.cellCount * columns)
    scatters.reserveCapacity(2 * cells.cellCount * packed)
    joinedMean = Array(repeating: 0, count: columns)
    joinedScatter = Array(repeating: 0, count: packed)
    var scratch = [Double](
      repeating: 0, count: GaussianEvidence.scratchCount(columns: cells.columnCount))
    values = (0..<cells.cellCount).map { cell in
      cells.withCell(cell) { count, mean, scatter in
        scratch.withUnsafeMutableBufferPointer {
          evidence.value(count: count, mean: mean, scatter: scatter, scratch: $0)
        }
      }
    }
    self.scratch = scratch
  }

  /// What joining two nodes adds to the evidence.
  mutating func gain(_ a: Int, _ b: Int) -> Double {
    merge(a, b)
    let count = counts[a] + counts[b]
    let value = joinedMean.withUnsafeBufferPointer { mean in
      joinedScatter.withUnsafeBufferPointer { scatter in
        scratch.withUnsafeMutableBufferPointer { scratch in
          // safe: d > 0, so neither is empty
          evidence.value(
            count: count, mean: mean.baseAddress!, scatter: scatter.baseAddress!, scratch: scratch)
        }
      }
    }
    return value - values[a] - values[b]
  }

  /// Makes a node of two.
  mutating func join(_ a: Int, _ b: Int, gain: Double) -> Int {
    merge(a, b)
    counts.append(counts[a] + counts[b])
    means.append(contentsOf: joinedMean)
    scatters.append(contentsOf: joinedScatter)
    values.append(values[a] + values[b] + gain)
    children.append((a, b))
    return counts.count - 1
  }

  /// Writes the mean and scatter of two nodes together. The order of the two doesn't matter.
  private mutating func merge(_ first: Int, _ second: Int) {
    let (a, b) = (min(first, second), max(first, second))
    let (d, packed) = (columns, packed)
    let total = counts[a] + counts[b]
    let (shareA, shareB) = (counts[a] / total, counts[b] / total)
    let weight = counts[a] * shareB
    means.withUnsafeBufferPointer { means in
      scatters.withUnsafeBufferPointer { scatters in
        joinedMean.withUnsafeMutableBufferPointer { mean in
          joinedScatter.withUnsafeMutableBufferPointer { scatter in
            var entry = 0
            for i in 0..<d {
              let difference = means[a * d + i] - means[b * d + i]
              mean[i] = means[a * d + i] * shareA + means[b * d + i] * shareB
              for j in 0...i {
                scatter[entry + j] =
                  scatters[a * packed + entry + j] + scatters[b * packed + entry + j]
                  + weight * difference * (means[a * d + j] - means[b * d + j])
              }
              entry += i + 1
            }
          }
        }
      }
    }
  }

  /// The groups of the cells under the cut with the largest evidence; a node that ties with its
  /// branches stays whole.
  func bestCut(cellCount: Int) -> (groups: [Int], groupCount: Int) {
    var best = values
    var isCut = [Bool](repeating: false, count: values.count)
    for (index, (a, b)) in children.enumerated() {
      let node = cellCount + index
      if best[a] + best[b] > values[node] {
        best[node] = best[a] + best[b]
        isCut[node] = true
      }
    }
    var groups = [Int](repeating: 0, count: cellCount)
    var groupCount = 0
    var open: [(node: Int, group: Int?)] = [(values.count - 1, nil)]
    while let (node, group) = open.popLast() {
      if node >= cellCount {
        var below = group
        if group == nil, !isCut[node] {
          below = groupCount
          groupCount += 1
        }
        let (a, b) = children[node - cellCount]
        open.append((b, below))
        open.append((a, below))
      } else if let group {
        groups[node] = group
      } else {
        groups[node] = groupCount
        groupCount += 1
      }
    }
    return (groups, groupCount)
  }
}
