import CladeCore

extension Dendrogram {
  /// The height at which each two rows are joined, as the n · (n − 1) / 2 numbers above the
  /// diagonal.
  ///
  /// - Returns: The heights in a row (1 × n · (n − 1) / 2), those of row 0 first.
  /// - Throws: `CladeError.notEnoughMemory` before it is tried.
  /// - Complexity: O(n²) time and memory.
  public func copheneticDistances() throws -> Matrix<Double> {
    let (n, pairs) = (rowCount, rowCount * max(0, rowCount - 1) / 2)
    try DistanceMemory.check(
      rows: 1, columns: pairs, scalar: Double.self,
      remedy: "their correlation with the distances needs no more memory than the rows")
    let (leaves, heights) = (LeafIntervals(self), merges.map(\.height))
    return Matrix(rows: 1, columns: pairs) { target in
      var row = [Double](repeating: 0, count: n)
      var place = 0
      for index in 0..<n {
        leaves.write(heights, joining: index, into: &row)
        for other in index + 1..<max(index + 1, n) {
          target.initializeElement(at: place, to: row[other])
          place += 1
        }
      }
    }
  }

  /// How well the tree keeps the distances of the rows: Pearson's correlation, over all pairs of
  /// rows, of their distance with the height at which they are joined.
  ///
  /// - Parameters:
  ///   - data: The rows (n × d), or distances for `Metric.precomputed`.
  ///   - metric: How far apart two rows are.
  ///   - threads: At most this many threads; `nil` for one per core. The result doesn't depend on
  ///     it.
  /// - Returns: −1...1; NaN where all distances or all heights are equal.
  /// - Throws: `CladeError` for another number of rows, and for what the metric can't take.
  /// - Complexity: O(n² · d) time, O(n) memory a thread.
  /// - Source: "The comparison of dendrograms by objective methods" (Sokal and Rohlf, 1962).
  public func copheneticCorrelation<Scalar: MatrixScalar>(
    _ data: Matrix<Scalar>, metric: Metric = .euclidean, threads: Int? = nil
  ) throws -> Double {
    let rows = try metric.prepared(for: data, threads: threads)
    guard rows.rowCount == rowCount else {
      throw CladeError.shapeMismatch(
        expected: "the \(rowCount) rows of the dendrogram", found: "\(rows.rowCount)")
    }
    guard rowCount > 1 else { return .nan }
    let leaves = LeafIntervals(self)
    let heights = merges.map(\.height)
    let panels = DistancePanels(rows)
    /// Calls `body` with the distances and heights of each row's pairs, which come twice in all.
    func forEachRow<State>(
      _ state: @Sendable () -> State,
      _ body:
        @Sendable (inout State, _ row: Int, _ distances: [Double], _ heights: [Double]) -> Void
    ) throws -> [State] {
      let width = panels.panelCount * DistancePanels<Scalar>.panelWidth
      return try ParallelChunks.reduce(
        count: rowCount, chunkSize: 16, threads: threads, state: state
      ) { state, _, range in
        try Cancellation.check()
        var raw = [Scalar](repeating: 0, count: width)
        var joined = [Double](repeating: 0, count: rowCount)
        for row in range {
          try panels.rawDistances(of: rows, row..<row + 1, into: &raw, stride: width)
          leaves.write(heights, joining: row, into: &joined)
          body(&state, row, raw.prefix(rowCount).map { rows.distance(raw: $0) }, joined)
        }
      }
    }
    let bounds = try forEachRow({ (distance: 0.0, height: 0.0) }) { most, row, distances, heights in
      for other in distances.indices where other != row {
        most.distance = max(most.distance, distances[other])
        most.height = max(most.height, heights[other].magnitude)
      }
    }.reduce((distance: 0.0, height: 0.0)) {
      (max($0.distance, $1.distance), max($0.height, $1.height))
    }
    guard bounds.distance.isFinite, bounds.height.isFinite else { return .nan }
    // Numbers near 1, so that products neither overflow nor vanish.
    let units = [bounds.distance, bounds.height].map {
      $0 > 0 ? Double(sign: .plus, exponent: -Int($0.exponent), significand: 1) : 1
    }
    let sums = try forEachRow({ [ExactSum(bound: 2), ExactSum(bound: 2)] }) {
      sums, row, distances, heights in
      for other in distances.indices where other != row {
        sums[0].add(distances[other] * units[0])
        sums[1].add(heights[other] * units[1])
      }
    }.reduce(into: [ExactSum(bound: 2), ExactSum(bound: 2)]) { whole, part in
      for index in whole.indices { whole[index].add(part[index]) }
    }
    let count = Double(rowCount) * Double(rowCount - 1)
    let means = sums.map { $0.value / count }
    let none = Array(repeating: ExactSum(bound: 16), count: 3)
    let products = try forEachRow({ none }) { sums, row, distances, heights in
      for other in distances.indices where other != row {
        let x = distances[other] * units[0] - means[0]
        let y = heights[other] * units[1] - means[1]
        sums[0].add(x * x)
        sums[1].add(y * y)
        sums[2].add(x * y)
      }
    }.reduce(into: none) { whole, part in
      for index in whole.indices { whole[index].add(part[index]) }
    }.map(\.value)
    guard products[0] > 0, products[1] > 0 else { return .nan }
    return products[2] / (products[0].squareRoot() * products[1].squareRoot())
  }
}
