import CladeCore

/// Bipartitions of the rows by planes: across each direction, in each of some stretches of as many
/// rows, the plane that severs the fewest edges.
struct CutPlanes: Sendable {
  /// The directions that planes lie across (each of d numbers).
  let directions: [[Double]]
  /// The bipartitions by ascending order, no two the same.
  let cuts: [Bipartition]

  /// The centers between which directions are taken.
  private static let centerLimit = 12

  /// The centers of a k-means partition.
  private static func centers(
    of rows: Matrix<Double>, distinct: Int, _ threads: Int?
  ) throws -> Matrix<Double> {
    do {
      return try KMeans(k: min(centerLimit, distinct)).fit(rows, threads: threads).centers
    } catch CladeError.tooManyClusters(_, let told) {
      // Rows whose squared distances vanish can't be told apart by means.
      return try KMeans(k: max(1, told)).fit(rows, threads: threads).centers
    }
  }

  /// Finds planes across the axes and the lines between the centers of a k-means partition.
  ///
  /// - Complexity: For m directions O(m · (n · (d + log n) + e)) time for e edges.
  init(
    _ rows: Matrix<Double>, _ graph: SimilarityGraph, perDirection: Int, maxOrder: Double,
    threads: Int?
  ) throws {
    let columns = rows.columnCount
    var directions = (0..<columns).map { axis in
      (0..<columns).map { $0 == axis ? 1.0 : 0 }
    }
    let distinct = CanonicalOrder(rows, threads: threads).distinctRowCount
    if columns > 1, distinct > 1 {
      let centers = try Self.centers(of: rows, distinct: distinct, threads)
      for a in 0..<centers.rowCount {
        for b in 0..<a {
          directions.append(zip(centers.row(a), centers.row(b)).map { $0 - $1 })
        }
      }
    }
    let all = directions
    let found = ParallelChunks.map(count: directions.count, chunkSize: 1, threads: threads) {
      direction, _ in
      Self.cuts(
        Self.heights(of: rows, along: all[direction]), direction, graph, perDirection, maxOrder)
    }
    try Cancellation.check()
    // The same bipartition severs the same edges, whatever the direction; the first plane stays.
    var known: Set<[UInt64]> = []
    var cuts: [Bipartition] = []
    for cut in found.joined()
    where known.insert(Self.withoutSides(cut.bits, rows.rowCount)).inserted {
      cuts.append(cut)
    }
    self.directions = directions
    self.cuts = cuts.enumerated().sorted {
      ($0.element.order, $0.offset) < ($1.element.order, $1.offset)
    }
    .map(\.element)
  }

  /// Where each row lies along a direction.
  static func heights(of rows: Matrix<Double>, along direction: [Double]) -> [Double] {
    rows.withUnsafeBufferPointer { values in
      (0..<rows.rowCount).map { row in
        var sum = 0.0
        for column in direction.indices {
          sum = sum.addingProduct(values[row * direction.count + column], direction[column])
        }
        return sum
      }
    }
  }

  /// The bits with the first row on the lower side, so that both ways to write a bipartition are
  /// one.
  private static func withoutSides(_ bits: [UInt64], _ rows: Int) -> [UInt64] {
    guard let first = bits.first, first & 1 == 1 else { return bits }
    var turned = bits.map { ~$0 }
    if rows % 64 != 0 { turned[turned.count - 1] &= (1 << UInt64(rows % 64)) - 1 }
    return turned
  }

  private static func cuts(
    _ heights: [Double], _ direction: Int, _ graph: SimilarityGraph, _ windows: Int,
    _ maxOrder: Double
  ) -> [Bipartition] {
    let count = heights.count
    let levels = heights.sorted()
    let ranks = heights.map { firstIndex(in: levels, notBelow: $0) }
    // How many edges a plane below each rank severs, from where these begin and end.
    var severed = [Int](repeating: 0, count: count + 2)
    for (a, b) in graph.edges {
      let (low, high) = (min(ranks[Int(a)], ranks[Int(b)]), max(ranks[Int(a)], ranks[Int(b)]))
      severed[low + 1] += 1
      severed[high + 1] -= 1
    }
    for place in 1..<severed.count { severed[place] += severed[place - 1] }
    var cuts: [Bipartition] = []
    for window in 0..<windows {
      let (first, end) = (max(1, window * count / windows), (window + 1) * count / windows)
      // Rows at one height are on one side.
      let places = (first..<max(first, end)).filter { levels[$0] > levels[$0 - 1] }
      guard let place = places.min(by: { (severed[$0], $0) < (severed[$1], $1) }),
        Double(severed[place]) <= maxOrder
      else { continue }
      var bits = [UInt64](repeating: 0, count: (count + 63) / 64)
      for row in ranks.indices where ranks[row] >= place { bits[row / 64] |= 1 << UInt64(row % 64) }
      cuts.append(
        Bipartition(
          bits: bits, order: severed[place], direction: direction, threshold: levels[place]))
    }
    return cuts
  }

  private static func firstIndex(in sorted: [Double], notBelow value: Double) -> Int {
    var (low, high) = (0, sorted.count)
    while low < high {
      let middle = (low + high) / 2
      if sorted[middle] < value { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
