import CKernels
import CladeCore

extension KDTree {
  /// Queries in the scale of the tree's rows.
  func prepared(_ queries: Matrix<Scalar>, threads: Int?) throws -> Matrix<Scalar> {
    guard queries.columnCount == columnCount else {
      throw CladeError.shapeMismatch(
        expected: "queries with \(columnCount) columns, like the rows of the tree",
        found: "\(queries.columnCount)")
    }
    _ = try FiniteBounds.check(queries, threads: threads)
    return scaling.scaled(queries)
  }

  /// Calls `body` with a few queries at a time that are near each other: a thread's state, into
  /// whose memory for queries they were copied, and their numbers; from several threads at once.
  func forEachBatch(
    of queries: Matrix<Scalar>, threads: Int?, progress: ProgressObserver?,
    state: @Sendable () -> KDTreeWorkspace<Scalar>,
    _ body:
      @Sendable (
        _ workspace: KDTreeWorkspace<Scalar>, _ tree: UnsafePointer<clade_kd_tree>,
        _ numbers: ArraySlice<Int32>
      ) -> Void
  ) throws {
    let columns = columnCount
    let order = order(of: queries, threads: threads)
    let done = ProgressCount(
      stage: "finding neighbours", total: order.count, observer: progress)
    try withKernelTree { tree in
      nonisolated(unsafe) let tree = tree
      _ = try ParallelChunks.reduce(
        count: order.count, chunkSize: 1024, threads: threads, state: state
      ) { workspace, _, range in
        try Cancellation.check()
        for first in stride(from: range.lowerBound, to: range.upperBound, by: Self.batchSize) {
          let numbers = order[first..<min(first + Self.batchSize, range.upperBound)]
          queries.withUnsafeBufferPointer { values in
            guard let rows = values.baseAddress else { return }
            for (query, number) in numbers.enumerated() {
              (workspace.queries + query * columns).update(
                from: rows + Int(number) * columns, count: columns)
            }
          }
          body(workspace, tree, numbers)
        }
        done.add(range.count)
      }
    }
  }

  /// The queries that are looked up together; few, as they aren't as near each other as a leaf's
  /// rows.
  private static var batchSize: Int { 8 }

  /// The numbers of queries in the order of the leaves that they are next to.
  private func order(of queries: Matrix<Scalar>, threads: Int?) -> [Int32] {
    let columns = columnCount
    let leafOfQuery = ParallelChunks.map(
      count: queries.rowCount, chunkSize: 4096, threads: threads
    ) { _, range in
      queries.withUnsafeBufferPointer { values in
        range.map { query in
          leaf(nextTo: UnsafeBufferPointer(rebasing: values[(query * columns)...].prefix(columns)))
        }
      }
    }.flatMap { $0 }
    var starts = [Int32](repeating: 0, count: second.count + 1)
    for leaf in leafOfQuery { starts[Int(leaf) + 1] += 1 }
    for node in 1..<starts.count { starts[node] += starts[node - 1] }
    var order = [Int32](repeating: 0, count: queries.rowCount)
    for (query, leaf) in leafOfQuery.enumerated() {
      order[Int(starts[Int(leaf)])] = Int32(query)
      starts[Int(leaf)] += 1
    }
    return order
  }

  /// The leaf that is reached by going to the nearer child's box each time, the first one where
  /// both are as near.
  private func leaf(nextTo query: UnsafeBufferPointer<Scalar>) -> Int32 {
    boxes.withUnsafeBufferPointer { boxes in
      /// Without a fused multiply-add, as only the order of the queries depends on it.
      func gap(_ node: Int) -> Scalar {
        var sum: Scalar = 0
        for column in 0..<columnCount {
          let x = query[column]
          let lower = boxes[node * 2 * columnCount + column]
          let upper = boxes[(node * 2 + 1) * columnCount + column]
          let gap = max(max(lower - x, x - upper), 0)
          sum += gap * gap
        }
        return sum
      }
      var node = 0
      while second[node] != 0 {
        let (first, other) = (node + 1, Int(second[node]))
        node = gap(other) < gap(first) ? other : first
      }
      return Int32(node)
    }
  }
}
