import CladeCore

/// k-means||: a few rounds draw many rows each, and greedy k-means++ chooses the centers among
/// these ("Scalable K-Means++", Bahmani, Moseley, Vattani, Kumar and Vassilvitskii, 2012).
///
/// Each of ``rounds`` rounds takes every row, by itself, with a probability of k times its share of
/// the inertia that the rows taken before leave. All that were taken then count as many as the rows
/// that are nearest to them.
struct ScalableKMeansPlusPlus<Scalar: MatrixScalar> {
  private let sample: SeedingSample<Scalar>
  private let threads: Int?
  private let seed: UInt64
  private let stream: UInt64

  /// The paper finds five rounds to be enough.
  static var rounds: Int { 5 }

  init(_ sample: SeedingSample<Scalar>, seed: UInt64, stream: UInt64, threads: Int?) {
    self.sample = sample
    self.threads = threads
    self.seed = seed
    self.stream = stream
  }

  /// Chooses `k` rows; there are at least as many.
  ///
  /// - Complexity: O(m · k · d) for m rows, in a few passes over them.
  func chooseRows(_ k: Int) throws -> [Int] {
    var random = CounterRandom(seed: seed, stream: stream)
    let count = sample.masses.count
    var taken = [sample.draw(random.uniform())]
    var nearest = try sample.squaredDistances(fromRow: taken[0])
    var owners = [Int](repeating: 0, count: count)
    for _ in 0..<Self.rounds {
      try Cancellation.check()
      let parts = zip(sample.masses, nearest).map { $0 * $1 }
      let cost = parts.reduce(0, +)
      guard cost > 0 else { break }
      var new: [Int] = []
      for row in 0..<count where random.uniform() * cost < Double(k) * parts[row] {
        new.append(row)
      }
      guard !new.isEmpty else { continue }
      let (labels, distances) = NearestCenters.assign(
        sample.rows, sample.rows.gatheringRows(new), threads: threads)
      for row in 0..<count where Double(distances[row]) < nearest[row] {
        nearest[row] = Double(distances[row])
        owners[row] = taken.count + Int(labels[row])
      }
      taken += new
    }
    // Rows that are centers are their own, at distance 0; so none is taken twice.
    var weights = [Double](repeating: 0, count: taken.count)
    for row in 0..<count { weights[owners[row]] += sample.masses[row] }
    let order = taken.indices.filter { weights[$0] > 0 }.sorted { taken[$0] < taken[$1] }
    let rows = order.map { taken[$0] }
    let reduced = SeedingSample(
      rows: sample.rows.gatheringRows(rows), masses: order.map { weights[$0] })
    var seeder = KMeansPlusPlus(
      reduced, candidateCount: KMeansPlusPlus<Scalar>.greedyCandidateCount(k: k), seed: seed,
      stream: stream &+ 1 << 63, threads: threads)
    var chosen = try seeder.chooseRows(min(k, rows.count)).map { rows[$0] }
    // Few rows may have been taken where most of the inertia is that of a few.
    if chosen.count < k {
      var distances = SeedDistances(sample, threads: threads)
      for row in chosen { distances.add(row) }
      while distances.chosen.count < k { distances.add(distances.draw(random.uniform())) }
      chosen = distances.chosen
    }
    return chosen
  }
}
