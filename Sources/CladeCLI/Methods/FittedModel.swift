import Clade
import CladeInsight

/// A model of any of the methods, as `fit` makes it.
struct FittedModel {
  /// The method that made the model.
  let method: Method
  /// What all models have in common.
  let common: any ClusteringModel
  /// Why there are so many groups, in sentences.
  let reasons: [String]
  /// How clearly the data falls into groups, where the method says.
  var clusterability: Double?
  /// The groups from the most to the least separable, where the method says.
  var mostSeparableFirst: [Int]?
  /// The inertia of the first centers, where the method starts from some.
  var seedingCost: Double?
  /// How long these took to find.
  var seedingSeconds: Double?
  /// The coreset that the groups were found on, if any.
  var coreset: CoresetRecord?
  /// The criterion for each number of groups that was tried, where there is one.
  var criterion: CriterionCurve?
  /// The tree of dense regions that the groups were chosen from, where there is one.
  var density: DensityTree?
  /// How long each group lasts in that tree (k); empty where there is none.
  var persistences: [Double] = []
  /// The tangles that were found, where the method is that.
  var tangles: TanglesModel?
  /// Which pairs of groups tangles would tell apart, where groups consist of Gaussians.
  var tangleSeparability: PairwiseTangleSeparability?
  /// The tree of merges that was cut into the groups, where there is one.
  var dendrogram: Dendrogram?
  /// How easily rows are reached in the order of OPTICS, where the method is that.
  var reachability: ReachabilityCurve?
  /// What was chosen and what else is plausible, where the method weighs several.
  var automatic: AutomaticModel<Double>?
  /// Whether rows are places on the Earth, latitude and longitude in degrees.
  var isGeographic = false
  /// What the method says of each row besides its label.
  var rowNumbers = RowNumbers()
  /// The row that stands for each group (k), where the method chooses one.
  var exemplars: [Int] = []
  /// The centers (k × d), where a method that takes sparse rows made the model.
  var centers: Matrix<Double>?

  /// How surely rows belong to their groups, for pictures; empty where they don't say that:
  /// strengths in a tree of density and medoid silhouettes are no probabilities, and most rows' are
  /// low.
  var drawnProbabilities: [Double] {
    density == nil && exemplars.isEmpty ? common.probabilities : []
  }

  /// What a person should know before believing the result.
  var warnings: [String] {
    guard !common.converged else { return [] }
    return [
      automatic == nil
        ? "stopped after \(common.iterations) iterations without settling; raise --max-iterations"
        : "the budget ended before all was tried; raise --budget"
    ]
  }

  /// The groups in the order in which they are shown.
  var displayOrder: [Int] { mostSeparableFirst ?? Array(0..<common.clusterCount) }
}
