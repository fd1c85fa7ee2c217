/// How likely it is that rows have no groups: the logistic regression of ``SelectionRule``.
///
/// Its weights were written by `Benchmarks/rule/learn.py`.
enum NoGroupsRule {
  private static let intercept = -2.30537
  private static let scoreWeight = -0.551948
  private static let bestWeights: [(PartitionCriterion, Double)] = [
    (.boundarySparsity, -1.79776),
    (.ballGain, -1.08358),
    (.gaussianGain, 0.0517934),
    (.spread, -0.423401),
    (.worstSilhouette, 4.99583),
    (.cut, 5.68337),
    (.worstEdgeSeparation, 0.34027),
    (.worstContrast, 0.119518),
    (.boundaryShare, 0.975537),
    (.valley, -0.0746778),
    (.meanFamilyAgreement, -0.328725),
    (.familyAgreement, -1.17901),
    (.groupCount, -0.717462),
  ]
  private static let wholeWeights: [(PartitionCriterion, Double)] = [
    (.meanFamilyAgreement, 3.97053),
    (.gap, -0.222728),
    (.plainGap, -0.426507),
    (.widestHalvingGap, -0.698522),
    (.repetitions, 0.945605),
  ]

  /// The logarithm of the odds of no groups.
  ///
  /// - Parameters:
  ///   - best: The criteria of the best partition of two groups or more.
  ///   - score: Its score by the trees.
  ///   - whole: The criteria of all rows in one group.
  static func logOdds(best: [Double], score: Double, whole: [Double]) -> Double {
    let weighed =
      bestWeights.map { $0.1 * best[$0.0.rawValue] }
      + wholeWeights.map { $0.1 * whole[$0.0.rawValue] }
    return weighed.reduce(intercept + scoreWeight * score, +)
  }
}
