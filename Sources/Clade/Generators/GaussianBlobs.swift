/// Draws points from a random Gaussian mixture whose truth is known.
///
/// ```swift
/// let blobs = try GaussianBlobs(clusterCount: 5, dimensionCount: 2, pointCount: 1000).generate()
/// blobs.points      // 1000 × 2
/// blobs.labels      // 0...4, the cluster that each point was drawn from
/// blobs.separation  // 6: what the nearest pair of centers has
/// ```
///
/// The same parameters give the same bits on every machine and for any number of threads. Two
/// streams are kept apart: where the clusters lie, and what they look like, depends on neither the
/// number of points nor the noise.
///
/// ## Separation
/// Two clusters are as far apart as the distance of their centers is in standard deviations along
/// the line between them: distance / ((σ₁ + σ₂) / 2), with σ² = uᵀΣu for the direction u of that
/// line. At 6, a plane across the line cuts off 0.13 % of each cluster or less.
///
/// ## Placement
/// Clusters are placed one after the other. Each one chooses a random placed cluster and a random
/// direction and moves to exactly ``separation`` from that one. If that is nearer than
/// ``separation`` to any third one, it tries again, 64 times; from then on every further try stands
/// a little further off (1/64 of the distance more with each try), until it fits. So every cluster
/// has a neighbour at the minimum or close to it, no two are nearer than the minimum, and the
/// picture stays compact: the data is as hard as was asked.
public struct GaussianBlobs: Sendable, Codable, Equatable {
  /// The form of the clusters.
  public enum Shape: String, Sendable, Codable, CaseIterable {
    /// The same standard deviation in all directions.
    case spherical
    /// Ellipsoids whose axes are parallel to the coordinate axes.
    case elongated
    /// Ellipsoids in any direction.
    case rotated
  }

  /// The number of clusters, k.
  public var clusterCount: Int
  /// The number of dimensions, d.
  public var dimensionCount: Int
  /// The number of points, n, noise included.
  public var pointCount: Int
  /// How many times as many points the largest cluster has as the smallest. The sizes between are
  /// spaced evenly on a logarithmic scale.
  public var sizeRatio: Double
  /// The form of the clusters.
  public var shape: Shape
  /// The longest axis of an ellipsoid is up to this many times as long as its shortest: each
  /// cluster draws its aspect evenly from `1...elongation`. Spherical clusters ignore it.
  public var elongation: Double
  /// The least distance of two centers, in standard deviations along the line between them.
  public var separation: Double
  /// The share of points that belong to no cluster, 0..<1: even background in the box that
  /// encloses all clusters to three standard deviations, labelled −1.
  public var noise: Double
  /// The seed of all randomness.
  public var seed: UInt64

  /// Creates a generator.
  ///
  /// The mean variance of a cluster over all directions is 1, whatever its form.
  public init(
    clusterCount: Int, dimensionCount: Int = 2, pointCount: Int = 1000, sizeRatio: Double = 1,
    shape: Shape = .spherical, elongation: Double = 5, separation: Double = 6, noise: Double = 0,
    seed: UInt64 = 0
  ) {
    self.clusterCount = clusterCount
    self.dimensionCount = dimensionCount
    self.pointCount = pointCount
    self.sizeRatio = sizeRatio
    self.shape = shape
    self.elongation = elongation
    self.separation = separation
    self.noise = noise
    self.seed = seed
  }

  /// Points and the truth about them.
  public struct Sample<Scalar: MatrixScalar>: Sendable {
    /// The points (n × d), in random order.
    public let points: Matrix<Scalar>
    /// The cluster that each point was drawn from (n), the largest first; −1 for noise.
    public let labels: [Int32]
    /// The number of points drawn from each cluster (k), falling.
    public let sizes: [Int]
    /// The centers that the points were drawn around (k × d).
    public let centers: Matrix<Double>
    /// The standard deviations along each cluster's own axes (k × d).
    public let standardDeviations: Matrix<Double>
    /// The separation of the nearest pair of clusters, measured; infinite for one cluster.
    public let separation: Double
  }

  /// Draws the points.
  ///
  /// - Parameters:
  ///   - type: The number type of the points, `Double` if not given.
  ///   - threads: At most this many threads; `nil` for one per core. Changes no bit of the result.
  ///   - progress: Told how far it has come.
  /// - Throws: `CladeError.invalidParameter` for parameters out of range;
  ///   `CancellationError` when the task was cancelled.
  /// - Complexity: O(k² · d) for the placement and O(n · d) for the points; O(k · d³), O(k² · d²)
  ///   and O(n · d²) for rotated clusters.
  public func generate<Scalar: MatrixScalar>(
    as type: Scalar.Type = Double.self, threads: Int? = nil, progress: ProgressObserver? = nil
  ) throws -> Sample<Scalar> {
    let drawing = try drawing()
    let points = try Matrix<Scalar>.drawn(
      rows: pointCount, columns: dimensionCount, progress: progress
    ) { range, target in
      drawing.draw(range, into: target, threads: threads)
    }
    return Sample(
      points: points, labels: drawing.labels, sizes: drawing.sizes,
      centers: try Matrix(drawing.layout.clusters.map(\.center)),
      standardDeviations: try Matrix(drawing.layout.clusters.map(\.deviations)),
      separation: drawing.separation)
  }

