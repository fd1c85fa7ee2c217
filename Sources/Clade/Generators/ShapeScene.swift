import CladeCore

/// Draws groups of many shapes whose truth is known: half rings, rings, spirals, waves, unequal
/// densities, and rows without groups.
///
/// ```swift
/// let scene = try ShapeScene(.spirals, pointCount: 1000, noise: 0.1).generate()
/// scene.points   // 1000 × 2
/// scene.labels   // 0, 1, and −1 for noise
/// ```
///
/// Where nothing else is said of a scene, its groups are apart: a person sees them, and of nearly
/// every row the nearest neighbour is of its own group. Scenes are drawn in their own units, a few
/// across. The same parameters give the same bits on every machine and for any number of threads; a
/// row's place depends on nothing but the seed, its number, and the group that it belongs to.
public struct ShapeScene: Sendable, Codable, Equatable {
  /// What is drawn.
  public enum Scene: String, Sendable, Codable, CaseIterable {
    /// Two half rings, each with an end inside the other.
    case moons
    /// Three rings in one another.
    case rings
    /// Two arms that wind round each other.
    case spirals
    /// Four waves above one another.
    case worms
    /// Five strokes in several directions.
    case lines
    /// Four blobs whose density differs by a factor of 400.
    case densities
    /// A ring round a blob, a half ring round another, a square, and a stroke: six groups.
    case mixed
    /// Nine blobs in three groups of three; the blobs are the labels.
    case nested
    /// A hundred blobs, ten by ten.
    case grid
    /// Two rings that go through each other, in three columns.
    case links
    /// A ball in a shell, in three columns.
    case shells
    /// A cube of even density: no groups, every label 0.
    case uniform
    /// One Gaussian: no groups, every label 0.
    case gaussian

    /// Whether there are groups to be found.
    public var hasGroups: Bool { self != .uniform && self != .gaussian }

    /// The columns of the scene; those without groups have as many as one asks for.
    var dimensionCount: Int? {
      switch self {
      case .uniform, .gaussian: nil
      case .links, .shells: 3
      default: 2
      }
    }
  }

  /// What is drawn.
  public var scene: Scene
  /// The number of points, n, noise included.
  public var pointCount: Int
  /// The columns, d, of a scene without groups, 2 if `nil`; the other scenes have their own.
  public var dimensionCount: Int?
  /// The share of points that belong to no group, 0..<1: even background over the whole scene,
  /// labelled −1. Scenes without groups have none.
  public var noise: Double
  /// The seed of all randomness.
  public var seed: UInt64

  /// Creates a generator.
  ///
  /// - Parameters:
  ///   - scene: What is drawn.
  ///   - pointCount: The number of points, noise included.
  ///   - dimensionCount: The columns of a scene without groups; `nil` for the scene's own.
  ///   - noise: The share of points that belong to no group.
  ///   - seed: The seed of all randomness.
  public init(
    _ scene: Scene, pointCount: Int = 1000, dimensionCount: Int? = nil, noise: Double = 0,
    seed: UInt64 = 0
  ) {
    self.scene = scene
    self.pointCount = pointCount
    self.dimensionCount = dimensionCount
    self.noise = noise
    self.seed = seed
  }

  /// Points and the truth about them.
  public struct Sample<Scalar: MatrixScalar>: Sendable {
    /// The points (n × d), in random order.
    public let points: Matrix<Scalar>
    /// The group that each point was drawn from (n), the largest first; −1 for noise.
    public let labels: [Int32]
    /// The number of points drawn from each group (k), falling.
    public let sizes: [Int]
  }

  /// Draws the points.
  ///
  /// - Parameters:
  ///   - type: The number type of the points, `Double` if not given.
  ///   - threads: At most this many threads; `nil` for one per core. Changes no bit of the result.
  ///   - progress: Told how far it has come.
  /// - Throws: `CladeError.invalidParameter` for parameters out of range;
  ///   `CancellationError` when the task was cancelled.
  /// - Complexity: O(n · d) time and memory.
  public func generate<Scalar: MatrixScalar>(
    as type: Scalar.Type = Double.self, threads: Int? = nil, progress: ProgressObserver? = nil
  ) throws -> Sample<Scalar> {
    try validate()
    let content = ScenePieces(scene, dimensionCount: columnCount)
    let noiseCount = Int((noise * Double(pointCount)).rounded())
    let sizes = groupSizes(shares: content.pieces.map(\.share), total: pointCount - noiseCount)
    var random = CounterRandom(seed: seed, stream: Stream.order)
    let labels = random.shuffledLabels(sizes: sizes, noiseCount: noiseCount)
    let points = try Matrix<Scalar>.drawn(
      rows: pointCount, columns: columnCount, progress: progress
    ) { range, target in
      draw(range, labels, content, into: target, threads: threads)
    }
    return Sample(points: points, labels: labels, sizes: sizes)
  }

  /// The columns that are drawn.
  package var columnCount: Int { scene.dimensionCount ?? dimensionCount ?? 2 }

  /// Draws some rows, each from a stream of its own.
  private func draw<Scalar: MatrixScalar>(
    _ rows: Range<Int>, _ labels: [Int32], _ content: ScenePieces,
    into buffer: UnsafeMutableBufferPointer<Scalar>, threads: Int?
  ) {
    nonisolated(unsafe) let target = buffer
    ParallelChunks.forEach(count: rows.count, chunkSize: 1024, threads: threads) { _, range in
      for place in range {
        let row = rows.lowerBound + place
        var random = CounterRandom(seed: seed, stream: Stream.rows + UInt64(row))
        let point =
          labels[row] < 0
          ? content.box.map { $0.lowerBound + ($0.upperBound - $0.lowerBound) * random.uniform() }
          : content.pieces[Int(labels[row])].draw(&random)
        for (column, value) in point.enumerated() {
          target.initializeElement(at: place * point.count + column, to: Scalar(value))
        }
      }
    }
  }

  /// The numbers of the independent random streams.
  private enum Stream {
    static let order: UInt64 = 0
    /// The first of one per row.
    static let rows: UInt64 = 1
  }

  /// Checks the parameters.
  ///
  /// - Throws: `CladeError.invalidParameter`.
  package func validate() throws {
    func check(_ holds: Bool, _ name: String, _ value: some Any, _ reason: String) throws {
      guard !holds else { return }
      throw CladeError.invalidParameter(name: name, value: "\(value)", reason: reason)
    }
    if let dimensionCount {
      let own = scene.dimensionCount
      try check(
        own == nil || own == dimensionCount, "dimensionCount", dimensionCount,
        "the scene \(scene.rawValue) has \(own ?? 0) columns")
      try check(
        (1...65_536).contains(dimensionCount), "dimensionCount", dimensionCount,
        "a scene has 1 to 65,536 columns")
    }
    try check(pointCount >= 1, "pointCount", pointCount, "there is at least one point")
    try check(
      pointCount <= (1 << 40) / columnCount, "pointCount", pointCount,
      "\(pointCount) × \(columnCount) numbers don't fit into memory")
    try check(
      noise >= 0 && noise < 1, "noise", noise, "it is a share of all points, from 0 to below 1")
    try check(
      noise == 0 || scene.hasGroups, "noise", noise,
      "the scene \(scene.rawValue) has no groups that noise could lie about")
    let groups = ScenePieces(scene, dimensionCount: columnCount).pieces.count
    try check(
      pointCount - Int((noise * Double(pointCount)).rounded()) >= groups, "pointCount", pointCount,
      "every one of the \(groups) groups needs a point; ask for more points")
  }
}
