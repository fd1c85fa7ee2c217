import CladeCore

/// How well a clustering follows the density of its data, for clusters of any shape: DBCV.
///
/// A cluster is valid where it is denser inside, at the sparsest place along its own spanning tree,
/// than between it and the next cluster. Densities are measured with all rows of a cluster, so that
/// no parameter has to be chosen.
///
/// Mutual reachability ties wherever a core distance decides it, and which rows are inner ones
/// differs from one spanning tree to another. Of those that tie, the tree is taken in which rows
/// hang on the densest, then on the nearest: it follows from the values, whatever the order of the
/// rows.
///
/// Source: "Density-Based Clustering Validation" (Moulavi, Jaskowiak, Campello, Zimek and Sander,
/// 2014).
public struct DensityValidity: Sendable, Equatable {
  /// The mean of ``clusterValues``, weighted by the clusters' share of all rows, noise included;
  /// −1...1, the higher, the better.
  public let value: Double
  /// The labels of the clusters, rising.
  public let labels: [Int32]
  /// The validity of each cluster, −1...1.
  public let clusterValues: [Double]

  /// Computes the index.
  ///
  /// - Parameters:
  ///   - data: The rows (n × d).
  ///   - labels: The cluster of each row (n); negative for noise. A cluster has at least 2 rows.
  ///   - metric: How far apart two rows are.
  ///   - threads: At most this many threads; `nil` for one per core. Changes no bit of the result.
  ///   - progress: Told how far it has come.
  /// - Throws: `CladeError.badLabels` for fewer than 2 clusters, or one of a single row; the errors
  ///   of ``Silhouette/init(_:labels:sample:threads:progress:)`` and of the metric.
  /// - Complexity: O(Σ m² · d) for clusters of m rows, and O(n² · d) between clusters; O(n · d)
  ///   memory.
  public init<Scalar: MatrixScalar>(
    _ data: Matrix<Scalar>, labels: [Int32], metric: Metric = .euclidean, threads: Int? = nil,
    progress: ProgressObserver? = nil
  ) throws {
    guard metric != .precomputed else {
      throw CladeError.invalidParameter(
        name: "metric", value: "precomputed",
        reason: "the index needs the number of columns; give the rows themselves")
    }
    let sorted = try LabeledRows(data, labels: labels, threads: threads)
    if let alone = sorted.labels.indices.first(where: { sorted.size($0) < 2 }) {
      throw CladeError.badLabels(
        reason: "cluster \(sorted.labels[alone]) has one row, whose density can't be measured; "
          + "label it as noise, −1")
    }
    let rows = try metric.prepared(for: data.doubles, threads: threads).gathering(sorted.rows)
    let stage = ProgressCount(
      stage: "density validity", total: 2 * sorted.rows.count, observer: progress)
    var groups: [DensityGroup] = []
    for cluster in sorted.labels.indices {
      groups.append(
        try DensityGroup(
          rows, sorted.starts[cluster]..<sorted.starts[cluster + 1], columns: data.columnCount,
          threads: threads))
      stage.add(sorted.size(cluster))
    }
    let separations = try DensityGroup.separations(groups, rows, threads: threads, stage)
    self.labels = sorted.labels
    let values = zip(groups, separations).map { group, separation in
      let larger = max(group.sparseness, separation)
      return larger > 0 && larger < .infinity
        ? (separation - group.sparseness) / larger : (separation > group.sparseness ? 1 : 0)
    }
    clusterValues = values
    let n = Double(data.rowCount)
    value = ExactSum.of(
      sorted.labels.indices.map { values[$0] * (Double(sorted.size($0)) / n) })
  }
}

/// A cluster's density along its spanning tree.
private struct DensityGroup: Sendable {
  /// The rows that more than one edge ends at, or all where there are none.
  let inner: [Int32]
  /// The longest edge between inner rows, or of all where there are none.
  let sparseness: Double
  /// The core distance of each inner row.
  let cores: [Double]

  init<Scalar: MatrixScalar>(
    _ rows: PreparedRows<Scalar>, _ range: Range<Int>, columns: Int, threads: Int?
  ) throws {
    let own = rows.gathering(range.map { Int32($0) })
    let panels = DistancePanels(own)
    let cores = try Self.coreDistances(own, panels, columns: columns, threads: threads)
    let edges = try Self.spanningTree(own, panels, cores)
    var degrees = [Int](repeating: 0, count: range.count)
    for edge in edges {
      degrees[edge.a] += 1
      degrees[edge.b] += 1
    }
    let inside = edges.filter { degrees[$0.a] > 1 && degrees[$0.b] > 1 }
    sparseness = (inside.isEmpty ? edges : inside).reduce(0) { max($0, $1.length) }
    let inner = range.indices.map { $0 - range.lowerBound }.filter { degrees[$0] > 1 }
    let ends = inner.isEmpty ? Array(0..<range.count) : inner
    self.inner = ends.map { Int32(range.lowerBound + $0) }
    self.cores = ends.map { cores[$0] }
  }

