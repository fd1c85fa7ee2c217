import CladeCore

/// The centers of mini-batch k-means while batches come: each is the mean of all rows that it has
/// been given ("Web-Scale K-Means Clustering", Sculley, 2010, algorithm 1: a row moves its center
/// by 1 over the number of rows that the center has had).
package struct MiniBatchCenters<Scalar: MatrixScalar> {
  /// k × d.
  package private(set) var centers: Matrix<Scalar>
  /// The number of rows that each center has been given.
  package private(set) var counts: [Double]
  /// The centers before rounding to `Scalar`.
  private var means: [Double]
  private let reassignmentRatio: Double
  private var random: CounterRandom
  /// Rows since centers that are left behind were last looked for.
  private var rowsSinceReassignment = 0

  package init(_ centers: Matrix<Scalar>, reassignmentRatio: Double, seed: UInt64) {
    self.centers = centers
    self.reassignmentRatio = reassignmentRatio
    counts = Array(repeating: 0, count: centers.rowCount)
    means = centers.withUnsafeBufferPointer { $0.map { Double($0) } }
    random = CounterRandom(seed: seed, stream: 3 << 60)
  }

  /// Moves the centers by one batch (b × d).
  ///
  /// The rows of a batch come in an order that follows from their values, so sums over them may be
  /// rounded as they come.
  ///
  /// - Returns: The mean squared distance of the rows from the centers before they moved.
  /// - Complexity: O(b · k · d).
  @discardableResult
  package mutating func move(by batch: Matrix<Scalar>, threads: Int?) -> Double {
    let (labels, distances) = NearestCenters.assign(batch, centers, threads: threads)
    let columns = centers.columnCount
    var sums = [Double](repeating: 0, count: means.count)
    var joined = [Double](repeating: 0, count: counts.count)
    batch.withUnsafeBufferPointer { values in
      sums.withUnsafeMutableBufferPointer { sums in
        for (row, label) in labels.enumerated() {
          let (from, to) = (row &* columns, Int(label) &* columns)
          for column in 0..<columns { sums[to &+ column] += Double(values[from &+ column]) }
          joined[Int(label)] += 1
        }
      }
    }
    for cluster in counts.indices where joined[cluster] > 0 {
      let before = counts[cluster]
      counts[cluster] += joined[cluster]
      for index in (cluster * columns)..<((cluster + 1) * columns) {
        means[index] = (before * means[index] + sums[index]) / counts[cluster]
      }
    }
    reassign(from: batch)
    centers = Matrix(rows: counts.count, columns: columns) { target in
      for index in means.indices { target.initializeElement(at: index, to: Scalar(means[index])) }
    }
    return distances.reduce(0) { $0 + Double($1) } / Double(batch.rowCount)
  }

  /// Puts centers that are given hardly any rows on rows of the batch, as scikit-learn does: every
  /// 10 k rows, or at once if one has none, those with less than a part of what the fullest has,
  /// but no more than half as many as the batch has rows.
  private mutating func reassign(from batch: Matrix<Scalar>) {
    let (k, columns) = (counts.count, centers.columnCount)
    rowsSinceReassignment += batch.rowCount
    guard rowsSinceReassignment >= 10 * k || counts.contains(0) else { return }
    rowsSinceReassignment = 0
    let limit = reassignmentRatio * (counts.max() ?? 0)
    var starved = counts.indices.filter { counts[$0] < limit }
    if starved.count > batch.rowCount / 2 {
      starved.sort { (counts[$0], $0) < (counts[$1], $1) }
      starved = starved.prefix(batch.rowCount / 2).sorted()
    }
    guard !starved.isEmpty else { return }
    var isStarved = [Bool](repeating: false, count: k)
    for cluster in starved { isStarved[cluster] = true }
    let least = zip(counts, isStarved).filter { !$0.1 }.map(\.0).min() ?? 0
    // The first steps of a shuffle: rows without replacement.
    var places = Array(0..<batch.rowCount)
    for (index, cluster) in starved.enumerated() {
      let rest = Double(places.count - index)
      places.swapAt(index, index + min(Int(rest) - 1, Int(random.uniform() * rest)))
      for column in 0..<columns {
        means[cluster * columns + column] = Double(batch[places[index], column])
      }
      counts[cluster] = least
    }
  }
}

/// Decides when mini-batch k-means stops: when the smoothed inertia of the batches has not fallen
/// for some batches, as scikit-learn's does.
struct SmoothedInertia {
  private let weight: Double
  private let patience: Int?
  private var batches = 0
  private var smoothed: Double?
  private var least = Double.infinity
  private var batchesWithoutImprovement = 0

  /// - Parameters:
  ///   - batchSize: The rows of a batch.
  ///   - rowCount: The rows that all data stands for, n.
  ///   - patience: Stops after so many batches without improvement; `nil` for never.
  init(batchSize: Int, rowCount: Double, patience: Int?) {
    weight = min(1, 2 * Double(batchSize) / (rowCount + 1))
    self.patience = patience
  }

  /// Takes in the inertia of a batch, a row, and says whether to stop.
  mutating func add(_ inertia: Double) -> Bool {
    batches += 1
    // The first batch measures the first centers.
    guard batches > 1 else { return false }
    let value = smoothed.map { $0 * (1 - weight) + inertia * weight } ?? inertia
    smoothed = value
    if value < least {
      least = value
      batchesWithoutImprovement = 0
    } else {
      batchesWithoutImprovement += 1
    }
    return patience.map { batchesWithoutImprovement >= $0 } ?? false
  }
}
