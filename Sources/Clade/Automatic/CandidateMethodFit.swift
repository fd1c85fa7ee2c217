import CladeCore

extension CandidateMethod {
  /// The method for more rows of the same kind: the least size of a cluster grows with their
  /// number, and core distances reach further, up to so many rows as are found quickly.
  func scaled(from decided: Int, to count: Int) -> CandidateMethod {
    guard decided < count else { return self }
    let ratio = Double(count) / Double(decided)
    func reach(_ samples: Int) -> Int {
      max(samples, min(Self.mostSamples, Int((Double(samples) * ratio).rounded())))
    }
    switch self {
    case .oneGroup, .ppp, .gaussianMixture, .kMeans, .agglomerative, .graphDegreeLinkage:
      return self
    case .hdbscan(let size, let samples, let selection, let single):
      return .hdbscan(
        minClusterSize: Int((Double(size) * ratio).rounded()), minSamples: reach(samples),
        clusterSelection: selection, allowSingleCluster: single)
    case .genie(let k, let threshold, let samples):
      return .genie(k: k, giniThreshold: threshold, minSamples: samples.map(reach))
    }
  }

  /// As far as core distances are made to reach.
  private static let mostSamples = 32

  /// Whether the method is run on so many rows, as its time grows about as fast as their number.
  func runs(on rows: Int, columns: Int) -> Bool {
    let (n, d) = (Double(rows), Double(columns))
    switch self {
    case .oneGroup, .ppp: return true
    case .kMeans(let k): return n * d * Double(k) <= 2e9
    case .gaussianMixture(let k, let covariance):
      return n * Double(k) * (covariance == .full ? d * d : d) <= 3e7
    case .hdbscan, .genie, .agglomerative(.single, _):
      return columns <= 3
        ? rows <= 5_000_000
        : columns <= 8 ? rows <= 500_000 : columns <= 16 ? rows <= 100_000 : n * n * d <= 1e11
    case .agglomerative(.ward, _): return rows <= (columns <= 4 ? 200_000 : 20_000)
    case .agglomerative(.centroid, _), .agglomerative(.median, _): return rows <= 20_000
    case .agglomerative: return rows <= 10_000
    case .graphDegreeLinkage: return columns <= 8 ? rows <= 50_000 : n * n * d <= 1e10
    }
  }

  /// Fits the method to all rows.
  ///
  /// - Returns: Their groups, and what places further rows.
  func fit<Scalar: MatrixScalar>(
    _ data: Matrix<Scalar>, threads: Int?, progress: ProgressObserver?
  ) throws -> (labels: [Int32], placement: AutomaticPlacement<Scalar>) {
    switch self {
    case .oneGroup:
      return (
        Array(repeating: 0, count: data.rowCount), .oneGroup(columnCount: data.columnCount)
      )
    case .ppp:
      let model = try PPP().fit(data, threads: threads, progress: progress)
      return (model.labels, .ppp(model))
    case .gaussianMixture(let k, let covariance):
      let model = try GaussianMixture(componentCount: k, covariance: covariance)
        .fit(data, threads: threads, progress: progress)
      return (model.labels, .gaussianMixture(model))
    case .kMeans(let k):
      let model = try KMeans(k: k).fit(data, threads: threads, progress: progress)
      return (model.labels, .kMeans(model))
    case .hdbscan(let size, let samples, let selection, let single):
      let model = try HDBSCAN(
        minClusterSize: size, minSamples: samples, clusterSelection: selection,
        allowSingleCluster: single
      ).fit(data, threads: threads, progress: progress)
      return (model.labels, .hdbscan(model))
    case .genie(let k, let threshold, let samples):
      let model = try Genie(k: k, giniThreshold: threshold, minSamples: samples)
        .fit(data, threads: threads, progress: progress)
      return (
        model.labels, .nearestRow(NearestGroupedRow(rows: model.rows, groups: model.rowLabels))
      )
    case .agglomerative(let linkage, let k):
      let model = try AgglomerativeClustering(linkage: linkage, k: k)
        .fit(data, threads: threads, progress: progress)
      return (model.labels, .nearestRow(NearestGroupedRow(data, labels: model.labels)))
    case .graphDegreeLinkage(let k, let neighbors):
      let model = try GraphDegreeLinkage(k: k, neighbors: neighbors)
        .fit(data, threads: threads, progress: progress)
      return (model.labels, .nearestRow(NearestGroupedRow(data, labels: model.labels)))
    }
  }

  /// Whether every row is in a group, and another one belongs where the nearest row does.
  var placesByNearestRow: Bool {
    family == .genie || family == .agglomerative || family == .graphDegreeLinkage
  }

  /// Whether a model of some rows places others by what it says of groups as a whole.
  var placesByModel: Bool { family == .gaussianMixture || family == .kMeans }
}
