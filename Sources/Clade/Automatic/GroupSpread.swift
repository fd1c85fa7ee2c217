import CladeCore

/// How widely rows are spread in their groups: silhouettes by centers and the length of a code.
struct GroupSpread: Sendable {
  /// Columns up to which a group's covariances are looked at, not its variances alone.
  private static let mostFullColumns = 12
  /// About how many numbers are looked at.
  private static let mostNumbers = 400_000

  /// The rows looked at (m × d), their column means subtracted.
  private let rows: Matrix<Double>
  /// Every so-many-th of all rows is looked at.
  private let stride: Int
  /// The mean variance of a column.
  private let variance: Double
  private let isFull: Bool

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
  }

  /// The criteria from ``PartitionCriterion/silhouette`` to ``PartitionCriterion/spread``.
  func criteria(of groups: LabeledGroups) -> [Double] {
    let labels = Swift.stride(from: 0, to: groups.labels.count, by: stride).map {
      Int(groups.labels[$0])
    }
    let moments = GroupMoments(rows, labels: labels, groupCount: groups.count, isFull: isFull)
    let one = GroupMoments(
      rows, labels: Array(repeating: 0, count: labels.count), groupCount: 1, isFull: isFull)
    let gaussian = moments.gaussianCode(variance: variance)
    let gaussianOne = one.gaussianCode(variance: variance)
    let ball = moments.ballCode(variance: variance)
    let ballOne = one.ballCode(variance: variance)
    let within = max(moments.scatter, 1e-12 * one.scatter)
    let d = Double(rows.columnCount)
    return silhouettes(labels, moments, groups) + [
      (gaussian.penalised - gaussianOne.penalised) / d, (gaussian.plain - gaussianOne.plain) / d,
      (ball - ballOne) / d, one.scatter > 0 ? Elementary.log(within / one.scatter) : 0,
    ]
  }

  /// The mean silhouette by centers, that of the worst group, and the share of negative ones.
  private func silhouettes(
    _ labels: [Int], _ moments: GroupMoments, _ groups: LabeledGroups
  ) -> [Double] {
    let (k, d) = (groups.count, rows.columnCount)
    guard k > 1 else { return [0, 0, 0] }
    var sums = [Double](repeating: 0, count: k)
    var negative = 0
    rows.withUnsafeBufferPointer { values in
      moments.means.withUnsafeBufferPointer { means in
        for row in labels.indices where labels[row] >= 0 {
          var (own, other) = (0.0, Double.infinity)
          for group in 0..<k where moments.counts[group] > 0 {
            var square = 0.0
            for column in 0..<d {
              let difference = values[row * d + column] - means[group * d + column]
              square += difference * difference
            }
            if group == labels[row] { own = square } else { other = min(other, square) }
          }
          guard other < .infinity else { continue }
          let (a, b) = (own.squareRoot(), other.squareRoot())
          let silhouette = max(a, b) > 0 ? (b - a) / max(a, b) : 0
          sums[labels[row]] += silhouette
          if silhouette < 0 { negative += 1 }
        }
      }
    }
    let counted = Double(max(1, moments.counts.reduce(0, +)))
    let worst = zip(sums, moments.counts).map { $1 > 0 ? $0 / Double($1) : 0 }.min() ?? 0
    return [sums.reduce(0, +) / counted, worst, Double(negative) / counted]
  }
}
