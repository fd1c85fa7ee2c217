import CladeCore

/// Graph degree linkage (GDL, AGDL): agglomerative clustering on a directed graph of nearest
/// neighbours.
///
/// Each row has edges to its ``neighbors`` nearest rows, with weights exp(−d² / σ²). The affinity
/// of a row to a cluster is the product of the average weight of the edges from it into the cluster
/// and that of the edges back; the affinity of two clusters is the sum over the rows of both. Rows
/// between clusters or far out have few edges back, so that noise hardly counts, and clusters may
/// have any shape.
///
/// ```swift
/// let model = try GraphDegreeLinkage(k: 10).fit(images)               // GDL
/// let same = try GraphDegreeLinkage(k: 10, candidates: 10).fit(images)  // AGDL
/// ```
///
/// It begins with the weakly connected components of the graph of ``initialNeighbors`` nearest
/// neighbours and joins the two clusters with the largest affinity until k are left. Clusters
/// without edges both ways are never joined: where the graph falls into more parts than k, these
/// are the clusters.
///
/// With ``candidates`` each cluster keeps only so many others in mind, the nearest ones, which is
/// the accelerated form. Because sums of weights are kept for each row and cluster (a step of
/// ours), the plain form looks at O(n · K · log n) edges, too; candidates bound how many clusters
/// are compared where clusters have many neighbours. When two clusters join, the candidates of both
/// are those of the new one, the nearest are kept, and a cluster that has none left looks for all
/// of them anew.
///
/// Equal rows are together from the start, ties are broken by the rows' values. Rows have no
/// weights.
///
/// - Complexity: The search for neighbours, see ``NeighborIndex``; then about O(n · K · log n) time
///   and O(n · K) memory.
///
/// Source: "Graph Degree Linkage: Agglomerative Clustering on a Directed Graph" (Zhang, Wang, Zhao
/// and Tang, 2012).
public struct GraphDegreeLinkage: Sendable, Hashable, Codable {
  /// The number of clusters, at least 1; `nil` to find it: where affinities fall the most from one
  /// join to the next, among 2...√n clusters, or the parts that the graph falls into.
  public var k: Int?
  /// How many nearest rows each row has edges to, K; n − 1 where there are fewer.
  public var neighbors: Int
  /// The width of the weights: σ² is this times the mean of the squared distances along all edges.
  public var scale: Double
  /// How many nearest rows each row is together with from the start; 0 for single rows. Where that
  /// leaves fewer clusters than k, it begins with single rows.
  public var initialNeighbors: Int
  /// The most other clusters that each keeps in mind, `nil` for all: a number makes it AGDL.
  public var candidates: Int?
  /// How far apart two rows are.
  public var metric: Metric

  /// Creates the method.
  ///
  /// - Parameters:
  ///   - k: The number of clusters; `nil` to find it.
  ///   - neighbors: How many nearest rows each row has edges to.
  ///   - scale: The width of the weights in mean squared distances.
  ///   - initialNeighbors: How many nearest rows each row is together with from the start.
  ///   - candidates: The most other clusters that each keeps in mind; `nil` for all.
  ///   - metric: How far apart two rows are.
  public init(
    k: Int? = nil, neighbors: Int = 20, scale: Double = 1, initialNeighbors: Int = 1,
    candidates: Int? = nil, metric: Metric = .euclidean
  ) {
    self.k = k
    self.neighbors = neighbors
    self.scale = scale
    self.initialNeighbors = initialNeighbors
    self.candidates = candidates
    self.metric = metric
  }

