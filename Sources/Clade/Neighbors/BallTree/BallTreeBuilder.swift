import CladeCore

/// Builds a ``BallTree``: large nodes one after the other, each on all threads, then each small one
/// whole.
struct BallTreeBuilder<Scalar: MatrixScalar>: Sendable {
  typealias Node = BallTree<Scalar>.Node

  /// A part of a tree: its first node is the root.
  struct Parts: Sendable {
    var nodes: [Node] = []
    var places: [Int32] = []
    var pivots: [Int32] = []
  }

  let rows: PreparedRows<Scalar>
  /// Up to so many rows are a leaf.
  var leafSize = 64
  /// Chooses the pivots.
  var seed: UInt64 = 0

  private static var width: Int { DistancePanels<Scalar>.panelWidth }
  /// Up to so many rows are a part that one thread builds.
  private static var partSize: Int { 4096 }

  /// The balls that a node's rows fall into, with their reach.
  private struct Split {
    var pivots: [Int32] = []
    var members: [[Int32]]
    var reach: [(nearest: Double, farthest: Double)]
    /// The row of each ball that is the farthest from its pivot, of several the first.
    var farthest: [Int32]

    init(count: Int) {
      members = Array(repeating: [], count: count)
      reach = Array(repeating: (.infinity, 0), count: count)
      farthest = Array(repeating: 0, count: count)
    }
  }

  func build(threads: Int?) throws -> Parts {
    var parts = Parts()
    parts.nodes.append(Node())
    var small: [(node: Int, members: [Int32])] = []
    var large = [(node: 0, members: (0..<Int32(rows.rowCount)).map { $0 })]
    while let (node, members) = large.popLast() {
      try Cancellation.check()
      guard members.count > Self.partSize,
        let split = try split(members, depth: parts.nodes.count, threads: threads)
      else {
        small.append((node, members))
        continue
      }
      let first = open(split, in: &parts, node: node)
      for (ball, members) in split.members.enumerated() { large.append((first + ball, members)) }
    }
    let open = small
    let built = try ParallelChunks.map(count: open.count, chunkSize: 1, threads: threads) {
      index, _ in
      try Cancellation.check()
      return try part(of: open[index].members)
    }
    for (target, part) in zip(open, built) { parts.graft(part, at: target.node) }
    return parts
  }

  /// The tree of a few rows, or of rows that can't be told apart.
  private func part(of members: [Int32]) throws -> Parts {
    var parts = Parts()
    parts.nodes.append(Node())
    var pending = [(node: 0, members: members)]
    while let (node, members) = pending.popLast() {
      guard members.count > leafSize,
        let split = try split(members, depth: parts.nodes.count, threads: 1)
      else {
        parts.nodes[node].panel = Int32(parts.places.count / Self.width)
        parts.nodes[node].rowCount = Int32(members.count)
        parts.nodes[node].isUniform = members.count > leafSize && rows.areEqual(members)
        parts.places += members
        // The rest of the last panel repeats a row, and isn't looked at.
        while parts.places.count % Self.width != 0 {
          parts.places.append(parts.places[parts.places.count - 1])
        }
        continue
      }
      let first = open(split, in: &parts, node: node)
      for (ball, members) in split.members.enumerated() { pending.append((first + ball, members)) }
    }
    return parts
  }

  /// Appends the balls of a node, and returns the first of them.
  private func open(_ split: Split, in parts: inout Parts, node: Int) -> Int {
    let first = parts.nodes.count
    parts.nodes[node].firstBall = Int32(first)
    parts.nodes[node].ballCount = Int32(split.pivots.count)
    parts.nodes[node].panel = Int32(parts.pivots.count / Self.width)
    for reach in split.reach {
      parts.nodes.append(Node(nearest: reach.nearest, farthest: reach.farthest))
    }
    parts.pivots += split.pivots
    while parts.pivots.count % Self.width != 0 { parts.pivots.append(split.pivots[0]) }
    return first
  }

