import CladeCore

/// Weights of rows, checked.
enum RowWeights {
  /// The rows of positive weight.
  ///
  /// - Throws: `CladeError` unless there is one weight from 0 to 2⁶⁰ for each row, and one of them
  ///   is positive.
  static func kept<Scalar: MatrixScalar>(_ weights: [Scalar], rowCount: Int) throws -> [Int] {
    guard weights.count == rowCount else {
      throw CladeError.shapeMismatch(
        expected: "\(rowCount) weights, one for each row", found: "\(weights.count)")
    }
    // Products with values have to stay within range.
    let limit: Scalar = 0x1p60
    for (row, weight) in weights.enumerated() where !(weight >= 0 && weight <= limit) {
      throw CladeError.invalidParameter(
        name: "weights", value: "\(weight)",
        reason: "row \(row) needs a weight from 0 to 2^60; leave a row out with weight 0")
    }
    let kept = weights.indices.filter { weights[$0] > 0 }
    guard !kept.isEmpty else { throw CladeError.emptyData(reason: "all weights are 0") }
    return kept
  }
}
