import CladeCore

/// Numbers for the rows that follow from their values, so that ties can be settled by a number.
///
/// Rows are in the order of what the metric compares, first column first; where that is the same,
/// in that of their values; equal rows in that of their places in the data.
struct NeighborOrder: Sendable {
  /// The row of each number (n); `nil` where numbers are the rows' own.
  let rows: [Int32]?

  /// The order of rows that were prepared; distances that are given are of rows that have no values
  /// but these.
  init<Scalar: MatrixScalar>(
    of data: Matrix<Scalar>, prepared: PreparedRows<Scalar>, threads: Int?
  ) {
    guard !prepared.form.isGiven else {
      rows = nil
      return
    }
    let given = Self.stable(data, threads: threads)
    guard prepared.form.hasKernel, !prepared.comparesValues else {
      rows = given
      return
    }
    let compared = prepared.coordinates.gatheringRows(given)
    rows = Self.stable(compared, threads: threads).map { given[Int($0)] }
  }

  /// The canonical order, with equal rows in the order in which they came.
  private static func stable<Scalar: MatrixScalar>(
    _ data: Matrix<Scalar>, threads: Int?
  ) -> [Int32] {
    let canonical = CanonicalOrder(data, threads: threads)
    var order = canonical.order
    var end = order.count
    for start in canonical.distinctStarts.reversed() {
      if end - Int(start) > 1 { order[Int(start)..<end].sort() }
      end = Int(start)
    }
    return order
  }
}
