import CladeCore
import Synchronization

/// The rows of a source, which are checked to be finite while they are read for something else, and
/// the magnitudes of their columns.
final class CheckedRows<Scalar: MatrixScalar>: RowSource {
  private let source: any RowSource<Scalar>
  private let largest: Mutex<[Double]>

  init(_ source: any RowSource<Scalar>) {
    self.source = source
    largest = Mutex(Array(repeating: 0, count: source.columnCount))
  }

  var rowCount: Int { source.rowCount }
  var columnCount: Int { source.columnCount }
  var preferredChunkSize: Int { source.preferredChunkSize }

  /// The largest magnitude in each column (d) of the rows that were read.
  var bounds: [Double] { largest.withLock { $0 } }

  /// Reads all rows.
  func readAll(threads: Int?) throws {
    try ParallelChunks.forEach(
      count: rowCount, chunkSize: preferredChunkSize, threads: threads
    ) { _, range in
      try withRows(range) { _ in }
    }
  }

  /// - Throws: `CladeError.nonFiniteValue` for the first NaN or infinity of the range, and what
  ///   reading throws.
  func withRows<Result>(
    _ range: Range<Int>, _ body: (UnsafeBufferPointer<Scalar>) throws -> Result
  ) throws -> Result {
    try source.withRows(range) { rows in
      let chunk = try FiniteBounds.check(rows, first: range.lowerBound, columns: columnCount)
      largest.withLock { largest in
        for column in chunk.indices { largest[column] = max(largest[column], chunk[column]) }
      }
      return try body(rows)
    }
  }
}
