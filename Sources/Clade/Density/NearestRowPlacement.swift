import CladeCore

/// The rows that a model places new rows by, arranged so that the nearest of them is found quickly.
package struct NearestRowPlacement<Scalar: MatrixScalar>: Sendable {
  private let rows: DensityRows<Scalar>?
  private let columnCount: Int
  private let labels: [Int32]
  /// The largest raw distance from a row of each cluster, and of any.
  private let limits: [Scalar]
  private let limit: Scalar
  private let index: RankedRows<Scalar>?

  /// Arranges the core rows of a model.
  package init(_ model: DBSCANModel<Scalar>, threads: Int? = nil) throws {
    try self.init(
      model.coreRows, model.coreLabels, model.parameters.metric,
      learned: model.learned, isWhole: false,
      reaches: Array(repeating: model.parameters.eps, count: model.clusterCount), threads)
  }

  /// Arranges all rows of a model.
  package init(_ model: OPTICSModel<Scalar>, threads: Int? = nil) throws {
    try self.init(
      model.rows, model.labels, model.parameters.metric, learned: nil, isWhole: true,
      reaches: model.reaches, threads)
  }

  /// Arranges the distinct rows of a model, however far away new rows are.
  package init(_ model: GenieModel<Scalar>, threads: Int? = nil) throws {
    try self.init(
      model.rows, model.rowLabels, model.parameters.metric, learned: model.learned,
      isWhole: false, reaches: Array(repeating: .infinity, count: model.clusterCount), threads)
  }

  /// Arranges rows, however far away new ones are.
  ///
  /// - Parameters:
  ///   - data: The rows; where the metric learns of all training rows, they needn't be all.
  ///   - labels: The group of each, 0..<`clusterCount`, or −1.
  ///   - metric: How they are compared.
  ///   - learned: What the metric learned of all training rows, where it learns anything.
  ///   - clusterCount: The number of groups.
  ///   - threads: At most this many threads; `nil` for one per core.
  init(
    _ data: Matrix<Scalar>, _ labels: [Int32], _ metric: Metric, learned: LearnedColumns?,
    clusterCount: Int, threads: Int?
  ) throws {
    try self.init(
      data, labels, metric, learned: learned, isWhole: false,
      reaches: Array(repeating: .infinity, count: clusterCount), threads)
  }

  private init(
    _ data: Matrix<Scalar>, _ labels: [Int32], _ metric: Metric, learned: LearnedColumns?,
    isWhole: Bool, reaches: [Double], _ threads: Int?
  ) throws {
    guard metric != .precomputed else {
      throw CladeError.invalidParameter(
        name: "metric", value: "precomputed",
        reason: "only distances were given, and new rows can't be compared with these; fit rows")
    }
    // What is learned from all training rows can't be learned again from some of them.
    guard isWhole || learned != nil || !metric.learns else {
      throw CladeError.invalidParameter(
        name: "metric", value: "\(metric)",
        reason: "the model doesn't say what the metric learned of the training rows; fit it again")
    }
    self.labels = labels
    columnCount = data.columnCount
    guard data.rowCount > 0 else {
      (rows, limits, limit, index) = (nil, [], 0, nil)
      return
    }
    let rows = try DensityRows(data, metric: metric, learned: learned, threads: threads)
    self.rows = rows
    limits = reaches.map { rows.prepared.largestRaw(within: $0) }
    limit = limits.max() ?? 0
    guard rows.fitsRegions else {
      index = nil
      return
    }
    index = RankedRows(
      try KDTree(rows.prepared.coordinates, threads: threads),
      ranks: rows.ranks(by: rows.canonicalOrder(threads: threads)))
  }

  /// The label of the row nearest to each row, −1 where that is too far away.
  ///
  /// - Throws: `CladeError` for rows of another length, and values that the metric can't take.
  package func labels(of data: Matrix<Scalar>, threads: Int? = nil) throws -> [Int32] {
    guard let rows else {
      guard data.columnCount == columnCount else {
        throw CladeError.shapeMismatch(
          expected: "rows of \(columnCount) columns", found: "\(data.columnCount)")
      }
      return [Int32](repeating: -1, count: data.rowCount)
    }
    let queries = try rows.prepared.preparing(data, threads: threads)
    var nearest = [Nearest](repeating: Nearest(), count: data.rowCount)
    try nearest.withUnsafeMutableBufferPointer { nearest in
      if let index {
        try find(queries, index, threads, nearest)
      } else {
        try find(queries, rows, threads, nearest)
      }
    }
    return nearest.map { found in
      guard found.row >= 0 else { return -1 }
      let label = labels[Int(found.row)]
      return label >= 0 && found.raw <= limits[Int(label)] ? label : -1
    }
  }

  private struct Nearest {
    var row: Int32 = -1
    var raw: Scalar = .infinity
  }

  private func find(
    _ queries: PreparedRows<Scalar>, _ index: RankedRows<Scalar>, _ threads: Int?,
    _ nearest: UnsafeMutableBufferPointer<Nearest>
  ) throws {
    nonisolated(unsafe) let nearest = nearest
    let coordinates = queries.coordinates
    let columns = coordinates.columnCount
    try index.tree.withKernelTree { tree in
      nonisolated(unsafe) let tree = tree
      try ParallelChunks.forEach(count: nearest.count, chunkSize: 1024, threads: threads) {
        _, range in
        try Task.checkCancellation()
        withUnsafeTemporaryAllocation(of: Scalar.self, capacity: 2 * columns) { point in
          coordinates.withUnsafeBufferPointer { values in
            guard let point = point.baseAddress, let values = values.baseAddress else { return }
            for query in range {
              point.update(from: values + query * columns, count: columns)
              (point + columns).update(from: point, count: columns)
              if let found = index.nearest(to: point, within: limit, tree) {
                nearest[query] = Nearest(row: Int32(index.next(found.place)), raw: found.square)
              }
            }
          }
        }
      }
    }
  }

  /// Which of two rows that are equally far away counts: by values, but where some are missing, so that
  /// other rows may be at no distance too, first of all the row that the query lies on.
  private func isNearer(
    _ row: Int, than other: Int, to query: Int, of queries: PreparedRows<Scalar>,
    _ rows: DensityRows<Scalar>
  ) -> Bool {
    if rows.prepared.form == .gower {
      let liesOn = { (row: Int) in
        rows.prepared.coordinates.row(row).elementsEqual(queries.coordinates.row(query)) {
          $0 == $1 || $0.isNaN && $1.isNaN
        }
      }
      let isThere = liesOn(other)
      if isThere != liesOn(row) { return !isThere }
    }
    return rows.precedes(row, other)
  }

  private func find(
    _ queries: PreparedRows<Scalar>, _ rows: DensityRows<Scalar>, _ threads: Int?,
    _ nearest: UnsafeMutableBufferPointer<Nearest>
  ) throws {
    nonisolated(unsafe) let nearest = nearest
    try PairwiseDistances(of: queries, from: rows.prepared).forEach(threads: threads, count: nil) {
      query, first, raw in
      for place in raw.indices where raw[place] <= limit {
        let best = nearest[query]
        if best.row < 0 || raw[place] < best.raw
          || raw[place] == best.raw
            && isNearer(first + place, than: Int(best.row), to: query, of: queries, rows)
        {
          nearest[query] = Nearest(row: Int32(first + place), raw: raw[place])
        }
      }
    }
  }
}
