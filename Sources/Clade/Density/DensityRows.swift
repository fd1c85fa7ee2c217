import CladeCore

/// Rows made ready for a metric, and what decides between those that are equally far away.
struct DensityRows<Scalar: MatrixScalar>: Sendable {
  /// The rows as they were handed in.
  let data: Matrix<Scalar>
  /// The rows as the metric compares them, by raw distances.
  let prepared: PreparedRows<Scalar>

  /// Makes rows ready.
  ///
  /// - Parameters:
  ///   - data: The rows.
  ///   - metric: How they are compared.
  ///   - learned: What the metric learned of other rows; `nil` to learn it from these.
  ///   - threads: At most this many threads; `nil` for one per core.
  /// - Throws: `CladeError` for no rows, and for values that the metric can't take.
  init(
    _ data: Matrix<Scalar>, metric: Metric, learned: LearnedColumns? = nil, threads: Int?
  ) throws {
    guard data.rowCount > 0, data.columnCount > 0 else {
      throw CladeError.emptyData(reason: "at least one row and one column are needed")
    }
    self.data = data
    prepared = try metric.prepared(for: data, learned: learned, threads: threads)
  }

  /// The number of rows, n.
  var count: Int { prepared.rowCount }

  /// Whether rows are found in boxes, by squared Euclidean distances of their coordinates.
  var fitsRegions: Bool { prepared.form == .squares }

  /// Whether `a` comes before `b` where both are equally far away: by values, and where only
  /// distances are known by number.
  func precedes(_ a: Int, _ b: Int) -> Bool {
    prepared.form.isGiven ? a < b : data.precedes(a, b)
  }

  /// The rows by their values; where only distances are known, by number.
  func canonicalOrder(threads: Int?) -> CanonicalOrder {
    guard prepared.form.isGiven else { return CanonicalOrder(data, threads: threads) }
    return CanonicalOrder(
      Matrix<Double>(rows: count, columns: 1) { target in
        for row in 0..<target.count { target.initializeElement(at: row, to: Double(row)) }
      }, threads: 1)
  }

  /// The place of each row in an order.
  func ranks(by order: CanonicalOrder) -> [Int32] {
    var ranks = [Int32](repeating: 0, count: count)
    for (rank, row) in order.order.enumerated() { ranks[Int(row)] = Int32(rank) }
    return ranks
  }

  /// The rows of some numbers; none where only distances are known.
  func gathering(_ rows: [Int32]) -> Matrix<Scalar> {
    prepared.form.isGiven ? Matrix(rows: 0, columns: 0) : data.gatheringRows(rows)
  }
}

extension PreparedRows {
  /// The largest raw distance that stands for at most `distance`, so that comparing raw distances
  /// is the same as comparing distances.
  func largestRaw(within distance: Double) -> Scalar {
    guard distance < .infinity else { return .infinity }
    var limit = min(rawLimit(distance: distance), .greatestFiniteMagnitude)
    while limit > 0, self.distance(raw: limit) > distance { limit = limit.nextDown }
    return limit
  }
}

extension Metric {
  /// Checks that the rows that a model's file holds are such as this metric takes.
  func checkRowsOfModel<Scalar: MatrixScalar>(_ rows: Matrix<Scalar>) throws {
    guard case .gower = self else {
      _ = try FiniteBounds.check(rows)
      return
    }
    try rows.withUnsafeBufferPointer { values in
      for index in values.indices where values[index].isInfinite {
        throw CladeError.nonFiniteValue(
          row: index / rows.columnCount, column: index % rows.columnCount,
          value: "\(values[index])")
      }
    }
  }
}
