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

  /// Takes two passes over the data, in blocks of columns side by side.
  ///
  /// - Complexity: O(n · d) time, O(k · d) memory.
  init(data: Matrix<Double>, labels: [Int32], groupCount: Int, threads: Int?) throws {
    let n = data.rowCount
    let d = data.columnCount
    var sizes = [Int](repeating: 0, count: groupCount + 1)
    for label in labels { sizes[label < 0 ? groupCount : Int(label)] += 1 }
    let counts = sizes

    let blocks = ParallelChunks.map(count: d, chunkSize: 4, threads: threads) { _, columns in
      Block(data: data, labels: labels, columns: columns, sizes: counts)
    }
    if let wrong = blocks.compactMap(\.nonFinite).min(by: { $0 < $1 }) {
      throw CladeError.nonFiniteValue(
        row: wrong.0, column: wrong.1, value: "\(data[wrong.0, wrong.1])")
    }

    var means = [Double](repeating: 0, count: (groupCount + 1) * d)
    var deviations = means
    for block in blocks {
      let width = block.columns.count
      for group in 0...groupCount {
        for (offset, column) in block.columns.enumerated() {
          means[group * d + column] = block.means[group * width + offset]
          deviations[group * d + column] = block.deviations[group * width + offset]
        }
      }
    }
    rowCount = n
    self.groupCount = groupCount
    self.sizes = sizes
    columnCount = d
    self.means = means
    self.deviations = deviations
    overallMean = blocks.flatMap(\.overallMeans)
    overallDeviation = blocks.flatMap(\.overallDeviations)
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

  /// The moments of a few columns that lie side by side.
  private struct Block: Sendable {
    let columns: Range<Int>
    /// Group by group, (k + 1) × width.
    private(set) var means: [Double]
    private(set) var deviations: [Double]
    private(set) var overallMeans: [Double]
    private(set) var overallDeviations: [Double]
    /// The first row and column that hold no finite number.
    private(set) var nonFinite: (Int, Int)?

    init(data: Matrix<Double>, labels: [Int32], columns: Range<Int>, sizes: [Int]) {
      let width = columns.count
      let slots = sizes.count * width
      self.columns = columns
      means = [Double](repeating: 0, count: slots)
      deviations = means
      overallMeans = [Double](repeating: 0, count: width)
      overallDeviations = overallMeans
      guard !labels.isEmpty else { return }

      var low = [Double](repeating: .infinity, count: width)
      var high = [Double](repeating: -.infinity, count: width)
      Self.forEach(data, columns) { row, offset, value in
        if !value.isFinite {
          if nonFinite == nil { nonFinite = (row, columns.lowerBound + offset) }
        } else {
          if value < low[offset] { low[offset] = value }
          if value > high[offset] { high[offset] = value }
        }
      }
      guard nonFinite == nil else { return }

      let noise = sizes.count - 1
      let group = { (row: Int) in labels[row] < 0 ? noise : Int(labels[row]) }
      // In units of a power of two: neither too large nor too small to be added and squared.
      let magnitudes = zip(low, high).map { max($0.magnitude, $1.magnitude) }
      var units = magnitudes.map { max($0.binade, .leastNormalMagnitude) }
      var sums = [ExactSum](repeating: ExactSum(bound: 2), count: slots)
      Self.forEach(data, columns) { row, offset, value in
        sums[group(row) * width + offset].add(value / units[offset])
      }
      for offset in 0..<width {
        var total = sums[offset]
        for slot in stride(from: offset + width, to: slots, by: width) { total.add(sums[slot]) }
        let mean = { (sum: ExactSum, size: Int) in
          // Rounding may carry a mean out of its values' range by a bit.
          min(max(sum.value / Double(size) * units[offset], low[offset]), high[offset])
        }
        overallMeans[offset] = mean(total, labels.count)
        for (group, size) in sizes.enumerated() where size > 0 {
          means[group * width + offset] = mean(sums[group * width + offset], size)
        }
      }

      let centers = means
      // The largest difference may be twice the largest number, so halves are taken.
      units = zip(low, high).map { low, high in
        max((high / 2 - low / 2).binade, .leastNormalMagnitude)
      }
      sums = Array(repeating: ExactSum(bound: 16), count: slots)
      Self.forEach(data, columns) { row, offset, value in
        let slot = group(row) * width + offset
        let deviation = (value / 2 - centers[slot] / 2) / units[offset]
        sums[slot].add(deviation * deviation)
      }
      for offset in 0..<width {
        var total = 0.0
        for (group, size) in sizes.enumerated() where size > 0 {
          let slot = group * width + offset
          let within = sums[slot].value
          let shift = (means[slot] / 2 - overallMeans[offset] / 2) / units[offset]
          deviations[slot] = (within / Double(size)).squareRoot() * units[offset] * 2
          total += within + Double(size) * (shift * shift)
        }
        overallDeviations[offset] =
          (total / Double(labels.count)).squareRoot() * units[offset] * 2
      }
    }

    private static func forEach(
      _ data: Matrix<Double>, _ columns: Range<Int>, _ body: (Int, Int, Double) -> Void
    ) {
      data.withUnsafeBufferPointer { values in
        var start = columns.lowerBound
        for row in 0..<data.rowCount {
          for offset in 0..<columns.count { body(row, offset, values[start + offset]) }
          start += data.columnCount
        }
      }
    }
  }
}
