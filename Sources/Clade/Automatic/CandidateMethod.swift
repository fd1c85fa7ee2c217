/// A method with its parameters, as ``AutomaticClustering`` tries them.
///
/// Distances are Euclidean throughout.
public enum CandidateMethod: Sendable, Hashable, Codable {
  /// All rows in one group.
  case oneGroup
  /// ``PPP``, which has no parameter.
  case ppp
  /// ``GaussianMixture`` of k components.
  case gaussianMixture(k: Int, covariance: CovarianceType)
  /// ``KMeans`` with k centers.
  case kMeans(k: Int)
  /// ``HDBSCAN``.
  case hdbscan(
    minClusterSize: Int, minSamples: Int, clusterSelection: ClusterSelectionMethod,
    allowSingleCluster: Bool)
  /// ``Genie`` cut into k groups; without `minSamples` by plain distances.
  case genie(k: Int, giniThreshold: Double, minSamples: Int?)
  /// ``AgglomerativeClustering`` cut into k groups.
  case agglomerative(linkage: Linkage, k: Int)
  /// ``GraphDegreeLinkage`` cut into k groups.
  case graphDegreeLinkage(k: Int, neighbors: Int)

  /// What methods have in common that differ in their parameters only.
  public enum Family: String, Sendable, Hashable, Codable, CaseIterable {
    /// One group.
    case oneGroup = "one group"
    /// ``PPP``.
    case ppp
    /// ``GaussianMixture``.
    case gaussianMixture = "gaussian mixture"
    /// ``KMeans``.
    case kMeans = "k-means"
    /// ``HDBSCAN``.
    case hdbscan
    /// ``Genie``.
    case genie
    /// ``AgglomerativeClustering`` with one of its linkages.
    case agglomerative
    /// ``GraphDegreeLinkage``.
    case graphDegreeLinkage = "graph degree linkage"
  }

  /// The family of the method.
  public var family: Family {
    switch self {
    case .oneGroup: .oneGroup
    case .ppp: .ppp
    case .gaussianMixture: .gaussianMixture
    case .kMeans: .kMeans
    case .hdbscan: .hdbscan
    case .genie: .genie
    case .agglomerative: .agglomerative
    case .graphDegreeLinkage: .graphDegreeLinkage
    }
  }

  /// The method and its parameters for a person, as
  /// `HDBSCAN* (min cluster size 20, min samples 5)`.
  public var title: String {
    switch self {
    case .oneGroup: return "one group"
    case .ppp: return "PPP"
    case .gaussianMixture(let k, let covariance):
      return "Gaussian mixture (\(k) components, \(covariance.rawValue) covariances)"
    case .kMeans(let k): return "k-means (k = \(k))"
    case .hdbscan(let size, let samples, let selection, let single):
      let leaf = selection == .leaf ? ", leaves" : ""
      return "HDBSCAN* (min cluster size \(size), min samples \(samples)\(leaf)"
        + (single ? ", single cluster allowed)" : ")")
    case .genie(let k, let threshold, let samples):
      let reach = samples.map { ", min samples \($0)" } ?? ""
      return "Genie (k = \(k), Gini threshold \(threshold)\(reach))"
    case .agglomerative(let linkage, let k):
      return "\(linkage.rawValue) linkage (k = \(k))"
    case .graphDegreeLinkage(let k, let neighbors):
      return "graph degree linkage (k = \(k), \(neighbors) neighbors)"
    }
  }

  /// Whether rows may be left out of all groups.
  public var leavesNoise: Bool { family == .hdbscan }
}
