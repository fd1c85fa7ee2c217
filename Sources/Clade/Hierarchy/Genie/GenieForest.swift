import CladeCore

/// What ``Genie`` joins of the nodes of a tree, in which order: what is joined for any number of
/// clusters is the first part of it.
struct GenieForest: Sendable {
  let tree: DistinctRowTree
  /// The clusters that are joined, without leaves that are left out.
  let merges: GenieMerges
  /// The leaves that are left out, and the node that each of them hangs on; −1 for other nodes.
  let anchors: [Int32]

  /// The nodes that take part.
  let innerCount: Int

  /// Joins all clusters.
  init(
    _ tree: DistinctRowTree, giniThreshold: Double, leavesOut: Bool, progress: ProgressObserver?
  ) throws {
    self.tree = tree
    let isLeftOut =
      leavesOut ? tree.leaves : Array(repeating: false, count: tree.nodeCount)
    merges = try GenieMerging.merges(
      of: tree.edges, sizes: tree.sizes, isLeftOut: isLeftOut, giniThreshold: giniThreshold,
      progress: progress)
    innerCount = isLeftOut.reduce(0) { $0 + ($1 ? 0 : 1) }
    var anchors = [Int32](repeating: -1, count: tree.nodeCount)
    if leavesOut {
      for edge in tree.edges {
        if isLeftOut[Int(edge.first)] { anchors[Int(edge.first)] = edge.second }
        if isLeftOut[Int(edge.second)] { anchors[Int(edge.second)] = edge.first }
      }
    }
    self.anchors = anchors
  }

  /// A number in 0..<k for each node that is the same for all of its cluster; −1 for leaves that
  /// were left out.
  ///
  /// - Parameter k: The number of clusters, 1...``innerCount``.
  func clusters(_ k: Int) -> [Int32] {
    // From the last merge back, each passes its number on to what it joined.
    let nodes = tree.nodeCount
    var count: Int32 = 0
    var numbers = [Int32](repeating: -1, count: nodes + innerCount - k)
    numbers.withUnsafeMutableBufferPointer { numbers in
      merges.parts.withUnsafeBufferPointer { parts in
        for cluster in numbers.indices.reversed() {
          if numbers[cluster] < 0 {
            if cluster < nodes, anchors[cluster] >= 0 { continue }
            numbers[cluster] = count
            count += 1
          }
          guard cluster >= nodes else { continue }
          numbers[Int(parts[2 * (cluster - nodes)])] = numbers[cluster]
          numbers[Int(parts[2 * (cluster - nodes) + 1])] = numbers[cluster]
        }
      }
    }
    numbers.removeLast(innerCount - k)
    return numbers
  }

  /// The sum of the lengths of the edges within k clusters.
  func length(within k: Int) -> Double {
    merges.edges.prefix(innerCount - k).reduce(0) { $0 + tree.edges[Int($1)].length }
  }

  /// The merges of all rows: first those of equal ones, then leaves that were left out with what
  /// they hang on, then clusters. Heights are lowered so that none is above a later one.
  var dendrogram: Dendrogram {
    var joints = RowJoints(rowCount: tree.rows.count)
    if tree.nodeCount < tree.rows.count {
      for node in 0..<tree.nodeCount {
        let rows = tree.rows[Int(tree.starts[node])..<Int(tree.starts[node + 1])]
        let height = tree.coreDistances.isEmpty ? 0 : tree.coreDistances[node]
        for row in rows.dropFirst() { joints.join(rows[rows.startIndex], row, at: height) }
      }
    }
    if innerCount < tree.nodeCount {
      for edge in tree.edges
      where anchors[Int(edge.first)] >= 0 || anchors[Int(edge.second)] >= 0 {
        joints.join(row(of: edge.first), row(of: edge.second), at: edge.length)
      }
    }
    let first = (0..<Int32(tree.nodeCount)).map { joints.cluster(of: row(of: $0)) }
    let made = tree.rows.count + joints.merges.count
    let all = joints.merges.count + merges.edges.count
    var merged = [Dendrogram.Merge](unsafeUninitializedCapacity: all) { merged, count in
      _ = merged.initialize(fromContentsOf: joints.merges)
      count = all
      func cluster(_ part: Int32) -> (number: Int32, size: Int32) {
        let number =
          Int(part) < first.count ? first[Int(part)] : Int32(made + Int(part) - first.count)
        let merge = Int(number) - tree.rows.count
        return (number, merge < 0 ? 1 : merged[merge].size)
      }
      for (index, edge) in merges.edges.enumerated() {
        let (a, b) = (cluster(merges.parts[2 * index]), cluster(merges.parts[2 * index + 1]))
        merged.initializeElement(
          at: joints.merges.count + index,
          to: .init(
            first: min(a.number, b.number), second: max(a.number, b.number),
            height: tree.edges[Int(edge)].length, size: a.size + b.size))
      }
    }
    RowJoints.lowerHeights(&merged)
    return Dendrogram(rowCount: tree.rows.count, checked: merged)
  }

  private func row(of node: Int32) -> Int32 { tree.rows[Int(tree.starts[Int(node)])] }
}
