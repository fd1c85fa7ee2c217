import CladeCore

/// AFK-MC²: k-means++ whose draws are approximated by Markov chains ("Fast and Provably Good
/// Seedings for k-Means", Bachem, Lucic, Hassani and Krause, 2016, algorithm 1).
///
/// Candidates are proposed half by their squared distance from the first center and half uniformly;
/// each center is the last state of a chain of ``chainLength`` proposals. All rows are gone over
/// once.
struct AFKMC2<Scalar: MatrixScalar> {
  private let sample: SeedingSample<Scalar>
  private var random: CounterRandom

  /// The proposals for each center; 200 in the paper's experiments.
  static var chainLength: Int { 200 }

  init(_ sample: SeedingSample<Scalar>, seed: UInt64, stream: UInt64) {
    self.sample = sample
    random = CounterRandom(seed: seed, stream: stream)
  }

  /// Chooses `k` rows; there are at least as many.
  ///
  /// - Complexity: O(m · d + 200 · k² · d) for m rows.
  mutating func chooseRows(_ k: Int) throws -> [Int] {
    let first = sample.draw(random.uniform())
    var seeds = ChosenSeeds(sample.rows, first: first)
    let fromFirst = try sample.squaredDistances(fromRow: first)
    let parts = zip(fromFirst, sample.masses).map { $0 * $1 }
    let byDistance = CumulativeMasses(parts)
    let byMass = CumulativeMasses(sample.masses)
    let (distanceTotal, massTotal) = (byDistance.total, byMass.total)
    while seeds.chosen.count < k {
      try Cancellation.check()
      var (proposals, thresholds) = ([Int](), [Double]())
      for _ in 0..<Self.chainLength {
        let isByDistance = random.uniform() < 0.5 && distanceTotal > 0
        let place = random.uniform()
        proposals.append(isByDistance ? byDistance.draw(place) : byMass.draw(place))
        thresholds.append(random.uniform())
      }
      let distances = seeds.squaredDistances(of: proposals)
      var (state, stateRatio) = (proposals[0], -1.0)
      for (index, row) in proposals.enumerated() {
        let mass = sample.masses[row]
        let byFirst = distanceTotal > 0 ? parts[row] / distanceTotal : 0
        let proposal = 0.5 * byFirst + 0.5 * mass / massTotal
        let ratio = mass * distances[index] / proposal
        // A chain begins with its first proposal, and may always leave a row without any distance.
        if index == 0 || stateRatio <= 0 || ratio > thresholds[index] * stateRatio {
          (state, stateRatio) = (row, ratio)
        }
      }
      seeds.add(stateRatio > 0 ? state : sample.firstRow(besides: seeds.chosen))
    }
    return seeds.chosen
  }
}
