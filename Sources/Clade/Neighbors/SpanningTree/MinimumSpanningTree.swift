import CladeCore

/// A minimum spanning tree of some rows: n − 1 edges that join all of them and whose lengths have
/// the least sum.
///
/// Where lengths tie there are several such trees. Their lengths are the same, and so are the
/// groups that all edges up to any one length join; read nothing else from a tree.
public struct MinimumSpanningTree: Sendable, Codable, Equatable {
  /// An edge between two rows.
  public struct Edge: Sendable, Hashable, Codable {
    /// The number of the one row, the lower one.
    public let first: Int32
    /// The number of the other row.
    public let second: Int32
    /// The distance of the two, or their mutual reachability.
    public let length: Double

    /// Creates an edge.
    ///
    /// - Parameters:
    ///   - first: The row with the lower number.
    ///   - second: The row with the higher number.
    ///   - length: The length of the edge.
    public init(first: Int32, second: Int32, length: Double) {
      self.first = first
      self.second = second
      self.length = length
    }
  }

  /// The edges, by ascending length (n − 1).
  public let edges: [Edge]
  /// The core distance of each row (n) where lengths are of mutual reachability, else none.
  public let coreDistances: [Double]

  /// The sum of all lengths.
  ///
  /// - Complexity: O(n).
  public var totalLength: Double {
    let longest = edges.last?.length ?? 0
    guard longest.isFinite else { return longest }
    var sum = ExactSum(bound: longest)
    for edge in edges { sum.add(edge.length) }
    return sum.value
  }

  /// Creates a tree.
  ///
  /// - Parameters:
  ///   - edges: The edges in any order (n − 1).
  ///   - coreDistances: The core distance of each row (n), or none.
  package init(edges: [Edge], coreDistances: [Double]) {
    self.coreDistances = coreDistances
    if zip(edges, edges.dropFirst()).allSatisfy({ $0.length <= $1.length }) {
      self.edges = edges
      return
    }
    // Lengths aren't negative, so that their bits are in their order.
    var items = edges.indices.map {
      RadixSort.Item(key: edges[$0].length.bitPattern, row: Int32($0))
    }
    let varying = items.reduce(0) { $0 | ($1.key ^ items[0].key) }
    var scratch = RadixSort.Scratch(count: items.count)
    items.withUnsafeMutableBufferPointer {
      RadixSort.sort($0, varying: varying, &scratch)
    }
    self.edges = items.map { edges[Int($0.row)] }
  }

  /// Creates a tree from edges that ascend in length already.
  init(sorted edges: [Edge], coreDistances: [Double]) {
    (self.edges, self.coreDistances) = (edges, coreDistances)
  }
}

extension MinimumSpanningTree {
  /// The minimum spanning tree of the rows of `data` (n × d).
  ///
  /// Where the metric is Euclidean in some coordinates (Euclidean itself, Mahalanobis, cosine,
  /// correlation, haversine), it is grown on a ``KDTree`` by Borůvka's algorithm ("Fast Euclidean
  /// Minimum Spanning Tree: Algorithm, Analysis, and Applications", March, Ram and Gray, 2010),
  /// else by Prim's algorithm from row to row ("Shortest Connection Networks And Some
  /// Generalizations", 1957).
  ///
  /// - Parameters:
  ///   - data: The rows, or distances for `Metric.precomputed`.
  ///   - metric: How far apart two rows are.
  ///   - threads: At most this many threads; `nil` for one per core. Results don't depend on it.
  ///   - progress: Is told how far the search has come.
  /// - Returns: The tree, without core distances.
  /// - Throws: `CladeError` for what the metric can't take, and `CancellationError` when the task
  ///   was cancelled.
  /// - Complexity: On a kd-tree about O(n · log² n) time in few dimensions, up to O(n² · d · log n)
  ///   in many; by Prim's algorithm O(n² · d). O(n · d) memory.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  public static func plain<Scalar: MatrixScalar>(
    of data: Matrix<Scalar>, metric: Metric = .euclidean, threads: Int? = nil,
    progress: ProgressObserver? = nil
  ) throws -> MinimumSpanningTree {
    try grown(
      on: metric.prepared(for: data, threads: threads), minSamples: nil, threads: threads,
      progress: progress)
  }

  /// The minimum spanning tree of the rows of `data` (n × d) by mutual reachability, on which
  /// HDBSCAN* stands ("Density-Based Clustering Based on Hierarchical Density Estimates", Campello,
  /// Moulavi and Sander, 2013).
  ///
  /// A row's core distance is the distance from its `minSamples`-th nearest other row. The mutual
  /// reachability of two rows is the largest of their distance and the core distances of both. It
  /// is grown as ``plain(of:metric:threads:progress:)`` is. A row in a sparse place is as far from
  /// many others, so that there are many such trees; of edges of the same length those between the
  /// nearest rows are taken (on a ``KDTree`` up to 32 samples).
  ///
  /// - Parameters:
  ///   - data: The rows, or distances for `Metric.precomputed`.
  ///   - metric: How far apart two rows are.
  ///   - minSamples: The number of other rows within a row's core distance: at least 1, less than
  ///     n.
  ///   - threads: At most this many threads; `nil` for one per core. Results don't depend on it.
  ///   - progress: Is told how far the search has come.
  /// - Returns: The tree, with core distances.
  /// - Throws: `CladeError.invalidParameter` where `minSamples` is less than 1 or not less than n,
  ///   `CladeError` for what the metric can't take, and `CancellationError` when the task was
  ///   cancelled.
  /// - Complexity: On a kd-tree about O(n · (minSamples + log n) · log n) time in few dimensions,
  ///   up to O(n² · d · log n) in many; by Prim's algorithm O(n² · (d + log minSamples)). O(n · d)
  ///   memory.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  public static func mutualReachability<Scalar: MatrixScalar>(
    of data: Matrix<Scalar>, metric: Metric = .euclidean, minSamples: Int, threads: Int? = nil,
    progress: ProgressObserver? = nil
  ) throws -> MinimumSpanningTree {
    let rows = try metric.prepared(for: data, threads: threads)
    // Of no row or one, nothing is asked.
    guard minSamples >= 1, minSamples < max(2, rows.rowCount) else {
      throw CladeError.invalidParameter(
        name: "minSamples", value: "\(minSamples)",
        reason: minSamples < 1
          ? "give 1 or more"
          : "a row has \(rows.rowCount - 1) others; give at most that many")
    }
    return try grown(on: rows, minSamples: minSamples, threads: threads, progress: progress)
  }

  /// The tree of rows that are ready for their metric, by mutual reachability where there is a
  /// number of samples, which is 1..<n.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  static func grown<Scalar: MatrixScalar>(
    on rows: PreparedRows<Scalar>, minSamples: Int?, threads: Int?, progress: ProgressObserver?
  ) throws -> MinimumSpanningTree {
    guard rows.rowCount > 1 else {
      return MinimumSpanningTree(
        edges: [],
        coreDistances: Array(repeating: 0, count: minSamples == nil ? 0 : rows.rowCount))
    }
    if rows.form == .squares {
      return try EuclideanSpanningTree(
        of: rows, minSamples: minSamples, threads: threads, progress: progress
      ).tree
    }
    return try PrimSpanningTree(
      of: rows, minSamples: minSamples, threads: threads, progress: progress
    ).tree
  }
}
