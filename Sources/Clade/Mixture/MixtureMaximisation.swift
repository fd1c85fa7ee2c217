/// The maximisation step: the weights, means and covariances that the sums of a pass call for.
struct MixtureMaximisation: Sendable {
  private let type: CovarianceType
  private let columns: Int
  private let floor: CovarianceFloor
  private let threads: Int?
  /// A component with less weight than this is gone.
  private let leastWeight: Double
  private let prior: CovariancePrior?

  init(
    sample: GaussianMixtureSample, type: CovarianceType, regularization: Double, threads: Int?,
    prior: CovariancePrior? = nil
  ) {
    self.prior = prior
    self.type = type
    self.threads = threads
    columns = sample.columnCount
    floor = CovarianceFloor(sample: sample, regularization: regularization)
    leastWeight = 1e-6 * sample.totalWeight / Double(sample.distinctRowCount)
  }

  /// The means that the sums, taken relative to `references`, call for.
  func means(_ statistics: MixtureStatistics, references: Matrix<Double>) -> Matrix<Double> {
    Matrix(rows: references.rowCount, columns: columns) { buffer in
      for component in 0..<references.rowCount {
        let weight = statistics.weight(of: component)
        // Both layouts end with Σ r·(x − reference) and Σ r.
        let sums = statistics.sums(of: component)
        let shift = sums.endIndex - 1 - columns
        for column in 0..<columns {
          buffer[component * columns + column] =
            references[component, column] + (weight > 0 ? sums[shift + column] / weight : 0)
        }
      }
    }
  }

  /// The mixture that the sums, taken relative to `references`, call for, without the components
  /// that have lost their weight; `nil` when none is left.
  ///
  /// With N = Σ r and δ = Σ r·(x − reference) / N, the mean is reference + δ and the covariance
  /// Σ r·(x − reference)·(x − reference)ᵀ / N − δ·δᵀ.
  func maximise(
    _ statistics: MixtureStatistics, references: Matrix<Double>
  ) -> (parameters: GaussianMixtureParameters, densities: GaussianDensities)? {
    let alive = (0..<references.rowCount).filter { statistics.weight(of: $0) > leastWeight }
    guard !alive.isEmpty else { return nil }
    let total = alive.reduce(0.0) { $0 + statistics.weight(of: $1) }
    let means = means(statistics, references: references).gatheringRows(alive)
    let weights = alive.map { statistics.weight(of: $0) / total }

    var values: [Double] = []
    var factors: [[Double]] = []
    switch type {
    case .full:
      let work = alive.count * columns * columns * columns
      let updates = ParallelChunks.map(
        count: alive.count, chunkSize: 1, threads: work < 100_000 ? 1 : threads
      ) { index, _ in
        var covariance = scatter(statistics, of: alive[index])
        let weight = statistics.weight(of: alive[index])
        prior?.add(to: &covariance)
        for entry in covariance.indices { covariance[entry] /= weight + (prior?.rowCount ?? 0) }
        let factor = floor.apply(to: &covariance)
        return (covariance: covariance, factor: factor)
      }
      values = updates.flatMap(\.covariance)
      factors = updates.map(\.factor)
    case .tied:
      values = [Double](repeating: 0, count: columns * columns)
      for component in alive {
        let part = scatter(statistics, of: component)
        for entry in values.indices { values[entry] += part[entry] }
      }
      for entry in values.indices { values[entry] /= total }
      factors = [floor.apply(to: &values)]
    case .diagonal, .spherical:
      for component in alive {
        var variances = variances(statistics, of: component)
        if type == .spherical {
          let mean = variances.reduce(0, +) / Double(columns)
          values.append(max(mean, floor.sphere))
          variances = Array(repeating: max(mean, floor.sphere), count: columns)
        } else {
          for column in 0..<columns {
            variances[column] = max(variances[column], floor.variances[column])
          }
          values += variances
        }
        factors.append(variances.map { 1 / $0.squareRoot() })
      }
    }
    let parameters = GaussianMixtureParameters(
      weights: weights, means: means,
      covariances: GaussianCovariances(
        type: type, components: alive.count, columns: columns, trusting: values))
    return (parameters, GaussianDensities(parameters, factors: factors))
  }

  /// The scatter matrix of one component about its new mean, d × d.
  private func scatter(_ statistics: MixtureStatistics, of component: Int) -> [Double] {
    let sums = Array(statistics.sums(of: component))
    let weight = sums[sums.count - 1]
    let last = columns * (columns + 1) / 2  // where Σ r·(x − reference) begins
    var scatter = [Double](repeating: 0, count: columns * columns)
    for row in 0..<columns {
      let mean = sums[last + row] / weight
      for column in 0...row {
        let entry = sums[row * (row + 1) / 2 + column] - mean * sums[last + column]
        scatter[row * columns + column] = entry
        scatter[column * columns + row] = entry
      }
    }
    return scatter
  }

  /// The variances of one component, d.
  private func variances(_ statistics: MixtureStatistics, of component: Int) -> [Double] {
    let sums = Array(statistics.sums(of: component))
    let weight = sums[sums.count - 1]
    return (0..<columns).map { column in
      let mean = sums[columns + column] / weight
      return max(0, sums[column] / weight - mean * mean)
    }
  }
}
