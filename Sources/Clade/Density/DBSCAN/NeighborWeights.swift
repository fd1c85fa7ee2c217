import CladeCore

/// What rows count when neighbours are counted, in sums that don't depend on their order.
struct NeighborWeights: Sendable {
  private let weights: [Double]
  /// A sum of no weights.
  let none: ExactSum

  /// Checks weights.
  ///
  /// - Throws: `CladeError` unless there is one for each row, from −2⁶⁰ to 2⁶⁰.
  init<Scalar: MatrixScalar>(_ weights: [Scalar], rowCount: Int) throws {
    guard weights.count == rowCount else {
      throw CladeError.shapeMismatch(
        expected: "\(rowCount) weights, one for each row", found: "\(weights.count)")
    }
    let limit: Scalar = 0x1p60
    for (row, weight) in weights.enumerated() where !(weight.magnitude <= limit) {
      throw CladeError.invalidParameter(
        name: "weights", value: "\(weight)",
        reason: "row \(row) needs a weight from -2^60 to 2^60")
    }
    self.weights = weights.map { Double($0) }
    none = ExactSum(bound: self.weights.lazy.map(\.magnitude).max() ?? 0)
  }

  subscript(row: Int32) -> Double { weights[Int(row)] }
}
