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

extension FiniteBounds {
  /// The largest magnitude in each column (d), of rows that needn't be in memory.
  ///
  /// - Throws: `CladeError.nonFiniteValue` for the first NaN or infinity, and what reading throws.
  package static func check<Scalar: MatrixScalar>(
    rowsOf source: any RowSource<Scalar>, threads: Int? = nil
  ) throws -> [Double] {
    let rows = CheckedRows(source)
    try rows.readAll(threads: threads)
    return rows.bounds
  }

  /// The largest magnitude in each column (d) of rows that follow each other, the first of which is
  /// row `first`.
  ///
  /// - Throws: `CladeError.nonFiniteValue` for the first NaN or infinity.
  static func check<Scalar: MatrixScalar>(
    _ rows: UnsafeBufferPointer<Scalar>, first: Int, columns: Int
  ) throws -> [Double] {
    let start = rows.baseAddress.map { UnsafeMutablePointer(mutating: $0) }
    let matrix = Matrix(
      rows: rows.count / columns, columns: columns,
      adopting: UnsafeMutableBufferPointer(start: start, count: rows.count), writable: false
    ) {}
    let bounds = ExactColumnSums.bounds(of: matrix, threads: 1)
    if bounds.contains(where: { !$0.isFinite }) {
      for index in rows.indices where !rows[index].isFinite {
        throw CladeError.nonFiniteValue(
          row: first + index / columns, column: index % columns, value: "\(rows[index])")
      }
    }
    return bounds
  }
}
