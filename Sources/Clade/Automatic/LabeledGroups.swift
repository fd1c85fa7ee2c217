import CladeCore

/// Labels and the sizes of their groups.
struct LabeledGroups {
  let labels: [Int32]
  let sizes: [Int]
  /// The share that each group has of the rows in groups (k).
  let shares: [Double]

  init(_ labels: [Int32], groupCount: Int) {
    let sizes = labels.sizes(clusterCount: groupCount)
    let total = Double(max(1, sizes.reduce(0, +)))
    self.labels = labels
    self.sizes = sizes
    shares = sizes.map { Double($0) / total }
  }

  var count: Int { sizes.count }

  /// The criteria of the sizes alone.
  var criteria: [Double] {
    let grouped = sizes.reduce(0, +)
    let logCount = Elementary.log(Double(count))
    let entropy = shares.reduce(0) { $0 - ($1 > 0 ? $1 * Elementary.log($1) : 0) }
    return [
      logCount, Double(labels.count - grouped) / Double(labels.count),
      Double(sizes.max() ?? 0) / Double(labels.count), count > 1 ? entropy / logCount : 1,
    ]
  }

  /// The mean of a number for each group, over rows.
  func mean(_ values: [Double]) -> Double {
    zip(values, shares).reduce(0) { $0 + $1.0 * $1.1 }
  }
}
