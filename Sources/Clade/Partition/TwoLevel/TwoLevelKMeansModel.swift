import CladeCore

/// What ``TwoLevelKMeans`` found: k centers, and which of them each row is nearest to, as far as a
/// search of the nearest groups finds it.
public struct TwoLevelKMeansModel<Scalar: MatrixScalar>: ClusteringModel {
  /// The centers (k × d), in the order of the clusters: the largest first, ties by coordinates.
  public let centers: Matrix<Scalar>
  /// The centers of the groups of the upper level (g × d), in the order of their values.
  public let groupCenters: Matrix<Scalar>
  /// How many groups a row looks into.
  public let probes: Int
  /// How often, in a sample of the training rows, the center of a row was the nearest of all.
  public let recall: Double
  /// The number of rows in that sample.
  public let recallRowCount: Int
  /// The cluster of each training row (n); empty after decoding.
  public let labels: [Int32]
  /// The number of training rows in each cluster (k).
  public let sizes: [Int]
  /// The inertia: the sum of the squared distances of the rows from their centers. Exact up to its
  /// one rounding.
  public let objective: Double
  /// The number of times that all centers were moved.
  public let iterations: Int
  /// Whether it stopped because no row changed its cluster.
  public let converged: Bool
  private let packed: GroupedCenters<Scalar>

  /// The number of clusters, k.
  public var clusterCount: Int { centers.rowCount }
  /// The number of groups of the upper level, g.
  public var groupCount: Int { groupCenters.rowCount }
  /// The same as ``objective``.
  public var inertia: Double { objective }

  /// Numbers the clusters: the largest first, ties by the centers' coordinates.
  init(
    _ lloyd: TwoLevelLloyd<Scalar>, scaling: MagnitudeScaling, inertia: Double, probes: Int,
    recall: Double, recallRowCount: Int, threads: Int?
  ) {
    let byValue = CanonicalOrder(lloyd.centers, threads: threads).order
    var ranks = [Int](repeating: 0, count: byValue.count)
    for (rank, center) in byValue.enumerated() { ranks[Int(center)] = rank }
    let order = byValue.indices.sorted { a, b in
      (lloyd.sizes[b], ranks[a]) < (lloyd.sizes[a], ranks[b])
    }
    var numbers = [Int32](repeating: 0, count: order.count)
    for (number, center) in order.enumerated() { numbers[center] = Int32(number) }
    self.init(
      centers: scaling.unscaled(lloyd.centers.gatheringRows(order)),
      groupCenters: scaling.unscaled(lloyd.groups.centers), probes: probes, recall: recall,
      recallRowCount: recallRowCount, labels: lloyd.labels.map { numbers[Int($0)] },
      sizes: order.map { lloyd.sizes[$0] },
      objective: Double(sign: .plus, exponent: 2 * scaling.exponent, significand: inertia),
      iterations: lloyd.iterations, converged: lloyd.converged, threads: threads)
  }

  init(
    centers: Matrix<Scalar>, groupCenters: Matrix<Scalar>, probes: Int, recall: Double,
    recallRowCount: Int, labels: [Int32], sizes: [Int], objective: Double, iterations: Int,
    converged: Bool, threads: Int?
  ) {
    self.centers = centers
    self.groupCenters = groupCenters
    self.probes = probes
    self.recall = recall
    self.recallRowCount = recallRowCount
    self.labels = labels
    self.sizes = sizes
    self.objective = objective
    self.iterations = iterations
    self.converged = converged
    packed = GroupedCenters(centers, groups: CenterGroups(groupCenters), threads: threads)
  }

  // MARK: New rows

