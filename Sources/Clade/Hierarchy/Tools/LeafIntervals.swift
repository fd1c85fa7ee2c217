/// The rows of a dendrogram from left to right, so that those of each cluster are next to each
/// other.
struct LeafIntervals: Sendable {
  /// The rows in order (n).
  let order: [Int32]
  /// Where the rows of each cluster begin (2 · n − 1).
  let starts: [Int32]
  private let dendrogram: Dendrogram
  /// The cluster of which each one is a part; −1 for the last.
  private let parents: [Int32]

  /// The order in which the part with the lower number is on the left.
  init(_ dendrogram: Dendrogram) {
    self.dendrogram = dendrogram
    let n = dendrogram.rowCount
    var starts = [Int32](repeating: 0, count: n + dendrogram.merges.count)
    var parents = [Int32](repeating: -1, count: starts.count)
    for (index, merge) in dendrogram.merges.enumerated().reversed() {
      starts[Int(merge.first)] = starts[n + index]
      starts[Int(merge.second)] = starts[n + index] + dendrogram.size(of: merge.first)
      parents[Int(merge.first)] = Int32(n + index)
      parents[Int(merge.second)] = Int32(n + index)
    }
    var order = [Int32](repeating: 0, count: n)
    for row in 0..<n { order[Int(starts[row])] = Int32(row) }
    (self.order, self.starts, self.parents) = (order, starts, parents)
  }

  /// The places of the rows of a cluster.
  func places(of cluster: Int32) -> Range<Int> {
    let start = Int(starts[Int(cluster)])
    return start..<start + Int(dendrogram.size(of: cluster))
  }

  /// Writes for each other row a value of the merge that joins it with `row`, to the place of its
  /// number.
  ///
  /// - Complexity: O(n).
  func write(_ values: [Double], joining row: Int, into target: inout [Double]) {
    var node = Int32(row)
    while parents[Int(node)] >= 0 {
      let parent = parents[Int(node)]
      let index = Int(parent) - dendrogram.rowCount
      let merge = dendrogram.merges[index]
      let other = merge.first == node ? merge.second : merge.first
      for place in places(of: other) { target[Int(order[place])] = values[index] }
      node = parent
    }
  }
}

extension Dendrogram {
  /// The rows from left to right as the tree is drawn without crossings, of each merge the cluster
  /// with the lower number on the left (n). See also ``optimalLeafOrder(_:)``.
  ///
  /// - Complexity: O(n).
  public var leafOrder: [Int32] { LeafIntervals(self).order }
}
