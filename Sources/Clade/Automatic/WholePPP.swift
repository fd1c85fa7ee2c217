import CladeCore
import Synchronization

/// ``PPP`` of all rows, fitted when first asked: it draws a larger sample by itself.
final class WholePPP<Scalar: MatrixScalar>: Sendable {
  private let data: Matrix<Scalar>
  private let bounds: [Double]
  private let order: CanonicalOrder
  private let fitted = Mutex<PPPModel?>(nil)

  /// Keeps what the rows were checked and sorted for.
  ///
  /// - Parameters:
  ///   - data: n × d, finite.
  ///   - bounds: The largest magnitude in each column.
  ///   - order: The rows' order by their values.
  init(_ data: Matrix<Scalar>, bounds: [Double], order: CanonicalOrder) {
    self.data = data
    self.bounds = bounds
    self.order = order
  }

  /// The model, if it was asked for.
  var known: PPPModel? { fitted.withLock { $0 } }

  /// The groups of some rows.
  func labels(of rows: [Int32]) throws -> [Int32] {
    try fitted.withLock { known in
      let model =
        try known ?? PPP().fit(data, bounds: bounds, order: order, threads: 1)
      known = model
      return rows.map { model.labels[Int($0)] }
    }
  }
}
