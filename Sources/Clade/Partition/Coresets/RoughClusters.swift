import CladeCore

/// The mass and the cost of each cluster of a rough solution, and of its rings, summed exactly.
struct RoughClusters: Sendable {
  /// The mass of each cluster (k).
  private(set) var masses: [Double]
  /// The cost of each cluster (k).
  private(set) var costs: [Double]
  /// The masses and costs of the rings of each cluster (k × ``ringCount``), where they were asked
  /// for.
  private(set) var ringMasses: [Double] = []
  private(set) var ringCosts: [Double] = []

  /// A ring holds the rows whose costs are within a factor of two, 2⁻¹⁰ to 2¹⁰ times the mean cost
  /// of their cluster; the first one those nearer, the last one those farther away.
  static let ringCount = 22
  private static let middleRing = 11

  /// Goes over all rows, once more for rings.
  ///
  /// - Complexity: O(n · k · d).
  init<Scalar: MatrixScalar>(
    _ input: CoresetInput<Scalar>, _ costs: RowCosts<Scalar>, k: Int, withRings: Bool,
    progress: ProgressObserver?
  ) throws {
    let stage = "coreset, measuring clusters"
    let clusters = try GroupSums(input, costs, groups: k, stage: stage, progress) { _, label, _ in
      label
    }
    (masses, self.costs) = (clusters.masses.map(\.value), clusters.costs.map(\.value))
    guard withRings else { return }
    let means = zip(self.costs, masses).map { $1 > 0 ? $0 / $1 : 0 }
    let rings = try GroupSums(
      input, costs, groups: k * Self.ringCount, stage: stage, progress
    ) { _, label, cost in
      label &* Self.ringCount &+ Self.ring(cost: cost, mean: means[label])
    }
    (ringMasses, ringCosts) = (rings.masses.map(\.value), rings.costs.map(\.value))
  }

  /// The ring of a row in a cluster with a mean cost.
  @inline(__always)
  static func ring(cost: Double, mean: Double) -> Int {
    guard cost > 0, mean > 0 else { return 0 }
    let ratio = cost / mean
    guard ratio.isNormal else { return ratio > 1 ? ringCount - 1 : 0 }
    return min(max(Int(ratio.exponent) + middleRing, 0), ringCount - 1)
  }
}
