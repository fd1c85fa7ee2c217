import Clade
import Testing

/// Trees made balanced, and fair to groups of rows.
@Suite struct FairHierarchyTests {
  /// The rows below each merge.
  private static func members(_ tree: Dendrogram) -> [[Int]] {
    var all = (0..<tree.rowCount).map { [$0] }
    for merge in tree.merges { all.append(all[Int(merge.first)] + all[Int(merge.second)]) }
    return Array(all.dropFirst(tree.rowCount))
  }

  /// Rows one after the other joined to all before.
  private static func chain(_ count: Int) throws -> Dendrogram {
    try Dendrogram(
      rowCount: count,
      merges: (1..<count).map { index in
        let (a, b) = (Int32(index), Int32(index == 1 ? 0 : count + index - 2))
        return .init(
          first: min(a, b), second: max(a, b), height: Double(index), size: Int32(index + 1))
      })
  }

  private static func average(_ data: Matrix<Double>) throws -> Dendrogram {
    try AgglomerativeClustering(linkage: .average, k: 1).fit(data).dendrogram
  }

  @Test func balanceByHand() throws {
    let tree = try Self.chain(9).balanced()
    #expect(try Dendrogram(rowCount: 9, merges: tree.merges) == tree)
    // Of nine rows the six first ones are the first cluster with no more than two thirds.
    #expect(Set(Self.members(tree)[7].map { $0 < 6 }) == [true, false])
    let parts = [tree.merges[7].first, tree.merges[7].second].map {
      Int($0) < 9 ? [Int($0)] : Self.members(tree)[Int($0) - 9].sorted()
    }
    #expect(parts.contains([0, 1, 2, 3, 4, 5]) && parts.contains([6, 7, 8]))
    #expect(tree.merges[7].height == 8)
    // What is balanced stays as it is, but for the order of equal merges.
    let even = try Dendrogram(
      rowCount: 4,
      merges: [
        .init(first: 0, second: 1, height: 1, size: 2),
        .init(first: 2, second: 3, height: 2, size: 2),
        .init(first: 4, second: 5, height: 3, size: 4),
      ])
    #expect(even.balanced() == even && even.leastShare == 0.5)
    #expect(try Self.chain(2).balanced() == Self.chain(2))
  }

