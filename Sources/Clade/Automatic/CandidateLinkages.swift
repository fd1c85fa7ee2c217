import CladeCore

/// Partitions out of the dendrograms of linkages.
extension CandidateSearch {
  /// How many cuts of a dendrogram are tried.
  private static let cutCount = 8

  /// The cuts of a linkage's dendrogram where its heights grow the most.
  func linkageCuts(_ linkage: Linkage) throws -> [CandidatePartition] {
    let linked = try LinkageRows(
      rows, metric: .euclidean, isMonotone: linkage.isMonotone, threads: 1)
    let dendrogram = try LinkageTree.dendrogram(
      of: linked, linkage: linkage, threads: 1, progress: nil)
    try dendrogram.checkHeights()
    return try largestSteps(heights: dendrogram.lifted.sorted()).map { k in
      CandidatePartition(
        groups: try dendrogram.groups(.count(k)), method: .agglomerative(linkage: linkage, k: k))
    }
  }

  /// How many nearest rows each row has edges to, where graphs of them are joined.
  private static let neighborCounts = [20, 30]

  /// The cuts of the trees of graphs of nearest rows.
  func graphCuts() throws -> [CandidatePartition] {
    try inTime(Self.neighborCounts.filter { $0 < rows.rowCount / 4 }) { neighbors in
      let tree = try GraphDegreeLinkage(k: 1, neighbors: neighbors).fit(rows, threads: 1)
      // Nearest rows are together from the start, and some parts are never joined.
      let most = tree.dendrogram.merges.count { $0.height > 0 } + 1
      return try counts.filter { $0 >= tree.partCount && $0 <= most }.map { k in
        CandidatePartition(
          groups: try tree.dendrogram.groups(.count(k)),
          method: .graphDegreeLinkage(k: k, neighbors: neighbors))
      }
    }
  }

  /// The numbers of groups at which heights grow by the largest ratios, ascending.
  ///
  /// - Parameter heights: The heights of the merges, ascending.
  func largestSteps(heights: [Double]) -> [Int] {
    let most = counts.last ?? 1
    guard most >= 2 else { return [] }
    let steps = (2...most).filter { $0 <= heights.count }.map { k in
      let (above, below) = (heights[heights.count - k + 1], heights[heights.count - k])
      return (k: k, ratio: above == below ? 1 : above / below)
    }
    return steps.sorted { ($0.ratio, $1.k) > ($1.ratio, $0.k) }.prefix(Self.cutCount).map(\.k)
      .sorted()
  }
}
