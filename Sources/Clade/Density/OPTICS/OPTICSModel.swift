import CladeCore

/// What ``OPTICS`` found: an order of the rows, how easily each is reached in it, and the clusters
/// that are its valleys.
public struct OPTICSModel<Scalar: MatrixScalar>: ClusteringModel, Equatable {
  /// The parameters that the model was made with.
  public let parameters: OPTICS
  /// The training rows (n × d); none where only distances were given.
  public let rows: Matrix<Scalar>
  /// The rows' numbers in the order of the plot (n).
  public let ordering: [Int32]
  /// The reachability of each row (n), in the units of the metric: infinite where no row before it
  /// in the order is near enough. Equal rows share theirs in no order that means anything.
  public let reachabilities: [Double]
  /// The core distance of each row (n), infinite where it is more than ``OPTICS/maxEps``.
  public let coreDistances: [Double]
  /// The row from which each row is reached (n), −1 for none.
  public let predecessors: [Int32]
  /// The cluster of each training row (n), −1 for noise.
  public let labels: [Int32]
  /// The number of training rows in each cluster (k).
  public let sizes: [Int]
  /// The stretches of ``ordering`` that are clusters, those within others before them; empty for
  /// ``OPTICSExtraction/dbscan(eps:)``. ``labels`` are made of the innermost.
  public let hierarchy: [Range<Int>]
  /// How far from the nearest row of each cluster a new row may be to belong to it (k): the largest
  /// core distance in the cluster.
  public let reaches: [Double]

  /// The number of clusters, k.
  public var clusterCount: Int { sizes.count }
  /// The number of training rows that belong to no cluster.
  public var noiseCount: Int { labels.count - sizes.reduce(0, +) }
  /// The share of the training rows that are noise, 0...1; OPTICS minimises nothing.
  public var objective: Double {
    labels.isEmpty ? 0 : Double(noiseCount) / Double(labels.count)
  }
  /// 1: nothing is iterated.
  public var iterations: Int { 1 }
  /// Always true.
  public var converged: Bool { true }

  init(
    _ plot: ReachabilityPlot, _ clusters: OPTICSClusters, _ canonical: CanonicalOrder,
    of data: DensityRows<Scalar>, parameters: OPTICS
  ) {
    let numbers = ClusterNumbers(
      canonical.sharingFirst(of: clusters.groups, in: plot.ordering), precedes: data.precedes)
    self.parameters = parameters
    rows = data.prepared.form.isGiven ? Matrix(rows: 0, columns: 0) : data.data
    ordering = plot.ordering
    reachabilities = plot.reachabilities
    coreDistances = plot.coreDistances
    predecessors = plot.predecessors
    labels = numbers.labels
    sizes = numbers.sizes
    hierarchy = clusters.hierarchy
    var reaches = [Double](repeating: 0, count: sizes.count)
    for (row, label) in labels.enumerated() where label >= 0 {
      let core = coreDistances[row]
      if core.isFinite { reaches[Int(label)] = max(reaches[Int(label)], core) }
    }
    self.reaches = reaches
  }

  /// The clusters for which the plot stays below `eps`: those of ``DBSCAN`` for this ε and the same
  /// `minSamples`, but for some border rows, which become noise.
  ///
  /// - Parameter eps: Positive; more than ``OPTICS/maxEps`` is the same as that.
  /// - Returns: A label in `-1..<k` for each training row (n), the largest cluster first.
  /// - Throws: `CladeError.invalidParameter`.
  /// - Complexity: O(n · d) time.
  public func labels(cutAt eps: Double) throws -> [Int32] {
    guard eps > 0, eps.isFinite else {
      throw CladeError.invalidParameter(
        name: "eps", value: "\(eps)", reason: "use a positive number")
    }
    let plot = ReachabilityPlot(
      ordering: ordering, reachabilities: reachabilities, coreDistances: coreDistances,
      predecessors: predecessors)
    let groups = plot.groups(cutAt: eps)
    guard rows.rowCount > 0 else { return ClusterNumbers(groups, precedes: <).labels }
    return ClusterNumbers(
      CanonicalOrder(rows).sharingFirst(of: groups, in: ordering), precedes: rows.precedes
    ).labels
  }

