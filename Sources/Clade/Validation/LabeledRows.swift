/// The rows of labelled data, cluster after cluster, each cluster in an order that follows from the
/// values: what the internal indices are computed on.
///
/// Sums that run over it in order are the same for any order of the rows.
struct LabeledRows: Sendable {
  /// The points (m × d): the rows without noise. Scaled by a power of two where squares would
  /// overflow or vanish, which changes no index.
  let points: Matrix<Double>
  /// The row of the data that each point is.
  let rows: [Int32]
  /// The labels of the clusters, rising.
  let labels: [Int32]
  /// Cluster c is `points[starts[c]..<starts[c + 1]]`.
  let starts: [Int]

  var clusterCount: Int { labels.count }

  func size(_ cluster: Int) -> Int { starts[cluster + 1] - starts[cluster] }

  /// Sorts.
  ///
  /// - Throws: `CladeError` for labels of another length than the data, values that aren't finite,
  ///   and less than 2 or as many clusters as rows.
  /// - Complexity: O(n · log n · d) time, O(n · d) memory.
  init<Scalar: MatrixScalar>(_ data: Matrix<Scalar>, labels: [Int32], threads: Int?) throws {
    guard labels.count == data.rowCount else {
      throw CladeError.shapeMismatch(
        expected: "\(data.rowCount) labels, one per row of the data", found: "\(labels.count)")
    }
    guard data.columnCount > 0 else { throw CladeError.emptyData(reason: "it has no columns") }
    let largest = try Self.largestMagnitude(data)
    let kept = CanonicalOrder(data, threads: threads).order.filter { labels[Int($0)] >= 0 }
    let index = LabelIndex(kept.map { labels[Int($0)] })
    guard index.labels.count >= 2 else {
      throw CladeError.badLabels(
        reason: (index.labels.isEmpty ? "all are noise" : "all are the same")
          + "; internal indices compare clusters, so there must be two at least")
    }
    guard index.labels.count < kept.count else {
      throw CladeError.badLabels(
        reason: "all are different; internal indices need fewer clusters than rows")
    }
    self.labels = index.labels
    starts = index.sizes.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
    let order = index.rowsByLabel().map { kept[Int($0)] }
    rows = order
    let scale = Self.scale(for: largest)
    let columns = data.columnCount
    points = Matrix(rows: order.count, columns: columns) { target in
      data.withUnsafeBufferPointer { source in
        for (place, row) in order.enumerated() {
          for column in 0..<columns {
            target.initializeElement(
              at: place * columns + column,
              to: Double(source[Int(row) * columns + column]) * scale)
          }
        }
      }
    }
  }

  /// A selection of the points, in the same order.
  private init(_ all: LabeledRows, places: [Int], starts: [Int]) {
    points = all.points.gatheringRows(places)
    rows = places.map { all.rows[$0] }
    labels = all.labels
    self.starts = starts
  }

  /// About `count` of the points: of each cluster in proportion to its size, but at least a quarter
  /// of an even share, and at least two (or all that there are). Taken are those to whose rank in
  /// their cluster a fixed random stream gives the smallest numbers.
  func sample(_ count: Int) -> LabeledRows {
    let random = CounterRandom(seed: 0)
    let least = max(2, count / (4 * clusterCount))
    var places: [Int] = []
    var sampledStarts = [0]
    for cluster in labels.indices {
      let size = size(cluster)
      let share = Double(count) * Double(size) / Double(rows.count)
      let wanted = min(size, max(least, Int(share.rounded())))
      let ranks = (0..<size).map { (key: random.value(at: UInt64($0)), rank: $0) }
        .sorted { ($0.key, $0.rank) < ($1.key, $1.rank) }
        .prefix(wanted).map(\.rank).sorted()
      places += ranks.map { starts[cluster] + $0 }
      sampledStarts.append(places.count)
    }
    return LabeledRows(self, places: places, starts: sampledStarts)
  }

  /// The cluster of each point, as an index.
  func clusterIndices() -> [Int32] {
    labels.indices.flatMap { repeatElement(Int32($0), count: size($0)) }
  }

  private static func largestMagnitude<Scalar: MatrixScalar>(
    _ data: Matrix<Scalar>
  ) throws -> Double {
    try data.withUnsafeBufferPointer { values in
      var largest: Scalar = 0
      for (place, value) in values.enumerated() {
        guard value.isFinite else {
          throw CladeError.nonFiniteValue(
            row: place / data.columnCount, column: place % data.columnCount, value: "\(value)")
        }
        largest = max(largest, value.magnitude)
      }
      return Double(largest)
    }
  }

  private static func scale(for largest: Double) -> Double {
    guard largest > 0, largest > 0x1p400 || largest < 0x1p-400 else { return 1 }
    return Double(sign: .plus, exponent: -max(-1022, Int(largest.exponent)), significand: 1)
  }
}
