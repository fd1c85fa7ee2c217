/// A tree of merges whose parts can be moved: what operators on hierarchies work on.
///
/// Nodes 0..<n are the original dendrogram's rows, and others are merges of two nodes.
struct MergeNodes {
  /// The two children of each node, −1 for those that have none.
  var children: [(Int, Int)]
  /// The number of rows below each node.
  var sizes: [Int]
  var root: Int

  init(_ tree: Dendrogram) {
    children = Array(repeating: (-1, -1), count: tree.rowCount)
    sizes = Array(repeating: 1, count: tree.rowCount)
    for merge in tree.merges {
      children.append((Int(merge.first), Int(merge.second)))
      sizes.append(Int(merge.size))
    }
    root = children.count - 1
  }

  /// Adds a node over two others.
  mutating func join(_ a: Int, _ b: Int) -> Int {
    children.append((a, b))
    sizes.append(sizes[a] + sizes[b])
    return children.count - 1
  }

  /// Moves parts until each node's smaller child has a third of its rows or more, as far as nodes
  /// that stay whole allow.
  ///
  /// Where a child has more than two thirds, the first node down its larger children that has no
  /// more is deleted from its place, which its sibling takes, and inserted beside all that is left.
  ///
  /// - Parameters:
  ///   - top: The node to begin with.
  ///   - isWhole: The nodes that aren't looked into.
  /// - Returns: The node that is now in its place.
  /// - Complexity: O(n · height) time at worst.
  mutating func balance(_ top: Int, isWhole: (Int) -> Bool) -> Int {
    guard children[top].0 >= 0, !isWhole(top) else { return top }
    var top = top
    let rows = sizes[top]
    var path = [top]
    while true {
      let node = path[path.count - 1]
      guard 3 * sizes[node] > 2 * rows, children[node].0 >= 0, !isWhole(node) else { break }
      path.append(larger(node))
    }
    if path.count > 2 {
      let (part, parent) = (path[path.count - 1], path[path.count - 2])
      let sibling = children[parent].0 == part ? children[parent].1 : children[parent].0
      let above = path[path.count - 3]
      if children[above].0 == parent {
        children[above].0 = sibling
      } else {
        children[above].1 = sibling
      }
      for node in path.dropLast(2) { sizes[node] -= sizes[part] }
      // The node that lost its place is the new one on top.
      children[parent] = (top, part)
      sizes[parent] = rows
      top = parent
    }
    let (first, second) = children[top]
    children[top].0 = balance(first, isWhole: isWhole)
    children[top].1 = balance(second, isWhole: isWhole)
    return top
  }

  private func larger(_ node: Int) -> Int {
    let (first, second) = children[node]
    return sizes[first] >= sizes[second] ? first : second
  }

  /// The tree as a dendrogram. A merge is as high as the lowest merge of the original with all of
  /// its rows.
  func dendrogram(like original: Dendrogram) -> Dendrogram {
    let n = original.rowCount
    guard n > 1 else { return original }
    let ancestors = CommonAncestors(original)
    // Children before parents.
    var order: [Int] = []
    var pending = [root]
    while let node = pending.popLast() {
      guard children[node].0 >= 0 else { continue }
      order.append(node)
      pending += [children[node].0, children[node].1]
    }
    order.reverse()
    var lowest = Array(children.indices)
    for node in order {
      lowest[node] = ancestors.of(lowest[children[node].0], lowest[children[node].1])
    }
    let heights = order.map { original.merges[lowest[$0] - n].height }
    var numbers = Array(0..<Int32(children.count))
    let merges = order.indices.sorted {
      heights[$0] != heights[$1] ? heights[$0] < heights[$1] : $0 < $1
    }.enumerated().map { index, place in
      let node = order[place]
      let (a, b) = (numbers[children[node].0], numbers[children[node].1])
      numbers[node] = Int32(n + index)
      return Dendrogram.Merge(
        first: min(a, b), second: max(a, b), height: heights[place], size: Int32(sizes[node]))
    }
    return Dendrogram(rowCount: n, checked: merges)
  }
}

/// The lowest clusters of a dendrogram that hold two others.
private struct CommonAncestors {
  /// The cluster that each is a part of; itself for the last.
  private let parents: [Int]

  init(_ tree: Dendrogram) {
    var parents = Array(0..<tree.rowCount + tree.merges.count)
    for (index, merge) in tree.merges.enumerated() {
      parents[Int(merge.first)] = tree.rowCount + index
      parents[Int(merge.second)] = tree.rowCount + index
    }
    self.parents = parents
  }

  func of(_ a: Int, _ b: Int) -> Int {
    // A parent has a higher number than its parts.
    var (a, b) = (a, b)
    while a != b { if a < b { a = parents[a] } else { b = parents[b] } }
    return a
  }
}