  /// Finds the clusters of `data`.
  ///
  /// - Parameters:
  ///   - data: The rows (n × d); for `Metric.precomputed` their distances.
  ///   - threads: At most this many threads; `nil` for one per core. Changes no bit of the result.
  ///   - progress: Told how far it has come.
  /// - Returns: The clusters, and the tree of all joins.
  /// - Throws: `CladeError.invalidParameter` for parameters that can't be, `CladeError.emptyData`
  ///   for no rows, `CladeError.tooManyClusters` for fewer distinct rows than clusters,
  ///   `CladeError.nonFiniteValue` and what else the metric can't take, and `CancellationError`
  ///   when the task was cancelled.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  public func fit<Scalar: MatrixScalar>(
    _ data: Matrix<Scalar>, threads: Int? = nil, progress: ProgressObserver? = nil
  ) throws -> GraphDegreeModel<Scalar> {
    try check()
    let rows = try OrderedRows(data, metric: metric, threads: threads)
    let distinct = rows.order?.distinctRowCount ?? rows.count
    if let k, k > distinct { throw CladeError.tooManyClusters(k: k, distinctRows: distinct) }
    guard rows.count > 1 else {
      return GraphDegreeModel(self, rows: rows, begin: [0], joins: [], k: 1)
    }
    let sorted = rows.order.map { data.gatheringRows($0.order) } ?? data
    let nearest = try NeighborIndex(sorted, metric: metric, threads: threads)
      .neighbors(
        count: min(neighbors, rows.count - 1), threads: threads, progress: progress)
    if let index = nearest.distances.firstIndex(where: { !$0.isFinite }) {
      throw CladeError.valueOutOfRange(
        row: Int(rows.rows[index / nearest.length]),
        column: Int(rows.rows[Int(nearest.rows[index])]),
        value: "\(nearest.distances[index])", expected: "a finite distance of two rows")
    }
    try Cancellation.check()
    let begin = initialClusters(nearest, order: rows.order)
    var merging = DegreeMerging(
      DegreeGraph(nearest, scale: scale), clusters: begin, candidates: candidates)
    let count = merging.clusterCount
    let done = ProgressCount(stage: "joining clusters", total: count, observer: progress)
    var joins: [DegreeMerging.Join] = []
    while let join = merging.join() {
      joins.append(join)
      if joins.count % 256 == 0 {
        try Cancellation.check()
        done.add(256)
      }
    }
    let most = max(3, Int(Double(rows.count).squareRoot()))
    return GraphDegreeModel(
      self, rows: rows, begin: begin, joins: joins,
      k: k ?? Self.largestGap(joins.map(\.affinity), from: count, most: most))
  }

  /// The cluster of each row to begin with, numbered by first rows.
  private func initialClusters<Scalar: MatrixScalar>(
    _ nearest: NearestRows<Scalar>, order: CanonicalOrder?
  ) -> [Int32] {
    var equal = SpanningForest(placeCount: nearest.count)
    if let order {
      let starts = order.distinctStarts + [Int32(nearest.count)]
      for (start, end) in zip(starts, starts.dropFirst()) {
        for place in start + 1..<max(end, start + 1) { _ = equal.join(start, place) }
      }
    }
    var forest = equal
    for row in 0..<nearest.count {
      for other in nearest.rows[nearest.range(of: row)].prefix(initialNeighbors) {
        _ = forest.join(Int32(row), other)
      }
    }
    let clusters = Self.numbered(forest.labels())
    guard Int(clusters.max() ?? 0) + 1 < k ?? 1 else { return clusters }
    return Self.numbered(equal.labels())
  }

  /// Numbers groups by their first rows.
  private static func numbered(_ groups: [Int32]) -> [Int32] {
    var numbers = [Int32](repeating: -1, count: groups.count)
    var count: Int32 = 0
    return groups.map { group in
      if numbers[Int(group)] < 0 {
        numbers[Int(group)] = count
        count += 1
      }
      return numbers[Int(group)]
    }
  }

  /// The number of clusters before the largest fall of affinities, of equal ones the smallest.
  ///
  /// - Parameters:
  ///   - affinities: Those of all joins.
  ///   - count: The number of clusters at first.
  ///   - most: The most clusters that may be found.
  package static func largestGap(_ affinities: [Double], from count: Int, most: Int) -> Int {
    let parts = count - affinities.count
    if parts > 1 || count == 1 { return parts }
    // After a fall, affinities may rise; what counts is the least up to a join.
    var least = Double.infinity
    let levels = affinities.map { affinity in
      least = min(least, affinity)
      return least
    }
    var best = (k: min(2, count), ratio: 0.0)
    for k in stride(from: 2, through: min(most, count - 1), by: 1) {
      // k are left after count − k joins.
      let ratio = levels[count - k - 1] / levels[count - k]
      if ratio > best.ratio { best = (k, ratio) }
    }
    return best.k
  }

  /// Refuses what no data could make right.
  package func check() throws {
    if let k { try require(k >= 1, "k", k, "there is at least one cluster; give 1 or more") }
    try require(
      neighbors >= 1, "neighbors", neighbors, "each row has an edge to the nearest one at least")
    try require(
      scale > 0 && scale.isFinite, "scale", scale, "weights have some width; give a number above 0")
    try require(
      initialNeighbors >= 0 && initialNeighbors <= neighbors, "initialNeighbors", initialNeighbors,
      "rows begin together with at most their \(neighbors) neighbors; give 0 to that many")
    if let candidates {
      try require(
        candidates >= 1, "candidates", candidates,
        "a cluster keeps the nearest one in mind at least")
    }
  }
}
