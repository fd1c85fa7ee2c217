import CladeCore

/// The members of a star cluster in three steps: a filter on proper motion and parallax, a minimum
/// spanning tree, and a mixture of two Gaussians that gives each star a probability.
///
/// ```swift
/// let sky = StarField().generate()
/// let model = try SpanningTreeMixture().fit(sky.stars)
/// model.labels          // 0 for members, −1 for the field
/// model.probabilities   // of being a member
/// ```
///
/// 1. The densest place is the star whose ``neighborCount``-th neighbour is nearest, in all
///    columns. Stars whose motions are farther than ``filterRadius`` from its are left out.
/// 2. In the minimum spanning tree of the rest, edges beyond the knee of their sorted lengths are
///    cut. The part with the densest place is the cluster, and what else is left the field.
/// 3. A mixture of two Gaussians starts from these two; a star's probability is that of the
///    cluster's.
///
/// Columns are measured in robust deviations (1.4826 times the median distance from the median) of
/// all stars, so that units don't matter, and most stars should be field: where most are members,
/// only the middle of the cluster passes the filter. The three steps are the paper's; the densest
/// place as the centre of the filter, and the knee as the length to cut at, are ours.
///
/// Source: "A Novel Approach to Identifying Open Star Cluster Members in Gaia DR3: Integrating MST
/// and GMM Techniques".
public struct SpanningTreeMixture: Sendable, Codable, Equatable {
  /// The number of columns at the front that are positions, which the filter leaves out.
  public var positionColumns: Int
  /// How far the motions of a star may be from the densest place's, in robust deviations of all
  /// stars.
  public var filterRadius: Double
  /// Density is measured by the distance of the so-many-th nearest star, the star itself included.
  public var neighborCount: Int

  /// Creates the method.
  ///
  /// - Parameters:
  ///   - positionColumns: The number of columns at the front that are positions: at least 0.
  ///   - filterRadius: How far motions may be from the densest place's, in robust deviations:
  ///     positive.
  ///   - neighborCount: The neighbour that density is measured by, the star itself included: at
  ///     least 2.
  public init(positionColumns: Int = 2, filterRadius: Double = 1, neighborCount: Int = 15) {
    self.positionColumns = positionColumns
    self.filterRadius = filterRadius
    self.neighborCount = neighborCount
  }

  /// Finds the members.
  ///
  /// - Parameters:
  ///   - data: n × d, finite: ``positionColumns`` of position, then proper motions and parallax.
  ///   - threads: At most this many threads; `nil` for one per core. The result doesn't depend on
  ///     it.
  ///   - progress: Is told of each step.
  /// - Returns: Members, and the probability of each star.
  /// - Throws: `CladeError` for parameters out of range, data that is empty or not finite, and
  ///   fewer stars than ``neighborCount``; `CancellationError`.
  /// - Complexity: About O(n · log² n) time and O(n · d) memory for few columns.
  public func fit<Scalar: MatrixScalar>(
    _ data: Matrix<Scalar>, threads: Int? = nil, progress: ProgressObserver? = nil
  ) throws -> SpanningTreeMixtureModel {
    try check(columns: data.columnCount)
    guard data.rowCount >= max(neighborCount, 1) else {
      throw CladeError.invalidParameter(
        name: "neighborCount", value: "\(neighborCount)",
        reason: "density is measured by so many stars, and there are only \(data.rowCount)")
    }
    _ = try FiniteBounds.check(data, threads: threads)
    let scale = RobustScale(data)
    let stars = scale.applied(to: data)

    progress?(ProgressUpdate(stage: "filtering by motion"))
    let center = try densest(stars, threads)
    let filter = MotionFilter(
      center: stars.row(center), positionColumns: positionColumns, radius: filterRadius)
    let kept = filter.rows(of: stars)
    let candidates = stars.gatheringRows(kept)

    progress?(ProgressUpdate(stage: "spanning tree"))
    let tree = try MinimumSpanningTree.plain(of: candidates, threads: threads)
    let group = Self.group(
      of: kept.firstIndex(of: center) ?? 0, in: tree, count: kept.count)

    let size = group.count { $0 }
    let least = data.columnCount + 2
    let description = SpanningTreeMixtureModel.Description(
      parameters: self, scale: scale, filter: filter, candidateCount: kept.count, groupSize: size)
    guard size >= least else {
      return SpanningTreeMixtureModel(description, .none, rowCount: data.rowCount, kept: [])
    }
    guard kept.count - size >= least else {
      return SpanningTreeMixtureModel(description, .all, rowCount: data.rowCount, kept: kept)
    }
    let mixture = try GaussianMixture().fit(
      candidates, initialLabels: group.map { $0 ? 0 : 1 }, threads: threads, progress: progress)
    let shares = try mixture.responsibilities(of: candidates, threads: threads)
    let component = Self.component(of: group, shares)
    return SpanningTreeMixtureModel(
      description, .component(mixture, component), rowCount: data.rowCount, kept: kept,
      probabilities: (0..<kept.count).map { shares[$0, component] })
  }

