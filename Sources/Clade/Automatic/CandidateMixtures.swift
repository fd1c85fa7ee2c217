import CladeCore

/// Partitions out of Gaussian mixtures.
extension CandidateSearch {
  /// Columns up to which components have covariances of their own.
  private static let mostFullColumns = 16
  private static let patience = 3
  private static let kept = 6

  /// Mixtures of 2, 3 … components until the criterion hasn't improved for a while: the best few by
  /// it.
  func mixtures() throws -> [CandidatePartition] {
    let sample = try GaussianMixtureSample(rows, threads: 1)
    let covariance: CovarianceType =
      rows.columnCount <= Self.mostFullColumns ? .full : .diagonal
    let defaults = GaussianMixture(covariance: covariance)
    let start = MixtureStart(
      sample,
      GaussianMixtureEM(
        covariance: covariance, regularization: defaults.regularization,
        maxIterations: defaults.maxIterations, tolerance: defaults.tolerance, threads: 1))
    var fits: [(k: Int, criterion: Double, labels: [Int32])] = []
    var best = (k: 1, criterion: try start.fit(componentCount: 1).value(of: .bic))
    do {
      for k in counts where k <= 30 {
        let fit = try start.fit(componentCount: k)
        let criterion = fit.value(of: .bic)
        fits.append((k, criterion, fit.labels))
        if criterion < best.criterion { best = (k, criterion) }
        if k - best.k >= Self.patience { break }
      }
    } catch is TimeLimit.Exceeded {}
    return fits.sorted { ($0.criterion, $0.k) < ($1.criterion, $1.k) }.prefix(Self.kept)
      .sorted { $0.k < $1.k }
      .map {
        CandidatePartition(
          groups: $0.labels, method: .gaussianMixture(k: $0.k, covariance: covariance))
      }
  }
}
