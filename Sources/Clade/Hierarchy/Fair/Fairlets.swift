/// Rows of all groups, folded together from as low in a tree as they are found.
struct Fairlets {
  /// The part of each row.
  private(set) var fairlets: [Int32]
  /// The node of each part in the new tree.
  private(set) var nodes: [Int] = []

  private let tree: Dendrogram
  private let groups: [Int32]
  /// The number of rows that each part has of each group at least; some have one more.
  private let quotas: [Int]
  /// The rows of each part, and the cluster of the tree that all are in.
  private var members: [[Int32]] = []
  private var places: [Int] = []

  init(_ tree: Dendrogram, groups: [Int32], counts: [Int], parts: Int) {
    self.tree = tree
    self.groups = groups
    quotas = counts.map { $0 / parts }
    fairlets = Array(repeating: -1, count: groups.count)
  }

  /// Collects parts from the bottom up, then gives away what is left over.
  mutating func collect() {
    // What hasn't found its part, by group, at each cluster that is still to be joined.
    typealias Pool = [Int32: [Int32]]
    var left = (0..<tree.rowCount).map { row -> Pool in [groups[row]: [Int32(row)]] }
    func complete(_ pool: inout Pool, at place: Int) {
      // Of every group a part has a row at least.
      guard pool.count == quotas.count else { return }
      let count = quotas.indices.reduce(Int.max) {
        min($0, (pool[Int32($1)]?.count ?? 0) / quotas[$1])
      }
      guard count > 0 else { return }
      var parts = [[Int32]](repeating: [], count: count)
      for group in quotas.indices {
        let (rows, quota) = (pool[Int32(group)] ?? [], quotas[group])
        let kept = rows.count - count * quota
        for part in 0..<count { parts[part] += rows[(kept + part * quota)...].prefix(quota) }
        pool[Int32(group)] = kept > 0 ? Array(rows.prefix(kept)) : nil
      }
      for part in parts {
        for row in part { fairlets[Int(row)] = Int32(members.count) }
        members.append(part)
        places.append(place)
      }
    }
    for row in 0..<tree.rowCount { complete(&left[row], at: row) }
    for (index, merge) in tree.merges.enumerated() {
      var (first, second) = (left[Int(merge.first)], left[Int(merge.second)])
      left[Int(merge.first)] = [:]
      left[Int(merge.second)] = [:]
      if first.count < second.count { swap(&first, &second) }
      first.merge(second) { $0 + $1 }
      complete(&first, at: tree.rowCount + index)
      left.append(first)
    }
    // No more than a row of each group for each part.
    for group in quotas.indices { giveAway(left[left.count - 1][Int32(group)] ?? []) }
  }

  /// Gives each row to the nearest part that hasn't got one yet: that in the lowest cluster that
  /// both are in.
  private mutating func giveAway(_ rows: [Int32]) {
    guard !rows.isEmpty else { return }
    var parents = [Int](repeating: -1, count: tree.rowCount + tree.merges.count)
    for (index, merge) in tree.merges.enumerated() {
      parents[Int(merge.first)] = tree.rowCount + index
      parents[Int(merge.second)] = tree.rowCount + index
    }
    // Parts and rows walk up together, and meet where the first of both kinds are.
    var waiting = [[Int32]](repeating: [], count: parents.count)
    var open = waiting
    for row in rows { waiting[Int(row)].append(row) }
    for (part, place) in places.enumerated() { open[place].append(Int32(part)) }
    for node in parents.indices {
      while let row = waiting[node].last, let part = open[node].last {
        waiting[node].removeLast()
        open[node].removeLast()
        members[Int(part)].append(row)
        fairlets[Int(row)] = part
        places[Int(part)] = max(places[Int(part)], node)
      }
      let parent = parents[node]
      guard parent >= 0 else { continue }
      if waiting[node].count > waiting[parent].count { waiting.swapAt(node, parent) }
      waiting[parent] += waiting[node]
      waiting[node] = []
      if open[node].count > open[parent].count { open.swapAt(node, parent) }
      open[parent] += open[node]
      open[node] = []
    }
  }

  /// The tree of the parts: rows leave their places, and each part is put in where all of it was
  /// together.
  ///
  /// - Returns: The node on top.
  mutating func rebuilt(_ tree: inout MergeNodes) -> Int {
    var inserted = [[Int]](repeating: [], count: self.tree.rowCount + self.tree.merges.count)
    for (part, rows) in members.enumerated() {
      let node = rows.dropFirst().reduce(Int(rows[0])) { tree.join($0, Int($1)) }
      nodes.append(node)
      inserted[places[part]].append(node)
    }
    var heads = [Int](repeating: -1, count: inserted.count)
    for place in inserted.indices {
      var below = inserted[place]
      if place >= self.tree.rowCount {
        let merge = self.tree.merges[place - self.tree.rowCount]
        below += [heads[Int(merge.first)], heads[Int(merge.second)]].filter { $0 >= 0 }
      }
      if let first = below.first {
        heads[place] = below.dropFirst().reduce(first) { tree.join($0, $1) }
      }
    }
    return heads[heads.count - 1]
  }
}
