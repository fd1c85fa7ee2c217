import Clade

/// Graph degree linkage by its formulas over full matrices of weights.
enum GraphDegreeOracle {
  /// The labels of rows without ties, numbered as they appear.
  static func labels(_ method: GraphDegreeLinkage, _ rows: [[Double]]) -> [Int32] {
    let n = rows.count
    let squares = rows.map { a in rows.map { NeighborData.square(a, $0) } }
    let nearest = (0..<n).map { row in
      Array(
        (0..<n).filter { $0 != row }.sorted { squares[row][$0] < squares[row][$1] }
          .prefix(method.neighbors))
    }
    let along = (0..<n).flatMap { row in nearest[row].map { squares[row][$0] } }
    let width = method.scale * along.reduce(0, +) / Double(along.count)
    var weights = [[Double]](repeating: [Double](repeating: 0, count: n), count: n)
    for row in 0..<n {
      for other in nearest[row] {
        weights[row][other] = Elementary.exp(-squares[row][other] / width)
      }
    }
    var clusters = (0..<n).map { [$0] }
    for row in 0..<n {
      for other in nearest[row].prefix(method.initialNeighbors) { join(row, other, &clusters) }
    }
    if clusters.count < method.k ?? 1 { clusters = (0..<n).map { [$0] } }
    while clusters.count > method.k ?? 1 {
      var best = (affinity: 0.0, a: 0, b: 0)
      for b in clusters.indices {
        for a in 0..<b {
          let both =
            affinity(clusters[a], clusters[b], weights)
            + affinity(clusters[b], clusters[a], weights)
          if both > best.affinity { best = (both, a, b) }
        }
      }
      guard best.affinity > 0 else { break }
      join(clusters[best.a][0], clusters[best.b][0], &clusters)
    }
    var labels = [Int32](repeating: 0, count: n)
    for (number, cluster) in clusters.enumerated() {
      for row in cluster { labels[row] = Int32(number) }
    }
    return labels
  }

  /// The sum over the rows of one cluster of their average in- and outdegree to the other.
  private static func affinity(_ from: [Int], _ to: [Int], _ weights: [[Double]]) -> Double {
    let size = Double(to.count)
    return from.reduce(0) { sum, row in
      let out = to.reduce(0) { $0 + weights[row][$1] } / size
      let into = to.reduce(0) { $0 + weights[$1][row] } / size
      return sum + out * into
    }
  }

  private static func join(_ a: Int, _ b: Int, _ clusters: inout [[Int]]) {
    let i = clusters.firstIndex { $0.contains(a) } ?? 0
    let j = clusters.firstIndex { $0.contains(b) } ?? 0
    guard i != j else { return }
    clusters[min(i, j)] += clusters[max(i, j)]
    clusters.remove(at: max(i, j))
  }
}
