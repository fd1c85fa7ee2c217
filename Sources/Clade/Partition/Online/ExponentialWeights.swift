import CladeCore

/// Multiplicative weights over experts, one of which is followed at a time.
///
/// An expert's weight falls exponentially with the losses that it has had. With a fixed rate that
/// is Hedge; without one the rate is AdaHedge's, which needs to know neither how many rounds there
/// will be nor how large losses can get ("Follow the Leader If You Can, Hedge If You Must", de
/// Rooij, van Erven, Grünwald and Koolen, 2014, section 2).
///
/// The expert that is followed is drawn by the weights. It is kept from round to round as often as
/// the weights allow (a maximal coupling, as the shrinking dartboard of "Regret Minimization for
/// Online Buffering Problems Using the Weighted Majority Algorithm", Geulen, Vöcking and Winkler,
/// 2010), so that changes are few.
package struct ExponentialWeights: Sendable, Codable, Equatable {
  /// The sum of the losses of each expert.
  package private(set) var losses: [Double]
  /// The weights, which add up to 1 but for rounding.
  package private(set) var weights: [Double]
  /// The expert that is followed.
  package private(set) var followed: Int
  /// The sum over all rounds of the mean loss under the weights: what following costs in
  /// expectation.
  package private(set) var expectedLoss = 0.0
  /// The sum of what mixing gained over averaging; AdaHedge's rate is the logarithm over it.
  private var mixabilityGap = 0.0
  private let fixedRate: Double?
  /// ln N for at most N experts.
  private let logarithm: Double
  private let seed: UInt64
  private var draws: UInt64 = 0

  /// Starts with experts that have had no losses.
  ///
  /// - Parameters:
  ///   - count: The number of experts, N.
  ///   - rate: The learning rate; `nil` for AdaHedge's.
  ///   - capacity: The most experts that there will be; `nil` for `count`.
  ///   - seed: Chooses the draws.
  package init(count: Int, rate: Double? = nil, capacity: Int? = nil, seed: UInt64) {
    precondition(count >= 1)
    losses = Array(repeating: 0, count: count)
    weights = Array(repeating: 1 / Double(count), count: count)
    fixedRate = rate
    logarithm = Elementary.log(Double(max(2, capacity ?? count)))
    self.seed = seed
    followed = 0
    followed = draw(from: weights)
  }

  /// Takes in what each expert lost in a round, and follows another where the weights ask for it.
  ///
  /// - Complexity: O(N).
  package mutating func add(_ roundLosses: [Double]) {
    let rate = rate
    var mean = 0.0
    for (weight, loss) in zip(weights, roundLosses) { mean += weight * loss }
    expectedLoss += mean
    let before = mix(rate)
    for index in losses.indices { losses[index] += roundLosses[index] }
    if fixedRate == nil { mixabilityGap += max(0, mean - (mix(rate) - before)) }
    follow(distribution(), mapped: weights)
  }

  /// Replaces the experts.
  ///
  /// - Parameters:
  ///   - losses: What each of the new ones is taken to have lost so far.
  ///   - origins: Which of the old ones each of them is, if any.
  package mutating func replace(losses: [Double], origins: [Int?]) {
    let old = weights
    let kept = origins.firstIndex(of: followed)
    self.losses = losses
    let mapped = origins.map { $0.map { old[$0] } ?? 0 }
    if let kept {
      followed = kept
      follow(distribution(), mapped: mapped)
    } else {
      weights = distribution()
      followed = draw(from: excess(of: weights, over: mapped) ?? weights)
    }
  }

  // MARK: Steps

  /// Infinite while one expert has been the best in every round.
  private var rate: Double {
    fixedRate ?? (mixabilityGap > 0 ? logarithm / mixabilityGap : .infinity)
  }

  /// The weights that follow from the losses.
  private func distribution() -> [Double] {
    let (least, rate) = (losses.reduce(.infinity, min), rate)
    var weights =
      rate == .infinity
      ? losses.map { $0 == least ? 1 : 0 } : losses.map { -rate * ($0 - least) }
    if rate != .infinity { weights.withUnsafeMutableBufferPointer { Elementary.exp($0) } }
    let sum = weights.reduce(0, +)
    for index in weights.indices { weights[index] /= sum }
    return weights
  }

  /// The loss of the mixture: minus the logarithm of the mean of exp(−rate · loss), over the rate.
  private func mix(_ rate: Double) -> Double {
    let least = losses.reduce(.infinity, min)
    guard rate != .infinity, rate > 0 else { return least }
    var terms = losses.map { -rate * ($0 - least) }
    terms.withUnsafeMutableBufferPointer { Elementary.exp($0) }
    return least - Elementary.log(terms.reduce(0, +) / Double(losses.count)) / rate
  }

  /// Goes over to new weights: keeps the expert with the probability that it keeps of its old
  /// weight.
  private mutating func follow(_ new: [Double], mapped old: [Double]) {
    weights = new
    guard new[followed] < old[followed] else { return }
    if uniform() * old[followed] < new[followed] { return }
    followed = draw(from: excess(of: new, over: old) ?? new)
  }

  /// By how much weights are above others, where they are; `nil` if nowhere.
  private func excess(of new: [Double], over old: [Double]) -> [Double]? {
    let excess = zip(new, old).map { max(0, $0 - $1) }
    return excess.contains { $0 > 0 } ? excess : nil
  }

  private mutating func draw(from masses: [Double]) -> Int {
    var rest = uniform() * masses.reduce(0, +)
    var last = 0
    for (index, mass) in masses.enumerated() where mass > 0 {
      last = index
      rest -= mass
      if rest < 0 { break }
    }
    return last
  }

  private mutating func uniform() -> Double {
    defer { draws += 1 }
    return Double(CounterRandom(seed: seed, stream: 5 << 60).value(at: draws) >> 11) * 0x1p-53
  }
}
