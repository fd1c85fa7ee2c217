import CladeCore

/// How widely rows are spread in their groups: silhouettes by centers and the length of a code.
struct GroupSpread: Sendable {
  /// Columns up to which a group's covariances are looked at, not its variances alone.
  private static let mostFullColumns = 12
  /// About how many numbers are looked at.
  private static let mostNumbers = 400_000
  /// Rows whose distances from centers are worked out together.
  private static let block = 64

  /// The rows looked at (m × d), their column means subtracted.
  private let rows: Matrix<Double>
  /// Every so-many-th of all rows is looked at.
  private let stride: Int
  /// The mean variance of a column.
  private let variance: Double
  private let isFull: Bool
  /// What a code of all of them as one group costs.
  private let whole: GroupCode

  init(_ all: Matrix<Double>) {
    stride = max(1, all.rowCount * all.columnCount / Self.mostNumbers)
    let d = all.columnCount
    var rows = all.gatheringRows(
      Swift.stride(from: 0, to: all.rowCount, by: stride).map { Int32($0) })
    let count = Double(rows.rowCount)
    var total = 0.0
    for column in 0..<d {
      let mean = (0..<rows.rowCount).reduce(0.0) { $0 + rows[$1, column] } / count
      for row in 0..<rows.rowCount {
        rows[row, column] -= mean
        total += rows[row, column] * rows[row, column]
      }
    }
    self.rows = rows
    variance = max(total / count / Double(d), 1e-280)
    isFull = d <= Self.mostFullColumns
    whole = GroupCode(
      GroupMoments(
        rows, labels: Array(repeating: 0, count: rows.rowCount), groupCount: 1, isFull: isFull),
      variance: variance)
  }

  /// The criteria from ``PartitionCriterion/silhouette`` to ``PartitionCriterion/spread``.
  func criteria(of groups: LabeledGroups) -> [Double] {
    let labels = Swift.stride(from: 0, to: groups.labels.count, by: stride).map {
      groups.labels[$0]
    }
    let moments = GroupMoments(rows, labels: labels, groupCount: groups.count, isFull: isFull)
    let code = GroupCode(moments, variance: variance)
    let within = max(code.scatter, 1e-12 * whole.scatter)
    let d = Double(rows.columnCount)
    return silhouettes(labels, moments) + [
      (code.gaussian.penalised - whole.gaussian.penalised) / d,
      (code.gaussian.plain - whole.gaussian.plain) / d, (code.ball - whole.ball) / d,
      whole.scatter > 0 ? Elementary.log(within / whole.scatter) : 0,
    ]
  }

  /// The mean silhouette by centers, that of the worst group, and the share of negative ones.
  private func silhouettes(_ labels: [Int32], _ moments: GroupMoments) -> [Double] {
    let k = moments.counts.count
    guard k > 1 else { return [0, 0, 0] }
    var sums = [Double](repeating: 0, count: k)
    var negative = 0
    forEachDistances(labels, moments) { group, own, other in
      let (a, b) = (own.squareRoot(), other.squareRoot())
      let silhouette = max(a, b) > 0 ? (b - a) / max(a, b) : 0
      sums[group] += silhouette
      if silhouette < 0 { negative += 1 }
    }
    let counted = Double(max(1, moments.counts.reduce(0, +)))
    let worst = zip(sums, moments.counts).map { $1 > 0 ? $0 / Double($1) : 0 }.min() ?? 0
    return [sums.reduce(0, +) / counted, worst, Double(negative) / counted]
  }

  /// Calls `body` with each row's group, and its squared distances from the center of that group
  /// and from the nearest center of another.
  private func forEachDistances(
    _ labels: [Int32], _ moments: GroupMoments,
    _ body: (_ group: Int, _ own: Double, _ other: Double) -> Void
  ) {
    // No center is that of no rows.
    let present = moments.counts.indices.filter { moments.counts[$0] > 0 }.map { Int32($0) }
    guard present.count > 1 else { return }
    var places = [Int](repeating: 0, count: moments.counts.count)
    for (place, group) in present.enumerated() { places[Int(group)] = place }
    let d = rows.columnCount
    let centers = moments.means.withUnsafeBufferPointer { means in
      present.withUnsafeBufferPointer {
        PackedRows(means.baseAddress, order: $0.baseAddress, count: present.count, columns: d)
      }
    }
    let width = centers.paddedCount
    rows.withUnsafeBufferPointer { values in
      withUnsafeTemporaryAllocation(of: Double.self, capacity: Self.block * width) { squares in
        guard let start = values.baseAddress, let into = squares.baseAddress else { return }
        for first in Swift.stride(from: 0, to: labels.count, by: Self.block) {
          let count = min(Self.block, labels.count - first)
          centers.squaredDistances(
            from: start + first * d, count: count, into: into, stride: width)
          for index in 0..<count where labels[first + index] >= 0 {
            let group = Int(labels[first + index])
            let line = into + index * width
            let own = line[places[group]]
            line[places[group]] = .infinity
            var other = Double.infinity
            for place in 0..<present.count where line[place] < other { other = line[place] }
            body(group, own, other)
          }
        }
      }
    }
  }
}

/// What a code of rows by their groups costs.
private struct GroupCode: Sendable {
  let gaussian: (plain: Double, penalised: Double)
  let ball: Double
  /// The sum of squared distances from the groups' means.
  let scatter: Double

  init(_ moments: GroupMoments, variance: Double) {
    gaussian = moments.gaussianCode(variance: variance)
    ball = moments.ballCode(variance: variance)
    scatter = moments.scatter
  }
}
