import CladeCore

extension Dendrogram {
  /// Dasgupta's cost: over all pairs of rows, how similar they are times the number of rows in the
  /// smallest cluster that holds both. The lower, the deeper similar rows are joined.
  ///
  /// - Parameter similarities: How similar each two rows are (n × n): symmetric, at least 0; the
  ///   diagonal doesn't count.
  /// - Returns: The cost, the same for any order of the rows.
  /// - Throws: `CladeError` where the matrix is of another size or not symmetric, or has an entry
  ///   that isn't finite or is negative; it says which.
  /// - Complexity: O(n²) time, O(n) memory.
  /// - Source: "A cost function for similarity-based hierarchical clustering" (Dasgupta, 2016).
  public func dasguptaCost(similarities: Matrix<Double>) throws -> Double {
    let n = rowCount
    guard similarities.rowCount == n, similarities.columnCount == n else {
      throw CladeError.shapeMismatch(
        expected: "\(n) × \(n) similarities",
        found: "\(similarities.rowCount) × \(similarities.columnCount)")
    }
    var most = 0.0
    for i in 0..<n {
      for j in 0..<n where i != j {
        let value = similarities[i, j]
        guard value.isFinite else {
          throw CladeError.nonFiniteValue(row: i, column: j, value: "\(value)")
        }
        guard value >= 0, value == similarities[j, i] else {
          throw CladeError.valueOutOfRange(
            row: i, column: j, value: "\(value)",
            expected: value < 0
              ? "a similarity, at least 0,"
              : "the same as in row \(j), column \(i), \(similarities[j, i]),")
        }
        most = max(most, value)
      }
    }
    guard most > 0 else { return 0 }
    let leaves = LeafIntervals(self)
    let sizes = merges.map { Double($0.size) }
    let unit = Double(sign: .plus, exponent: -Int(most.exponent), significand: 1)
    var sum = ExactSum(bound: 2 * Double(n))
    var joined = [Double](repeating: 0, count: n)
    for i in 0..<n {
      leaves.write(sizes, joining: i, into: &joined)
      for j in 0..<i { sum.add(similarities[i, j] * unit * joined[j]) }
    }
    return sum.value / unit
  }
}