  /// Deals rows out to pivots among them, each to the nearest, of several the first; `nil` where
  /// they are all at the same place.
  private func split(_ members: [Int32], depth: Int, threads: Int?) throws -> Split? {
    // Drawn by place, and the members are in the order of their numbers, which follow from values.
    var random = CounterRandom(seed: seed, stream: UInt64(depth))
    var drawn: [Int] = []
    // Not so many that leaves would be all but empty.
    let wanted = min(Self.width, (members.count + leafSize / 2 - 1) / (leafSize / 2))
    for _ in 0..<(2 * Self.width) where drawn.count < wanted {
      let place = Int(random.next() % UInt64(members.count))
      if !drawn.contains(place) { drawn.append(place) }
    }
    let panels = DistancePanels(rows, order: members)
    let split = try deal(members, panels, to: drawn.sorted().map { members[$0] }, threads: threads)
    if split.pivots.count > 1 { return split }
    // Perhaps the pivots were all equal: then by the row that is farthest from them.
    guard split.reach[0].farthest > 0, let farthest = split.farthest.first else { return nil }
    let other = try deal(members, panels, to: [split.pivots[0], farthest], threads: threads)
    return other.pivots.count > 1 ? other : nil
  }

  /// Deals rows out to pivots, leaving out those that get none.
  private func deal(
    _ members: [Int32], _ panels: DistancePanels<Scalar>, to pivots: [Int32], threads: Int?
  ) throws -> Split {
    let chunks = try ParallelChunks.map(
      count: panels.panelCount, chunkSize: 128, threads: threads
    ) { _, some in try nearestPivots(pivots, panels, some) }
    var all = Split(count: pivots.count)
    all.pivots = pivots
    let scale = rows.treeScale
    var place = 0
    for (nearest, distances) in chunks {
      for (pivot, raw) in zip(nearest, distances) where place < members.count {
        let distance = scale(Double(raw))
        all.members[pivot].append(members[place])
        all.reach[pivot].nearest = min(all.reach[pivot].nearest, distance)
        if distance > all.reach[pivot].farthest || all.members[pivot].count == 1 {
          all.reach[pivot].farthest = max(all.reach[pivot].farthest, distance)
          all.farthest[pivot] = members[place]
        }
        place += 1
      }
    }
    var filled = Split(count: 0)
    for pivot in pivots.indices where !all.members[pivot].isEmpty {
      filled.pivots.append(all.pivots[pivot])
      filled.members.append(all.members[pivot])
      filled.reach.append(all.reach[pivot])
      filled.farthest.append(all.farthest[pivot])
    }
    return filled
  }

  /// The nearest pivot of each row in some panels, and how far it is.
  private func nearestPivots(
    _ pivots: [Int32], _ panels: DistancePanels<Scalar>, _ some: Range<Int>
  ) throws -> ([Int], [Scalar]) {
    let count = some.count * Self.width
    var nearest = [Int](repeating: 0, count: count)
    var least = [Scalar](repeating: .infinity, count: count)
    var distances = least
    for (index, pivot) in pivots.enumerated() {
      try panels.rawDistances(
        of: rows, Int(pivot)..<Int(pivot) + 1, panels: some, into: &distances, stride: count)
      for place in 0..<count where distances[place] < least[place] {
        least[place] = distances[place]
        nearest[place] = index
      }
    }
    return (nearest, least)
  }
}

extension PreparedRows {
  /// Whether some rows are the same in all that is compared.
  fileprivate func areEqual(_ numbers: [Int32]) -> Bool {
    if form == .custom {
      return numbers.allSatisfy { vectors[Int($0)] == vectors[Int(numbers[0])] }
    }
    let columns = coordinates.columnCount
    return coordinates.withUnsafeBufferPointer { values in
      numbers.allSatisfy { number in
        (0..<columns).allSatisfy {
          values[Int(number) * columns + $0] == values[Int(numbers[0]) * columns + $0]
        }
      }
    }
  }
}

extension BallTreeBuilder.Parts {
  /// Puts a part where a node of this tree was left open.
  mutating func graft(_ other: Self, at target: Int) {
    let width = DistancePanels<Scalar>.panelWidth
    // The part's root takes the place of the node; its other nodes follow at the end.
    let shift = Int32(nodes.count - 1)
    let (leafPanels, pivotPanels) = (Int32(places.count / width), Int32(pivots.count / width))
    for (index, node) in other.nodes.enumerated() {
      var node = node
      node.panel += node.ballCount == 0 ? leafPanels : pivotPanels
      if node.ballCount > 0 { node.firstBall += shift }
      guard index == 0 else {
        nodes.append(node)
        continue
      }
      (node.nearest, node.farthest) = (nodes[target].nearest, nodes[target].farthest)
      nodes[target] = node
    }
    places += other.places
    pivots += other.pivots
  }
}
