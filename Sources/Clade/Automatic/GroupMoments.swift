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
  /// For each group the lower triangle of the scatter matrix, d · (d + 1) / 2 numbers, or its
  /// diagonal.
  private let scatters: [Double]
  private let width: Int

  /// Measures groups.
  ///
  /// - Parameters:
  ///   - rows: m × d.
  ///   - labels: The group of each row (m), negative for none.
  ///   - k: The number of groups.
  ///   - isFull: Whether covariances are looked at, not variances alone.
  /// - Complexity: O(m · d), or O(m · d²).
  init(_ rows: Matrix<Double>, labels: [Int32], groupCount k: Int, isFull: Bool) {
    let d = rows.columnCount
    let width = isFull ? d * (d + 1) / 2 : d
    var counts = [Int](repeating: 0, count: k)
    for label in labels where label >= 0 { counts[Int(label)] += 1 }
    let means = Self.means(rows, labels, counts)
    let scatters = Self.scatters(rows, labels, means, k, isFull: isFull)
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

  private static func means(
    _ rows: Matrix<Double>, _ labels: [Int32], _ counts: [Int]
  ) -> [Double] {
    let d = rows.columnCount
    var means = [Double](repeating: 0, count: counts.count * d)
    means.withUnsafeMutableBufferPointer { means in
      rows.forEach(of: labels) { row, group in
        guard let mean = means.baseAddress.map({ $0 + group * d }) else { return }
        for column in 0..<d { mean[column] += row[column] }
      }
      for (group, count) in counts.enumerated() where count > 0 {
        for place in group * d..<(group + 1) * d { means[place] /= Double(count) }
      }
    }
    return means
  }

  /// The scatter matrices or their diagonals.
  private static func scatters(
    _ rows: Matrix<Double>, _ labels: [Int32], _ means: [Double], _ k: Int, isFull: Bool
  ) -> [Double] {
    let d = rows.columnCount
    let width = isFull ? d * (d + 1) / 2 : d
    var scatters = [Double](repeating: 0, count: k * width)
    scatters.withUnsafeMutableBufferPointer { scatters in
      means.withUnsafeBufferPointer { means in
        withUnsafeTemporaryAllocation(of: Double.self, capacity: d) { differences in
          guard let scatters = scatters.baseAddress, let means = means.baseAddress,
            let difference = differences.baseAddress
          else { return }
          rows.forEach(of: labels) { row, group in
            let mean = means + group * d
            var sums = scatters + group * width
            for column in 0..<d { difference[column] = row[column] - mean[column] }
            guard isFull else {
              for column in 0..<d { sums[column] += difference[column] * difference[column] }
              return
            }
            for column in 0..<d {
              let own = difference[column]
              for other in 0...column { sums[other] += own * difference[other] }
              sums += column + 1
            }
          }
        }
      }
    }
    return scatters
  }

  /// The mean log-likelihood of a row in its group, by a Gaussian for each, and the same less half
  /// the logarithm of the rows for each parameter (BIC).
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

  /// The mean log-likelihood of a row in its group, by balls of one size, less half the logarithm
  /// of the rows for each parameter (BIC).
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

extension Matrix<Double> {
  /// Calls `body` with each row that is in a group, and the group.
  @inline(__always)
  fileprivate func forEach(
    of labels: [Int32], _ body: (_ row: UnsafePointer<Double>, _ group: Int) -> Void
  ) {
    withUnsafeBufferPointer { values in
      guard var row = values.baseAddress else { return }
      for label in labels {
        if label >= 0 { body(row, Int(label)) }
        row += columnCount
      }
    }
  }
}
