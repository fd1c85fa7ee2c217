import CladeCore

/// How groups lie on a spanning tree: the way out of each, and the gaps within.
private struct TreePassages {
  /// The shortest edge that leaves each group, infinite for none (k).
  var exits: [Double]
  /// The longest edge within each group (k).
  var longest: [Double]
  /// How deep the deepest gap within each group is, and the share of the group beyond it (k).
  var gaps, beyond: [Double]

  /// Adds the edges, the shortest first, to the parts of each group.
  init(_ tree: RowSurroundings.Tree, _ groups: LabeledGroups, radii: [Double], least: Double) {
    let none = [Double](repeating: 0, count: groups.count)
    exits = none.map { _ in .infinity }
    (longest, gaps, beyond) = (none, none, none)
    // A part that is smaller is no part: outlying rows join late.
    let parts = groups.sizes.map { max(8, 0.05 * Double($0)) }
    var parents = Array(0..<Int32(radii.count))
    var sizes = [Double](repeating: 1, count: radii.count)
    var levels = radii
    func root(_ row: Int32) -> Int {
      var row = Int(row)
      while Int(parents[row]) != row {
        parents[row] = parents[Int(parents[row])]
        row = Int(parents[row])
      }
      return row
    }
    for edge in tree.edges {
      let (a, b) = (Int(groups.labels[Int(edge.first)]), Int(groups.labels[Int(edge.second)]))
      let length = max(edge.length, least)
      guard a == b else {
        if a >= 0 { exits[a] = min(exits[a], length) }
        if b >= 0 { exits[b] = min(exits[b], length) }
        continue
      }
      guard a >= 0 else { continue }
      longest[a] = max(longest[a], length)
      let (first, second) = (root(edge.first), root(edge.second))
      let smaller = min(sizes[first], sizes[second])
      if smaller >= parts[a] {
        let gap = Elementary.log(length / max(levels[first], levels[second]))
        if gap > gaps[a] {
          gaps[a] = gap
          beyond[a] = smaller / Double(groups.sizes[a])
        }
      }
      let size = sizes[first] + sizes[second]
      let level = (levels[first] * sizes[first] + levels[second] * sizes[second]) / size
      let (low, high) = (min(first, second), max(first, second))
      parents[high] = Int32(low)
      sizes[low] = size
      levels[low] = level
    }
    for group in exits.indices where exits[group] == .infinity {
      exits[group] = 2 * max(tree.longest, least)
    }
  }
}

extension RowSurroundings {
  /// The criteria from ``PartitionCriterion/separation`` to
  /// ``PartitionCriterion/widestHalvingGap``.
  func treeCriteria(of groups: LabeledGroups) -> [Double] {
    let passages = TreePassages(reachability, groups, radii: radii, least: least)
    let plainPassages = TreePassages(plain, groups, radii: radii, least: least)
    let gaps = [
      groups.mean(passages.gaps), groups.mean(plainPassages.gaps), passages.gaps.max() ?? 0,
      zip(zip(passages.gaps, passages.beyond), groups.shares)
        .map { $0.0.0 * $0.0.1 * $0.1 }.max() ?? 0,
    ]
    guard groups.count > 1 else { return [Double](repeating: 0, count: 8) + gaps }
    let middle = radii(of: groups, share: 0.5)
    let sparse = radii(of: groups, share: 0.9)
    let separation = zip(passages.exits, middle).map { Elementary.log($0 / $1) }
    let plainSeparation = zip(plainPassages.exits, middle).map { Elementary.log($0 / $1) }
    let edge = zip(passages.exits, sparse).map { Elementary.log($0 / $1) }
    let within = zip(passages.longest, middle).map { max($0, $1) }
    let contrast = zip(passages.exits, within).map { Elementary.log($0 / $1) }
    let validity = zip(passages.exits, passages.longest).map { ($0 - $1) / max($0, $1) }
    return [
      groups.mean(separation), groups.mean(plainSeparation), edge.min() ?? 0, groups.mean(edge),
      contrast.min() ?? 0, lowerQuarter(contrast, groups), groups.mean(contrast),
      groups.mean(validity),
    ] + gaps
  }

  /// The value below which a quarter of the rows are.
  private func lowerQuarter(_ values: [Double], _ groups: LabeledGroups) -> Double {
    var share = 0.0
    let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
    for group in order {
      share += groups.shares[group]
      if share >= 0.25 { return values[group] }
    }
    return values.max() ?? 0
  }
}
