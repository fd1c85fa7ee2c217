/// How the first centers of ``KMeans`` are found. None depends on the order of the rows.
public enum Seeding: String, Sendable, Codable, CaseIterable {
  /// Greedy k-means++: each center is the best of 2 + ln k rows drawn with probability proportional to
  /// the squared distance from the centers so far ("k-means++: The Advantages of Careful Seeding",
  /// Arthur and Vassilvitskii, 2007, section 5). Draws follow from the seed.
  case greedyKMeansPlusPlus
  /// Without any draw: the cluster with the largest sum of squares is split in two along its principal
  /// direction, until there are k ("In Search of Deterministic Methods for Initializing K-Means and
  /// Gaussian Mixture Clustering", Su and Dy, 2007: PCA-Part).
  case principalSplitting
  /// Distinct rows, all with the same probability. Draws follow from the seed.
  case random

  /// What ``KMeans`` uses where nothing else is asked for.
  public static let `default` = Seeding.greedyKMeansPlusPlus
}
