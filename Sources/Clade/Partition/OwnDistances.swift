import CladeCore
import Synchronization

/// The sum of the squared distances of rows from the centers of their clusters, found while the rows
/// are read for something else: rows of a file are better not read once more for it.
final class OwnDistances<Scalar: MatrixScalar>: Sendable {
  private let weights: [Scalar]?
  private let total = Mutex(LongAccumulator())

  /// - Parameter weights: Positive weights of all rows, if they have any.
  init(weights: [Scalar]?) {
    self.weights = weights
  }

  /// The exact sum of the distances of all rows since ``begin()``, each times its weight.
  var sum: Double { total.withLock { $0.value } }

  /// Begins to go over all rows anew.
  func begin() {
    total.withLock { $0 = LongAccumulator() }
  }

  /// Adds the distances of the rows of `range`, whose clusters are `labels`.
  func add(
    _ rows: UnsafePointer<Scalar>, _ range: Range<Int>, centers: Matrix<Scalar>,
    labels: UnsafePointer<Int32>
  ) {
    var part = LongAccumulator()
    SquaredDistances.add(
      rows, range, centers: centers, labels: labels, weights: weights, to: &part)
    total.withLock { $0.add(part) }
  }
}
