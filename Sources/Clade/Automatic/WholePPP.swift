import CladeCore
import Synchronization

/// ``PPP`` of all rows, fitted when first asked: it draws a larger sample by itself.
final class WholePPP<Scalar: MatrixScalar>: Sendable {
  private let data: Matrix<Scalar>
  private let fitted = Mutex<PPPModel?>(nil)

  init(_ data: Matrix<Scalar>) { self.data = data }

  /// The model, if it was asked for.
  var known: PPPModel? { fitted.withLock { $0 } }

  /// The groups of some rows.
  func labels(of rows: [Int32]) throws -> [Int32] {
    try fitted.withLock { known in
      let model = try known ?? PPP().fit(data, threads: 1)
      known = model
      return rows.map { model.labels[Int($0)] }
    }
  }
}
