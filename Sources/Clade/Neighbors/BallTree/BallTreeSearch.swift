import CladeCore

extension BallTree {
  /// What one thread needs to look up some queries together.
  final class Workspace {
    fileprivate var pending: [(node: Int32, bound: Double)] = []
    fileprivate var near: [(node: Int32, bound: Double, distance: Double)] = []
    fileprivate let distances: UnsafeMutablePointer<Scalar>

    /// Room for lists of `length`, or for all rows within a distance of one query.
    init(_ tree: BallTree, length: Int?) {
      let width = BallTree.width
      let rows = length.map { max(tree.largestMixedLeaf, min(tree.largestLeaf, $0)) }
      let capacity = ((rows ?? tree.largestLeaf) + width) * (rows == nil ? 1 : tree.groupSize)
      distances = .allocate(capacity: max(capacity, tree.groupSize * (tree.groupSize + 2 * width)))
    }

    deinit { distances.deallocate() }
  }

  /// Queries that are looked up together: whatever is near enough to one of them is compared with
  /// all.
  private struct Group {
    let queries: PreparedRows<Scalar>
    let range: Range<Int>
    /// One of them, and how far the others are from it.
    var center: Int
    var radius = 0.0
  }

  /// The most queries of a group; those that a function compares are looked up one by one.
  fileprivate var groupSize: Int { rows.form.hasKernel ? 32 : 1 }

  /// The `length` nearest rows of the row in each place, itself among them, in lists with the
  /// numbers of the rows.
  func nearest(
    _ length: Int, threads: Int?, progress: ProgressObserver?
  ) throws -> NeighborLists<Scalar> {
    let lists = try NeighborLists<Scalar>(count: places.count, length: length)
    let done = ProgressCount(
      stage: "finding neighbours", total: leafNodes.count, observer: progress)
    try forEachChunk(leafNodes.count, size: 32, length: length, threads: threads) {
      workspace, range in
      for leaf in range {
        let node = nodes[Int(leafNodes[leaf])]
        let first = Int(node.panel) * Self.width
        let end = first + Int(node.rowCount)
        for start in stride(from: first, to: end, by: groupSize) {
          let group = try group(placed, start..<min(end, start + groupSize), workspace)
          try search(group, lists, workspace)
        }
      }
      done.add(range.count)
    }
    return lists
  }

  /// The `length` nearest rows of each query.
  func nearest(
    _ length: Int, of queries: PreparedRows<Scalar>, threads: Int?, progress: ProgressObserver?
  ) throws -> NeighborLists<Scalar> {
    let lists = try NeighborLists<Scalar>(count: queries.rowCount, length: length)
    let done = ProgressCount(
      stage: "finding neighbours", total: queries.rowCount, observer: progress)
    try forEachChunk(queries.rowCount, size: 256, length: length, threads: threads) {
      workspace, range in
      for query in range {
        let group = Group(queries: queries, range: query..<query + 1, center: query)
        try search(group, lists, workspace)
      }
      done.add(range.count)
    }
    return lists
  }

  /// Calls `body` with the number and the raw distance of each row that is within a raw distance of
  /// a query.
  func rows(
    within limit: Scalar, of queries: PreparedRows<Scalar>, _ query: Int, _ workspace: Workspace,
    _ body: (_ row: Int32, _ distance: Scalar) -> Void
  ) throws {
    let group = Group(queries: queries, range: query..<query + 1, center: query)
    let reach = scale(Double(limit))
    workspace.pending = [(0, 0)]
    while let (node, bound) = workspace.pending.popLast() {
      guard bound <= reach else { continue }
      let node = nodes[Int(node)]
      guard node.ballCount == 0 else {
        try addBalls(of: node, to: group, reach: reach, workspace)
        continue
      }
      let count = Int(node.rowCount)
      let panels = try leafDistances(node, count, from: group, workspace)
      for index in 0..<count where workspace.distances[index] <= limit {
        body(places[panels.lowerBound * Self.width + index], workspace.distances[index])
      }
    }
  }

