import CladeCore

/// Rows in ascending order of their values, ready for a metric: what is done with them can't depend
/// on the order in which they came.
struct OrderedRows<Scalar: MatrixScalar>: Sendable {
  /// The rows as they came.
  let data: Matrix<Scalar>
  /// Their order; `nil` where only distances are known, so that they stay where they are.
  let order: CanonicalOrder?
  /// The rows in that order.
  let prepared: PreparedRows<Scalar>

  /// The rows' numbers in that order (n).
  var rows: [Int32] { order?.order ?? Array(0..<Int32(count)) }

  /// The number of rows, n.
  var count: Int { prepared.rowCount }

  /// The distinct rows with their labels.
  ///
  /// - Parameter labels: The label of each row as it came (n).
  func trainingRows(labels: [Int32]) -> TrainingRows<Scalar> {
    TrainingRows(
      (order?.distinctStarts ?? []).map { rows[Int($0)] }, of: data, prepared: prepared,
      labels: labels)
  }

  /// Makes rows ready.
  ///
  /// - Throws: `CladeError` for no rows, and for values that the metric can't take.
  init(_ data: Matrix<Scalar>, metric: Metric, threads: Int?) throws {
    guard data.rowCount > 0, data.columnCount > 0 else {
      throw CladeError.emptyData(reason: "at least one row and one column are needed")
    }
    self.data = data
    let given = try metric.prepared(for: data, threads: threads)
    order = given.form.isGiven ? nil : CanonicalOrder(data, threads: threads)
    prepared = order.map { given.gathering($0.order) } ?? given
  }
}
