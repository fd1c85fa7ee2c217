import CladeCore

/// Where new rows belong in the clusters that were found.
public struct HDBSCANPlaces: Sendable, Equatable {
  /// The cluster of each row (m), −1 for noise.
  public let labels: [Int32]
  /// How strongly each row belongs to its cluster, 0...1 (m); 0 for noise.
  public let probabilities: [Double]
  /// How far each row is outlying, 0...1 (m).
  public let outlierScores: [Double]
}

extension HDBSCANModel {
  /// The cluster of each new row, −1 for noise.
  ///
  /// The parameters, errors and complexity are those of ``places(of:threads:)``.
  public func predict(_ data: Matrix<Scalar>, threads: Int? = nil) throws -> [Int32] {
    try places(of: data, threads: threads).labels
  }

  /// The place of each new row in the tree as it is, which new rows don't change.
  ///
  /// A row joins the tree at the training row that it reaches at the least distance of mutual
  /// reachability, of the 2 · `minSamples` nearest ones, and at the density of that distance. A row
  /// that lies on a training row is where that one is: training rows get their own labels.
  ///
  /// Source: the approximate prediction of "hdbscan: Hierarchical Density Based Clustering"
  /// (McInnes, Healy and Astels, 2017).
  ///
  /// - Parameters:
  ///   - data: m × d.
  ///   - threads: At most this many threads; `nil` for one per core. Changes no bit of the result.
  /// - Throws: `CladeError.shapeMismatch` for another number of columns,
  ///   `CladeError.nonFiniteValue` and what else the metric can't take;
  ///   `CladeError.invalidParameter` where only distances were given, so that there are no rows to
  ///   be near to.
  /// - Complexity: that of finding 2 · `minSamples` neighbours of each row, and O(m · depth).
  public func places(of data: Matrix<Scalar>, threads: Int? = nil) throws -> HDBSCANPlaces {
    guard parameters.metric != .precomputed else {
      throw CladeError.invalidParameter(
        name: "metric", value: "precomputed",
        reason: "new rows have no distances from those of the training; fit the rows themselves")
    }
    guard data.columnCount == self.data.columnCount else {
      throw CladeError.shapeMismatch(
        expected: "\(self.data.columnCount) columns, as the model was fitted to",
        found: "\(data.columnCount)")
    }
    let n = condensedTree.rowCount
    let samples = parameters.samples(rowCount: n)
    let length = min(2 * samples, n)
    let least = condensedTree.leastHeights
    var places: [(label: Int32, strength: Double, score: Double)] = []
    places.reserveCapacity(data.rowCount)
    // As many at a time as have lists of some 50 MB.
    let step = max(1, (1 << 22) / length)
    for first in stride(from: 0, to: data.rowCount, by: step) {
      try Cancellation.check()
      let count = min(step, data.rowCount - first)
      let queries = count == data.rowCount ? data : data.gatheringRows(first..<first + count)
      let nearest = try neighbors.nearest(length, to: queries, threads: threads)
      places += ParallelChunks.map(count: count, chunkSize: 4096, threads: threads) { _, range in
        range.map { query in
          let list = query * length..<(query + 1) * length
          return place(
            query, of: queries, rows: nearest.rows[list], distances: nearest.distances[list],
            samples: samples, least)
        }
      }.joined()
    }
    return HDBSCANPlaces(
      labels: places.map(\.label), probabilities: places.map(\.strength),
      outlierScores: places.map(\.score))
  }

  /// The place of a row, given the training rows nearest to it.
  private func place(
    _ query: Int, of queries: Matrix<Scalar>, rows: ArraySlice<Int32>,
    distances: ArraySlice<Double>, samples: Int, _ least: [Double]
  ) -> (label: Int32, strength: Double, score: Double) {
    let tree = condensedTree
    // The row of the tree that it joins, and the height at which it does.
    let (joined, height, limited): (Int, Double, Double)
    if let row = rowThere(query, of: queries, rows: rows, distances: distances) {
      (joined, height, limited) = (row, tree.rowHeights[row], tree.rowHeights[row])
    } else {
      let core = distances[distances.startIndex + samples - 1]
      var (nearest, least) = (Int(rows[rows.startIndex]), Double.infinity)
      for (row, distance) in zip(rows, distances) {
        let reach = max(core, distance, coreDistances[Int(row)])
        if reach < least { (least, nearest) = (reach, Int(row)) }
      }
      (joined, height) = (nearest, least)
      limited = max(height, tree.rowHeights[joined])
    }
    var cluster = Int(tree.rowClusters[joined])
    let peak = CondensedTree.density(atHeight: least[cluster])
    while cluster > 0, tree.birthHeights[cluster] <= height { cluster = Int(tree.parents[cluster]) }
    let density = CondensedTree.density(atHeight: height)
    let score = !(density < peak) ? 0 : peak < .infinity ? (peak - density) / peak : 1
    if let limit = chosen.rootLimit, !(limited <= limit) { return (-1, 0, score) }
    let (label, strength) = chosen.membership(cluster: cluster, height: height)
    return (label, strength, score)
  }

  /// The training row that a query lies on, if any.
  private func rowThere(
    _ query: Int, of queries: Matrix<Scalar>, rows: ArraySlice<Int32>, distances: ArraySlice<Double>
  ) -> Int? {
    guard distances[distances.startIndex] == 0 else { return nil }
    guard case .gower = parameters.metric else { return Int(rows[rows.startIndex]) }
    // Where values are missing, other rows may be at no distance too, and more than are listed.
    let near = rows[..<(distances.firstIndex { $0 > 0 } ?? distances.endIndex)]
    let more = near.count == rows.count ? Array(0..<Int32(condensedTree.rowCount)) : []
    return (near + more).first { holds(Int($0), row: query, of: queries) }.map { Int($0) }
  }

  /// Whether a training row holds the same values as a query, the same ones missing.
  private func holds(_ row: Int, row query: Int, of queries: Matrix<Scalar>) -> Bool {
    (0..<data.columnCount).allSatisfy { column in
      let (x, y) = (data[row, column], queries[query, column])
      return x == y || x.isNaN && y.isNaN
    }
  }
}