  private func forEachChunk(
    _ count: Int, size: Int, length: Int, threads: Int?,
    _ body: @Sendable (Workspace, Range<Int>) throws -> Void
  ) throws {
    _ = try ParallelChunks.reduce(
      count: count, chunkSize: size, threads: threads, state: { Workspace(self, length: length) }
    ) { (workspace: inout Workspace, _, range: Range<Int>) throws in
      try Cancellation.check()
      try body(workspace, range)
    }
  }

  /// Rows of a leaf as a group, around the one from which the others are the least far away.
  private func group(
    _ queries: PreparedRows<Scalar>, _ range: Range<Int>, _ workspace: Workspace
  ) throws -> Group {
    var group = Group(queries: queries, range: range, center: range.lowerBound)
    guard range.count > 1 else { return group }
    let panels = range.lowerBound / Self.width..<(range.upperBound + Self.width - 1) / Self.width
    let width = panels.count * Self.width
    let offset = range.lowerBound - panels.lowerBound * Self.width
    try leaves.rawDistances(
      of: queries, range, panels: panels, into: workspace.distances, stride: width)
    var least = Scalar.infinity
    for query in 0..<range.count {
      var most: Scalar = 0
      for other in 0..<range.count {
        most = max(most, workspace.distances[query * width + offset + other])
      }
      if most < least {
        least = most
        group.center = range.lowerBound + query
      }
    }
    group.radius = scale(Double(least))
    return group
  }

  /// Offers the rows that may be near enough to the lists of a group.
  private func search(
    _ group: Group, _ lists: NeighborLists<Scalar>, _ workspace: Workspace
  ) throws {
    workspace.pending = [(0, 0)]
    var reach = Double.infinity
    while let (node, bound) = workspace.pending.popLast() {
      // Rows that are just as far may still come first by value.
      guard bound <= reach else { continue }
      let node = nodes[Int(node)]
      guard node.ballCount == 0 else {
        try addBalls(of: node, to: group, reach: reach, workspace)
        continue
      }
      // Of equal rows the first ones are enough for any list.
      let count = min(Int(node.rowCount), node.isUniform ? lists.length : .max)
      let panels = try leafDistances(node, count, from: group, workspace)
      places.withUnsafeBufferPointer { places in
        guard let numbers = places.baseAddress else { return }
        lists.offer(
          workspace.distances, stride: panels.count * Self.width,
          places: .numbers(numbers + panels.lowerBound * Self.width, count: count),
          to: group.range, firstRow: 0, itself: true)
      }
      reach = scale(Double(lists.largestLimit(group.range)))
    }
  }

  /// Computes the distances of a group from the first rows of a leaf.
  private func leafDistances(
    _ node: Node, _ count: Int, from group: Group, _ workspace: Workspace
  ) throws -> Range<Int> {
    let first = Int(node.panel)
    let panels = first..<first + (count + Self.width - 1) / Self.width
    try leaves.rawDistances(
      of: group.queries, group.range, panels: panels, into: workspace.distances,
      stride: panels.count * Self.width)
    return panels
  }

  /// Puts the balls that may hold rows within reach on the stack, the one that is likely nearest
  /// last.
  private func addBalls(
    of node: Node, to group: Group, reach: Double, _ workspace: Workspace
  ) throws {
    let panel = Int(node.panel)
    try pivots.rawDistances(
      of: group.queries, group.center..<group.center + 1, panels: panel..<panel + 1,
      into: workspace.distances, stride: Self.width)
    workspace.near.removeAll(keepingCapacity: true)
    let slack = slack
    for index in 0..<Int(node.ballCount) {
      let ball = node.firstBall + Int32(index)
      let (nearest, farthest) = (nodes[Int(ball)].nearest, nodes[Int(ball)].farthest)
      let distance = scale(Double(workspace.distances[index]))
      let gap = max(distance - farthest, nearest - distance) - group.radius
      let bound = max(0, gap - slack * (distance + farthest + group.radius))
      guard !(bound > reach) else { continue }
      // Sorted by insertion, as there are but a few.
      var place = workspace.near.count
      workspace.near.append((ball, bound, distance))
      while place > 0,
        (workspace.near[place - 1].bound, workspace.near[place - 1].distance) < (bound, distance)
      {
        workspace.near.swapAt(place, place - 1)
        place -= 1
      }
    }
    for ball in workspace.near { workspace.pending.append((ball.node, ball.bound)) }
  }
}
