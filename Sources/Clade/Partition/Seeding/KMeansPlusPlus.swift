import CladeCore

/// k-means++: each center is a row drawn with a probability proportional to its squared distance
/// from the nearest center so far ("k-means++: The Advantages of Careful Seeding", Arthur and
/// Vassilvitskii, 2007); the greedy one of its conclusion draws several and keeps the one that
/// lowers the inertia most.
///
/// Rows come in canonical order, so the same seed gives the same centers for any order of the
/// data's rows and any number of threads.
struct KMeansPlusPlus<Scalar: MatrixScalar> {
  private var distances: SeedDistances<Scalar>
  private let candidateCount: Int
  private var random: CounterRandom

  /// - Parameter candidateCount: How many rows are drawn for each center; 1 is k-means++ itself.
  init(
    _ sample: SeedingSample<Scalar>, candidateCount: Int, seed: UInt64, stream: UInt64,
    threads: Int?
  ) {
    distances = SeedDistances(sample, threads: threads)
    self.candidateCount = candidateCount
    random = CounterRandom(seed: seed, stream: stream)
  }

  /// The number of rows that greedy k-means++ draws for each of k centers.
  static func greedyCandidateCount(k: Int) -> Int { 2 + Int(Elementary.log(Double(k))) }

  /// Chooses `k` rows; there are at least as many.
  ///
  /// - Complexity: O(m · k · d) for m rows, times the number of candidates; less where rows are
  ///   near their centers.
  mutating func chooseRows(_ k: Int) throws -> [Int] {
    distances.add(distances.sample.draw(random.uniform()))
    while distances.chosen.count < k {
      try Cancellation.check()
      let candidates = (0..<candidateCount).map { _ in distances.draw(random.uniform()) }
      if candidateCount == 1 {
        distances.add(candidates[0])
      } else {
        let gains = distances.gains(candidates)
        var best = 0
        for candidate in candidates.indices where gains[candidate] > gains[best] {
          best = candidate
        }
        distances.accept(best)
      }
    }
    return distances.chosen
  }
}
