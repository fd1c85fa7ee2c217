import CladeCore

/// Maximin, or farthest-first traversal: each center is the row that is farthest from all centers
/// so far ("Clustering to Minimize the Maximum Intercluster Distance", Gonzalez, 1985).
///
/// The largest distance from a center is at most twice the least that there can be. Nothing is
/// drawn: the first center is the row farthest from the mean, and of rows equally far that is taken
/// whose values come first. Masses don't count, so rows that lie apart are sure to be chosen.
struct Maximin<Scalar: MatrixScalar> {
  private var distances: SeedDistances<Scalar>

  init(_ sample: SeedingSample<Scalar>, threads: Int?) {
    distances = SeedDistances(sample, threads: threads)
  }

  /// Chooses `k` rows; there are at least as many.
  ///
  /// - Complexity: O(m · k · d) for m rows.
  mutating func chooseRows(_ k: Int) throws -> [Int] {
    distances.add(Self.farthest(try distances.sample.squaredDistancesFromMean()))
    while distances.chosen.count < k {
      try Cancellation.check()
      let next = Self.farthest(distances.nearest)
      // Distances may vanish by rounding; then any row that isn't a center will do.
      distances.add(distances.nearest[next] > 0 ? next : distances.draw(0))
    }
    return distances.chosen
  }

  /// The place of the largest number, the first of several.
  private static func farthest<Value: Comparable>(_ distances: [Value]) -> Int {
    var farthest = 0
    for row in distances.indices where distances[row] > distances[farthest] { farthest = row }
    return farthest
  }
}
