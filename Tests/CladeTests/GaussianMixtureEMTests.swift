import Clade
import Foundation
import Testing

/// Expectation–maximisation against a plain implementation, and what must always hold.
@Suite struct GaussianMixtureEMTests {
  // MARK: Against a plain implementation

  @Test(arguments: CovarianceType.allCases, [1, 2, 3, 4, 5, 9, 17])
  func oneStepEqualsPlainImplementation(type: CovarianceType, columns: Int) throws {
    let data = MixtureData.groups(rows: 333, columns: columns, groups: 4, spread: 1.5)
    let weights = (0..<333).map { 0.5 + Double($0 % 4) }
    let sample = try GaussianMixtureSample(data.rows, weights: weights)
    let em = GaussianMixtureEM(covariance: type, maxIterations: 1, tolerance: -.infinity)
    let fit = try em.fit(sample, labels: data.labels)

    var plain = PlainMixture(
      data.rows, weights: weights, responsibilities: MixtureData.hard(data.labels, 4), type: type)
    let posteriors = plain.expectation(data.rows).posteriors
    plain = PlainMixture(data.rows, weights: weights, responsibilities: posteriors, type: type)
    let expected = plain.expectation(data.rows)

    #expect(fit.parameters.componentCount == 4)
    let logLikelihood = zip(weights, expected.logDensities).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(abs(fit.logLikelihood / logLikelihood - 1) < 1e-11)
    for component in 0..<4 {
      // The plain one keeps the numbering of the labels: match by the nearest mean.
      let mean = fit.parameters.means.row(component)
      let match = (0..<4).min {
        MixtureData.squaredDistance(plain.means[$0], mean)
          < MixtureData.squaredDistance(plain.means[$1], mean)
      }!
      #expect(abs(fit.parameters.weights[component] - plain.weights[match]) < 1e-12)
      let covariance = fit.parameters.covariances.matrix(of: component)
      for i in 0..<columns {
        #expect(abs(mean[i] - plain.means[match][i]) < 1e-11)
        for j in 0..<columns {
          #expect(abs(covariance[i, j] - plain.covariances[match][i][j]) < 1e-10)
        }
      }
      for row in 0..<333 where fit.labels[row] == Int32(component) {
        #expect(abs(fit.posteriors[row] - expected.posteriors[row][match]) < 1e-11)
        #expect(fit.posteriors[row] >= expected.posteriors[row].max()! - 1e-11)
      }
    }
  }