  func check(columns: Int) throws {
    guard columns > 0 else { throw CladeError.emptyData(reason: "stars need columns") }
    guard (0..<columns).contains(positionColumns) else {
      throw CladeError.invalidParameter(
        name: "positionColumns", value: "\(positionColumns)",
        reason: "of \(columns) columns at least one has to be a motion or a parallax")
    }
    guard filterRadius > 0, filterRadius.isFinite else {
      throw CladeError.invalidParameter(
        name: "filterRadius", value: "\(filterRadius)", reason: "use a positive number")
    }
    guard neighborCount >= 2 else {
      throw CladeError.invalidParameter(
        name: "neighborCount", value: "\(neighborCount)",
        reason: "a star is the first of its own neighbours; use 2 or more")
    }
  }

  // MARK: Steps

  /// The star with the nearest ``neighborCount``-th neighbour; of several the first by its values.
  private func densest(_ stars: Matrix<Double>, _ threads: Int?) throws -> Int {
    let tree = try KDTree(stars, threads: threads)
    let cores = try tree.coreSquares(
      samples: neighborCount - 1, threads: threads, progress: nil)
    var best: (row: Int, core: Double)?
    for (place, core) in cores.enumerated() where core < .infinity {
      let row = Int(tree.members[Int(tree.memberStarts[place])])
      guard let known = best else {
        best = (row, core)
        continue
      }
      if core < known.core || core == known.core && stars.precedes(row, known.row) {
        best = (row, core)
      }
    }
    return best?.row ?? 0
  }

  /// Which rows are together with one when edges beyond the knee of the lengths are cut.
  private static func group(of row: Int, in tree: MinimumSpanningTree, count: Int) -> [Bool] {
    var forest = SpanningForest(placeCount: count)
    let longest = knee(of: tree.edges.map(\.length))
    for edge in tree.edges where edge.length <= longest {
      _ = forest.join(edge.first, edge.second)
    }
    let labels = forest.labels()
    return labels.map { $0 == labels[row] }
  }

  /// Of ascending lengths that which is farthest below the straight line from the first to the
  /// last.
  static func knee(of lengths: [Double]) -> Double {
    guard let first = lengths.first, let last = lengths.last, last > first else {
      return lengths.last ?? 0
    }
    var best = (gap: 0.0, length: first)
    for (index, length) in lengths.enumerated() {
      let gap =
        Double(index) / Double(lengths.count - 1) - (length - first) / (last - first)
      if gap > best.gap { best = (gap, length) }
    }
    return best.length
  }

  /// The component that most of the group belongs to.
  private static func component(of group: [Bool], _ shares: Matrix<Double>) -> Int {
    let masses = (0..<shares.columnCount).map { component in
      ExactSum.of(group.indices.filter { group[$0] }.map { shares[$0, component] })
    }
    return masses.indices.max { (masses[$0], $1) < (masses[$1], $0) } ?? 0
  }
}
