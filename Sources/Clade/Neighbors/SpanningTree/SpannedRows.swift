import CladeCore
import Synchronization

/// Rows with a minimum spanning tree of them, which is nearly all of the work of ``HDBSCAN`` and
/// ``Genie``: grown once for as many fits as are wanted.
///
/// ```swift
/// let rows = try SpannedRows(points, minSamples: 10)
/// for size in [5, 10, 20, 40] {
///   let model = try HDBSCAN(minClusterSize: size).fit(rows)
/// }
/// let tree = try Genie(giniThreshold: 0.3, minSamples: 10).hierarchy(of: rows)
/// for k in 2...20 { let labels = try tree.labels(k: k) }
/// ```
///
/// What is fitted is the same, to the bit, as without it.
///
/// - Complexity: That of ``MinimumSpanningTree``, and O(n · d · log n) time to order the rows;
///   O(n · d) memory.
public struct SpannedRows<Scalar: MatrixScalar>: Sendable {
  /// The rows (n × d); for `Metric.precomputed` their distances.
  public let data: Matrix<Scalar>
  /// How far apart two rows are.
  public let metric: Metric
  /// Which nearest other row core distances reach to, where the tree is one of mutual reachability;
  /// `nil` for plain distances.
  public let minSamples: Int?
  /// The tree, by the rows' numbers in ``data``.
  ///
  /// - Complexity: O(n).
  public var spanningTree: MinimumSpanningTree {
    isOrdered ? ordered.order.map { grown.renamed($0.order) } ?? grown : grown
  }

  /// The rows in ascending order of their values.
  let ordered: OrderedRows<Scalar>
  /// The tree over those of them that differ, for ``Genie``.
  let distinct: DistinctRowTree
  /// The tree as it came, and whether by the places of ``ordered``.
  private let grown: MinimumSpanningTree
  private let isOrdered: Bool
  private let hierarchy = DensityHierarchy()

  /// The number of rows, n.
  public var count: Int { ordered.count }

  /// How rows grow together along the tree, and their core distances, for ``HDBSCAN``.
  var density: (merges: MergeTree, coreDistances: [Double]) {
    hierarchy.made {
      let tree = spanningTree
      return (MergeTree(tree, rowCount: count), tree.coreDistances)
    }
  }