  /// Places the clusters, and decides which of them each point is drawn from.
  ///
  /// - Throws: As ``generate(as:threads:progress:)``.
  package func drawing() throws -> Drawing {
    try validate()
    let layout = try BlobLayout(
      clusterCount: clusterCount, dimensionCount: dimensionCount, shape: shape,
      elongation: elongation, separation: separation, seed: seed)
    let noiseCount = Int((noise * Double(pointCount)).rounded())
    let sizes = clusterSizes(total: pointCount - noiseCount)
    var random = CounterRandom(seed: seed, stream: Stream.order)
    return Drawing(
      labels: random.shuffledLabels(sizes: sizes, noiseCount: noiseCount), sizes: sizes,
      layout: layout,
      box: layout.enclosingBox(standardDeviations: 3), seed: seed)
  }

  /// Points that are drawn some at a time, so that all of them needn't be in memory.
  package struct Drawing: Sendable {
    /// As in ``Sample``.
    package let labels: [Int32]
    package let sizes: [Int]
    fileprivate let layout: BlobLayout
    fileprivate let box: [(Double, Double)]
    fileprivate let seed: UInt64

    /// As in ``Sample``.
    package var separation: Double { layout.separation }

    /// The points of `range` (m × d): the same whichever others are drawn.
    package func points<Scalar: MatrixScalar>(
      _ range: Range<Int>, as type: Scalar.Type = Scalar.self, threads: Int? = nil
    ) -> Matrix<Scalar> {
      Matrix(rows: range.count, columns: box.count) { draw(range, into: $0, threads: threads) }
    }

    fileprivate func draw<Scalar: MatrixScalar>(
      _ points: Range<Int>, into buffer: UnsafeMutableBufferPointer<Scalar>, threads: Int?
    ) {
      let columns = box.count
      nonisolated(unsafe) let target = buffer
      ParallelChunks.forEach(count: points.count, chunkSize: 1024, threads: threads) { _, range in
        var point = [Double](repeating: 0, count: columns)
        for row in range {
          let number = points.lowerBound + row
          var random = CounterRandom(seed: seed, stream: Stream.points + UInt64(number))
          if labels[number] < 0 {
            for column in 0..<columns {
              let (low, high) = box[column]
              point[column] = low + (high - low) * random.uniform()
            }
          } else {
            layout.clusters[Int(labels[number])].draw(&point, using: &random)
          }
          for column in 0..<columns {
            target.initializeElement(at: row * columns + column, to: Scalar(point[column]))
          }
        }
      }
    }
  }

  /// The numbers of the independent random streams.
  enum Stream {
    static let layout: UInt64 = 0
    static let order: UInt64 = 1
    /// The first of one per row.
    static let points: UInt64 = 2
  }

  private func validate() throws {
    func check(_ holds: Bool, _ name: String, _ value: some Any, _ reason: String) throws {
      guard !holds else { return }
      throw CladeError.invalidParameter(name: name, value: "\(value)", reason: reason)
    }
    try check(clusterCount >= 1, "clusterCount", clusterCount, "there is at least one cluster")
    try check(
      clusterCount <= 1_000_000, "clusterCount", clusterCount, "at most 1,000,000 can be placed")
    try check(
      dimensionCount >= 1, "dimensionCount", dimensionCount, "there is at least one dimension")
    try check(pointCount >= 1, "pointCount", pointCount, "there is at least one point")
    try check(
      pointCount <= (1 << 40) / dimensionCount, "pointCount", pointCount,
      "\(pointCount) × \(dimensionCount) numbers don't fit into memory")
    try check(
      shape != .rotated
        || dimensionCount <= 4096
          && clusterCount <= (1 << 30) / (dimensionCount * dimensionCount),
      "dimensionCount", dimensionCount,
      "the axes of \(clusterCount) rotated clusters take too much memory; use elongated ones")
    try check(
      sizeRatio >= 1 && sizeRatio <= 1e9, "sizeRatio", sizeRatio,
      "it is the largest cluster's size divided by the smallest's, 1 or more")
    try check(
      elongation >= 1 && elongation <= 1e6, "elongation", elongation,
      "it is the longest axis divided by the shortest, 1 to 1,000,000")
    try check(
      separation >= 0 && separation <= 1e9, "separation", separation,
      "it is a number of standard deviations, 0 or more")
    try check(
      noise >= 0 && noise < 1, "noise", noise, "it is a share of all points, from 0 to below 1")
    let clustered = pointCount - Int((noise * Double(pointCount)).rounded())
    try check(
      clustered >= clusterCount, "pointCount", pointCount,
      "every one of the \(clusterCount) clusters needs a point; ask for more points")
  }

  /// The sizes of the clusters, falling, at least 1 each, `total` together.
  private func clusterSizes(total: Int) -> [Int] {
    let steps = Double(max(1, clusterCount - 1))
    let logRatio = Elementary.log(sizeRatio)
    let shares = (0..<clusterCount).map { Elementary.exp(-logRatio * Double($0) / steps) }
    return groupSizes(shares: shares, total: total)
  }
}