  @Test func singleComponentHasClosedForm() throws {
    let data = MixtureData.groups(rows: 500, columns: 3, groups: 3, spread: 2).rows
    let sample = try GaussianMixtureSample(data)
    let fit = try GaussianMixtureEM().fit(sample, labels: Array(repeating: 0, count: 500))
    let plain = PlainMixture(
      data, weights: Array(repeating: 1, count: 500),
      responsibilities: Array(repeating: [1], count: 500), type: .full)
    #expect(fit.parameters.weights == [1])
    #expect(fit.converged)
    #expect(fit.labels.allSatisfy { $0 == 0 })
    #expect(fit.posteriors.allSatisfy { $0 == 1 })
    #expect(fit.separability == [1])
    let covariance = fit.parameters.covariances.matrix(of: 0)
    for i in 0..<3 {
      #expect(abs(fit.parameters.means[0, i] - plain.means[0][i]) < 1e-13)
      for j in 0..<3 { #expect(abs(covariance[i, j] - plain.covariances[0][i][j]) < 1e-12) }
    }
  }

  // MARK: What must always hold

  @Test(arguments: CovarianceType.allCases)
  func likelihoodNeverFalls(type: CovarianceType) throws {
    for seed in 0..<6 {
      let data = MixtureData.groups(
        rows: 400, columns: 1 + seed, groups: 5, spread: 0.7, seed: UInt64(seed))
      let sample = try GaussianMixtureSample(data.rows)
      // A poor start: labels that have little to do with the groups.
      let labels = (0..<400).map { Int32(($0 / 7) % 5) }
      let fit = try GaussianMixtureEM(covariance: type, maxIterations: 100, tolerance: 0)
        .fit(sample, labels: labels)
      for (before, after) in zip(fit.trace, fit.trace.dropFirst()) {
        #expect(after >= before - 1e-11 * abs(before))
      }
    }
  }

  @Test func likelihoodNeverFallsWhereCovariancesAreHeldUp() throws {
    // Two features equal, one a coarse grid: every covariance is singular before it is raised.
    let base = MixtureData.groups(rows: 300, columns: 2, groups: 3, spread: 2).rows
    let data = try Matrix(
      (0..<300).map { [base[$0, 0], base[$0, 0], base[$0, 1].rounded(), base[$0, 1]] })
    let sample = try GaussianMixtureSample(data)
    let fit = try GaussianMixtureEM(maxIterations: 100, tolerance: 0)
      .fit(sample, labels: (0..<300).map { Int32($0 % 3) })
    #expect(fit.trace.count > 3)
    for (before, after) in zip(fit.trace, fit.trace.dropFirst()) {
      #expect(after >= before - 1e-9 * abs(before))
    }
  }

  @Test(arguments: CovarianceType.allCases)
  func shiftAndScaleMoveTheResultWithThem(type: CovarianceType) throws {
    let data = MixtureData.groups(rows: 400, columns: 3, groups: 3, spread: 1)
    let em = GaussianMixtureEM(covariance: type)
    let fit = try em.fit(try GaussianMixtureSample(data.rows), labels: data.labels)
    let moved = try Matrix(
      (0..<400).map { row in data.rows.row(row).map { $0 * 1024 + 4096 } })
    let other = try em.fit(try GaussianMixtureSample(moved), labels: data.labels)
    #expect(other.labels == fit.labels)
    #expect(other.iterations == fit.iterations)
    for component in 0..<3 {
      let (a, b) = (
        fit.parameters.covariances.matrix(of: component),
        other.parameters.covariances.matrix(of: component)
      )
      for i in 0..<3 {
        let mean = fit.parameters.means[component, i] * 1024 + 4096
        #expect(abs(other.parameters.means[component, i] - mean) < 1e-8)
        for j in 0..<3 { #expect(abs(b[i, j] / 1_048_576 - a[i, j]) < 1e-9) }
      }
    }
  }

  @Test func startFromParametersGoesOn() throws {
    let data = MixtureData.groups(rows: 600, columns: 2, groups: 3, spread: 0.8)
    let sample = try GaussianMixtureSample(data.rows)
    let early = try GaussianMixtureEM(maxIterations: 3, tolerance: 0)
      .fit(sample, labels: data.labels)
    let late = try GaussianMixtureEM(maxIterations: 13, tolerance: 0)
      .fit(sample, labels: data.labels)
    let resumed = try GaussianMixtureEM(maxIterations: 10, tolerance: 0)
      .fit(sample, from: early.parameters)
    #expect(abs(resumed.logLikelihood - late.logLikelihood) < 1e-9 * abs(late.logLikelihood))
    #expect(resumed.labels == late.labels)
  }
}

/// Data for the mixtures' tests.
enum MixtureData {
  /// Normal groups around points of a grid with distance 4.
  static func groups(
    rows: Int, columns: Int, groups: Int, spread: Double, seed: UInt64 = 1
  ) -> (rows: Matrix<Double>, labels: [Int32]) {
    var random = CounterRandom(seed: seed)
    let labels = (0..<rows).map { _ in Int32(random.next() % UInt64(groups)) }
    let matrix = Matrix<Double>(rows: rows, columns: columns) { buffer in
      for row in 0..<rows {
        for column in 0..<columns {
          let center = Double((Int(labels[row]) >> (column % 3)) % 3) * 4
          let stretch = 1 + 0.5 * Double((Int(labels[row]) + column) % 3)
          let tilt = column > 0 ? 0.4 * (buffer[row * columns + column - 1] - center) : 0
          buffer[row * columns + column] = center + tilt + spread * stretch * random.normal()
        }
      }
    }
    return (matrix, labels)
  }

  static func hard(_ labels: [Int32], _ k: Int) -> [[Double]] {
    labels.map { label in (0..<k).map { Int32($0) == label ? 1 : 0 } }
  }

  static func squaredDistance(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
  }
}

/// A Gaussian mixture as the textbook writes it, with no thought of speed.
struct PlainMixture {
  var weights: [Double]
  var means: [[Double]]
  var covariances: [[[Double]]]

  /// The maximisation step.
  init(
    _ data: Matrix<Double>, weights rowWeights: [Double], responsibilities: [[Double]],
    type: CovarianceType
  ) {
    let (n, d, k) = (data.rowCount, data.columnCount, responsibilities[0].count)
    let total = rowWeights.reduce(0, +)
    weights = []
    means = []
    covariances = []
    for j in 0..<k {
      let shares = (0..<n).map { rowWeights[$0] * responsibilities[$0][j] }
      let weight = shares.reduce(0, +)
      weights.append(weight / total)
      let mean = (0..<d).map { i in (0..<n).reduce(0) { $0 + shares[$1] * data[$1, i] } / weight }
      means.append(mean)
      covariances.append(
        (0..<d).map { a in
          (0..<d).map { b in
            (0..<n).reduce(0) {
              $0 + shares[$1] * (data[$1, a] - mean[a]) * (data[$1, b] - mean[b])
            } / weight
          }
        })
    }
    for a in 0..<d {
      for b in 0..<d {
        let pooled = (0..<k).reduce(0) { $0 + weights[$1] * covariances[$1][a][b] }
        for j in 0..<k {
          if type == .tied { covariances[j][a][b] = pooled }
          if type == .diagonal || type == .spherical, a != b { covariances[j][a][b] = 0 }
        }
      }
    }
    if type == .spherical {
      for j in 0..<k {
        let mean = (0..<d).reduce(0) { $0 + covariances[j][$1][$1] } / Double(d)
        for a in 0..<d { covariances[j][a][a] = mean }
      }
    }
  }

  /// The expectation step: the log of the density and the posteriors of each row.
  func expectation(_ data: Matrix<Double>) -> (logDensities: [Double], posteriors: [[Double]]) {
    let d = data.columnCount
    let factored = covariances.map(Self.eliminate)
    var logDensities: [Double] = []
    var posteriors: [[Double]] = []
    for row in 0..<data.rowCount {
      let logs = weights.indices.map { j in
        let shift = (0..<d).map { data[row, $0] - means[j][$0] }
        var distance = 0.0
        for a in 0..<d {
          for b in 0..<d { distance += shift[a] * factored[j].inverse[a][b] * shift[b] }
        }
        return log(weights[j])
          - 0.5 * (Double(d) * log(2 * Double.pi) + factored[j].logDeterminant + distance)
      }
      let largest = logs.max()!
      let sum = logs.reduce(0) { $0 + exp($1 - largest) }
      logDensities.append(largest + log(sum))
      posteriors.append(logs.map { exp($0 - largest) / sum })
    }
    return (logDensities, posteriors)
  }

  /// The inverse and the log-determinant by Gauss and Jordan.
  static func eliminate(_ matrix: [[Double]]) -> (inverse: [[Double]], logDeterminant: Double) {
    let d = matrix.count
    var a = matrix
    var inverse = (0..<d).map { i in (0..<d).map { $0 == i ? 1.0 : 0 } }
    var logDeterminant = 0.0
    for i in 0..<d {
      let pivot = a[i][i]
      logDeterminant += log(pivot)
      for j in 0..<d {
        a[i][j] /= pivot
        inverse[i][j] /= pivot
      }
      for r in 0..<d where r != i {
        let factor = a[r][i]
        for j in 0..<d {
          a[r][j] -= factor * a[i][j]
          inverse[r][j] -= factor * inverse[i][j]
        }
      }
    }
    return (inverse, logDeterminant)
  }
}
