/// How likely ``SensitivityCoreset`` is to take a row.
///
/// In the formulas a row has the cost c in a cluster of the rough solution that has the mass M and
/// the cost C; all k clusters have the mass W and the cost S. What is given is a row's probability
/// for each unit of its mass, up to a common factor.
public enum CoresetSampling: String, Sendable, Codable, CaseIterable {
  /// 1 / (k M) + c / (k C) + c / S + C / (M S): each cluster, and the whole, by mass and by cost.
  /// Needs no constants, and about k min(√k, ε⁻²) / ε² rows are enough for k-means ("Sensitivity
  /// Sampling for k-Means: Worst Case and Stability Optimal Coreset Bounds", 2024; the bound is
  /// that of "Improved Coresets for Euclidean k-Means", 2022).
  case balanced
  /// α c W / S + 2 α C W / (M S) + 4 W / M with α = 16 (ln k + 2): the upper bound on sensitivities
  /// of "Universal ε-Approximators for Integrals" (Langberg and Schulman, 2010) and "A Unified
  /// Framework for Approximating and Clustering Data" (Feldman and Langberg, 2011), with the
  /// constants of "Practical Coreset Constructions for Machine Learning" (Bachem, Lucic and Krause,
  /// 2017).
  case classical
  /// Group sampling: clusters are cut into rings by cost, powers of two around the mean cost, and
  /// rings of similar costs from all clusters form a group. Each group gets the same number of
  /// rows, by cost within it ("A New Coreset Framework for Clustering", Cohen-Addad, Saulpic and
  /// Schwiegelshohn, 2021). Rows far within their cluster are a group by mass, rather than moved
  /// into the center, so that nothing is biased.
  case groups
  /// All mass alike, for comparison: misses what is small and far away.
  case uniform
}
