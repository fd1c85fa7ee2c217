import CladeCore

/// All tangles of some bipartitions, as a tree: the tangle search tree of Klepper et al.
///
/// A node at depth i orients the first i bipartitions, those of lowest order, so that any three
/// sides that it chose have enough rows in common.
struct TangleSearch: Sendable {
  struct Node: Sendable {
    /// The number of bipartitions that it orients.
    let depth: Int
    let isUpper: Bool
    let parent: Int
    /// The nodes that orient one more: at most two.
    var children: [Int] = []
  }

  /// A tangle that no other continues, with the sides that set it apart.
  struct Leaf: Sendable {
    /// For each splitting on the way the bipartitions that the two ways on orient differently.
    let path: [[CutSide]]
    /// The order up to which it lasts.
    let reach: Int
  }

  /// Where tangles part, and the leaves; the root first.
  struct Branch: Sendable {
    /// The order of the cut at which the tangles part; of a leaf that up to which it lasts.
    let order: Int
    var children: [Int] = []
    /// The number of the leaf, if it is one.
    var leaf: Int?
  }

  private(set) var nodes: [Node] = [Node(depth: 0, isUpper: true, parent: -1)]
  private(set) var leaves: [Leaf] = []
  private(set) var branches: [Branch] = []
  private let cuts: [Bipartition]

  /// No more nodes are made than this: the search ends at the order where it would.
  private static let limit = 20_000

  /// Searches for tangles.
  ///
  /// - Parameters:
  ///   - cuts: Bipartitions by ascending order.
  ///   - agreement: The rows that any three sides have in common, at least.
  ///   - persistence: How many times the order of the cut that parts them two tangles have to
  ///     reach.
  init(_ cuts: [Bipartition], rows: Int, agreement: Int, persistence: Double) throws {
    self.cuts = cuts
    let bits = RowBits(cuts, rows: rows)
    // The nodes of one depth, each with those of its sides that no other one lies within.
    var level: [(node: Int, sides: [CutSide])] = [(0, [])]
    for cut in cuts.indices {
      try Cancellation.check()
      var next: [(node: Int, sides: [CutSide])] = []
      for (node, sides) in level {
        for isUpper in [false, true] {
          let side = CutSide(cut: cut, isUpper: isUpper)
          guard let least = Self.adding(side, to: sides, bits, agreement) else { continue }
          nodes[node].children.append(nodes.count)
          next.append((nodes.count, least))
          nodes.append(Node(depth: cut + 1, isUpper: isUpper, parent: node))
        }
      }
      // Where no orientation can be continued, there are no tangles of a higher order.
      guard !next.isEmpty, nodes.count < Self.limit else { break }
      level = next
    }
    contract(persistence)
  }

  /// The sides of an orientation with one more, or `nil` where three of them have too few rows in
  /// common.
  private static func adding(
    _ side: CutSide, to sides: [CutSide], _ bits: RowBits, _ agreement: Int
  ) -> [CutSide]? {
    guard bits.share(side, side, side, atLeast: agreement) else { return nil }
    // A side that a chosen one lies within follows from that.
    if sides.contains(where: { bits.isSubset($0, of: side) }) { return sides }
    for (index, a) in sides.enumerated() {
      for b in sides[index...] {
        guard bits.share(side, a, b, atLeast: agreement) else { return nil }
      }
    }
    return sides.filter { !bits.isSubset(side, of: $0) } + [side]
  }

  /// A bipartition by its number.
  func cut(_ number: Int) -> Bipartition { cuts[number] }

  // MARK: The contracted tree

  /// Keeps the splittings both of whose ways last, and the deepest tangle of each way.
  private mutating func contract(_ persistence: Double) {
    var deepest = nodes.map(\.depth)
    for node in nodes.indices.reversed() where nodes[node].parent >= 0 {
      deepest[nodes[node].parent] = max(deepest[nodes[node].parent], deepest[node])
    }
    // The order of the first cut that can't be oriented any more.
    let cuts = cuts
    let reach = { (node: Int) in
      cuts.isEmpty ? 0 : cuts[min(deepest[node], cuts.count - 1)].order
    }
    var pending: [(node: Int, parent: Int, path: [[CutSide]])] = [(0, -1, [])]
    while let (start, parent, path) = pending.popLast() {
      var node = start
      while true {
        let children = nodes[node].children
        let order = children.isEmpty ? reach(node) : cuts[nodes[node].depth].order
        let lasts = children.allSatisfy {
          Double(reach($0)) >= persistence * Double(max(1, order))
        }
        if children.count == 2, lasts {
          let number = add(Branch(order: order), to: parent)
          let (a, b) = (fixedSides(below: children[0]), fixedSides(below: children[1]))
          let apart = a.filter { cut, isUpper in b[cut] == !isUpper }.sorted { $0.key < $1.key }
          for (child, turned) in [(children[1], true), (children[0], false)] {
            let sides = apart.map { CutSide(cut: $0.key, isUpper: $0.value != turned) }
            pending.append((child, number, path + [sides]))
          }
          break
        }
        guard let on = children.max(by: { (deepest[$0], $1) < (deepest[$1], $0) }) else {
          _ = add(Branch(order: reach(node), leaf: leaves.count), to: parent)
          leaves.append(Leaf(path: path, reach: reach(node)))
          break
        }
        node = on
      }
    }
  }

  private mutating func add(_ branch: Branch, to parent: Int) -> Int {
    if parent >= 0 { branches[parent].children.append(branches.count) }
    branches.append(branch)
    return branches.count - 1
  }

  /// The bipartitions that all orientations through a node send to one side.
  private func fixedSides(below node: Int) -> [Int: Bool] {
    var sides: [Int: Bool] = [:]
    var mixed: Set<Int> = []
    var pending = [node]
    while let next = pending.popLast() {
      let cut = nodes[next].depth - 1
      if let known = sides[cut], known != nodes[next].isUpper { mixed.insert(cut) }
      sides[cut] = nodes[next].isUpper
      pending += nodes[next].children
    }
    for cut in mixed { sides[cut] = nil }
    return sides
  }
}