  /// The all-points core distance of each row: the inverse of the mean of 1 / distance to the power
  /// of the number of columns, to the inverse power.
  private static func coreDistances<Scalar: MatrixScalar>(
    _ rows: PreparedRows<Scalar>, _ panels: DistancePanels<Scalar>, columns: Int, threads: Int?
  ) throws -> [Double] {
    let n = rows.rowCount
    let stride = panels.panelCount * DistancePanels<Scalar>.panelWidth
    var cores = [Double](repeating: 0, count: n)
    try cores.withUnsafeMutableBufferPointer { cores in
      nonisolated(unsafe) let cores = cores
      try ParallelChunks.forEach(count: n, chunkSize: 32, threads: threads) { _, range in
        try Cancellation.check()
        var raw = [Scalar](repeating: 0, count: stride)
        for row in range {
          try panels.rawDistances(of: rows, row..<row + 1, into: &raw, stride: stride)
          // Rows at no distance tell nothing of the density around.
          let distances = raw[..<n].lazy.map { rows.distance(raw: $0) }.filter { $0 > 0 }
          let least = distances.min() ?? 0
          // In units of the nearest row, so that no power leaves the range of numbers.
          var sum = ExactSum(bound: 1)
          for distance in distances { sum.add(power(least / distance, columns)) }
          let mean = sum.value(dividedBy: n - 1)
          cores[row] =
            least > 0 ? least * Elementary.exp(-Elementary.log(mean) / Double(columns)) : 0
        }
      }
    }
    return cores
  }

  /// A number from 0 to 1 to a whole power.
  private static func power(_ base: Double, _ exponent: Int) -> Double {
    var (result, square, rest) = (1.0, base, exponent)
    while rest > 0 {
      if rest & 1 == 1 { result *= square }
      square *= square
      rest >>= 1
    }
    return result
  }

  private typealias Edge = (a: Int, b: Int, length: Double)

  /// Prim's algorithm over mutual reachability; ties to the densest row, the nearest, and the
  /// first.
  private static func spanningTree<Scalar: MatrixScalar>(
    _ rows: PreparedRows<Scalar>, _ panels: DistancePanels<Scalar>, _ cores: [Double]
  ) throws -> [Edge] {
    let n = rows.rowCount
    let stride = panels.panelCount * DistancePanels<Scalar>.panelWidth
    var raw = [Scalar](repeating: 0, count: stride)
    var nearest = [(length: Double, core: Double, distance: Double)](
      repeating: (.infinity, .infinity, .infinity), count: n)
    var from = [Int](repeating: 0, count: n)
    var isInside = [Bool](repeating: false, count: n)
    var last = 0
    isInside[0] = true
    var edges: [Edge] = []
    for step in 1..<n {
      if step % 64 == 0 { try Cancellation.check() }
      try panels.rawDistances(of: rows, last..<last + 1, into: &raw, stride: stride)
      var best = -1
      for row in 0..<n where !isInside[row] {
        let distance = rows.distance(raw: raw[row])
        let candidate = (
          length: max(distance, cores[row], cores[last]), core: min(cores[row], cores[last]),
          distance: distance
        )
        if candidate < nearest[row] { (nearest[row], from[row]) = (candidate, last) }
        if best < 0 || nearest[row] < nearest[best] { best = row }
      }
      isInside[best] = true
      edges.append((from[best], best, nearest[best].length))
      last = best
    }
    return edges
  }

  /// The least mutual reachability between inner rows of each cluster and those of any other.
  static func separations<Scalar: MatrixScalar>(
    _ groups: [DensityGroup], _ rows: PreparedRows<Scalar>, threads: Int?, _ stage: ProgressCount
  ) throws -> [Double] {
    var separations = [Double](repeating: .infinity, count: groups.count)
    for (second, group) in groups.enumerated() {
      let panels = DistancePanels(rows.gathering(group.inner))
      let stride = panels.panelCount * DistancePanels<Scalar>.panelWidth
      for first in 0..<second {
        let other = groups[first]
        let asked = rows.gathering(other.inner)
        let parts = try ParallelChunks.reduce(
          count: other.inner.count, chunkSize: 16, threads: threads,
          state: { (Double.infinity, [Scalar](repeating: 0, count: stride)) }
        ) { state, _, range in
          try Cancellation.check()
          for row in range {
            try panels.rawDistances(of: asked, row..<row + 1, into: &state.1, stride: stride)
            for place in group.inner.indices {
              let reach = max(
                rows.distance(raw: state.1[place]), other.cores[row], group.cores[place])
              state.0 = min(state.0, reach)
            }
          }
        }
        let least = parts.reduce(Double.infinity) { min($0, $1.0) }
        separations[first] = min(separations[first], least)
        separations[second] = min(separations[second], least)
      }
      stage.add(group.inner.count)
    }
    return separations
  }
}
