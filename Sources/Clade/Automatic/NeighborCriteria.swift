import CladeCore

extension RowSurroundings {
  /// What stands for the valley between groups that don't touch: about a twentieth of the density.
  private static let noPassage = 3.0

  /// The criteria from ``PartitionCriterion/worstNeighborhood`` to
  /// ``PartitionCriterion/boundarySparsity``.
  func neighborCriteria(of groups: LabeledGroups) -> [Double] {
    let (k, labels) = (groups.count, groups.labels)
    let middle = radii(of: groups, share: 0.5)
    let near = min(5, neighbors.length)
    var same = [Double](repeating: 0, count: k)
    var grouped = same
    var edges = same
    var inner = 0.0
    var boundary = same
    var sparsity = same
    var passages = [Double](repeating: .infinity, count: k * k)
    for row in labels.indices where labels[row] >= 0 {
      let a = Int(labels[row])
      let range = neighbors.range(of: row)
      edges[a] += edgeCounts[row]
      var touches = false
      for place in range {
        let other = Int(neighbors.rows[place])
        let b = Int(labels[other])
        guard b >= 0 else { continue }
        if place - range.lowerBound < near {
          grouped[a] += 1
          if a == b { same[a] += 1 }
        }
        guard a != b else {
          inner += 1
          continue
        }
        touches = true
        let passage = max(radii[row], radii[other], neighbors.distances[place])
        if passage < passages[a * k + b] {
          passages[a * k + b] = passage
          passages[b * k + a] = passage
        }
      }
      if touches {
        boundary[a] += 1
        sparsity[a] += Elementary.log(radii[row] / middle[a])
      }
    }
    guard k > 1 else { return [1, 0, 0, 0, 0, 0, 1] }
    let all = Double(neighbors.rows.count)
    let modularity = edges.reduce(inner / all) { $0 - $1 * $1 / (4 * all * all) }
    let agreement = zip(same, grouped).map { $1 > 0 ? $0 / $1 : 1 }
    let cut =
      zip(agreement, groups.shares).reduce(0) { $0 + (1 - $1.0) / max(1 - $1.1, 1e-9) } / Double(k)
    var worst = [Double](repeating: Self.noPassage, count: k)
    var (sum, weights) = (0.0, 0.0)
    for a in 0..<k {
      for b in 0..<a where passages[a * k + b] < .infinity {
        let valley = Elementary.log(passages[a * k + b] / max(middle[a], middle[b]))
        let weight = min(groups.shares[a], groups.shares[b])
        sum += valley * weight
        weights += weight
        worst[a] = min(worst[a], valley)
        worst[b] = min(worst[b], valley)
      }
    }
    return [
      agreement.min() ?? 1, cut, modularity, weights > 0 ? sum / weights : Self.noPassage,
      groups.mean(worst),
      boundary.reduce(0, +) / Double(labels.count),
      groups.mean(zip(sparsity, boundary).map { $1 > 0 ? $0 / $1 : 1 }),
    ]
  }
}