  /// Grows the tree.
  ///
  /// - Parameters:
  ///   - data: The rows (n × d); for `Metric.precomputed` their distances.
  ///   - metric: How far apart two rows are.
  ///   - minSamples: Which nearest other row core distances reach to, at least 1 and less than n;
  ///     `nil` for plain distances, which ``HDBSCAN`` can't do with.
  ///   - threads: At most this many threads; `nil` for one per core. Changes no bit of the result.
  ///   - progress: Told how far it has come.
  /// - Throws: `CladeError.invalidParameter` for a number of samples that can't be,
  ///   `CladeError.emptyData` for no rows, `CladeError.nonFiniteValue` and what else the metric
  ///   can't take, and `CancellationError` when the task was cancelled.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  public init(
    _ data: Matrix<Scalar>, metric: Metric = .euclidean, minSamples: Int? = nil,
    threads: Int? = nil, progress: ProgressObserver? = nil
  ) throws {
    let ordered = try OrderedRows(data, metric: metric, threads: threads)
    if let minSamples {
      guard minSamples >= 1 else {
        throw CladeError.invalidParameter(
          name: "minSamples", value: "\(minSamples)",
          reason: "core distances reach to the first nearest row at least; give 1 or more")
      }
      guard minSamples < max(2, ordered.count) else {
        throw CladeError.invalidParameter(
          name: "minSamples", value: "\(minSamples)",
          reason: "each of the \(ordered.count) rows has only \(ordered.count - 1) others; give "
            + "at most that many")
      }
    }
    let tree = try MinimumSpanningTree.grown(
      on: ordered.prepared, minSamples: minSamples, threads: threads, progress: progress)
    self.init(ordered, metric: metric, minSamples: minSamples, grown: tree, isOrdered: true)
  }

  /// Takes a tree that was grown on the same rows.
  ///
  /// - Throws: `CladeError.shapeMismatch` for a tree that isn't one of these rows, and `CladeError`
  ///   for values that the metric can't take.
  init(
    _ data: Matrix<Scalar>, metric: Metric, minSamples: Int?, spanningTree: MinimumSpanningTree
  ) throws {
    let ordered = try OrderedRows(data, metric: metric, threads: nil)
    try spanningTree.check(rowCount: ordered.count, hasCores: minSamples != nil)
    self.init(
      ordered, metric: metric, minSamples: minSamples, grown: spanningTree, isOrdered: false)
  }

  private init(
    _ ordered: OrderedRows<Scalar>, metric: Metric, minSamples: Int?, grown: MinimumSpanningTree,
    isOrdered: Bool
  ) {
    data = ordered.data
    (self.metric, self.minSamples, self.ordered) = (metric, minSamples, ordered)
    (self.grown, self.isOrdered) = (grown, isOrdered)
    distinct = DistinctRowTree(grown, order: ordered.order, isOrdered: isOrdered)
  }

  /// Refuses a method whose distances the tree's aren't.
  func check(metric: Metric, minSamples: Int?) throws {
    guard metric == self.metric else {
      throw CladeError.invalidParameter(
        name: "metric", value: metric.description,
        reason: "the spanning tree was grown by \(self.metric.description); use that")
    }
    guard minSamples == self.minSamples else {
      throw CladeError.invalidParameter(
        name: "minSamples", value: minSamples.map { "\($0)" } ?? "none",
        reason: self.minSamples.map {
          "the spanning tree was grown by mutual reachability for \($0) samples; use as many"
        } ?? "the spanning tree was grown by plain distances; give none, or grow it for as many")
    }
  }
}

/// What ``HDBSCAN`` reads off a spanning tree, made when it is first asked for.
private final class DensityHierarchy: Sendable {
  private let kept = Mutex<(merges: MergeTree, coreDistances: [Double])?>(nil)

  func made(
    _ make: () -> (merges: MergeTree, coreDistances: [Double])
  ) -> (merges: MergeTree, coreDistances: [Double]) {
    kept.withLock { kept in
      if let kept { return kept }
      let new = make()
      kept = new
      return new
    }
  }
}

extension MinimumSpanningTree {
  /// The same tree of rows in another order.
  ///
  /// - Parameter rows: The number that each row has there.
  fileprivate func renamed(_ rows: [Int32]) -> MinimumSpanningTree {
    var cores = coreDistances
    if !cores.isEmpty {
      for (place, row) in rows.enumerated() { cores[Int(row)] = coreDistances[place] }
    }
    return MinimumSpanningTree(
      sorted: edges.map { edge in
        let (a, b) = (rows[Int(edge.first)], rows[Int(edge.second)])
        return Edge(first: min(a, b), second: max(a, b), length: edge.length)
      }, coreDistances: cores)
  }

  /// Refuses edges that don't join all of n rows, and core distances that there shouldn't be or
  /// that are missing.
  func check(rowCount n: Int, hasCores: Bool) throws {
    let numbers = 0..<Int32(n)
    var forest = SpanningForest(placeCount: n)
    guard edges.count == max(0, n - 1),
      edges.allSatisfy({
        numbers.contains($0.first) && numbers.contains($0.second) && $0.length >= 0
          && forest.join($0.first, $0.second)
      }), coreDistances.count == (hasCores ? n : 0), coreDistances.allSatisfy({ $0 >= 0 })
    else {
      throw CladeError.shapeMismatch(
        expected: "a spanning tree of \(n) rows by "
          + (hasCores ? "mutual reachability" : "distance"),
        found: "\(edges.count) edges and \(coreDistances.count) core distances")
    }
  }
}
