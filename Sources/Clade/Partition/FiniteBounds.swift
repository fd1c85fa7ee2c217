import CladeCore

/// The check that all numbers are finite, which gives the magnitudes of the columns on the way.
package enum FiniteBounds {
  /// The largest magnitude in each column (d).
  ///
  /// - Throws: `CladeError.nonFiniteValue` for the first NaN or infinity.
  package static func check<Scalar: MatrixScalar>(
    _ data: Matrix<Scalar>, threads: Int? = nil
  ) throws -> [Double] {
    let bounds = ExactColumnSums.bounds(of: data, threads: threads)
    guard bounds.contains(where: { !$0.isFinite }) else { return bounds }
    for row in 0..<data.rowCount {
      for column in 0..<data.columnCount where !data[row, column].isFinite {
        throw CladeError.nonFiniteValue(
          row: row, column: column, value: "\(data[row, column])")
      }
    }
    return bounds
  }
}
