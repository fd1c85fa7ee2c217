import CladeCore

/// Communities of a graph, and a tree of them.
public struct CommunityTree: Sendable, Hashable {
  /// The smallest community of each vertex (n), 0..<k.
  public let communities: [Int32]
  /// The tree of these communities, each of which is a row of it (k − 1 merges). A merge is as high
  /// as the share of pairs of vertices between its two parts that have no edge.
  public let dendrogram: Dendrogram

  /// Puts communities and their tree together.
  package init(communities: [Int32], dendrogram: Dendrogram) {
    (self.communities, self.dendrogram) = (communities, dendrogram)
  }

  /// The number of smallest communities, k.
  public var communityCount: Int { dendrogram.rowCount }

  /// The merges that are lower than one within them: in a tree from the bottom up there are none,
  /// in one from the top down there may be, where a split that was made late has fewer edges across
  /// than an earlier one.
  public var invertedMerges: [Int] {
    let k = dendrogram.rowCount
    return dendrogram.merges.indices.filter { index in
      let merge = dendrogram.merges[index]
      return [merge.first, merge.second].contains {
        Int($0) >= k && dendrogram.merges[Int($0) - k].height > merge.height
      }
    }
  }

  /// The communities of a level: those that are left when the last merges are undone.
  ///
  /// - Parameter count: How many, 1...k.
  /// - Returns: A label of each vertex (n).
  /// - Throws: `CladeError.invalidParameter` for a number that can't be.
  public func labels(count: Int) throws -> [Int32] {
    let k = dendrogram.rowCount
    guard count >= 1, count <= k else {
      throw CladeError.invalidParameter(
        name: "count", value: "\(count)", reason: "the tree has 1 to \(k) communities")
    }
    var forest = SpanningForest(placeCount: 2 * k - 1)
    for (index, merge) in dendrogram.merges.prefix(k - count).enumerated() {
      _ = forest.join(merge.first, Int32(k + index))
      _ = forest.join(merge.second, Int32(k + index))
    }
    let groups = (0..<Int32(k)).map { forest.root(of: $0) }
    return ClusterNumbers(communities.map { groups[Int($0)] }, precedes: <).labels
  }
}
