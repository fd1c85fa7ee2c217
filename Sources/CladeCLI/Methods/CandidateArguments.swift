import Clade

extension CandidateMethod {
  /// The options of `clade fit` that give this method directly.
  var arguments: [String] {
    switch self {
    case .oneGroup: ["--method", "kmeans", "-k", "1"]
    case .ppp: ["--method", "ppp"]
    case .gaussianMixture(let k, let covariance):
      ["--method", "gmm", "-k", "\(k)", "--covariance", covariance.rawValue]
    case .kMeans(let k): ["--method", "kmeans", "-k", "\(k)"]
    case .hdbscan(let size, let samples, let selection, let allowsSingle):
      ["--method", "hdbscan", "--min-cluster-size", "\(size)", "--min-samples", "\(samples)"]
        + (selection == .leaf ? ["--cluster-selection", "leaf"] : [])
        + (allowsSingle ? ["--allow-single-cluster"] : [])
    case .genie(let k, let threshold, let samples):
      ["--method", "genie", "-k", "\(k)", "--gini-threshold", "\(threshold)"]
        + (samples.map { ["--min-samples", "\($0)"] } ?? [])
    case .agglomerative(let linkage, let k): ["--method", linkage.rawValue, "-k", "\(k)"]
    case .graphDegreeLinkage(let k, let neighbors):
      ["--method", "gdl", "-k", "\(k)", "--neighbors", "\(neighbors)"]
    }
  }

  /// How it finds groups, in words that go on "3 groups …".
  var manner: String {
    switch self {
    case .oneGroup: "with all rows"
    case .ppp: "with valleys of density between them"
    case .gaussianMixture: "by Gaussians"
    case .kMeans: "around centers"
    case .hdbscan: "by density"
    case .genie: "by nearest rows (Genie)"
    case .agglomerative(.ward, _): "by Ward's linkage"
    case .agglomerative(let linkage, _): "by \(linkage.rawValue) linkage"
    case .graphDegreeLinkage: "by who is near whom"
    }
  }
}
