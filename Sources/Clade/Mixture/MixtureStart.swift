/// The partitions that mixtures start from: those that k-means finds on the features as they are,
/// and, where the features' scales differ, on the features divided by their standard deviations.
///
/// A mixture doesn't care about the scale of a feature, but k-means does, and either view may be
/// the one that shows the groups. Of two fits the one with the larger likelihood is kept.
struct MixtureStart {
  private let sample: GaussianMixtureSample
  private let views: [Matrix<Double>]
  private let em: GaussianMixtureEM

  /// Scales differ when the largest variance is more than so many times the smallest.
  private static let differing = 4.0

  init(_ sample: GaussianMixtureSample, _ em: GaussianMixtureEM) {
    self.sample = sample
    self.em = em
    let varying = sample.variances.filter { $0 > 0 }
    let (least, largest) = (varying.min() ?? 1, varying.max() ?? 1)
    views =
      largest > Self.differing * least
      ? [sample.rows, Self.standardised(sample)] : [sample.rows]
  }

  /// The best fit of `componentCount` components.
  func fit(componentCount: Int, progress: ProgressObserver? = nil) throws -> GaussianMixtureFit {
    var best = try em.fit(
      sample, distinctLabels: labels(componentCount, in: views[0]), progress: progress)
    for view in views.dropFirst() where componentCount > 1 {
      let fit = try em.fit(
        sample, distinctLabels: labels(componentCount, in: view), progress: progress)
      if fit.logLikelihood > best.logLikelihood { best = fit }
    }
    return best
  }

  private func labels(_ componentCount: Int, in view: Matrix<Double>) throws -> [Int32] {
    guard componentCount > 1 else { return Array(repeating: 0, count: view.rowCount) }
    return try KMeans(k: componentCount, maxIterations: 50)
      .fit(view, weights: sample.weights, threads: em.threads).labels
  }

  private static func standardised(_ sample: GaussianMixtureSample) -> Matrix<Double> {
    let deviations = sample.variances.map { $0 > 0 ? $0.squareRoot() : 1 }
    let (m, d) = (sample.distinctRowCount, sample.columnCount)
    return Matrix(rows: m, columns: d) { buffer in
      sample.rows.withUnsafeBufferPointer { values in
        for row in 0..<m {
          for column in 0..<d {
            buffer[row &* d &+ column] = values[row &* d &+ column] / deviations[column]
          }
        }
      }
    }
  }
}
