/// What is known of a component's covariance before its rows are seen: as if `rowCount` rows with
/// the covariance given had been seen already.
///
/// With it, expectation–maximisation climbs the posterior density instead of the likelihood
/// ("Bayesian regularization for normal mixture estimation and model-based clustering", Fraley and
/// Raftery, 2007); components of fewer rows than columns stay well-behaved.
package struct CovariancePrior: Sendable {
  /// How many rows the prior is worth.
  package let rowCount: Double
  /// d × d: the covariance times the number of rows.
  private let scatter: [Double]

  /// Creates a prior from a packed covariance: the lower triangle, row after row.
  package init(packed covariance: [Double], rowCount: Double) {
    self.rowCount = rowCount
    var d = 0
    while d * (d + 1) / 2 < covariance.count { d += 1 }
    var scatter = [Double](repeating: 0, count: d * d)
    for i in 0..<d {
      for j in 0...i {
        let entry = covariance[i * (i + 1) / 2 + j] * rowCount
        scatter[i * d + j] = entry
        scatter[j * d + i] = entry
      }
    }
    self.scatter = scatter
  }

  /// Adds the prior's scatter to a component's, d × d.
  func add(to scatter: inout [Double]) {
    for entry in scatter.indices { scatter[entry] += self.scatter[entry] }
  }
}
