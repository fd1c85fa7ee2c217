/// A criterion as people are told of it: its name, and what it says of the partition that has more
/// of it.
///
/// These are the ones that are easy to picture; ``SelectionRule`` weighs all of
/// ``PartitionCriterion``.
struct ReportedCriterion: Sendable {
  let criterion: PartitionCriterion
  let name: String
  /// Whether more of it speaks for a partition.
  let speaksFor: Bool
  /// What a partition is that is better by it than another one.
  let merit: String

  /// The criteria that are reported, the ones that usually weigh the most first.
  static let all = [
    ReportedCriterion(
      criterion: .meanFamilyAgreement, name: "agreement with the other methods", speaksFor: true,
      merit: "agrees more with what other methods find"),
    ReportedCriterion(
      criterion: .agreeingFamilies, name: "kinds of method that find nearly the same",
      speaksFor: true, merit: "is found, or nearly, by more kinds of method"),
    ReportedCriterion(
      criterion: .separation, name: "how far groups lie apart", speaksFor: true,
      merit: "has groups that lie farther apart"),
    ReportedCriterion(
      criterion: .gap, name: "gaps within groups", speaksFor: false,
      merit: "leaves narrower gaps within groups"),
    ReportedCriterion(
      criterion: .worstValley, name: "how sparse it is between groups", speaksFor: true,
      merit: "is sparser between its groups"),
    ReportedCriterion(
      criterion: .boundaryShare, name: "share of rows near another group", speaksFor: false,
      merit: "has fewer rows near another group"),
    ReportedCriterion(
      criterion: .silhouette, name: "silhouette by centers", speaksFor: true,
      merit: "has groups that are more compact around their centers"),
    ReportedCriterion(
      criterion: .gaussianGain, name: "what Gaussians for the groups save", speaksFor: true,
      merit: "is better described by a Gaussian for each group"),
  ]

  /// Whether one partition is clearly better by it than another.
  func prefers(_ criteria: [Double], to others: [Double]) -> Bool {
    let (value, other) = (criteria[criterion.rawValue], others[criterion.rawValue])
    let gain = speaksFor ? value - other : other - value
    return gain > 0.02 * max(value.magnitude, other.magnitude, 0.05)
  }
}
