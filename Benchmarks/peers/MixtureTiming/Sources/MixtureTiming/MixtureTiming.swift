import Clade
import Foundation

/// Fits a mixture from given labels and prints the seconds that `fit` took, the mean log-likelihood,
/// the iterations and the components that are left.
///
/// `MixtureTiming ROWS.f64 LABELS.i32 COLUMNS TYPE ITERATIONS THREADS`: little-endian numbers, row
/// after row.
@main struct MixtureTiming {
  static func main() throws {
    let arguments = CommandLine.arguments
    let columns = Int(arguments[3])!
    let values = try numbers(arguments[1], of: Double.self)
    let labels = try numbers(arguments[2], of: Int32.self)
    let rows = try Matrix(rows: labels.count, columns: columns, values: values)
    let method = GaussianMixture(
      covariance: CovarianceType(rawValue: arguments[4])!, maxIterations: Int(arguments[5])!,
      tolerance: 0)
    let begin = ContinuousClock.now
    let model = try method.fit(rows, initialLabels: labels, threads: Int(arguments[6])!)
    let seconds = (ContinuousClock.now - begin) / .seconds(1)
    print(seconds, model.meanLogLikelihood, model.iterations, model.clusterCount)
  }

  static func numbers<Number>(_ path: String, of type: Number.Type) throws -> [Number] {
    try Data(contentsOf: URL(fileURLWithPath: path)).withUnsafeBytes {
      Array($0.bindMemory(to: type))
    }
  }
}
