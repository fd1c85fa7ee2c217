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
      guard let lower = SmallLinearAlgebra.cholesky(matrix, size: d) else { return nil }
      largest = Self.largestVariance(matrix, size: d)
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
  /// severs, of those across the line between them; and, unless that is few enough, of those across
  /// the direction that tells them apart best (Fisher's discriminant).
  ///
  /// What the mixture of both severs is at least (h₁^(1/p) + h₂^(1/p))ᵖ, by Minkowski's inequality,
  /// and just that where they have one shape.
  ///
  /// - Parameters:
  ///   - a: One of the two.
  ///   - b: The other.
  ///   - enough: No other direction is looked at where a plane severs no more than this, as a
  ///     logarithm.
  static func logLeastOrder(between a: GaussianCuts, _ b: GaussianCuts, enough: Double) -> Double {
    let line = zip(a.mean, b.mean).map { $1 - $0 }
    let order = logLeastOrder(along: line, line, a, b)
    guard order > enough, let direction = discriminant(a, b, line) else { return order }
    return min(order, logLeastOrder(along: direction, line, a, b))
  }

  /// The places at which planes are looked at, around the one that severs as much of either.
  private static let steps = 16

  private static func logLeastOrder(
    along direction: [Double], _ line: [Double], _ a: GaussianCuts, _ b: GaussianCuts
  ) -> Double {
    var gap = 0.0
    var square = 0.0
    for column in direction.indices {
      gap += direction[column] * line[column]
      square += direction[column] * direction[column]
    }
    let length = square.squareRoot()
    guard length > 0, gap > 0, length.isFinite else { return .infinity }
    let (across, beyond) = (a.deviation(along: direction), b.deviation(along: direction))
    guard across > 0, beyond > 0 else { return .infinity }
    let p = 1 - 1 / Double(direction.count)
    let first = a.logMass - Elementary.log(across / length)
    let second = b.logMass - Elementary.log(beyond / length)
    // What a plane severs of each, as logarithms: that of the first falls along the line.
    let ofFirst = { (place: Double) -> Double in
      let z = place * gap / across
      return first - p * z * z / 2
    }
    let ofSecond = { (place: Double) -> Double in
      let z = (1 - place) * gap / beyond
      return second - p * z * z / 2
    }
    var (low, high) = (0.0, 1.0)
    for _ in 0..<40 {
      let middle = (low + high) / 2
      if ofFirst(middle) > ofSecond(middle) { low = middle } else { high = middle }
    }
    // Of both it severs least near there, no farther than a standard deviation of either.
    let reach = min(1, max(across, beyond) / gap)
    var least = Double.infinity
    for step in 0...steps {
      let place = low + reach * (Double(2 * step) / Double(steps) - 1)
      guard place >= 0, place <= 1 else { continue }
      let (h, g) = (ofFirst(place), ofSecond(place))
      let (more, less) = (max(h, g), min(h, g))
      least = min(least, more + p * Elementary.log(1 + Elementary.exp((less - more) / p)))
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

  /// The variance along the longest axis, the largest eigenvalue: by power iteration, from a vector
  /// that no axis is at right angles to unless by chance.
  private static func largestVariance(_ matrix: [Double], size d: Int) -> Double {
    var vector = (0..<d).map { i in
      let fraction = Double((i * 0x9E37) & 0xFFFF) / 0x10000
      return (1 + fraction) * matrix[i * d + i].squareRoot()
    }
    var image = vector
    var largest = 0.0
    for _ in 0..<500 {
      let square = vector.reduce(0) { $0 + $1 * $1 }
      var product = 0.0
      matrix.withUnsafeBufferPointer { matrix in
        vector.withUnsafeBufferPointer { vector in
          for i in 0..<d {
            var sum = 0.0
            for j in 0..<d { sum += matrix[i * d + j] * vector[j] }
            image[i] = sum
            product += sum * vector[i]
          }
        }
      }
      let value = product / square
      guard value.isFinite, value - largest > 1e-13 * largest else { break }
      largest = value
      let length = image.reduce(0) { max($0, $1.magnitude) }
      for i in 0..<d { vector[i] = image[i] / length }
    }
    return largest
  }

  /// √(wᵀΣw).
  private func deviation(along direction: [Double]) -> Double {
    let d = direction.count
    var sum = 0.0
    switch covariance {
    case .full(let matrix):
      matrix.withUnsafeBufferPointer { matrix in
        direction.withUnsafeBufferPointer { direction in
          for i in 0..<d {
            var product = 0.0
            for j in 0..<d { product += matrix[i * d + j] * direction[j] }
            sum += product * direction[i]
          }
        }
      }
    case .diagonal(let variances):
      for i in 0..<d { sum += variances[i] * direction[i] * direction[i] }
    }
    return sum.squareRoot()
  }
}
