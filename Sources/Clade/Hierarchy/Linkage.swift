/// How far apart two clusters are, given how far apart their rows are.
///
/// The names and the heights are those of SciPy, fastcluster and R (where Ward's is `ward.D2`).
public enum Linkage: String, CaseIterable, Sendable, Hashable, Codable {
  /// The nearest two rows. Finds clusters of any shape, and is led from one to another by a few
  /// rows between them.
  case single
  /// The farthest two rows: clusters of about the same diameter.
  case complete
  /// The mean over all pairs of rows, also known as UPGMA.
  case average
  /// The mean of the distances from the two clusters that one was made of, whatever their sizes;
  /// also known as WPGMA and McQuitty's.
  case weighted
  /// By how much the sum of squares around the centroids grows, as √(2 · growth), which is the
  /// distance for two rows: compact clusters. Euclidean distances only.
  case ward
  /// The distance of the centroids, also known as UPGMC. Euclidean distances only; a merge may be
  /// lower than the one before.
  case centroid
  /// As ``centroid``, where the centroid of a new cluster is in the middle of the two; also known
  /// as WPGMC. Euclidean distances only; a merge may be lower than the one before.
  case median

  /// Whether it stands on centroids, which only Euclidean distances have.
  public var needsEuclideanDistances: Bool {
    switch self {
    case .ward, .centroid, .median: true
    case .single, .complete, .average, .weighted: false
    }
  }

  /// Whether no merge is lower than the ones that made its clusters.
  public var isMonotone: Bool {
    switch self {
    case .centroid, .median: false
    case .single, .complete, .average, .weighted, .ward: true
    }
  }
}
