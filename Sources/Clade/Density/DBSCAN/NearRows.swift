import CladeCore

/// The rows that are near each row, for any metric: found in a tree of balls where that leaves most
/// rows out, else by comparing all.
struct NearRows<Scalar: MatrixScalar>: Sendable {
  private let rows: PreparedRows<Scalar>
  private let search: Search

  private enum Search: Sendable {
    case balls(BallTree<Scalar>)
    case all(PairwiseDistances<Scalar>)
  }

  /// Up to so many rows are compared with all.
  private static var fewRows: Int { 4096 }
  /// Rows of more columns are.
  private static var fewColumns: Int { 4 }

  init(_ rows: PreparedRows<Scalar>, threads: Int?) throws {
    self.rows = rows
    // A function is worth sparing calls of, whatever the columns.
    let isWorthIt =
      rows.form == .custom
      || rows.rowCount > Self.fewRows && rows.coordinates.columnCount <= Self.fewColumns
    search =
      rows.hasTreeDistance && isWorthIt
      ? .balls(try BallTree(rows, threads: threads))
      : .all(PairwiseDistances(of: rows, from: rows))
  }

  /// Calls `body` with each row, each one whose raw distance from it is at most `limit`, itself
  /// among them, and that distance; for one row by one thread.
  ///
  /// - Complexity: O(n² · d) time at most; O(n) memory.
  func forEachPair(
    within limit: Scalar, threads: Int?, count: ProgressCount,
    _ body: @Sendable (_ row: Int, _ other: Int, _ raw: Scalar) -> Void
  ) throws {
    switch search {
    case .all(let distances):
      try distances.forEach(threads: threads, count: count) { row, first, raw in
        for place in raw.indices where raw[place] <= limit { body(row, first + place, raw[place]) }
      }
    case .balls(let tree):
      let rows = rows
      _ = try ParallelChunks.reduce(
        count: rows.rowCount, chunkSize: 256, threads: threads,
        state: { BallTree<Scalar>.Workspace(tree, length: nil) }
      ) { (workspace: inout BallTree<Scalar>.Workspace, _, range: Range<Int>) throws in
        try Cancellation.check()
        for row in range {
          try tree.rows(within: limit, of: rows, row, workspace) { body(row, Int($0), $1) }
        }
        count.add(range.count)
      }
    }
  }
}
