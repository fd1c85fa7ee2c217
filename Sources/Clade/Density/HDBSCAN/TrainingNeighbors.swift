import CladeCore
import Synchronization

/// The training rows as new ones look for their nearest among them: in a kd-tree, which is built when it
/// is first asked, or by comparing all where the metric isn't Euclidean.
final class TrainingNeighbors<Scalar: MatrixScalar>: Sendable {
  private let data: Matrix<Scalar>
  private let metric: Metric
  private let tree = Mutex<KDTree<Scalar>?>(nil)

  init(_ data: Matrix<Scalar>, metric: Metric) {
    self.data = data
    self.metric = metric
  }

  /// The `count` training rows nearest to each query, list after list, in ascending order of the
  /// distance; rows at the same distance in the order of their values.
  func nearest(
    _ count: Int, to queries: Matrix<Scalar>, threads: Int?
  ) throws -> (rows: [Int32], distances: [Double]) {
    guard metric == .euclidean else { return try compared(count, queries, threads) }
    let tree = try tree.withLock { built in
      let tree = try built ?? KDTree(data, threads: threads)
      built = tree
      return tree
    }
    let lists = try tree.nearest(count, of: queries, threads: threads)
    return (lists.rows, lists.distances.map { Double($0) })
  }

  /// Compares all, a few queries at a time.
  private func compared(
    _ count: Int, _ queries: Matrix<Scalar>, _ threads: Int?
  ) throws -> (rows: [Int32], distances: [Double]) {
    var rows: [Int32] = []
    var distances: [Double] = []
    let n = data.rowCount
    let step = max(1, (1 << 24) / max(1, n))
    for first in stride(from: 0, to: queries.rowCount, by: step) {
      let range = first..<min(queries.rowCount, first + step)
      let block = try metric.distances(
        from: queries.gatheringRows(range), to: data, threads: threads)
      let lists = ParallelChunks.map(count: range.count, chunkSize: 1, threads: threads) {
        query, _ in
        block.withUnsafeBufferPointer { values in
          let list = values[query * n..<(query + 1) * n]
          let start = list.startIndex
          let limit = list.sorted()[count - 1]
          return list.indices.filter { list[$0] <= limit }.sorted {
            list[$0] != list[$1]
              ? list[$0] < list[$1] : RowValues.precedes($0 - start, $1 - start, in: data)
          }.prefix(count).map { (row: Int32($0 - start), distance: list[$0]) }
        }
      }
      for list in lists {
        rows += list.map(\.row)
        distances += list.map(\.distance)
      }
    }
    return (rows, distances)
  }
}
