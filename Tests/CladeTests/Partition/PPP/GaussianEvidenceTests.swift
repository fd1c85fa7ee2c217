import Clade
import Foundation
import Testing

/// The marginal likelihood against its formula and against the chain rule.
@Suite struct GaussianEvidenceTests {
  /// A packed positive definite matrix.
  static func covariance(_ d: Int, seed: UInt64) -> [Double] {
    let root = PPPData.gaussian(rows: d, columns: d, seed: seed)
    var packed: [Double] = []
    for i in 0..<d {
      for j in 0...i {
        var sum = i == j ? 0.5 : 0.0
        for k in 0..<d { sum += root[i, k] * root[j, k] }
        packed.append(sum)
      }
    }
    return packed
  }

  static func value(_ evidence: GaussianEvidence, _ rows: Matrix<Double>) -> Double {
    let cell = CellStatistics(
      rows, labels: Array(repeating: 0, count: rows.rowCount), cellCount: 1)
    var scratch = [Double](
      repeating: 0, count: GaussianEvidence.scratchCount(columns: rows.columnCount))
    return cell.withCell(0) { count, mean, scatter in
      scratch.withUnsafeMutableBufferPointer {
        evidence.value(count: count, mean: mean, scatter: scatter, scratch: $0)
      }
    }
  }

  /// The logarithm of the determinant, by elimination.
  static func logDeterminant(_ matrix: [[Double]]) -> Double {
    var a = matrix
    var sum = 0.0
    for i in a.indices {
      sum += log(a[i][i])
      for j in a.indices where j > i {
        let factor = a[j][i] / a[i][i]
        for k in a.indices { a[j][k] -= factor * a[i][k] }
      }
    }
    return sum
  }

  static func logGamma(_ x: Double, dimension d: Int) -> Double {
    var sum = Double(d * (d - 1)) / 4 * log(Double.pi)
    for j in 0..<d { sum += lgamma(x - Double(j) / 2) }
    return sum
  }

  @Test(arguments: [1, 2, 3, 7, 20], [0, 1, 4, 20])
  func equalsTheFormula(d: Int, strength: Int) throws {
    let packed = Self.covariance(d, seed: UInt64(d))
    var trace = 0.0
    for i in 0..<d { trace += packed[i * (i + 1) / 2 + i] }
    for (rows, totalVariance) in [(1, 1.0), (5, 30), (60, 1e9)] {
      let data = PPPData.mapped(PPPData.gaussian(rows: rows, columns: d, seed: 9)) {
        2 * $0 + Double($1)
      }
      let evidence = GaussianEvidence(
        covariance: packed, strength: strength, totalVariance: totalVariance, columns: d,
        logGamma: LogGammaTable(largest: rows + d + 2 + strength * d))

      let n = Double(rows)
      let before = Double(d + 2 + strength * d)
      let ratio: Double = trace / Double(d) / totalVariance
      let kappa: Double = min(1, max(1e-4, ratio))
      let mean = (0..<d).map { column -> Double in data.column(column).reduce(0.0, +) / n }
      let zeros = [Double](repeating: 0, count: d)
      var prior = [[Double]](repeating: zeros, count: d)
      let weight: Double = before - Double(d) - 1
      for i in 0..<d {
        for j in 0..<d {
          let (high, low) = (max(i, j), min(i, j))
          prior[i][j] = packed[high * (high + 1) / 2 + low] * weight
        }
      }
      var posterior = prior
      for i in 0..<d {
        for j in 0..<d {
          let shrink: Double = kappa * n / (kappa + n)
          posterior[i][j] += shrink * mean[i] * mean[j]
          for row in 0..<rows {
            let (x, y): (Double, Double) = (data[row, i] - mean[i], data[row, j] - mean[j])
            posterior[i][j] += x * y
          }
        }
      }
      let after = before + n
      let half: Double = Double(d) / 2
      var expected: Double = -n * half * log(Double.pi)
      expected += Self.logGamma(after / 2, dimension: d)
      expected -= Self.logGamma(before / 2, dimension: d)
      expected += before / 2 * Self.logDeterminant(prior)
      expected -= after / 2 * Self.logDeterminant(posterior)
      expected += half * log(kappa / (kappa + n))
      expected += n * log(n)
      #expect(abs(Self.value(evidence, data) - expected) < 1e-10 * (1 + abs(expected)))
    }
  }

  /// In one column each row, given those before it, has Student's t distribution.
  @Test func equalsTheChainOfPredictions() throws {
    let data = PPPData.mapped(PPPData.gaussian(rows: 40, columns: 1)) { value, _ in 3 * value - 1 }
    let (variance, strength) = (2.5, 4)
    let evidence = GaussianEvidence(
      covariance: [variance], strength: strength, totalVariance: 10, columns: 1,
      logGamma: LogGammaTable(largest: 60))
    var (kappa, mean, freedom) = (0.25, 0.0, Double(3 + strength))
    var scale = variance * (freedom - 2)
    var expected = 0.0
    for x in data.column(0) {
      let spread = scale * (kappa + 1) / (kappa * freedom)
      let square = (x - mean) * (x - mean)
      expected += lgamma((freedom + 1) / 2) - lgamma(freedom / 2)
      expected -= 0.5 * log(freedom * Double.pi * spread)
      expected -= (freedom + 1) / 2 * log(1 + square / (freedom * spread))
      scale += kappa / (kappa + 1) * square
      mean = (kappa * mean + x) / (kappa + 1)
      kappa += 1
      freedom += 1
    }
    #expect(abs(Self.value(evidence, data) - (expected + 40 * log(40))) < 1e-10)
  }

  @Test func logGammaOfHalves() {
    let table = LogGammaTable(largest: 400)
    for d in [1, 2, 9] {
      for (m, n) in [(d, d + 1), (d, 400), (50, 51), (77, 399)] {
        let expected =
          Self.logGamma(Double(n) / 2, dimension: d) - Self.logGamma(Double(m) / 2, dimension: d)
        let found = table.multivariate(n, dimension: d) - table.multivariate(m, dimension: d)
        #expect(abs(found - expected) < 1e-11 * (1 + abs(expected)))
      }
    }
  }
}
