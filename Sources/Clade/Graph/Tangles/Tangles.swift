import CladeCore

/// Clusters as tangles: places of high connectivity in a graph of similarities, which no cut of low
/// order can separate.
///
/// A *tangle* of order ψ chooses a side of every bipartition of the rows that severs at most ψ
/// edges, such that any three of the chosen sides have ``agreement`` rows in common: every cheap
/// cut points to where the cluster is. Two tangles are told apart by a bipartition that they orient
/// to different sides; all tangles form a tree, whose leaves are the clusters.
///
/// ```swift
/// let model = try Tangles().fit(points)
/// model.labels             // the leaf that the row most probably belongs to
/// model.probabilities
/// model.tree               // where tangles part, and the order of the cuts that part them
/// ```
///
/// The search, the tree and the probabilities are those of "Clustering with Tangles: Algorithmic
/// Framework and Theoretical Guarantees" (Klepper et al., 2023), on a graph of similarities as in
/// "Untangling Gaussian Mixtures". Ours are: the graph joins nearest rows, so that the order of a
/// cut is a whole number; the bipartitions are planes, at ``cutsPerDirection`` quantiles across the
/// axes and the lines between the centers of a k-means partition, which follow from the values; and
/// a splitting counts only where both tangles last to ``persistence`` times the order of the cut
/// that parts them, so that neither is an accident of a single cut.
public struct Tangles: Sendable, Codable, Equatable {
  /// The rows that any three chosen sides have in common, at least: about half of the smallest
  /// cluster to be found. A twentieth of all rows if `nil`.
  public var agreement: Int?
  /// The nearest rows that each row is joined with in the graph.
  public var neighborCount: Int
  /// The places of a plane across each direction.
  public var cutsPerDirection: Int
  /// The order up to which bipartitions count: a number of severed edges; all if `nil`.
  public var maxOrder: Double?
  /// How many times the order of the cut that parts them two tangles have to reach.
  public var persistence: Double

  /// Creates the method.
  ///
  /// - Parameters:
  ///   - agreement: The rows that any three chosen sides have in common: at least 2; `nil` for a
  ///     twentieth.
  ///   - neighborCount: The nearest rows that each row is joined with: at least 1.
  ///   - cutsPerDirection: The places of a plane across each direction: 3 to 200.
  ///   - maxOrder: The order up to which bipartitions count; `nil` for all.
  ///   - persistence: How many times the order of the cut that parts them two tangles have to
  ///     reach: at least 1.
  public init(
    agreement: Int? = nil, neighborCount: Int = 10, cutsPerDirection: Int = 24,
    maxOrder: Double? = nil, persistence: Double = 1.5
  ) {
    self.agreement = agreement
    self.neighborCount = neighborCount
    self.cutsPerDirection = cutsPerDirection
    self.maxOrder = maxOrder
    self.persistence = persistence
  }

  /// Finds the tangles.
  ///
  /// - Parameters:
  ///   - data: n × d, finite.
  ///   - threads: At most this many threads; `nil` for one per core. The result doesn't depend on
  ///     it.
  ///   - progress: Is told of each step.
  /// - Throws: `CladeError` for parameters out of range and data that is empty or not finite;
  ///   `CancellationError`.
  /// - Complexity: With m bipartitions and t tangles of all orders, O(t · m² · n) bit operations,
  ///   64 at once; O(n · (m + neighborCount)) memory.
  public func fit<Scalar: MatrixScalar>(
    _ data: Matrix<Scalar>, threads: Int? = nil, progress: ProgressObserver? = nil
  ) throws -> TanglesModel {
    try check()
    guard data.rowCount > 0, data.columnCount > 0 else {
      throw CladeError.emptyData(reason: "tangles need at least one row and one column")
    }
    let bounds = try FiniteBounds.check(data, threads: threads)
    let scaling = MagnitudeScaling(largest: bounds.max() ?? 0, Scalar.self)
    let rows = scaling.scaled(data).doubles
    progress?(ProgressUpdate(stage: "similarities"))
    let graph = try SimilarityGraph(rows, k: neighborCount, threads: threads)
    progress?(ProgressUpdate(stage: "bipartitions"))
    let least = agreement ?? max(2, rows.rowCount / 20)
    let planes = try CutPlanes(
      rows, graph, perDirection: cutsPerDirection, maxOrder: maxOrder ?? .infinity,
      threads: threads)
    progress?(ProgressUpdate(stage: "tangles"))
    let search = try TangleSearch(
      planes.cuts, rows: rows.rowCount, agreement: least, persistence: persistence)
    return TanglesModel(
      search, planes, of: rows, exponent: scaling.exponent, parameters: self, threads: threads)
  }

  func check() throws {
    func refuse(_ name: String, _ value: Any, _ reason: String) -> CladeError {
      .invalidParameter(name: name, value: "\(value)", reason: reason)
    }
    if let agreement, agreement < 2 {
      throw refuse("agreement", agreement, "a cluster has at least 2 rows")
    }
    guard neighborCount >= 1 else {
      throw refuse("neighborCount", neighborCount, "join each row with 1 or more")
    }
    guard (3...200).contains(cutsPerDirection) else {
      throw refuse("cutsPerDirection", cutsPerDirection, "use 3 to 200")
    }
    guard persistence >= 1, persistence.isFinite else {
      throw refuse("persistence", persistence, "use 1 or more")
    }
    if let maxOrder, !(maxOrder >= 0) {
      throw refuse("maxOrder", maxOrder, "use 0 or more")
    }
  }
}
