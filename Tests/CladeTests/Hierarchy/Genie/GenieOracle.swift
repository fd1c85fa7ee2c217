import Clade

/// Genie by its definition, all pairs and all clusters looked at in every step.
enum GenieOracle {
  /// The labels of some rows, clusters numbered from the largest to the smallest, ties by their first row.
  ///
  /// - Parameter spanning: The tree of the rows in ascending order, where ties leave a choice.
  static func labels(
    _ method: Genie, _ rows: [[Double]], spanning: MinimumSpanningTree? = nil
  ) -> [Int32] {
    // Nodes are the distinct rows in ascending order.
    let nodes = Set(rows).sorted { $0.lexicographicallyPrecedes($1) }
    let weights = nodes.map { node in rows.count { $0 == node } }
    func distance(_ a: [Double], _ b: [Double]) -> Double {
      NeighborData.square(a, b).squareRoot()
    }
    let cores = nodes.map { node in
      method.minSamples.map { samples in rows.map { distance($0, node) }.sorted()[samples] } ?? 0
    }
    var pairs: [Pair] = []
    for b in nodes.indices {
      for a in 0..<b {
        let span = distance(nodes[a], nodes[b])
        pairs.append(Pair(length: max(span, cores[a], cores[b]), span: span, a: a, b: b))
      }
    }
    if let spanning {
      let sorted = rows.sorted { $0.lexicographicallyPrecedes($1) }
      let node = { (row: Int32) in nodes.firstIndex(of: sorted[Int(row)]) ?? 0 }
      let edges = Set(spanning.edges.map { Set([node($0.first), node($0.second)]) })
      pairs = pairs.filter { edges.contains([$0.a, $0.b]) }
    }
    pairs.sort { ($0.length, $0.span, $0.a, $0.b) < ($1.length, $1.span, $1.a, $1.b) }
    // Kruskal's algorithm.
    var components = Array(nodes.indices)
    var tree = pairs.filter { pair in
      let (a, b) = (components[pair.a], components[pair.b])
      if a != b { components = components.map { $0 == b ? a : $0 } }
      return a != b
    }
    tree.sort { ($0.length, $0.a, $0.b) < ($1.length, $1.a, $1.b) }
    let isLeaf = nodes.indices.map { node in
      method.noise != .none && weights[node] == 1
        && tree.count { $0.a == node || $0.b == node } == 1
    }
    var clusters = nodes.indices.map { isLeaf[$0] ? -1 : $0 }
    var left = tree.filter { !isLeaf[$0.a] && !isLeaf[$0.b] }
    while left.count >= method.k ?? 1 {
      var sizes: [Int: Int] = [:]
      for node in nodes.indices where clusters[node] >= 0 {
        sizes[clusters[node], default: 0] += weights[node]
      }
      let least = sizes.values.min()
      let next = left.firstIndex { pair in
        gini(Array(sizes.values)) <= method.giniThreshold || sizes[clusters[pair.a]] == least
          || sizes[clusters[pair.b]] == least
      }
      let pair = left.remove(at: next ?? 0)
      let (a, b) = (clusters[pair.a], clusters[pair.b])
      clusters = clusters.map { $0 == b ? a : $0 }
    }
    if method.noise == .outlyingLeaves {
      for pair in tree {
        for (leaf, other) in [(pair.a, pair.b), (pair.b, pair.a)]
        where isLeaf[leaf] && pair.span <= cores[other] { clusters[leaf] = clusters[other] }
      }
    }
    return numbered(rows.map { row in clusters[nodes.firstIndex(of: row) ?? 0] }, rows)
  }

  private struct Pair {
    let length, span: Double
    let a, b: Int
  }

  static func gini(_ sizes: [Int]) -> Double {
    var sum = 0
    for i in sizes.indices { for j in 0..<i { sum += abs(sizes[i] - sizes[j]) } }
    return sizes.count < 2
      ? 0 : Double(sum) / (Double(sizes.count - 1) * Double(sizes.reduce(0, +)))
  }

  private static func numbered(_ clusters: [Int], _ rows: [[Double]]) -> [Int32] {
    let order = Set(clusters).subtracting([-1]).sorted { a, b in
      let (ofA, ofB) = (
        rows.indices.filter { clusters[$0] == a }, rows.indices.filter { clusters[$0] == b }
      )
      if ofA.count != ofB.count { return ofA.count > ofB.count }
      let first = { (rows: [[Double]]) in rows.min { $0.lexicographicallyPrecedes($1) } ?? [] }
      return first(ofA.map { rows[$0] }).lexicographicallyPrecedes(first(ofB.map { rows[$0] }))
    }
    return clusters.map { cluster in order.firstIndex(of: cluster).map { Int32($0) } ?? -1 }
  }
}
