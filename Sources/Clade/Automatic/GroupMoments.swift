import CladeCore

/// The means and covariances of the rows of each group, and what a code by them costs.
struct GroupMoments {
  let counts: [Int]
  /// k × d.
  let means: [Double]
  /// The sum of squared distances from the means.
  let scatter: Double
  private let columnCount: Int
  private let rowCount: Int
  private let isFull: Bool
  /// For each group the lower triangle of the scatter matrix, d · (d + 1) / 2 numbers, or its diagonal.
  private let scatters: [Double]
  private let width: Int

  init(_ rows: Matrix<Double>, labels: [Int], groupCount k: Int, isFull: Bool) {
    let d = rows.columnCount
    let width = isFull ? d * (d + 1) / 2 : d
    var counts = [Int](repeating: 0, count: k)
    var means = [Double](repeating: 0, count: k * d)
    var scatters = [Double](repeating: 0, count: k * width)
    var difference = [Double](repeating: 0, count: d)
    rows.withUnsafeBufferPointer { values in
      for row in labels.indices where labels[row] >= 0 {
        counts[labels[row]] += 1
        for column in 0..<d { means[labels[row] * d + column] += values[row * d + column] }
      }
      for group in 0..<k where counts[group] > 0 {
        for column in 0..<d { means[group * d + column] /= Double(counts[group]) }
      }
      for row in labels.indices where labels[row] >= 0 {
        let group = labels[row]
        for column in 0..<d {
          difference[column] = values[row * d + column] - means[group * d + column]
        }
        var place = group * width
        for column in 0..<d {
          for other in (isFull ? 0 : column)...column {
            scatters[place] += difference[column] * difference[other]
            place += 1
          }
        }
      }
    }
    var scatter = 0.0
    for group in 0..<k {
      var place = group * width
      for column in 0..<d {
        if isFull { place += column }
        scatter += scatters[place]
        place += 1
      }
    }
    (self.counts, self.means, self.scatters) = (counts, means, scatters)
    (self.scatter, self.width, self.isFull) = (scatter, width, isFull)
    (columnCount, rowCount) = (d, rows.rowCount)
  }

  /// The mean log-likelihood of a row in its group, by a Gaussian for each, and the same less half the
  /// logarithm of the rows for each parameter (BIC).
  func gaussianCode(variance: Double) -> (plain: Double, penalised: Double) {
    let d = columnCount
    // Covariances of few rows are drawn to a small ball.
    let prior = Double(min(d + 1, 10))
    var (sum, grouped, parameters) = (0.0, 0, counts.count - 1)
    for (group, count) in counts.enumerated() where count > 0 {
      let logDeterminant = logDeterminant(
        group, prior: prior, floor: variance * 0.02 * prior, extra: variance * 1e-6)
      let height = -0.5 * logDeterminant - 0.5 * Double(d) * (Elementary.log(2 * .pi) + 1)
      let share = Elementary.log(Double(count) / Double(rowCount))
      sum += Double(count) * (height + share)
      grouped += count
      parameters += d + width
    }
    guard grouped > 0 else { return (0, 0) }
    let plain = sum / Double(grouped)
    let cost = 0.5 * Double(parameters) * Elementary.log(Double(rowCount)) / Double(grouped)
    return (plain, plain - cost)
  }

  private func logDeterminant(
    _ group: Int, prior: Double, floor: Double, extra: Double
  ) -> Double {
    let d = columnCount
    let divisor = Double(counts[group]) + prior
    guard isFull else {
      return (0..<d).reduce(0.0) {
        $0 + Elementary.log((scatters[group * width + $1] + floor) / divisor + extra)
      }
    }
    var matrix = [Double](repeating: 0, count: d * d)
    var place = group * width
    for column in 0..<d {
      for other in 0...column {
        let value =
          (scatters[place] + (column == other ? floor : 0)) / divisor
          + (column == other ? extra : 0)
        matrix[column * d + other] = value
        matrix[other * d + column] = value
        place += 1
      }
    }
    // Positive definite, as the floor is added to its diagonal.
    guard let lower = SmallLinearAlgebra.cholesky(matrix, size: d) else { return 0 }
    return SmallLinearAlgebra.logDeterminant(cholesky: lower, size: d)
  }

  /// The mean log-likelihood of a row in its group, by balls of one size, less half the logarithm of
  /// the rows for each parameter (BIC).
  func ballCode(variance: Double) -> Double {
    let grouped = Double(max(1, counts.reduce(0, +)))
    let d = Double(columnCount)
    let radius = max(scatter / (grouped * d), 1e-12 * variance)
    let sizes = counts.reduce(0.0) { sum, count in
      count > 0
        ? sum + Double(count) * Elementary.log(Double(count) / Double(rowCount)) : sum
    }
    let likelihood =
      -0.5 * grouped * d * (Elementary.log(2 * .pi * radius) + 1) + sizes
    let parameters = Double(counts.count) * (d + 1)
    return (likelihood - 0.5 * parameters * Elementary.log(Double(rowCount))) / grouped
  }
}
