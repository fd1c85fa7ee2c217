import CladeCore
import Synchronization

/// The training rows as new ones look for their nearest among them, indexed when first asked.
final class TrainingNeighbors<Scalar: MatrixScalar>: Sendable {
  private let data: Matrix<Scalar>
  private let metric: Metric
  private let index = Mutex<NeighborIndex<Scalar>?>(nil)

  init(_ data: Matrix<Scalar>, metric: Metric) {
    self.data = data
    self.metric = metric
  }

  /// The `count` training rows nearest to each query, list after list, in ascending order of the
  /// distance; rows at the same distance in the order of their values.
  func nearest(
    _ count: Int, to queries: Matrix<Scalar>, threads: Int?
  ) throws -> (rows: [Int32], distances: [Double]) {
    let index = try index.withLock { built in
      let index = try built ?? NeighborIndex(data, metric: metric, threads: threads)
      built = index
      return index
    }
    let lists = try index.neighbors(of: queries, count: count, threads: threads)
    return (lists.rows, lists.distances.map { Double($0) })
  }
}
