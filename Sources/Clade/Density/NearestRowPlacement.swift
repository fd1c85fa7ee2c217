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
  /// Where there is an index, the rows by their values.
  private let order: [Int32]

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

  /// Arranges the distinct rows of a model, however far away new rows are.
  package init(_ rows: TrainingRows<Scalar>, threads: Int? = nil) throws {
    try self.init(
      rows.rows, rows.labels, rows.metric, learned: rows.learned, isWhole: false,
      reaches: Array(repeating: .infinity, count: Int(rows.labels.max() ?? -1) + 1), threads)
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
      (rows, limits, limit, index, order) = (nil, [], 0, nil, [])
      return
    }
    let rows = try DensityRows(data, metric: metric, learned: learned, threads: threads)
    self.rows = rows
    limits = reaches.map { rows.prepared.largestRaw(within: $0) }
    limit = limits.max() ?? 0
    guard rows.fitsRegions else {
      (index, order) = (nil, [])
      return
    }
    let canonical = rows.canonicalOrder(threads: threads)
    order = canonical.order
    index = RankedRows(
      try KDTree(rows.prepared.coordinates, threads: threads), ranks: rows.ranks(by: canonical))
  }

  /// The label of the row nearest to each row, −1 where that is too far away.
  ///
  /// Of several that are as near, first of all that which it equals counts, then that with the
  /// lowest values.
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
        // Other rows may be at no distance, too, such as those of the same direction.
        for query in nearest.indices where nearest[query].raw == 0 {
          if let row = row(equalTo: query, of: data, in: rows.data) { nearest[query].row = row }
        }
      } else {
        try find(queries, of: data, rows, threads, nearest)
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
        try Cancellation.check()
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

  /// The row that equals a new one.
  private func row(
    equalTo query: Int, of data: Matrix<Scalar>, in rows: Matrix<Scalar>
  ) -> Int32? {
    data.withUnsafeBufferPointer { data in
      rows.withUnsafeBufferPointer { values in
        let new = data[(query * columnCount)..<((query + 1) * columnCount)]
        func row(_ place: Int) -> Slice<UnsafeBufferPointer<Scalar>> {
          let first = Int(order[place]) * columnCount
          return values[first..<(first + columnCount)]
        }
        var places = 0..<order.count
        while !places.isEmpty {
          let middle = places.lowerBound + places.count / 2
          places =
            row(middle).lexicographicallyPrecedes(new)
            ? (middle + 1)..<places.upperBound : places.lowerBound..<middle
        }
        let place = places.lowerBound
        return place < order.count && row(place).elementsEqual(new) ? order[place] : nil
      }
    }
  }

  /// Which of two rows at no distance from a new one counts.
  private func isNearer(
    _ row: Int, than other: Int, to query: Int, of data: Matrix<Scalar>,
    _ rows: DensityRows<Scalar>
  ) -> Bool {
    let equals = { (row: Int) in
      rows.data.row(row).elementsEqual(data.row(query)) { $0 == $1 || $0.isNaN && $1.isNaN }
    }
    let isThere = equals(other)
    return isThere != equals(row) ? !isThere : rows.precedes(row, other)
  }

  private func find(
    _ queries: PreparedRows<Scalar>, of data: Matrix<Scalar>, _ rows: DensityRows<Scalar>,
    _ threads: Int?, _ nearest: UnsafeMutableBufferPointer<Nearest>
  ) throws {
    nonisolated(unsafe) let nearest = nearest
    try PairwiseDistances(of: queries, from: rows.prepared).forEach(threads: threads, count: nil) {
      query, first, raw in
      for place in raw.indices where raw[place] <= limit {
        let best = nearest[query]
        if best.row < 0 || raw[place] < best.raw
          || raw[place] == best.raw
            && (best.raw > 0
              ? rows.precedes(first + place, Int(best.row))
              : isNearer(first + place, than: Int(best.row), to: query, of: data, rows))
        {
          nearest[query] = Nearest(row: Int32(first + place), raw: raw[place])
        }
      }
    }
  }
}
