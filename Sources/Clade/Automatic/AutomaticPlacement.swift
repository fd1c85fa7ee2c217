import CladeCore

/// What places rows: a model of the chosen method, or rows whose groups are known.
enum AutomaticPlacement<Scalar: MatrixScalar>: Sendable, Codable {
  /// All rows belong to the one group; of so many columns.
  case oneGroup(columnCount: Int)
  case ppp(PPPModel)
  case gaussianMixture(GaussianMixtureModel)
  case kMeans(KMeansModel<Scalar>)
  case hdbscan(HDBSCANModel<Scalar>)
  /// A row goes where the nearest of these is.
  case nearestRow(NearestGroupedRow<Scalar>)

  /// The group of each row, −1 for none.
  func labels(of data: Matrix<Scalar>, threads: Int?) throws -> [Int32] {
    switch self {
    case .oneGroup(let columnCount):
      guard data.columnCount == columnCount else {
        throw CladeError.shapeMismatch(
          expected: "\(columnCount) columns, as the model was fitted to",
          found: "\(data.columnCount)")
      }
      _ = try FiniteBounds.check(data, threads: threads)
      return Array(repeating: 0, count: data.rowCount)
    case .ppp(let model): return try model.predict(data, threads: threads)
    case .gaussianMixture(let model): return try model.predict(data, threads: threads)
    case .kMeans(let model): return try model.predict(data, threads: threads)
    case .hdbscan(let model): return try model.predict(data, threads: threads)
    case .nearestRow(let rows): return try rows.labels(of: data, threads: threads)
    }
  }

  /// Whether it places rows into so many groups.
  func fits(clusterCount k: Int) -> Bool {
    switch self {
    case .oneGroup(let columnCount): k == 1 && columnCount > 0
    case .ppp(let model): k == model.clusterCount
    case .gaussianMixture(let model): k == model.clusterCount
    case .kMeans(let model): k == model.clusterCount
    case .hdbscan(let model): k == model.clusterCount
    case .nearestRow(let rows):
      rows.rows.rowCount > 0 && rows.rows.rowCount == rows.groups.count
        && rows.groups.allSatisfy { $0 >= -1 && $0 < k }
    }
  }
}

/// Rows and their groups: another row belongs where the nearest one does, of rows equally near the
/// one with the lowest values.
struct NearestGroupedRow<Scalar: MatrixScalar>: Sendable, Codable {
  /// The rows (m × d), no two alike.
  let rows: Matrix<Scalar>
  /// The group of each, −1 for none.
  let groups: [Int32]

  /// Queries that are looked for at a time.
  private static var block: Int { 1 << 18 }

  /// The group of each row's nearest one.
  ///
  /// - Throws: `CladeError` for rows of another length, and values that aren't finite.
  func labels(of data: Matrix<Scalar>, threads: Int?) throws -> [Int32] {
    guard data.columnCount == rows.columnCount else {
      throw CladeError.shapeMismatch(
        expected: "\(rows.columnCount) columns, as the model was fitted to",
        found: "\(data.columnCount)")
    }
    let index = try NeighborIndex(rows, threads: threads)
    var labels: [Int32] = []
    labels.reserveCapacity(data.rowCount)
    for first in stride(from: 0, to: data.rowCount, by: Self.block) {
      try Cancellation.check()
      let end = min(first + Self.block, data.rowCount)
      let nearest = try index.neighbors(
        of: data.sharingRows(first..<end), count: 1, threads: threads)
      for row in nearest.rows { labels.append(groups[Int(row)]) }
    }
    return labels
  }
}

extension NearestGroupedRow {
  /// About how long it takes to find the nearest of some rows for each of `data`: what a small part
  /// of them takes, times their number.
  ///
  /// - Throws: `CancellationError` when the task was cancelled.
  static func expectedTime(
    for data: Matrix<Scalar>, among rows: Matrix<Scalar>, threads: Int?
  ) throws -> Duration {
    let part = data.gatheringRows(
      Array(stride(from: 0, to: data.rowCount, by: max(1, data.rowCount / 4096))))
    let clock = ContinuousClock()
    let start = clock.now
    let index = try NeighborIndex(rows, threads: threads)
    let built = clock.now
    _ = try index.neighbors(of: part, count: 1, threads: threads)
    let share = Double(data.rowCount) / Double(max(1, part.rowCount))
    return built - start + (clock.now - built) * share
  }

  /// The rows of some data that have a group, each value once.
  ///
  /// - Parameters:
  ///   - data: Rows (n × d).
  ///   - numbers: The rows to take.
  ///   - labels: The group of each row taken, −1 for none; equal rows have the same.
  ///   - groupedOnly: Whether rows in no group are left out.
  init(_ data: Matrix<Scalar>, numbers: [Int32], labels: [Int32], groupedOnly: Bool) {
    let taken = numbers.indices.filter { !groupedOnly || labels[$0] >= 0 }
    let gathered = data.gatheringRows(taken.map { numbers[$0] })
    let order = CanonicalOrder(gathered)
    let first = order.distinctStarts.map { order.order[Int($0)] }
    rows = gathered.gatheringRows(first)
    groups = first.map { labels[taken[Int($0)]] }
  }

  /// The rows of some data, each value once.
  ///
  /// - Parameters:
  ///   - data: Rows (n × d).
  ///   - labels: The group of each, −1 for none; equal rows have the same.
  ///   - groupedOnly: Whether rows in no group are left out.
  init(_ data: Matrix<Scalar>, labels: [Int32], groupedOnly: Bool = false) {
    self.init(
      data, numbers: Array(0..<Int32(data.rowCount)), labels: labels, groupedOnly: groupedOnly)
  }
}
