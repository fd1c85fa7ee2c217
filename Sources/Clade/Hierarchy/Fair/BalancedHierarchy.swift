import CladeCore

extension Dendrogram {
  /// The tree with parts moved so that no merge is lopsided: the smaller of two clusters has at
  /// least a third of the rows of both.
  ///
  /// From the top down, where one part has more than two thirds of the rows, the first cluster
  /// within it that has no more is taken out of its place and put beside the rest. The tree is then
  /// at most log(n) / log(1.5) + 1 merges high. Heights are those at which the original tree has
  /// all rows of a merge together.
  ///
  /// Subtree deletion and insertion are operators of "Generalized Reductions: Making any
  /// Hierarchical Clustering Fair and Balanced with Low Cost" (Knittel, Springer, Dickerson and
  /// Hajiaghayi, 2023); the rule of thirds by which they are used here is ours.
  ///
  /// - Complexity: O(n · h) time for a tree h merges high, O(n) memory.
  public func balanced() -> Dendrogram {
    guard rowCount > 2 else { return self }
    var nodes = MergeNodes(self)
    nodes.root = nodes.balance(nodes.root) { _ in false }
    return nodes.dendrogram(like: self)
  }

  /// The smallest part that the smaller of two clusters has of the rows of both, over all merges of
  /// more than two rows: 1/2 where all are even; 1/2 also where there is no such merge.
  ///
  /// - Complexity: O(n).
  public var leastShare: Double {
    merges.reduce(0.5) { least, merge in
      guard merge.size > 2 else { return least }
      let sizes = [merge.first, merge.second].map {
        Int($0) < rowCount ? 1 : Int(merges[Int($0) - rowCount].size)
      }
      // Of an odd number of rows the smaller half is as even as can be.
      let even = merge.size % 2 == 1 && abs(sizes[0] - sizes[1]) == 1
      return even ? least : min(least, Double(sizes.min() ?? 0) / Double(merge.size))
    }
  }
}