  /// The nearest center of each row, among those of its ``probes`` nearest groups. For the training
  /// rows these are ``labels``.
  ///
  /// Of centers at exactly the same distance, the one whose coordinates come first is taken.
  ///
  /// - Parameters:
  ///   - data: m × d.
  ///   - threads: At most this many threads; `nil` for one per core. The labels don't depend on it.
  /// - Returns: A label in `0..<k` for each row (m).
  /// - Throws: `CladeError.shapeMismatch` for another number of columns;
  ///   `CladeError.nonFiniteValue`.
  /// - Complexity: O(m · d · (g + probes · k / g)).
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  public func predict(_ data: Matrix<Scalar>, threads: Int? = nil) throws -> [Int32] {
    try nearest(data, count: 1, threads: threads).ids
  }

  /// The nearest centers of each row, the nearest first, among those of its nearest groups.
  ///
  /// The first of each row is what ``predict(_:threads:)`` says, with the same probes.
  ///
  /// - Parameters:
  ///   - source: n × d. A `Matrix` is a source.
  ///   - range: Which rows; `nil` for all.
  ///   - count: How many centers a row, 1...k.
  ///   - probes: How many groups to look into, ``groupCount`` for all, which is exact; `nil` for
  ///     ``probes``. Where these hold too few centers, all are looked into.
  ///   - threads: At most this many threads; `nil` for one per core. The lists don't depend on it.
  /// - Throws: `CladeError.shapeMismatch` for another number of columns;
  ///   `CladeError.nonFiniteValue`; `CladeError.invalidParameter`; what reading rows throws.
  /// - Complexity: O(n · d · (g + probes · k / g)) time, 8 bytes a center in a list and more.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  public func nearest(
    _ source: any RowSource<Scalar>, rows range: Range<Int>? = nil, count: Int, probes: Int? = nil,
    threads: Int? = nil
  ) throws -> NearestCenterLists<Scalar> {
    try nearestCenters(of: source, count: count, probes: probes, threads: threads)
      .lists(range ?? 0..<source.rowCount)
  }

  /// Prepares to look for the nearest centers of the rows of a source.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  package func nearestCenters(
    of source: any RowSource<Scalar>, count: Int, probes: Int? = nil, threads: Int?
  ) throws -> CenterListSearch<Scalar> {
    try CenterListSearch(
      centers, packed: packed, source: source, count: count, probes: probes ?? self.probes,
      threads: threads)
  }

  /// How many groups have to be looked into so that lists of `count` centers hold a part of
  /// `recall` of the truly nearest, by a sample of `source`.
  ///
  /// - Parameters:
  ///   - recall: 0...1.
  ///   - count: How many centers a row, 1...k.
  ///   - source: n × d.
  ///   - seed: Chooses the sample.
  ///   - threads: At most this many threads.
  /// - Throws: As ``nearest(_:rows:count:probes:threads:)``.
  /// - Complexity: O(s · k · d) for a sample of s = 8192 rows.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  public func probes(
    forRecall recall: Double, ofNearest count: Int, in source: any RowSource<Scalar>,
    seed: UInt64 = 1, threads: Int? = nil
  ) throws -> Int {
    try nearestCenters(of: source, count: count, threads: threads).probes(for: recall, seed: seed)
  }

  /// Which part of the truly nearest `count` centers is found in so many groups, by a sample of
  /// `source`.
  ///
  /// The parameters, errors and the cost are those of
  /// ``probes(forRecall:ofNearest:in:seed:threads:)``.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  public func recall(
    ofNearest count: Int, probes: Int, in source: any RowSource<Scalar>, seed: UInt64 = 2,
    threads: Int? = nil
  ) throws -> Double {
    try nearestCenters(of: source, count: count, probes: probes, threads: threads).recall(
      seed: seed)
  }
}

extension TwoLevelKMeansModel: Equatable {
  /// Whether both have the same centers, groups and labels, and were found in the same way.
  public static func == (a: Self, b: Self) -> Bool {
    a.centers == b.centers && a.groupCenters == b.groupCenters && a.probes == b.probes
      && a.recall == b.recall && a.recallRowCount == b.recallRowCount && a.labels == b.labels
      && a.sizes == b.sizes && a.objective == b.objective && a.iterations == b.iterations
      && a.converged == b.converged
  }
}
