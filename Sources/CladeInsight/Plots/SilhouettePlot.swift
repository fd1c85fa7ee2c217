import Clade

/// The silhouettes of the rows, cluster by cluster, the highest first.
struct SilhouettePlot: Sendable {
  /// The mean over all rows.
  let mean: Double
  /// The mean of each cluster (k); `nil` for one without rows.
  let clusterMeans: [Double?]
  /// The number of rows that it was estimated from, or `nil` for all.
  let sampleSize: Int?

  private let sorted: [[Double]]
  private let sizes: [Int]
  /// The left end of the axis, a multiple of a fifth, at most 0.
  private let low: Double

  /// Computes silhouettes, or returns `nil` where there are none: for one cluster, or where every
  /// row is a cluster, or where rows have no columns.
  init?(
    data: Matrix<Double>, labels: [Int32], clusterCount k: Int, limit: Int, threads: Int?
  ) throws {
    let sizes = labels.sizes(clusterCount: k)
    let clustered = sizes.reduce(0, +)
    let clusters = sizes.count { $0 > 0 }
    guard clusters >= 2, clusters < clustered, data.columnCount > 0 else { return nil }
    let budget = Int((4e9 / Double(max(1, data.columnCount))).squareRoot())
    let sample = max(min(limit, budget), 2 * clusters)
    let isSample = clustered > sample
    let rows = CanonicalSample.rows(
      of: data, labels: labels, groupCount: k, limit: isSample ? sample : clustered,
      least: max(2, sample / (4 * clusters)), threads: threads)
    let chosen = rows.map { labels[Int($0)] }
    let silhouette = try Silhouette(data.gatheringRows(rows), labels: chosen, threads: threads)

    var means = [Double?](repeating: nil, count: k)
    var sum = 0.0
    for (label, value) in zip(silhouette.labels, silhouette.clusterMeans) {
      means[Int(label)] = value
      sum += value * Double(sizes[Int(label)])
    }
    mean = isSample ? sum / Double(clustered) : silhouette.mean
    clusterMeans = means
    sampleSize = isSample ? rows.count : nil
    var groups = [[Double]](repeating: [], count: k)
    for (row, value) in zip(silhouette.rows, silhouette.values) {
      groups[Int(chosen[Int(row)])].append(value)
    }
    sorted = groups.map { $0.sorted(by: >) }
    self.sizes = sizes
    let lowest = sorted.lazy.compactMap(\.last).min() ?? 0
    low = lowest < 0 ? (lowest * 5).rounded(.down) / 5 : 0
  }

  /// Where a value stands on the axis, in percent from the left.
  func position(_ value: Double) -> Double { (value - low) / (1 - low) * 100 }

  /// Labeled places of the axis.
  var ticks: [Double] {
    low < -0.25
      ? [-1, -0.5, 0, 0.5, 1].filter { $0 >= low }
      : [-0.2, 0, 0.2, 0.4, 0.6, 0.8, 1].filter { $0 >= low }
  }

  /// The height of a cluster's bars on the page: its share of the whole, but never too thin.
  func height(_ cluster: Int) -> Double {
    let total = Double(max(1, sizes.reduce(0, +)))
    let room = Double(max(280, min(640, sizes.count * 14)))
    return max(12, (Double(sizes[cluster]) / total * room).rounded())
  }

  /// A cluster's bars as one shape in a picture 1000 units wide, stretched to the page.
  func bars(_ cluster: Int, cssClass: String) -> String {
    let values = thinned(sorted[cluster])
    let height = height(cluster)
    let zero = position(0) * 10
    var path = "M\(Markup.coordinate(zero)) 0"
    for (index, value) in values.enumerated() {
      path += "H\(Markup.coordinate(position(value) * 10))"
      path += "V\(Markup.coordinate(height * Double(index + 1) / Double(values.count)))"
    }
    let mean = Markup.coordinate(position(mean) * 10)
    let h = Markup.coordinate(height)
    return """
      <svg viewBox="0 0 1000 \(h)" height="\(h)" preserveAspectRatio="none" aria-hidden="true">\
      <path class="\(cssClass)" d="\(path)H\(Markup.coordinate(zero))z"/>\
      <path class="mean" d="M\(mean) 0V\(h)"/></svg>
      """
  }

  /// At most as many values as there are pixels to show them.
  private func thinned(_ values: [Double]) -> [Double] {
    let most = 240
    guard values.count > most else { return values }
    return (0..<most).map { values[($0 * 2 + 1) * values.count / (2 * most)] }
  }
}