  @Test(arguments: [3, 10, 100, 1001]) func balancedTrees(count: Int) throws {
    for tree in [
      try Self.chain(count), try Self.average(DensityData.rows(count, columns: 2, seed: 5)),
    ] {
      let balanced = tree.balanced()
      #expect(try Dendrogram(rowCount: count, merges: balanced.merges) == balanced)
      #expect(
        balanced.leastShare >= 1 / 3.0 - 1e-12 && balanced.leastShare >= tree.leastShare - 0.17)
      let heights = balanced.merges.map(\.height)
      #expect(zip(heights, heights.dropFirst()).allSatisfy { $0 <= $1 })
      #expect(heights.last == tree.merges.last?.height)
    }
  }

  @Test(arguments: [[3, 4], [1, 1], [1, 2, 4], [7, 2, 2], [1]])
  func everyClusterIsFair(weights: [Int]) throws {
    let count = 240
    let data = DensityData.rows(count, columns: 3, seed: 6)
    var random = CounterRandom(seed: 7)
    let pool = weights.enumerated().flatMap { Array(repeating: Int32($0), count: $1) }
    // Groups that keep together in space, so that the tree itself isn't fair.
    let groups = (0..<count).map { row -> Int32 in
      random.uniform() < 0.3
        ? pool[Int(random.uniform() * Double(pool.count))]
        : pool[min(pool.count - 1, max(0, Int(data[row, 0] / 10 * Double(pool.count))))]
    }
    guard Set(groups).count == weights.count else { return }
    let tree = try Self.average(data)
    let fair = try FairHierarchy(tree, groups: groups)
    let counts = weights.indices.map { group in groups.count { $0 == Int32(group) } }
    #expect(fair.fairletCount == counts.min() && Set(fair.fairlets).count == fair.fairletCount)
    #expect(try Dendrogram(rowCount: count, merges: fair.dendrogram.merges) == fair.dendrogram)
    func shares(_ rows: [Int]) -> [Double] {
      counts.indices.map { group in
        Double(rows.count { groups[$0] == Int32(group) }) / Double(rows.count)
      }
    }
    // Each part has its rows of each group, and clusters are parts of a part or whole parts.
    let parts = (0..<fair.fairletCount).map { part in
      (0..<count).filter { fair.fairlets[$0] == Int32(part) }
    }
    for part in parts {
      for group in counts.indices {
        let rows = part.count { groups[$0] == Int32(group) }
        #expect(rows == counts[group] / parts.count || rows == counts[group] / parts.count + 1)
      }
    }
    let ofParts = parts.map(shares)
    for rows in Self.members(fair.dendrogram) {
      let within = Set(rows.map { fair.fairlets[$0] })
      guard within.count > 1 else { continue }
      #expect(rows.count == within.reduce(0) { $0 + parts[Int($1)].count })
      for (group, share) in shares(rows).enumerated() {
        #expect(share >= (ofParts.map { $0[group] }.min() ?? 0) - 1e-12)
        #expect(share <= (ofParts.map { $0[group] }.max() ?? 1) + 1e-12)
      }
    }
    // The bounds that are said to be possible are kept, and narrower ones refused.
    do {
      _ = try FairHierarchy(tree, groups: groups, shares: 0.499...0.5)
      #expect(weights == [1, 1])
    } catch { #expect("\(error)".contains("allow these")) }
  }

  /// By hand: a tree of two groups that are apart, folded into pairs, and what that costs.
  @Test func costs() throws {
    let data = try Matrix([[0.0], [1], [2], [10], [11], [12]])
    let tree = try Self.average(data)
    let fair = try FairHierarchy(tree, groups: [0, 0, 0, 1, 1, 1], shares: 0.5...0.5)
    #expect(fair.fairletCount == 3)
    for part in 0..<3 as Range<Int32> {
      let rows = (0..<6).filter { fair.fairlets[$0] == part }
      #expect(rows.count == 2 && rows[0] < 3 && rows[1] >= 3)
    }
    let similarities = Matrix<Double>(rows: 6, columns: 6) { target in
      for index in 0..<36 {
        let gap = abs(data[index / 6, 0] - data[index % 6, 0])
        target.initializeElement(at: index, to: 1 / (1 + gap))
      }
    }
    #expect(
      try fair.dendrogram.dasguptaCost(similarities: similarities)
        > tree.dasguptaCost(similarities: similarities))
  }

  @Test func sameForShuffledRows() throws {
    let data = DensityData.rows(150, columns: 2, seed: 8)
    let groups = (0..<150).map { Int32($0 % 3 == 0 ? 1 : 0) }
    let fair = try FairHierarchy(Self.average(data), groups: groups)
    let order = DensityData.shuffled(150, seed: 2)
    let other = try FairHierarchy(
      Self.average(data.gatheringRows(order)), groups: order.map { groups[$0] })
    #expect(
      fair.dendrogram.merges.map { [$0.height, Double($0.size)] }
        == other.dendrogram.merges.map { [$0.height, Double($0.size)] })
  }

  @Test func badInput() throws {
    let tree = try Self.chain(4)
    for groups in [[0, 0, 1], [0, 0, 0, -1], [0, 0, 0, 2], [0, 0, 0, 1 << 30]] as [[Int32]] {
      #expect(throws: CladeError.self) { try FairHierarchy(tree, groups: groups) }
    }
    #expect(throws: CladeError.self) {
      try FairHierarchy(tree, groups: [0, 0, 0, 1], shares: 0.4...0.6)
    }
    let empty = try Dendrogram(rowCount: 0, merges: [])
    #expect(try FairHierarchy(empty, groups: []).fairletCount == 0)
    let one = try Dendrogram(rowCount: 1, merges: [])
    #expect(try FairHierarchy(one, groups: [0]).dendrogram == one && one.balanced() == one)
  }
}