  /// The label of the nearest training row, of several at the same distance of the one whose
  /// coordinates come first; −1 where it is farther away than ``reaches`` allow. For the training
  /// rows these are ``labels``.
  ///
  /// - Parameters:
  ///   - data: m × d, finite.
  ///   - threads: At most this many threads; `nil` for one per core. The labels don't depend on it.
  /// - Returns: A label in `-1..<k` for each row (m).
  /// - Throws: `CladeError.shapeMismatch` for another number of columns;
  ///   `CladeError.nonFiniteValue`.
  /// - Complexity: With few columns about O((n + m) log n) time; with many up to O(n · m · d).
  public func predict(_ data: Matrix<Scalar>, threads: Int? = nil) throws -> [Int32] {
    try NearestRowPlacement(self, threads: threads).labels(of: data, threads: threads)
  }
}

extension CanonicalOrder {
  /// Gives equal rows the group of that which is the first in an order.
  func sharingFirst(of groups: [Int32], in ordering: [Int32]) -> [Int32] {
    guard distinctRowCount < order.count else { return groups }
    var distinct = [Int32](repeating: 0, count: order.count)
    for (number, start) in distinctStarts.enumerated() {
      let end = number + 1 < distinctStarts.count ? Int(distinctStarts[number + 1]) : order.count
      for row in order[Int(start)..<end] { distinct[Int(row)] = Int32(number) }
    }
    var chosen = [Int32?](repeating: nil, count: distinctRowCount)
    for row in ordering where chosen[Int(distinct[Int(row)])] == nil {
      chosen[Int(distinct[Int(row)])] = groups[Int(row)]
    }
    return distinct.map { chosen[Int($0)] ?? -1 }
  }
}

extension OPTICSModel {
  private enum CodingKeys: String, CodingKey {
    case parameters, rows, ordering, reachabilities, coreDistances, predecessors, labels, sizes
    case hierarchy, reaches
  }

  /// Reads a model.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    parameters = try container.decode(OPTICS.self, forKey: .parameters)
    rows = try container.decode(Matrix<Scalar>.self, forKey: .rows)
    ordering = try container.decode([Int32].self, forKey: .ordering)
    reachabilities = try container.decode([Double?].self, forKey: .reachabilities)
      .map { $0 ?? .infinity }
    coreDistances = try container.decode([Double?].self, forKey: .coreDistances)
      .map { $0 ?? .infinity }
    predecessors = try container.decode([Int32].self, forKey: .predecessors)
    labels = try container.decode([Int32].self, forKey: .labels)
    sizes = try container.decode([Int].self, forKey: .sizes)
    hierarchy = try container.decode([[Int]].self, forKey: .hierarchy).map {
      guard $0.count == 2, $0[0] <= $0[1] else { throw Self.damaged(container.codingPath) }
      return $0[0]..<$0[1]
    }
    reaches = try container.decode([Double].self, forKey: .reaches)
    try parameters.check()
    let count = ordering.count
    let (all, clusters) = (0..<Int32(clamping: count), -1..<Int32(clamping: sizes.count))
    var isSeen = [Bool](repeating: false, count: count)
    for row in ordering where all.contains(row) { isSeen[Int(row)] = true }
    guard count > 0, rows.rowCount == count || parameters.metric == .precomputed,
      isSeen.allSatisfy(\.self), reachabilities.count == count, coreDistances.count == count,
      predecessors.count == count, predecessors.allSatisfy({ $0 == -1 || all.contains($0) }),
      labels.count == count, labels.allSatisfy(clusters.contains), reaches.count == sizes.count,
      (reachabilities + coreDistances + reaches).allSatisfy({ $0 >= 0 }),
      hierarchy.allSatisfy({ $0.lowerBound >= 0 && $0.upperBound <= count }),
      sizes == labels.sizes(clusterCount: sizes.count)
    else { throw Self.damaged(container.codingPath) }
    try parameters.metric.checkRowsOfModel(rows)
  }

  /// Writes the model.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    let finite = { (value: Double) in value.isFinite ? value : nil }
    try container.encode(parameters, forKey: .parameters)
    try container.encode(rows, forKey: .rows)
    try container.encode(ordering, forKey: .ordering)
    try container.encode(reachabilities.map(finite), forKey: .reachabilities)
    try container.encode(coreDistances.map(finite), forKey: .coreDistances)
    try container.encode(predecessors, forKey: .predecessors)
    try container.encode(labels, forKey: .labels)
    try container.encode(sizes, forKey: .sizes)
    try container.encode(
      hierarchy.map { [$0.lowerBound, $0.upperBound] }, forKey: .hierarchy)
    try container.encode(reaches, forKey: .reaches)
  }

  private static func damaged(_ path: [any CodingKey]) -> DecodingError {
    .dataCorrupted(
      .init(codingPath: path, debugDescription: "the parts of an OPTICS model don't fit together"))
  }
}
