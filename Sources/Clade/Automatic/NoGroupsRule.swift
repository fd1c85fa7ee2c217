/// Whether rows are better taken for one group: the logistic regression of ``SelectionRule``.
///
/// Its weights were written by `Benchmarks/rule/learn.py`.
enum NoGroupsRule {
  private static let intercept = -1.3237
  private static let scoreWeight = -1.22808
  private static let bestWeights: [(PartitionCriterion, Double)] = [
    (.boundarySparsity, -0.939783),
    (.ballGain, -0.437795),
    (.gaussianGain, -0.606646),
    (.spread, -0.187576),
    (.worstSilhouette, 2.70956),
    (.cut, 2.1732),
    (.worstEdgeSeparation, -0.0415471),
    (.worstContrast, 0.0772794),
    (.boundaryShare, 2.53459),
    (.valley, -0.0581047),
    (.meanFamilyAgreement, 0.946121),
    (.familyAgreement, -0.138103),
    (.groupCount, -0.557854),
  ]
  private static let wholeWeights: [(PartitionCriterion, Double)] = [
    (.meanFamilyAgreement, 8.74478),
    (.gap, -0.442829),
    (.plainGap, -0.382287),
    (.widestHalvingGap, -0.618491),
    (.repetitions, 0.779751),
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
