import CladeCore

/// What planes sever of the edges of a graph of nearest neighbours that lie within one Gaussian of
/// a mixture, in the limit of many rows.
///
/// A plane severs edges in number of the integral over it of the density to the power p = 1 − 1/d.
/// For a Gaussian of share a and covariance Σ that is, but for a factor that all Gaussians have in
/// common, aᵖ · |Σ|^(1/2d) / σ · exp(−p·z²/2), with σ the standard deviation across the plane, and
/// z the plane's distance from the center in these.
struct GaussianCuts: Sendable {
  let mean: [Double]
  /// The logarithm of the number severed by the cheapest plane through the center: the one across
  /// the longest axis. It halves the Gaussian, so that the tangle there lasts no longer.
  let logReach: Double
  /// log aᵖ · |Σ|^(1/2d).
  private let logMass: Double
  private let covariance: Covariance

  private enum Covariance {
    /// Row-major, d × d.
    case full([Double])
    case diagonal([Double])
  }

  /// Looks at a component of a mixture.
  ///
  /// - Returns: `nil` where it has no extent in some direction.
  /// - Complexity: O(d³) time for full covariances, else O(d).
  init?(_ mixture: GaussianMixtureParameters, component: Int) {
    let d = mixture.columnCount
    let values = mixture.covariances.values
    let largest: Double
    let logDeterminant: Double
    switch mixture.covariances.type {
    case .full, .tied:
      let start = mixture.covariances.type == .full ? component * d * d : 0
      let matrix = Array(values[start..<(start + d * d)])
      guard let lower = SmallLinearAlgebra.cholesky(matrix, size: d),
        let eigen = SymmetricEigen(matrix, size: d)
      else { return nil }
      largest = eigen.values[0]
      logDeterminant = SmallLinearAlgebra.logDeterminant(cholesky: lower, size: d)
      covariance = .full(matrix)
    case .diagonal, .spherical:
      let variances =
        mixture.covariances.type == .diagonal
        ? Array(values[(component * d)..<((component + 1) * d)])
        : [Double](repeating: values[component], count: d)
      largest = variances.max() ?? 0
      logDeterminant = variances.reduce(0) { $0 + Elementary.log($1) }
      covariance = .diagonal(variances)
    }
    let mass =
      (1 - 1 / Double(d)) * Elementary.log(mixture.weights[component])
      + logDeterminant / Double(2 * d)
    let reach = mass - Elementary.log(largest) / 2
    guard largest > 0, mass.isFinite, reach.isFinite else { return nil }
    mean = mixture.means.row(component)
    logMass = mass
    logReach = reach
  }

  /// The logarithm of the number that the cheapest plane between the centers of two Gaussians
  /// severs, of those across the line between them and across the direction that tells them apart
  /// best (Fisher's discriminant).
  ///
  /// What the mixture of both severs is at least (h₁^(1/p) + h₂^(1/p))ᵖ, by Minkowski's inequality,
  /// and just that where they have one shape.
  static func logLeastOrder(between a: GaussianCuts, _ b: GaussianCuts) -> Double {
    let line = zip(a.mean, b.mean).map { $1 - $0 }
    let directions = [line, discriminant(a, b, line)].compactMap(\.self)
    return directions.map { logLeastOrder(along: $0, a, b) }.min() ?? .infinity
  }

  private static let steps = 128

  private static func logLeastOrder(
    along direction: [Double], _ a: GaussianCuts, _ b: GaussianCuts
  ) -> Double {
    var gap = 0.0
    var square = 0.0
    for column in direction.indices {
      gap = gap.addingProduct(direction[column], b.mean[column] - a.mean[column])
      square = square.addingProduct(direction[column], direction[column])
    }
    let length = square.squareRoot()
    guard length > 0, gap > 0, length.isFinite else { return .infinity }
    let (across, beyond) = (a.deviation(along: direction), b.deviation(along: direction))
    guard across > 0, beyond > 0 else { return .infinity }
    let p = 1 - 1 / Double(direction.count)
    let first = a.logMass - Elementary.log(across / length)
    let second = b.logMass - Elementary.log(beyond / length)
    var least = Double.infinity
    for step in 0...steps {
      let place = Double(step) / Double(steps)
      let (x, y) = (place * gap / across, (1 - place) * gap / beyond)
      let (h, g) = (first - p * x * x / 2, second - p * y * y / 2)
      let high = max(h, g)
      least = min(least, high + p * Elementary.log(1 + Elementary.exp((min(h, g) - high) / p)))
    }
    return least
  }

  /// The mean of both covariances, inverted, times the line between the centers.
  private static func discriminant(
    _ a: GaussianCuts, _ b: GaussianCuts, _ line: [Double]
  ) -> [Double]? {
    switch (a.covariance, b.covariance) {
    case (.full(let first), .full(let second)):
      let pooled = zip(first, second).map { ($0 + $1) / 2 }
      guard let lower = SmallLinearAlgebra.cholesky(pooled, size: line.count) else { return nil }
      return SmallLinearAlgebra.solve(cholesky: lower, size: line.count, line)
    case (.diagonal(let first), .diagonal(let second)):
      return line.indices.map { line[$0] / ((first[$0] + second[$0]) / 2) }
    default:
      return nil
    }
  }

  /// √(wᵀΣw).
  private func deviation(along direction: [Double]) -> Double {
    let d = direction.count
    var sum = 0.0
    switch covariance {
    case .full(let matrix):
      for i in 0..<d {
        var product = 0.0
        for j in 0..<d { product = product.addingProduct(matrix[i * d + j], direction[j]) }
        sum = sum.addingProduct(product, direction[i])
      }
    case .diagonal(let variances):
      for i in 0..<d { sum = sum.addingProduct(variances[i] * direction[i], direction[i]) }
    }
    return sum.squareRoot()
  }
}
