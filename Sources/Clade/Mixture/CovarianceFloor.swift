/// Keeps covariances away from being singular, relative to the data's own spread.
///
/// A component may not become thinner than a floor: with F the diagonal matrix of `regularization`
/// × the variance of each feature over all data, every covariance Σ is kept such that Σ − F has no
/// negative eigenvalue. A covariance that is already so is left exactly as it is; otherwise the
/// eigenvalues of F^(−½)·Σ·F^(−½) below 1 are raised to 1. That is the covariance that maximises
/// the likelihood among those allowed, so expectation–maximisation stays monotone ("Constrained
/// monotone EM algorithms for finite mixture of multivariate Gaussians", Ingrassia and Rocci,
/// 2007). As the floor is relative, scaling a feature scales the result with it.
///
/// A feature that is constant in the data says nothing about groups: it is kept uncorrelated with
/// the others, with the floor as its variance (as the mean over the other features has it, or
/// `regularization` itself where all are constant).
struct CovarianceFloor: Sendable {
  /// The least variance of each feature (d).
  let variances: [Double]
  /// The features that vary, in ascending order.
  let varying: [Int]
  /// Whether a feature is constant in the data (d).
  let isConstant: [Bool]
  /// The least variance of a sphere.
  let sphere: Double

  init(sample: GaussianMixtureSample, regularization: Double) {
    let spreads = sample.variances
    isConstant = sample.isConstant
    varying = spreads.indices.filter { !sample.isConstant[$0] }
    let mean =
      varying.isEmpty ? 1 : varying.reduce(0) { $0 + spreads[$1] } / Double(varying.count)
    variances = spreads.indices.map { column in
      regularization * (sample.isConstant[column] ? mean : spreads[column])
    }
    sphere = regularization * mean
  }

  /// Raises a d × d covariance to the floor where it lies below, and returns the inverse of its
  /// Cholesky factor (lower triangular, d × d).
  ///
  /// - Complexity: O(d³).
  func apply(to covariance: inout [Double]) -> [Double] {
    let d = variances.count
    if varying.count < d {
      for column in 0..<d where isConstant[column] {
        for other in 0..<d {
          covariance[column * d + other] = 0
          covariance[other * d + column] = 0
        }
        covariance[column * d + column] = variances[column]
      }
    }
    if let lower = SmallLinearAlgebra.cholesky(covariance, size: d) {
      let inverse = SmallLinearAlgebra.inverseLower(lower, size: d)
      if isAbove(inverse) { return inverse }
    }
    raise(&covariance)
    // Above the floor by construction; a factor is missing only where rounding ate the floor.
    var ridge = 0x1p-40
    while true {
      if let lower = SmallLinearAlgebra.cholesky(covariance, size: d) {
        return SmallLinearAlgebra.inverseLower(lower, size: d)
      }
      for column in 0..<d { covariance[column * d + column] *= 1 + ridge }
      ridge *= 2
    }
  }

  /// Whether the covariance with this inverse factor P surely lies above the floor: the largest
  /// eigenvalue of F^½·Pᵀ·P·F^½ is at most its trace.
  private func isAbove(_ inverse: [Double]) -> Bool {
    let d = variances.count
    var trace = 0.0
    for row in 0..<d {
      for column in varying where column <= row {
        let entry = inverse[row * d + column]
        trace += entry * entry * variances[column]
      }
    }
    return trace <= 1
  }

  /// Raises the eigenvalues below 1 of F^(−½)·Σ·F^(−½), over the features that vary.
  private func raise(_ covariance: inout [Double]) {
    let d = variances.count
    let size = varying.count
    let scales = varying.map { variances[$0].squareRoot() }
    var scaled = [Double](repeating: 0, count: size * size)
    for (i, row) in varying.enumerated() {
      for (j, column) in varying.enumerated() {
        scaled[i * size + j] = covariance[row * d + column] / (scales[i] * scales[j])
      }
    }
    guard let eigen = SymmetricEigen(scaled, size: size) else { return }
    for (index, value) in eigen.values.enumerated() where value < 1 {
      let vector = Array(eigen.vector(index))
      for (i, row) in varying.enumerated() {
        let lift = (1 - value) * vector[i] * scales[i]
        for (j, column) in varying.enumerated().prefix(i + 1) {
          covariance[row * d + column] += lift * (vector[j] * scales[j])
          covariance[column * d + row] = covariance[row * d + column]
        }
      }
    }
  }
}
