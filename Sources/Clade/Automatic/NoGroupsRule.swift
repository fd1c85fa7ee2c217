/// Whether rows are better taken for one group: the logistic regression of ``SelectionRule``.
///
/// Its weights were written by `Benchmarks/rule/learn.py`.
enum NoGroupsRule {
  private static let intercept = -1.88932
  private static let scoreWeight = -0.781096
  private static let bestWeights: [(PartitionCriterion, Double)] = [
    (.boundarySparsity, -2.00873),
    (.ballGain, -0.432931),
    (.gaussianGain, -0.26515),
    (.spread, -0.284707),
    (.worstSilhouette, 1.83039),
    (.cut, 3.03303),
    (.worstEdgeSeparation, 0.0524114),
    (.worstContrast, -0.0565317),
    (.boundaryShare, 0.745932),
    (.valley, 0.193762),
    (.meanFamilyAgreement, 0.282341),
    (.familyAgreement, -0.00783557),
    (.groupCount, -0.392885),
  ]
  private static let wholeWeights: [(PartitionCriterion, Double)] = [
    (.meanFamilyAgreement, 3.8308),
    (.gap, -0.331985),
    (.plainGap, -0.420198),
    (.widestHalvingGap, -0.324831),
    (.repetitions, 0.880988),
  ]

  /// The logarithm of the odds that one group is the better answer.
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
