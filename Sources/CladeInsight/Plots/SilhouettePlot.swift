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
  /// row is a cluster.
  init?(data: Matrix<Double>, labels: [Int32], limit: Int, threads: Int?) throws {
    let k = Int(labels.max() ?? -1) + 1
    var sizes = [Int](repeating: 0, count: k)
    for label in labels where label >= 0 { sizes[Int(label)] += 1 }
    let clustered = sizes.reduce(0, +)
    let clusters = sizes.count { $0 > 0 }
    guard clusters >= 2, clusters < clustered else { return nil }
    let budget = Int((4e9 / Double(max(1, data.columnCount))).squareRoot())
    let sample = max(min(limit, budget), 2 * clusters)
    let silhouette = try Silhouette(
      data, labels: labels, sample: clustered > sample ? sample : nil, threads: threads)

    mean = silhouette.mean
    var means = [Double?](repeating: nil, count: k)
    for (label, value) in zip(silhouette.labels, silhouette.clusterMeans) {
      means[Int(label)] = value
    }
    clusterMeans = means
    sampleSize = silhouette.rows.count < clustered ? silhouette.rows.count : nil
    var groups = [[Double]](repeating: [], count: k)
    for (row, value) in zip(silhouette.rows, silhouette.values) {
      groups[Int(labels[Int(row)])].append(value)
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
    let steps = Int(((1 - low) / 0.2).rounded())
    let every = steps > 6 ? 2 : 1
    return (0...steps).map { 1 - Double($0) * 0.2 }.enumerated()
      .filter { $0.offset % every == 0 }.map(\.element).reversed()
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
