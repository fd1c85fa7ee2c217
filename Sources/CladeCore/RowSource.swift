/// Rows that are read in pieces: a matrix in memory, a file, anything that can be read again and
/// again.
///
/// A row is a point of ``columnCount`` numbers. Algorithms that take a source go over it in chunks,
/// several times, from several threads, and hold no more of it than the chunks they work on; so
/// data may be larger than memory. What they find doesn't depend on where rows come from.
public protocol RowSource<Scalar>: Sendable {
  /// The type of the numbers.
  associatedtype Scalar: MatrixScalar

  /// The number of rows, n.
  var rowCount: Int { get }
  /// The number of columns, d.
  var columnCount: Int { get }
  /// The number of rows that are best read at a time.
  var preferredChunkSize: Int { get }

  /// Calls `body` with the rows of `range`: `range.count * columnCount` numbers, row after row,
  /// which are there until `body` returns.
  ///
  /// May be called from several threads at once, with ranges that overlap.
  ///
  /// - Throws: What `body` throws, and `CladeError.cannotRead` where rows can't be read.
  func withRows<Result>(
    _ range: Range<Int>, _ body: (UnsafeBufferPointer<Scalar>) throws -> Result
  ) throws -> Result
}

extension RowSource {
  /// As many rows as take about 128 KiB.
  public var preferredChunkSize: Int {
    min(4096, max(64, 131_072 / (max(1, columnCount) * MemoryLayout<Scalar>.stride)))
  }
}

extension Matrix: RowSource {
  /// Calls `body` with the rows of `range`, where they are.
  ///
  /// - Complexity: O(1).
  public func withRows<Result>(
    _ range: Range<Int>, _ body: (UnsafeBufferPointer<Scalar>) throws -> Result
  ) rethrows -> Result {
    precondition(range.lowerBound >= 0 && range.upperBound <= rowCount)
    return try withUnsafeBufferPointer { values in
      try body(
        UnsafeBufferPointer(
          rebasing: values[(range.lowerBound * columnCount)..<(range.upperBound * columnCount)]))
    }
  }
}
