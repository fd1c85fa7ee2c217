/// What a metric learned of the columns of some rows, so that others are compared in the same way
/// to the last bit: kept by models that don't keep all of their rows.
package struct LearnedColumns: Sendable, Hashable, Codable {
  /// What is taken off each column (d).
  package let origins: [Double]
  /// For Mahalanobis' distance the transform after which it is Euclid's (d · d, row after row); for
  /// Gower's the range of each column (d).
  package let scales: [Double]

  /// Checks that it is of `columns` columns.
  ///
  /// - Throws: ``CladeError/invalidParameter(name:value:reason:)``.
  func check(columns: Int, scales count: Int) throws {
    guard origins.count == columns, scales.count == count,
      (origins + scales).allSatisfy(\.isFinite)
    else {
      throw CladeError.invalidParameter(
        name: "learned", value: "of \(origins.count) columns",
        reason: "what the metric learned doesn't fit rows of \(columns) columns")
    }
  }
}

extension PreparedRows {
  /// What the metric learned of the rows, where it learns anything.
  package var learned: LearnedColumns? {
    switch preparation.step {
    case .whitened(let middle, let transform): LearnedColumns(origins: middle, scales: transform)
    case .gower(let scale): LearnedColumns(origins: scale.least, scales: scale.ranges)
    default: nil
    }
  }
}

extension Metric {
  /// Whether distances depend on what it learns of all rows.
  package var learns: Bool {
    switch self {
    case .mahalanobis(inverseCovariance: nil), .gower: true
    default: false
    }
  }
}
