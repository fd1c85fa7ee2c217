import CladeCore

extension NearestRows {
  /// The part of the nearest rows that lists hold which may lack some, as of
  /// ``NearestNeighborDescent``.
  ///
  /// A row counts as found where a list holds one that is no farther than the last of the exact
  /// list, so that it doesn't matter which of several at the same distance are there.
  ///
  /// - Parameter exact: The exact lists of the same queries, of the same length.
  /// - Returns: 0...1; 1 where there are no lists.
  /// - Throws: `CladeError.shapeMismatch` for lists of another number or length.
  /// - Complexity: O(n · k).
  public func recall(of exact: NearestRows) throws -> Double {
    guard exact.length == length, exact.rows.count == rows.count else {
      throw CladeError.shapeMismatch(
        expected: "\(count) exact lists of \(length)", found: "\(exact.count) of \(exact.length)")
    }
    guard !rows.isEmpty else { return 1 }
    var found = 0
    for list in 0..<count {
      let range = range(of: list)
      let last = exact.distances[range.upperBound - 1]
      found += distances[range].count { $0 <= last }
    }
    return Double(found) / Double(rows.count)
  }
}
