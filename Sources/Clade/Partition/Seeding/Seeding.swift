/// How the first centers of ``KMeans`` are found. None depends on the order of the rows.
///
/// Rows that are drawn follow from the seed and from their values. Costs are for m rows, d columns
/// and k centers; m is the number of distinct rows, or of a sample of them where there are more
/// than max(32,768, 256 k).
public enum Seeding: String, Sendable, Codable, CaseIterable {
  /// k-means++: each center is drawn with a probability proportional to its squared distance from
  /// the nearest center so far ("k-means++: The Advantages of Careful Seeding", Arthur and
  /// Vassilvitskii, 2007). O(m · k · d).
  case kMeansPlusPlus
  /// Greedy k-means++: each center is the best of 2 + ln k rows drawn so (named in the conclusion
  /// of the same paper). O(m · k · d · log k).
  case greedyKMeansPlusPlus
  /// k-means||: five rounds draw about k rows each, and greedy k-means++ chooses among these
  /// ("Scalable K-Means++", Bahmani, Moseley, Vattani, Kumar and Vassilvitskii, 2012). O(m · k ·
  /// d), in few passes over the rows.
  case scalableKMeansPlusPlus
  /// RS-k-means++: the distribution of k-means++ by rejection sampling, without measuring all rows
  /// ("A New Rejection Sampling Approach to k-means++ With Improved Trade-Offs"). O(m · d + β k²
  /// d), where β is the ratio of the variance to the inertia of k centers, and at most O(m · k ·
  /// d).
  case rejectionSampling
  /// The second method of the same paper: at most 200 proposals for a center, and if none of them
  /// is accepted, a row drawn by its mass alone, as happens often where clusters are far apart. O(m
  /// · d + 200 k² d).
  case cappedRejectionSampling
  /// AFK-MC²: Markov chains of 200 proposals approximate the draws of k-means++ ("Fast and Provably
  /// Good Seedings for k-Means", Bachem, Lucic, Hassani and Krause, 2016). O(m · d + 200 k² d).
  case afkmc2
  /// Farthest-first traversal: each center is the row farthest from all centers so far ("Clustering
  /// to Minimize the Maximum Intercluster Distance", Gonzalez, 1985). Draws nothing, and takes rows
  /// that lie apart first. O(m · k · d).
  case maximin
  /// Without any draw: parts of the data are split in two across their principal direction, each
  /// split improved by a few rounds of k-means, until there are k ("In Search of Deterministic
  /// Methods for Initializing K-Means and Gaussian Mixture Clustering", Su and Dy, 2007; "A
  /// Comparison of Document Clustering Techniques", Steinbach, Karypis and Kumar, 2000). O(m · d ·
  /// log k) for parts of similar sizes.
  case principalSplitting
  /// Distinct rows, all with the same probability.
  case random

  /// What ``KMeans`` uses where nothing else is asked for: ``principalSplitting``, which leads to
  /// about the inertia of several starts of greedy k-means++ without drawing anything.
  public static let `default` = Seeding.principalSplitting

  /// Whether the first centers follow from the data alone, for any seed.
  public var isDeterministic: Bool { self == .principalSplitting || self == .maximin }
}
