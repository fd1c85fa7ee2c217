import CladeCore

/// The medoids of a model, arranged so that new rows are compared with them.
package struct NearestMedoids<Scalar: MatrixScalar>: Sendable {
  private let rows: PreparedRows<Scalar>
  private let panels: DistancePanels<Scalar>
  /// The cluster of the medoid in each place: places are in the order of the medoids' values.
  private let order: [Int32]

  /// Arranges the medoids of a model.
  package init(_ model: KMedoidsModel<Scalar>, threads: Int? = nil) throws {
    let metric = model.parameters.metric
    guard metric != .precomputed else {
      throw CladeError.invalidParameter(
        name: "metric", value: "precomputed",
        reason: "only distances were given, and new rows can't be compared with these; fit rows")
    }
    guard model.learned != nil || !metric.learns else {
      throw CladeError.invalidParameter(
        name: "metric", value: "\(metric)",
        reason: "the model doesn't say what the metric learned of the training rows; fit it again")
    }
    let data = model.medoidRows
    rows = try metric.prepared(for: data, learned: model.learned, threads: threads)
    order = (0..<Int32(data.rowCount)).sorted { data.precedes(Int($0), Int($1)) }
    panels = DistancePanels(rows, order: order)
  }

  /// The cluster of the medoid nearest to each row.
  ///
  /// - Throws: `CladeError` for rows of another length, and values that the metric can't take.
  package func labels(of data: Matrix<Scalar>, threads: Int? = nil) throws -> [Int32] {
    try places(of: data, threads: threads).labels
  }

  /// The cluster of the medoid nearest to each row, and the row's medoid silhouette (nothing where
  /// there is but one medoid).
  ///
  /// - Throws: as ``labels(of:threads:)``.
  package func places(
    of data: Matrix<Scalar>, threads: Int? = nil
  ) throws -> (labels: [Int32], silhouettes: [Double]) {
    let queries = try rows.preparing(data, threads: threads)
    let width = panels.panelCount * DistancePanels<Scalar>.panelWidth
    let finish = FinishedDistances<Scalar>(rows.finish)
    let chunk = 256
    let found = SlotWriter<[(label: Int32, silhouette: Double)]>(
      count: (data.rowCount + chunk - 1) / chunk)
    try ParallelChunks.forEach(count: data.rowCount, chunkSize: chunk, threads: threads) {
      number, range in
      try Cancellation.check()
      var raw = [Scalar](repeating: 0, count: 8 * width)
      var places: [(Int32, Double)] = []
      for first in stride(from: range.lowerBound, to: range.upperBound, by: 8) {
        let some = first..<min(range.upperBound, first + 8)
        try panels.rawDistances(of: queries, some, into: &raw, stride: width)
        for index in some.indices {
          let start = (index - first) * width
          var best = 0
          var nearest = [raw[start], Scalar.infinity]
          for place in 1..<max(1, order.count) {
            let distance = raw[start + place]
            if distance < nearest[0] {
              nearest = [distance, nearest[0]]
              best = place
            } else if distance < nearest[1] {
              nearest[1] = distance
            }
          }
          finish(&nearest, count: 2)
          places.append((order[best], MedoidSilhouette.value(nearest[0], nearest[1])))
        }
      }
      found.write(places, at: number)
    }
    let places = found.values.joined()
    return (places.map(\.label), order.count > 1 ? places.map(\.silhouette) : [])
  }
}
