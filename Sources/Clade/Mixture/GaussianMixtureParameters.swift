/// What a Gaussian mixture is: Σ weightⱼ · N(x; meanⱼ, covarianceⱼ).
package struct GaussianMixtureParameters: Sendable, Equatable, Codable {
  /// The share of each component; they sum to 1 (k).
  package var weights: [Double]
  /// The means (k × d).
  package var means: Matrix<Double>
  /// The covariances.
  package var covariances: GaussianCovariances

  package init(weights: [Double], means: Matrix<Double>, covariances: GaussianCovariances) {
    self.weights = weights
    self.means = means
    self.covariances = covariances
  }

  /// The number of components, k.
  package var componentCount: Int { weights.count }
  /// The number of features, d.
  package var columnCount: Int { means.columnCount }

  /// The component at each of `order`'s places; the weights are made to sum to 1 again.
  package func reordered(_ order: [Int]) -> GaussianMixtureParameters {
    var kept = order.map { weights[$0] }
    if order.count < weights.count {
      let sum = kept.reduce(0, +)
      kept = kept.map { $0 / sum }
    }
    return GaussianMixtureParameters(
      weights: kept, means: means.gatheringRows(order), covariances: covariances.reordered(order))
  }

  /// The canonical order of the components: the largest of `sizes` first, ties by the means, then
  /// by the covariances.
  package func canonicalOrder(sizes: [Double]) -> [Int] {
    let stride =
      covariances.type == .tied ? 0 : covariances.values.count / max(1, componentCount)
    return (0..<componentCount).sorted { a, b in
      if sizes[a] != sizes[b] { return sizes[a] > sizes[b] }
      let (left, right) = (means.row(a), means.row(b))
      if left != right { return left.lexicographicallyPrecedes(right) }
      return covariances.values[(a * stride)..<((a + 1) * stride)]
        .lexicographicallyPrecedes(covariances.values[(b * stride)..<((b + 1) * stride)])
    }
  }

  /// Throws unless the numbers fit together and describe a mixture.
  package func validate() throws {
    guard componentCount > 0, means.rowCount == componentCount, columnCount > 0,
      covariances.componentCount == componentCount, covariances.columnCount == columnCount
    else {
      throw CladeError.shapeMismatch(
        expected: "weights, means and covariances of the same components",
        found: "\(componentCount) weights, \(means.rowCount) × \(columnCount) means, "
          + "\(covariances.componentCount) covariances in \(covariances.columnCount) columns")
    }
    guard weights.allSatisfy({ $0 > 0 && $0.isFinite }) else {
      throw CladeError.invalidParameter(
        name: "weights", value: "\(weights)", reason: "each must be a positive number")
    }
    guard
      means.withUnsafeBufferPointer({ $0.allSatisfy(\.isFinite) }),
      covariances.values.allSatisfy(\.isFinite)
    else {
      throw CladeError.invalidParameter(
        name: "means or covariances", value: "not finite", reason: "each must be a finite number")
    }
  }
}
