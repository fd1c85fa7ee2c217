import CladeCore

/// Rows in an order that follows from their values, equal ones as one cluster from the start.
///
/// All linkages join equal rows first, at height 0, so that what is left are rows that differ, each
/// with its number of rows.
struct LinkageRows<Scalar: MatrixScalar> {
  /// The rows as they were handed in, and made ready for the metric.
  let data: Matrix<Scalar>
  let prepared: PreparedRows<Scalar>
  /// Where each row stands among all (n).
  let ranks: [Int32]
  /// A row of each cluster of equal ones, in order (m), and the number of its rows.
  let order: [Int32]
  let sizes: [Int32]
  /// The node of each cluster of equal rows (m), and the merges that made it.
  let nodes: [Int32]
  let merges: MergeList

  /// Sorts rows.
  ///
  /// - Throws: `CladeError` for no rows, and for values that the metric can't take.
  init(_ data: Matrix<Scalar>, metric: Metric, isMonotone: Bool, threads: Int?) throws {
    guard data.rowCount > 0, data.columnCount > 0 else {
      throw CladeError.emptyData(reason: "at least one row and one column are needed")
    }
    self.data = data
    prepared = try metric.prepared(for: data, threads: threads)
    let count = prepared.rowCount
    guard count <= Dendrogram.mostRows else {
      throw CladeError.shapeMismatch(
        expected: "at most \(Dendrogram.mostRows) rows", found: "\(count)")
    }
    let sorted: [Int32]
    let starts: [Int32]
    if prepared.form.isGiven {
      sorted = DistanceProfiles(prepared).order(threads: threads)
      starts = Array(0..<Int32(count))
    } else {
      let canonical = CanonicalOrder(data.withoutMissingValues, threads: threads)
      sorted = canonical.order
      starts = metric.joinsEqualRows ? canonical.distinctStarts : Array(0..<Int32(count))
    }
    var ranks = [Int32](repeating: 0, count: count)
    for (rank, row) in sorted.enumerated() { ranks[Int(row)] = Int32(rank) }
    self.ranks = ranks
    var merges = MergeList(rowCount: count, isMonotone: isMonotone)
    var (order, sizes, nodes): ([Int32], [Int32], [Int32]) = ([], [], [])
    for (index, start) in starts.enumerated() {
      let end = index + 1 < starts.count ? Int(starts[index + 1]) : count
      let members = sorted[Int(start)..<end].sorted()
      order.append(members[0])
      sizes.append(Int32(members.count))
      nodes.append(members.dropFirst().reduce(members[0]) { merges.join($0, $1, height: 0) })
    }
    (self.order, self.sizes, self.nodes, self.merges) = (order, sizes, nodes, merges)
  }

  /// The rows of ``order``, or their distances, made ready for the metric.
  func preparedInOrder(threads: Int?) throws -> PreparedRows<Scalar> {
    guard prepared.form.isGiven else { return prepared.gathering(order) }
    return try prepared.metric.prepared(for: distancesInOrder, threads: threads)
  }

  /// Given distances in the order of ``order``.
  private var distancesInOrder: Matrix<Scalar> {
    let distances = prepared.coordinates
    let count = order.count
    return Matrix(rows: distances.rowCount, columns: distances.columnCount) { target in
      var place = 0
      for (index, row) in order.enumerated() {
        for other in order[(prepared.form == .lookedUp ? 0 : index + 1)...] {
          let (first, second) = (Int(min(row, other)), Int(max(row, other)))
          let value =
            prepared.form == .lookedUp
            ? distances[Int(row), Int(other)]
            : distances[0, first * (2 * count - first - 1) / 2 + second - first - 1]
          target.initializeElement(at: place, to: value)
          place += 1
        }
      }
    }
  }

  /// The coordinates of ``order`` in double precision (m × d).
  var coordinates: Matrix<Double> {
    let columns = prepared.coordinates.columnCount
    return Matrix(rows: order.count, columns: columns) { target in
      prepared.coordinates.withUnsafeBufferPointer { values in
        for (index, row) in order.enumerated() {
          for column in 0..<columns {
            target.initializeElement(
              at: index * columns + column, to: Double(values[Int(row) * columns + column]))
          }
        }
      }
    }
  }
}

extension Metric {
  /// Whether equal rows are at distance 0, and equally far from any other.
  fileprivate var joinsEqualRows: Bool {
    switch self {
    case .custom, .precomputed: false
    default: true
    }
  }
}

extension Matrix {
  /// The matrix with infinity for NaN, so that rows can be sorted.
  fileprivate var withoutMissingValues: Matrix {
    guard withUnsafeBufferPointer({ $0.contains { $0.isNaN } }) else { return self }
    var result = self
    result.withUnsafeMutableBufferPointer { values in
      for index in values.indices where values[index].isNaN { values[index] = .infinity }
    }
    return result
  }
}
