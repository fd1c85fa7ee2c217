import CladeCore

/// An undirected graph without weights: for each vertex those that it has an edge with.
public struct UndirectedGraph: Sendable, Hashable {
  /// Where each vertex's part of ``neighbors`` begins, and the end (n + 1).
  public let starts: [Int]
  /// The vertices at the other end of each vertex's edges, ascending for each vertex.
  public let neighbors: [Int32]

  /// The number of vertices, n.
  public var vertexCount: Int { starts.count - 1 }
  /// The number of edges.
  public var edgeCount: Int { neighbors.count / 2 }

  /// Creates a graph.
  ///
  /// - Parameters:
  ///   - vertexCount: The number of vertices, n.
  ///   - edges: Two vertices each, in any order; edges that are there twice count once.
  /// - Throws: `CladeError.invalidParameter` for an edge with a vertex that isn't there or from a
  ///   vertex to itself.
  /// - Complexity: O(n + edges · log(largest degree)).
  public init(vertexCount: Int, edges: [(Int32, Int32)]) throws {
    guard vertexCount >= 0, vertexCount < 1 << 31 else {
      throw CladeError.invalidParameter(
        name: "vertexCount", value: "\(vertexCount)", reason: "give a number of 0 to 2³¹ − 1")
    }
    let vertices = 0..<Int32(vertexCount)
    for (a, b) in edges where !vertices.contains(a) || !vertices.contains(b) || a == b {
      throw CladeError.invalidParameter(
        name: "edges", value: "(\(a), \(b))",
        reason: "an edge joins two different vertices of 0..<\(vertexCount)")
    }
    var ends = [Int](repeating: 0, count: vertexCount + 1)
    for (a, b) in edges {
      ends[Int(a) + 1] += 1
      ends[Int(b) + 1] += 1
    }
    for vertex in 0..<vertexCount { ends[vertex + 1] += ends[vertex] }
    let begins = ends
    var all = [Int32](repeating: 0, count: 2 * edges.count)
    for (a, b) in edges {
      all[ends[Int(a)]] = b
      ends[Int(a)] += 1
      all[ends[Int(b)]] = a
      ends[Int(b)] += 1
    }
    var (starts, neighbors) = ([0], [Int32]())
    neighbors.reserveCapacity(all.count)
    for vertex in 0..<vertexCount {
      for other in all[begins[vertex]..<begins[vertex + 1]].sorted()
      where neighbors.count == starts[vertex] || neighbors[neighbors.count - 1] != other {
        neighbors.append(other)
      }
      starts.append(neighbors.count)
    }
    (self.starts, self.neighbors) = (starts, neighbors)
  }

  /// The number of edges of a vertex.
  func degree(_ vertex: Int) -> Int { starts[vertex + 1] - starts[vertex] }

  /// The share of pairs of vertices of two groups, or within each group, that have an edge (k × k).
  ///
  /// - Parameters:
  ///   - labels: The group of each vertex, 0..<k.
  ///   - count: The number of groups, k.
  func densities(_ labels: [Int32], count: Int) -> [[Double]] {
    var sizes = [Double](repeating: 0, count: count)
    for label in labels { sizes[Int(label)] += 1 }
    var edges = [[Double]](repeating: [Double](repeating: 0, count: count), count: count)
    for vertex in 0..<vertexCount {
      for other in neighbors[starts[vertex]..<starts[vertex + 1]] {
        edges[Int(labels[vertex])][Int(labels[Int(other)])] += 1
      }
    }
    return (0..<count).map { a in
      (0..<count).map { b in
        let pairs = sizes[a] * (a == b ? sizes[a] - 1 : sizes[b])
        return pairs > 0 ? edges[a][b] / pairs : 0
      }
    }
  }
}
