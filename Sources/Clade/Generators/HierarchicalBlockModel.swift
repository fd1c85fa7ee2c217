import CladeCore

/// Random graphs of communities within communities: the hierarchical stochastic block model of a
/// binary tree.
///
/// The communities are the 2^depth leaves of a tree. Two vertices have an edge with a probability
/// that depends on the level at which their communities part only.
///
/// ```swift
/// // Sixteen communities: 0.01 across the root, 0.3 within a community.
/// let model = HierarchicalBlockModel(
///   communitySize: 100, probabilities: [0.01, 0.02, 0.05, 0.1, 0.3])
/// let sample = try model.generate()
/// ```
///
/// Source: "When Does Bottom-up Beat Top-down in Hierarchical Community Detection?" (Dreveton,
/// Kuroda, Grossglauser and Thiran, 2023).
public struct HierarchicalBlockModel: Sendable, Hashable, Codable {
  /// The number of vertices of each community, at least 1.
  public var communitySize: Int
  /// The probability of an edge between vertices whose communities part at level 0, the root, then
  /// at level 1 and so on; the last is that within a community (depth + 1).
  public var probabilities: [Double]
  /// The number that draws start from.
  public var seed: UInt64

  /// Creates the model.
  ///
  /// - Parameters:
  ///   - communitySize: The number of vertices of each community.
  ///   - probabilities: The probability of an edge by the level at which communities part, from the
  ///     root on; the last is that within a community.
  ///   - seed: The number that draws start from.
  public init(communitySize: Int, probabilities: [Double], seed: UInt64 = 0) {
    self.communitySize = communitySize
    self.probabilities = probabilities
    self.seed = seed
  }

  /// The levels of the tree below its root: there are 2^depth communities.
  public var depth: Int { probabilities.count - 1 }

  /// A graph and the truth about it.
  public struct Sample: Sendable {
    /// The graph, its vertices by communities.
    public let graph: UndirectedGraph
    /// The community of each vertex; those of level l of the tree are these shifted right by
    /// depth − l.
    public let communities: [Int32]
  }

  /// Draws a graph.
  ///
  /// - Returns: The graph, and the community of each vertex.
  /// - Throws: `CladeError.invalidParameter` for parameters out of range.
  /// - Complexity: O(n + edges + 4^depth).
  public func generate() throws -> Sample {
    guard !probabilities.isEmpty, probabilities.count <= 13,
      probabilities.allSatisfy({ $0 >= 0 && $0 <= 1 })
    else {
      throw CladeError.invalidParameter(
        name: "probabilities", value: "\(probabilities)",
        reason: "give 1 to 13 numbers of 0 to 1, from the root to the communities")
    }
    guard communitySize >= 1, communitySize <= 1 << (26 - depth) else {
      throw CladeError.invalidParameter(
        name: "communitySize", value: "\(communitySize)",
        reason: "give 1 to \(1 << (26 - depth)) vertices for 2^\(depth) communities")
    }
    let count = 1 << depth
    var edges: [(Int32, Int32)] = []
    for b in 0..<count {
      for a in 0...b {
        draw(a, b, into: &edges)
      }
    }
    return Sample(
      graph: try UndirectedGraph(vertexCount: count * communitySize, edges: edges),
      communities: (0..<count * communitySize).map { Int32($0 / communitySize) })
  }

  /// The level at which two communities part: depth for the same one.
  func level(_ a: Int, _ b: Int) -> Int {
    depth - (Int.bitWidth - (a ^ b).leadingZeroBitCount)
  }

  /// Draws the edges between two communities: from one pair of vertices to the next that has one.
  private func draw(_ a: Int, _ b: Int, into edges: inout [(Int32, Int32)]) {
    let probability = probabilities[level(a, b)]
    let step = Elementary.log(1 - probability)
    // So unlikely that 1 − probability is 1.
    guard probability > 0, step < 0 || probability == 1 else { return }
    var random = CounterRandom(seed: seed, stream: UInt64(a << depth | b))
    let size = communitySize
    let pairs = a == b ? size * (size - 1) / 2 : size * size
    var pair = -1
    // The row of the triangle that a pair within a community is in.
    var (row, rowEnd) = (1, 1)
    while true {
      if probability < 1 {
        let gap = Elementary.log(1 - random.uniform()) / step
        guard gap < Double(pairs) else { return }
        pair += 1 + Int(gap)
      } else {
        pair += 1
      }
      guard pair < pairs else { return }
      if a == b {
        while pair >= rowEnd {
          row += 1
          rowEnd += row
        }
        edges.append((Int32(a * size + row), Int32(a * size + pair - (rowEnd - row))))
      } else {
        edges.append((Int32(a * size + pair / size), Int32(b * size + pair % size)))
      }
    }
  }
}
