import CladeCore

/// A tree of communities from the top down: the largest part of the graph is cut in two until there
/// are enough.
///
/// A part is cut by the signs of the second eigenvector of its normalised adjacency matrix. What
/// one cut gets wrong no later one makes good, and nothing keeps a late cut from having fewer edges
/// across than an early one: see ``CommunityTree/invertedMerges``.
///
/// Source: "When Does Bottom-up Beat Top-down in Hierarchical Community Detection?" (Dreveton,
/// Kuroda, Grossglauser and Thiran, 2023), which compares ``CommunityLinkage`` with it; which part
/// is next is ours to choose.
public struct SpectralBisection: Sendable, Hashable, Codable {
  /// The number of smallest communities, k.
  public var k: Int

  /// Creates the method.
  ///
  /// - Parameter k: The number of smallest communities, at least 1.
  public init(k: Int) { self.k = k }

  /// Finds communities and their tree.
  ///
  /// - Parameters:
  ///   - graph: The graph.
  ///   - progress: Told how far it has come.
  /// - Returns: The tree.
  /// - Throws: `CladeError.invalidParameter` for fewer than 1 community or more than vertices;
  ///   `CancellationError` when the task was cancelled.
  /// - Complexity: O(edges + n) time for each of at most 400 rounds of iteration on each level;
  ///   O(n + edges) memory.
  public func fit(
    _ graph: UndirectedGraph, progress: ProgressObserver? = nil
  ) throws -> CommunityTree {
    try require(
      k >= 1 && k <= graph.vertexCount, "k", k,
      "a graph of \(graph.vertexCount) vertices has 1 to as many communities")
    var parts = [Array(0..<Int32(graph.vertexCount))]
    /// Which part was cut, and into which: the first keeps its number.
    var cuts: [(part: Int, other: Int, height: Double)] = []
    while parts.count < k {
      progress?(
        ProgressUpdate(stage: "cutting parts in two", fraction: Double(parts.count) / Double(k)))
      let part = parts.indices.reduce(0) { parts[$1].count > parts[$0].count ? $1 : $0 }
      let (first, second) = try Self.halves(of: parts[part], graph)
      cuts.append((part, parts.count, 1 - Self.density(first, second, graph)))
      parts[part] = first
      parts.append(second)
    }
    var communities = [Int32](repeating: 0, count: graph.vertexCount)
    for (number, part) in parts.enumerated() {
      for vertex in part { communities[Int(vertex)] = Int32(number) }
    }
    var joints = RowJoints(rowCount: k)
    for cut in cuts.reversed() { joints.join(Int32(cut.part), Int32(cut.other), at: cut.height) }
    return CommunityTree(communities: communities, dendrogram: joints.dendrogram)
  }

  /// Cuts a part of at least two vertices; the half with the first vertex comes first.
  private static func halves(
    of part: [Int32], _ graph: UndirectedGraph
  ) throws -> ([Int32], [Int32]) {
    let vectors = try LeadingVectors(graph, part: part, count: min(2, part.count)).vectors
    let side = vectors.count > 1 ? vectors[1] : []
    let isFirst = part.indices.map { (side[$0] < 0) == (side[0] < 0) }
    let first = part.indices.filter { isFirst[$0] }.map { part[$0] }
    let second = part.indices.filter { !isFirst[$0] }.map { part[$0] }
    // Without an edge no sign says anything.
    guard !second.isEmpty else {
      return (Array(part.prefix(part.count / 2)), Array(part.dropFirst(part.count / 2)))
    }
    return (first, second)
  }

  /// The share of pairs of vertices of two parts that have an edge.
  private static func density(_ a: [Int32], _ b: [Int32], _ graph: UndirectedGraph) -> Double {
    let inB = Set(b)
    let edges = a.reduce(0) { sum, vertex in
      sum
        + graph.neighbors[graph.starts[Int(vertex)]..<graph.starts[Int(vertex) + 1]]
        .count { inB.contains($0) }
    }
    return Double(edges) / (Double(a.count) * Double(b.count))
  }
}
