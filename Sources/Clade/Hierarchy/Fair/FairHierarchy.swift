import CladeCore

/// A hierarchy in whose clusters groups of rows have about the shares that they have in all the
/// data, made from any dendrogram.
///
/// ```swift
/// let fair = try FairHierarchy(tree, groups: colors, shares: 0.2...0.6)
/// fair.dendrogram   // balanced, and fair down to its smallest parts
/// fair.fairlets     // which these are
/// ```
///
/// Of the rarest group each row is folded together with its part of every other group: the smallest
/// parts, in which all groups are present in nearly the shares of the data. They are taken from as
/// low in the tree as there are rows of all groups, so that rows that were near stay near; a part
/// takes its place where it was completed. What is above consists of such parts as a whole, so its
/// shares are between theirs. At last the tree is balanced as ``Dendrogram/balanced()`` does,
/// without looking into parts.
///
/// What this costs is seen in Dasgupta's cost of the two trees, see
/// ``Dendrogram/dasguptaCost(similarities:)``.
///
/// Source: "Generalized Reductions: Making any Hierarchical Clustering Fair and Balanced with Low
/// Cost" (Knittel, Springer, Dickerson and Hajiaghayi, 2023) for the aim and for deletion,
/// insertion and folding of subtrees as means; which subtrees are folded is ours, after fairlets as
/// in "Fair Clustering Through Fairlets" (Chierichetti, Kumar, Lattanzi and Vassilvitskii, 2017).
public struct FairHierarchy: Sendable, Hashable {
  /// The tree.
  public let dendrogram: Dendrogram
  /// The smallest fair part of each row (n), 0..<``fairletCount``.
  public let fairlets: [Int32]
  /// The number of smallest fair parts: the rows of the rarest group.
  public let fairletCount: Int

  /// Makes a tree fair.
  ///
  /// - Parameters:
  ///   - tree: The tree.
  ///   - groups: The group of each row (n), 0..<g, all of which occur.
  ///   - shares: The least and the largest share that any group may have in a cluster.
  /// - Throws: `CladeError.badLabels` for groups that aren't so, and `CladeError.invalidParameter`
  ///   for shares that parts of these groups can't keep, which says what they can.
  /// - Complexity: O(n · h) time for a tree h merges high, O(n) memory.
  public init(
    _ tree: Dendrogram, groups: [Int32], shares: ClosedRange<Double> = 0...1
  ) throws {
    let count = Int(groups.max() ?? -1) + 1
    guard groups.count == tree.rowCount, groups.allSatisfy({ $0 >= 0 }), count <= groups.count
    else {
      throw CladeError.badLabels(
        reason: "each of \(tree.rowCount) rows needs a group, numbered from 0")
    }
    var counts = [Int](repeating: 0, count: count)
    for group in groups { counts[Int(group)] += 1 }
    if let missing = counts.firstIndex(of: 0) {
      throw CladeError.badLabels(reason: "group \(missing) has no rows; number groups without gaps")
    }
    guard let parts = counts.min() else {
      (dendrogram, fairlets, fairletCount) = (tree, [], 0)
      return
    }
    let possible = Self.shares(counts, parts: parts)
    guard shares.lowerBound <= possible.lowerBound, shares.upperBound >= possible.upperBound else {
      throw CladeError.invalidParameter(
        name: "shares", value: "\(shares)",
        reason: "with \(counts.map(String.init).joined(separator: ", ")) rows of each group the "
          + "smallest parts have shares of \(possible.lowerBound)...\(possible.upperBound); allow these"
      )
    }
    var folding = Fairlets(tree, groups: groups, counts: counts, parts: parts)
    folding.collect()
    var nodes = MergeNodes(tree)
    nodes.root = folding.rebuilt(&nodes)
    let wholes = Set(folding.nodes)
    nodes.root = nodes.balance(nodes.root) { wholes.contains($0) }
    dendrogram = nodes.dendrogram(like: tree)
    fairlets = folding.fairlets
    fairletCount = parts
  }

  /// The least and the largest share that a group has in a part: each part has the group's rows
  /// over the number of parts, rounded down or up.
  private static func shares(_ counts: [Int], parts: Int) -> ClosedRange<Double> {
    var (least, largest) = (1.0, 0.0)
    let low = counts.map { $0 / parts }
    let high = counts.map { ($0 + parts - 1) / parts }
    for group in counts.indices {
      let othersLow = low.reduce(0, +) - low[group]
      let othersHigh = high.reduce(0, +) - high[group]
      least = min(least, Double(low[group]) / Double(low[group] + othersHigh))
      largest = max(largest, Double(high[group]) / Double(high[group] + othersLow))
    }
    return least...largest
  }
}
