/// A measure of a partition that needs no known groups; ``SelectionRule`` weighs them.
///
/// All but the last nine are ``PartitionCriteria``, of one partition beside the rows; those are
/// of one partition beside all others, see ``AgreementCriteria``. Their order is that of the rule's
/// columns.
package enum PartitionCriterion: Int, CaseIterable, Sendable {
  /// The logarithm of the number of groups.
  case groupCount
  /// The share of the rows that are in no group.
  case noiseShare
  /// The share of the rows that are in the largest group.
  case largestShare
  /// The entropy of the sizes, over that of equal ones.
  case evenness

  /// How much longer the way out of a group is than distances between neighbours in it, as a
  /// logarithm; the mean over rows. By mutual reachability.
  case separation
  /// The same by plain distances.
  case plainSeparation
  /// The way out of a group against its sparse rows: of the worst group, and the mean.
  case worstEdgeSeparation, edgeSeparation
  /// The way out of a group against the widest gap within it: the worst group, the lower quarter of
  /// the rows, and the mean.
  case worstContrast, lowContrast, contrast
  /// The same as in DBCV: the difference over the larger of the two.
  case densityValidity
  /// How deep the widest gap within a group is that leaves a part of it on both sides, as a
  /// logarithm: the mean over rows, by mutual reachability and by plain distances.
  case gap, plainGap
  /// The widest of them; and the widest where gaps count by the smaller part.
  case widestGap, widestHalvingGap

  /// The share of rows among the nearest ones that are in the same group, of the worst group.
  case worstNeighborhood
  /// The normalised cut of the graph of nearest neighbours.
  case cut
  /// The modularity of the graph of nearest neighbours: how many more of its edges lie within groups
  /// than if the edges of each row led anywhere.
  case modularity
  /// How much sparser the densest passage between two groups is than both of them, as a logarithm:
  /// the mean over pairs of groups that touch, and over rows for the group's worst neighbour.
  case valley, worstValley
  /// The share of rows that have a row of another group near.
  case boundaryShare
  /// How much sparser these rows are than their groups.
  case boundarySparsity

  /// The silhouette by distances to centers: the mean, that of the worst group, and the share of
  /// rows that are nearer to another center.
  case silhouette, worstSilhouette, misplacedShare
  /// What a code of a Gaussian for each group saves on one Gaussian for all, per number: with the
  /// parameters' own cost, and without.
  case gaussianGain, gaussianFit
  /// The same for balls of one size.
  case ballGain
  /// The logarithm of the share of squared distances that is left within groups.
  case spread

  /// The adjusted Rand index beside the most similar partition of each family: the mean.
  case familyAgreement
  /// The same beside all partitions of a family, the mean over families.
  case meanFamilyAgreement
  /// The mean beside all partitions, and beside the ten most similar ones.
  case meanAgreement, closestAgreement
  /// The logarithm of the number of partitions that are nearly the same.
  case nearCount
  /// The number of families that have nearly the same.
  case agreeingFamilies
  /// The number of families that have exactly the same.
  case families
  /// The logarithm of the number of methods that gave exactly this.
  case repetitions
  /// How much lower the modularity is than the highest of all partitions.
  case modularityLoss
}
