import CladeCore

/// A tree of communities from the bottom up: first the smallest communities, then average linkage
/// of these.
///
/// The communities are found by spectral clustering: k-means on the vertices' entries in the k
/// leading eigenvectors of the normalised adjacency matrix. Then the two with the densest edges
/// between them become one until a single one is left. The density of edges between two is their
/// number over that of pairs of vertices, so that joined communities have the average of their
/// parts' and no merge is lower than those within it.
///
/// Because densities are averages over whole communities, edges too few to tell a single vertex
/// tell how communities are related; so communities stay whole where ``SpectralBisection`` loses
/// vertices.
///
/// Source: "When Does Bottom-up Beat Top-down in Hierarchical Community Detection?" (Dreveton,
/// Kuroda, Grossglauser and Thiran, 2023); how the smallest communities are found is ours to
/// choose.
public struct CommunityLinkage: Sendable, Hashable, Codable {
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
  ///   `CladeError.tooManyClusters` where fewer vertices differ by the eigenvectors;
  ///   `CancellationError` when the task was cancelled.
  /// - Complexity: O(k · (edges + n · k)) time for each of at most 400 rounds of iteration, O(k³)
  ///   for the linkage; O(n · k + edges) memory.
  public func fit(
    _ graph: UndirectedGraph, progress: ProgressObserver? = nil
  ) throws -> CommunityTree {
    try require(
      k >= 1 && k <= graph.vertexCount, "k", k,
      "a graph of \(graph.vertexCount) vertices has 1 to as many communities")
    progress?(ProgressUpdate(stage: "finding communities", fraction: 0))
    let communities = try communities(of: graph)
    progress?(ProgressUpdate(stage: "finding communities", fraction: 1))
    return try linkage(graph, communities)
  }

  /// The tree of communities that are known.
  ///
  /// - Parameters:
  ///   - graph: The graph.
  ///   - communities: The community of each vertex, 0..<k, all of which occur.
  /// - Returns: The tree.
  /// - Throws: `CladeError.badLabels` for communities that aren't so.
  public func linkage(
    _ graph: UndirectedGraph, _ communities: [Int32]
  ) throws -> CommunityTree {
    let labels = 0..<Int32(clamping: k)
    guard communities.count == graph.vertexCount, communities.allSatisfy(labels.contains),
      Set(communities).count == k
    else {
      throw CladeError.badLabels(
        reason:
          "each of \(graph.vertexCount) vertices needs one of \(k) communities, all of them used")
    }
    var densities = graph.densities(communities, count: k)
    var sizes = [Double](repeating: 0, count: k)
    for community in communities { sizes[Int(community)] += 1 }
    var joints = RowJoints(rowCount: k)
    var left = Array(0..<k)
    while left.count > 1 {
      var best = (a: left[0], b: left[1])
      for (place, b) in left.enumerated() {
        for a in left[..<place] where densities[a][b] > densities[best.a][best.b] { best = (a, b) }
      }
      let (a, b) = best
      joints.join(Int32(a), Int32(b), at: 1 - densities[a][b])
      left.removeAll { $0 == b }
      let whole = sizes[a] + sizes[b]
      for other in left where other != a {
        let density = (sizes[a] * densities[a][other] + sizes[b] * densities[b][other]) / whole
        densities[a][other] = density
        densities[other][a] = density
      }
      sizes[a] = whole
    }
    // An average is between its parts, but for the rounding.
    return CommunityTree(communities: communities, dendrogram: joints.monotoneDendrogram)
  }

  private func communities(of graph: UndirectedGraph) throws -> [Int32] {
    let n = graph.vertexCount
    guard k > 1 else { return [Int32](repeating: 0, count: n) }
    let vectors = try LeadingVectors(graph, part: Array(0..<Int32(n)), count: k).vectors
    let rows = Matrix<Double>(rows: n, columns: k) { target in
      for row in 0..<n {
        var square = 0.0
        for column in 0..<k { square += vectors[column][row] * vectors[column][row] }
        let scale = square > 0 ? 1 / square.squareRoot() : 0
        for column in 0..<k {
          target.initializeElement(at: row * k + column, to: vectors[column][row] * scale)
        }
      }
    }
    return try KMeans(k: k, restarts: 4).fit(rows).labels
  }
}
