import CladeCore

/// Means and standard deviations of each column in each group of rows, from exact sums.
struct GroupMoments: Sendable {
  /// The number of rows, n.
  let rowCount: Int
  /// The number of groups k; the rows labelled −1 are group k.
  let groupCount: Int
  /// The number of rows of each group (k + 1).
  let sizes: [Int]
  /// The mean of each column (d).
  let overallMean: [Double]
  /// The standard deviation of each column (d).
  let overallDeviation: [Double]

  private let columnCount: Int
  private let means: [Double]
  private let deviations: [Double]

  /// Takes three passes over the rows.
  ///
  /// - Complexity: O(n · d) time, O(k · d) memory a thread.
  init(data: Matrix<Double>, labels: [Int32], groupCount: Int, threads: Int?) throws {
    let n = data.rowCount
    let d = data.columnCount
    var sizes = [Int](repeating: 0, count: groupCount + 1)
    for label in labels { sizes[label < 0 ? groupCount : Int(label)] += 1 }
    let pass = MomentsPass(
      data: data, labels: labels, groupCount: groupCount + 1, hasNoise: sizes[groupCount] > 0,
      threads: threads)
    let (low, high) = try pass.ranges()

    let sums = pass.sums(bounds: zip(low, high).map { max($0.magnitude, $1.magnitude) })
    overallMean = (0..<d).map { column in
      n == 0
        ? 0
        : min(max(sums.meanOfAllGroups(column: column, count: n), low[column]), high[column])
    }
    var means = [Double](repeating: 0, count: (groupCount + 1) * d)
    for (group, size) in sizes.enumerated() where size > 0 {
      for column in 0..<d {
        // Rounding may carry a mean out of its values' range by a bit.
        means[group * d + column] = min(
          max(sums.mean(group: group, column: column, count: size), low[column]), high[column])
      }
    }

    // The largest difference may be twice the largest number, so halves are taken, in units of a
    // power of two: neither too large nor too small to be squared.
    let units = zip(low, high).map { low, high in
      max((high / 2 - low / 2).binade, .leastNormalMagnitude)
    }
    let squares = pass.squares(centers: means, units: units)
    var deviations = [Double](repeating: 0, count: (groupCount + 1) * d)
    var totals = [Double](repeating: 0, count: d)
    for (group, size) in sizes.enumerated() where size > 0 {
      for column in 0..<d {
        let slot = group * d + column
        let within = squares.sum(group: group, column: column)
        let shift = (means[slot] / 2 - overallMean[column] / 2) / units[column]
        deviations[slot] = (within / Double(size)).squareRoot() * units[column] * 2
        totals[column] += within + Double(size) * (shift * shift)
      }
    }
    overallDeviation = (0..<d).map { column in
      n == 0 ? 0 : (totals[column] / Double(n)).squareRoot() * units[column] * 2
    }
    rowCount = n
    self.groupCount = groupCount
    self.sizes = sizes
    columnCount = d
    self.means = means
    self.deviations = deviations
  }

  /// The mean of a column within a group that has rows.
  func mean(group: Int, column: Int) -> Double { means[group * columnCount + column] }

  /// The standard deviation of a column within a group that has rows.
  func deviation(group: Int, column: Int) -> Double { deviations[group * columnCount + column] }

  /// The mean of a column over the rows outside a group; the overall mean where there are none.
  func restMean(group: Int, column: Int) -> Double {
    let outside = rowCount - sizes[group]
    guard outside > 0 else { return overallMean[column] }
    let weight = Double(sizes[group]) / Double(outside)
    let half = overallMean[column] / 2
    return 2 * (half - weight * (mean(group: group, column: column) / 2 - half))
  }

  /// A group's mean less the overall one, in standard deviations of the column.
  func standardizedMean(group: Int, column: Int) -> Double {
    guard overallDeviation[column] > 0 else { return 0 }
    return (mean(group: group, column: column) / 2 - overallMean[column] / 2)
      / (overallDeviation[column] / 2)
  }

  /// A group's mean less that of the rest, in standard deviations of the column.
  func restDifference(group: Int, column: Int) -> Double {
    guard overallDeviation[column] > 0, sizes[group] < rowCount else { return 0 }
    return (mean(group: group, column: column) / 2 - restMean(group: group, column: column) / 2)
      / (overallDeviation[column] / 2)
  }
}
