import CladeCore

/// The search for the nearest centers of the rows of a source: checked, and scaled where the
/// numbers are very large or very small.
package struct CenterListSearch<Scalar: MatrixScalar>: Sendable {
  private let centers: GroupedCenters<Scalar>
  private let source: any RowSource<Scalar>
  private let count: Int
  private let probes: Int
  private let distanceExponent: Int
  private let threads: Int?

  /// - Parameter packed: The centers, packed as they are; `nil` to look through all of them.
  /// - Throws: `CladeError.shapeMismatch`, `CladeError.nonFiniteValue`,
  ///   `CladeError.invalidParameter`, and what reading rows throws.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  init(
    _ centers: Matrix<Scalar>, packed: GroupedCenters<Scalar>?, source: any RowSource<Scalar>,
    count: Int, probes: Int, threads: Int?
  ) throws {
    guard source.columnCount == centers.columnCount else {
      throw CladeError.shapeMismatch(
        expected: "rows of \(centers.columnCount) columns", found: "\(source.columnCount)")
    }
    guard count >= 1, count <= centers.rowCount else {
      throw CladeError.invalidParameter(
        name: "count", value: "\(count)",
        reason: "a row has 1 to \(centers.rowCount) nearest centers")
    }
    guard probes >= 1 else {
      throw CladeError.invalidParameter(
        name: "probes", value: "\(probes)", reason: "look into at least 1 group")
    }
    self.count = count
    self.probes = probes
    self.threads = threads
    let bounds = try FiniteBounds.check(rowsOf: source, threads: threads)
    let known = ExactColumnSums.bounds(of: centers, threads: threads)
    let scaling = MagnitudeScaling(
      largest: max(bounds.max() ?? 0, known.max() ?? 0), Scalar.self)
    distanceExponent = 2 * scaling.exponent
    self.source = scaling.isIdentity ? source : MagnitudeScaledRows(source, scaling)
    if let packed {
      self.centers =
        scaling.isIdentity
        ? packed
        : GroupedCenters(
          scaling.scaled(centers), groups: CenterGroups(scaling.scaled(packed.groups.centers)),
          threads: threads)
    } else {
      self.centers = GroupedCenters(exactly: scaling.scaled(centers), threads: threads)
    }
  }

  /// The number of rows of the source.
  package var rowCount: Int { source.rowCount }

  /// The nearest centers of the rows of `range`.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  package func lists(_ range: Range<Int>) throws -> NearestCenterLists<Scalar> {
    try centers.lists(
      of: source, range, count: count, probes: probes, distanceExponent: distanceExponent,
      threads: threads)
  }

  /// How many groups have to be looked into for a recall.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  func probes(for recall: Double, seed: UInt64) throws -> Int {
    guard recall >= 0, recall <= 1 else {
      throw CladeError.invalidParameter(
        name: "recall", value: "\(recall)", reason: "it is a part: use 0 to 1")
    }
    return try SearchRecall(of: source, seed: seed, threads: threads)
      .probes(for: recall, length: count, in: centers)
  }

  /// The recall that is reached.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  func recall(seed: UInt64) throws -> Double {
    try SearchRecall(of: source, seed: seed, threads: threads)
      .recall(probes: probes, length: count, in: centers)
  }
}

extension KMeansModel {
  /// The nearest centers of each row, the nearest first; the first is what ``predict(_:threads:)``
  /// says.
  ///
  /// - Parameters:
  ///   - source: n × d. A `Matrix` is a source.
  ///   - range: Which rows; `nil` for all.
  ///   - count: How many centers a row, 1...k.
  ///   - threads: At most this many threads; `nil` for one per core. The lists don't depend on it.
  /// - Throws: `CladeError.shapeMismatch` for another number of columns;
  ///   `CladeError.nonFiniteValue`; `CladeError.invalidParameter`; what reading rows throws.
  /// - Complexity: O(n · k · d) time, 8 bytes a center in a list and more.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  public func nearest(
    _ source: any RowSource<Scalar>, rows range: Range<Int>? = nil, count: Int,
    threads: Int? = nil
  ) throws -> NearestCenterLists<Scalar> {
    try nearestCenters(of: source, count: count, threads: threads)
      .lists(range ?? 0..<source.rowCount)
  }

  /// Prepares to look for the nearest centers of the rows of a source.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  package func nearestCenters(
    of source: any RowSource<Scalar>, count: Int, threads: Int?
  ) throws -> CenterListSearch<Scalar> {
    try CenterListSearch(
      centers, packed: nil, source: source, count: count, probes: 1, threads: threads)
  }
}
