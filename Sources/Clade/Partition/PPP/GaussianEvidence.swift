import CladeCore

/// How well one Gaussian explains a group of rows, whatever its parameters: the log marginal
/// likelihood under a normal-inverse-Wishart prior ("Conjugate Bayesian analysis of the Gaussian
/// distribution", Murphy, 2007).
///
/// The prior says what a group of this data looks like before it is seen: its covariance is about
/// `covariance`, as surely as `degreesOfFreedom` rows would tell, and its mean lies within the
/// data. The penalty for a group that isn't needed comes with the marginal likelihood; no threshold
/// is set.
package struct GaussianEvidence: Sendable {
  let columnCount: Int
  private let freedom: Int
  private let meanStrength: Double
  /// The prior's scatter matrix, packed.
  private let scale: [Double]
  private let logGamma: LogGammaTable
  /// What doesn't depend on the group.
  private let constant: Double

  /// Creates a prior.
  ///
  /// - Parameters:
  ///   - covariance: The covariance that a group is expected to have, packed and positive definite.
  ///   - strength: The prior's degrees of freedom beyond d + 2, in multiples of d.
  ///   - totalVariance: The mean variance of the columns over all rows.
  package init(
    covariance: [Double], strength: Int, totalVariance: Double, columns d: Int,
    logGamma: LogGammaTable
  ) {
    columnCount = d
    self.logGamma = logGamma
    freedom = d + 2 + strength * d
    var trace = 0.0
    for i in 0..<d { trace += covariance[i * (i + 1) / 2 + i] }
    let ratio = totalVariance > 0 ? trace / Double(d) / totalVariance : 1
    meanStrength = min(1, max(1e-4, ratio))
    // An inverse Wishart's mean is its scale over (degrees of freedom − d − 1).
    let weight = Double(freedom - d - 1)
    scale = covariance.map { $0 * weight }
    var copy = scale + Array(repeating: 0, count: d)
    let determinant = copy.withUnsafeMutableBufferPointer { Self.logDeterminant($0, size: d) }
    constant =
      0.5 * Double(freedom) * determinant - logGamma.multivariate(freedom, dimension: d)
  }

  /// The evidence for a group plus what naming it costs its rows: count · log count.
  ///
  /// The sum over the groups of a partition, less n · log n, is the log of the probability of the
  /// rows and their labels.
  ///
  /// - Parameter scratch: ``scratchCount(columns:)`` numbers to work in.
  package func value(
    count: Double, mean: UnsafePointer<Double>, scatter: UnsafePointer<Double>,
    scratch: UnsafeMutableBufferPointer<Double>
  ) -> Double {
    guard count > 0 else { return 0 }
    let d = columnCount
    let strength = meanStrength + count
    let shrink = meanStrength * count / strength
    scale.withUnsafeBufferPointer { scale in
      var entry = 0
      for i in 0..<d {
        let lift = shrink * mean[i]
        for j in 0...i {
          scratch[entry + j] = scale[entry + j] + scatter[entry + j] + lift * mean[j]
        }
        entry += i + 1
      }
    }
    let determinant = Self.logDeterminant(scratch, size: d)
    let posterior = freedom + Int(count)
    return constant + logGamma.multivariate(posterior, dimension: d)
      - 0.5 * Double(posterior) * determinant
      - 0.5 * Double(d) * count * logGamma.logPi
      + 0.5 * Double(d) * (Elementary.log(meanStrength) - Elementary.log(strength))
      + count * Elementary.log(count)
  }

  /// The numbers that ``value(count:mean:scatter:scratch:)`` needs to work in.
  package static func scratchCount(columns d: Int) -> Int { d * (d + 1) / 2 + d }

  /// The log-determinant of a packed positive definite matrix, which is overwritten. The d numbers
  /// behind it are overwritten, too.
  ///
  /// - Complexity: O(d³).
  private static func logDeterminant(
    _ matrix: UnsafeMutableBufferPointer<Double>, size d: Int
  ) -> Double {
    // safe: d > 0, so there is memory
    let a = matrix.baseAddress!
    let column = a + d * (d + 1) / 2
    var (product, exponent) = (1.0, 0)
    for j in 0..<d {
      let diagonal = j * (j + 1) / 2 + j
      // A pivot that rounding has eaten is as small as rounding.
      let pivot = max(a[diagonal], Double.leastNormalMagnitude)
      product *= pivot
      exponent += Int(product.exponent)
      product = product.significand
      let inverse = 1 / pivot
      var row = diagonal + 1
      for i in (j + 1)..<max(d, j + 1) {
        column[i] = a[row + j]
        let factor = column[i] * inverse
        for k in (j + 1)...i { a[row + k] -= factor * column[k] }
        row += i + 1
      }
    }
    return Elementary.log(product) + Double(exponent) * log2
  }

  private static let log2 = Elementary.log(2)
}

/// log Γ at the halves of whole numbers, and sums of them.
package struct LogGammaTable: Sendable {
  let logPi = Elementary.log(Double.pi)
  /// Entry i: the sum of log Γ(1/2), log Γ(2/2), ..., log Γ(i/2).
  private let sums: [Double]

  /// Makes room for multivariate functions of up to `largest` / 2.
  package init(largest: Int) {
    var values = [0.0, 0.5 * Elementary.log(Double.pi), 0.0]
    for i in 3...max(3, largest) {
      // Γ(x + 1) = x · Γ(x)
      values.append(values[i - 2] + Elementary.log(Double(i - 2) / 2))
    }
    var sum = 0.0
    sums = values.map { value in
      sum += value
      return sum
    }
  }

  /// log Γ_d(m / 2) up to a constant of d: the sum of log Γ((m − j) / 2) over j = 0 ..< d.
  package func multivariate(_ m: Int, dimension d: Int) -> Double {
    sums[m] - sums[m - d]
  }
}
