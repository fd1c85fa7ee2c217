import CladeCore

/// RS-k-means++: k-means++ by rejection sampling ("A New Rejection Sampling Approach to k-means++
/// With Improved Trade-Offs").
///
/// After one pass over the rows for their squared distances from the mean, a row is proposed with a
/// probability proportional to 2(|x − μ|² + |c₁ − μ|²), which is nowhere below its squared distance
/// from the nearest center, and accepted with the ratio of the two. What is accepted has exactly
/// the distribution of k-means++, and no other row has to be looked at.
///
/// The paper's second method makes at most a given number of proposals for a center and then takes
/// a row by its mass alone. In the first, when proposals for a center have cost as much as a pass
/// over all rows would, we make that pass and draw from all distances: the distribution is the
/// same, and a seeding never costs much more than plain k-means++, however much the variance of the
/// data exceeds the inertia.
struct RejectionSampling<Scalar: MatrixScalar> {
  private let sample: SeedingSample<Scalar>
  private let threads: Int?
  private let proposalLimit: Int?
  private var random: CounterRandom

  /// The proposals for a center in the capped method.
  static var cappedProposals: Int { 200 }
  /// Proposals whose distances are found together.
  private static var batchSize: Int { 16 }

  /// - Parameter proposalLimit: The most proposals for a center; `nil` for the exact method.
  init(
    _ sample: SeedingSample<Scalar>, proposalLimit: Int?, seed: UInt64, stream: UInt64,
    threads: Int?
  ) {
    self.sample = sample
    self.proposalLimit = proposalLimit
    self.threads = threads
    random = CounterRandom(seed: seed, stream: stream)
  }

  /// Chooses `k` rows; there are at least as many.
  ///
  /// - Complexity: O(m · d + β · k² · d) for m rows, where β is the ratio of the variance to the
  ///   inertia of k centers; never more than O(m · k · d).
  mutating func chooseRows(_ k: Int) throws -> [Int] {
    let fromMean = try sample.squaredDistancesFromMean()
    let byNorm = CumulativeMasses(zip(fromMean, sample.masses).map { $0 * $1 })
    let byMass = CumulativeMasses(sample.masses)
    let first = byMass.draw(random.uniform())
    let shift = byMass.total * fromMean[first]
    let normShare =
      byNorm.total + shift > 0 ? byNorm.total / (byNorm.total + shift) : 0
    var seeds = ChosenSeeds(sample.rows, first: first)
    var exact: SeedDistances<Scalar>?
    while seeds.chosen.count < k {
      try Cancellation.check()
      // As many as cost what the pass over all rows for all new centers does.
      let pending = seeds.chosen.count - (exact?.chosen.count ?? 0)
      let limit =
        proposalLimit
        ?? max(Self.batchSize, sample.masses.count * pending / seeds.chosen.count)
      var accepted: Int?
      var proposed = 0
      while accepted == nil, proposed < limit {
        let count = min(Self.batchSize, limit - proposed)
        var (proposals, thresholds) = ([Int](), [Double]())
        for _ in 0..<count {
          let isByNorm = random.uniform() < normShare
          let place = random.uniform()
          proposals.append(isByNorm ? byNorm.draw(place) : byMass.draw(place))
          thresholds.append(random.uniform())
        }
        let distances = seeds.squaredDistances(of: proposals)
        for (index, row) in proposals.enumerated() {
          let bound = 2 * (fromMean[row] + fromMean[first])
          if distances[index] > thresholds[index] * bound {
            accepted = row
            break
          }
        }
        proposed += count
      }
      if let accepted {
        seeds.add(accepted)
      } else if proposalLimit != nil {
        let row = byMass.draw(random.uniform())
        seeds.add(seeds.chosen.contains(row) ? sample.firstRow(besides: seeds.chosen) : row)
      } else {
        var distances = exact ?? SeedDistances(sample, threads: threads)
        for row in seeds.chosen.dropFirst(distances.chosen.count) { distances.add(row) }
        seeds.add(distances.draw(random.uniform()))
        exact = distances
      }
    }
    return seeds.chosen
  }
}
