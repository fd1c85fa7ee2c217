/// How the first centers of ``KMeans`` are found. None depends on the order of the rows.
public enum Seeding: String, Sendable, Codable, CaseIterable {
  /// Greedy k-means++: each center is the best of 2 + ln k rows drawn with probability proportional to
  /// the squared distance from the centers so far ("k-means++: The Advantages of Careful Seeding",
  /// Arthur and Vassilvitskii, 2007, section 5). Draws follow from the seed.
  case greedyKMeansPlusPlus
  /// Without any draw: parts of the data are split in two across their principal direction, each split
  /// improved by a few rounds of k-means, until there are k ("In Search of Deterministic Methods for
  /// Initializing K-Means and Gaussian Mixture Clustering", Su and Dy, 2007; "A Comparison of Document
  /// Clustering Techniques", Steinbach, Karypis and Kumar, 2000).
  case principalSplitting
  /// Distinct rows, all with the same probability. Draws follow from the seed.
  case random

  /// What ``KMeans`` uses where nothing else is asked for: ``principalSplitting``, which leads to about
  /// the inertia of several starts of greedy k-means++ without drawing anything.
  public static let `default` = Seeding.principalSplitting
}
