import CladeCore

extension Dendrogram {
  /// The tree as SciPy's linkage matrix (n − 1 × 4): a merge a row, its two clusters, height and
  /// size.
  ///
  /// - Complexity: O(n).
  public var linkageMatrix: Matrix<Double> {
    Matrix(rows: merges.count, columns: 4) { target in
      for (index, merge) in merges.enumerated() {
        target.initializeElement(at: 4 * index, to: Double(merge.first))
        target.initializeElement(at: 4 * index + 1, to: Double(merge.second))
        target.initializeElement(at: 4 * index + 2, to: merge.height)
        target.initializeElement(at: 4 * index + 3, to: Double(merge.size))
      }
    }
  }

  /// Creates a tree from a linkage matrix as SciPy, fastcluster and ``linkageMatrix`` have it.
  ///
  /// - Parameter matrix: A merge a row (n − 1 × 4): two clusters, in either order; the height, a
  ///   number of at least 0; the number of rows.
  /// - Throws: `CladeError` that says which entry can't be so, and why.
  /// - Complexity: O(n).
  public init(linkageMatrix matrix: Matrix<Double>) throws {
    guard matrix.columnCount == 4 else {
      throw CladeError.shapeMismatch(
        expected: "a linkage matrix of 4 columns: two clusters, height, number of rows",
        found: "\(matrix.rowCount) × \(matrix.columnCount)")
    }
    let rowCount = matrix.rowCount + 1
    guard rowCount <= Self.mostRows else {
      throw CladeError.shapeMismatch(
        expected: "a linkage matrix of fewer than \(Self.mostRows) rows",
        found: "\(matrix.rowCount)")
    }
    let merges = try (0..<matrix.rowCount).map { index in
      func entry(_ column: Int, _ range: ClosedRange<Double>, _ what: String) throws -> Int32 {
        let value = matrix[index, column]
        guard range.contains(value), value == value.rounded() else {
          throw CladeError.valueOutOfRange(
            row: index, column: column, value: "\(value)", expected: what)
        }
        return Int32(value)
      }
      let known = 0...Double(rowCount + index - 1)
      let names = "the number of a cluster made before, 0..<\(rowCount + index),"
      let (a, b) = try (entry(0, known, names), entry(1, known, names))
      let size = try entry(3, 2...Double(rowCount), "a number of rows, 2...\(rowCount),")
      let height = matrix[index, 2]
      guard height >= 0, height < .infinity else {
        throw CladeError.valueOutOfRange(
          row: index, column: 2, value: "\(height)", expected: "a height, finite and at least 0,")
      }
      return Merge(first: min(a, b), second: max(a, b), height: height, size: size)
    }
    try self.init(rowCount: rowCount, merges: merges)
  }
}
