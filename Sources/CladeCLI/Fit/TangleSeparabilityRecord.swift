import Clade

/// What the JSON object of a fit says about pairs of groups that tangles would tell apart.
struct TangleSeparabilityRecord: Encodable {
  let persistence: Double
  let pairs: Int
  let separablePairs: Int
  let doubtful: [Pair]

  /// A pair of groups that isn't shown to be separable.
  struct Pair: Encodable {
    let groups: [Int]
    let ratio: JSONNumber
  }

  /// `nil` where there are no pairs.
  init?(_ separability: PairwiseTangleSeparability) {
    guard separability.pairCount > 0 else { return nil }
    persistence = separability.persistence
    pairs = separability.pairCount
    separablePairs = separability.separablePairCount
    doubtful = separability.doubtfulPairs.map {
      Pair(groups: [$0.first, $0.second], ratio: JSONNumber($0.ratio))
    }
  }
}
