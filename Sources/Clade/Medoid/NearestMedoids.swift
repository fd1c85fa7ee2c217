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
    switch metric {
    case .precomputed:
      throw CladeError.invalidParameter(
        name: "metric", value: "precomputed",
        reason: "only distances were given, and new rows can't be compared with these; fit rows")
    case .mahalanobis(inverseCovariance: nil):
      throw CladeError.invalidParameter(
        name: "metric", value: "mahalanobis",
        reason: "the covariance of the training rows isn't kept; fit with an inverse covariance")
    case .gower(let columns) where columns.ranges == nil:
      throw CladeError.invalidParameter(
        name: "metric", value: "gower",
        reason: "the ranges of the training rows aren't kept; fit with ranges")
    default: break
    }
    let data = model.medoidRows
    rows = try metric.prepared(for: data, threads: threads)
    order = (0..<Int32(data.rowCount)).sorted { data.precedes(Int($0), Int($1)) }
    panels = DistancePanels(rows, order: order)
  }

  /// The cluster of the medoid nearest to each row.
  ///
  /// - Throws: `CladeError` for rows of another length, and values that the metric can't take.
  package func labels(of data: Matrix<Scalar>, threads: Int? = nil) throws -> [Int32] {
    let queries = try rows.preparing(data, threads: threads)
    let width = panels.panelCount * DistancePanels<Scalar>.panelWidth
    let chunk = 256
    let found = SlotWriter<[Int32]>(count: (data.rowCount + chunk - 1) / chunk)
    try ParallelChunks.forEach(count: data.rowCount, chunkSize: chunk, threads: threads) {
      number, range in
      try Task.checkCancellation()
      var raw = [Scalar](repeating: 0, count: 8 * width)
      var labels: [Int32] = []
      for first in stride(from: range.lowerBound, to: range.upperBound, by: 8) {
        let some = first..<min(range.upperBound, first + 8)
        try panels.rawDistances(of: queries, some, into: &raw, stride: width)
        for index in some.indices {
          var best = 0
          let start = (index - first) * width
          for place in 1..<max(1, order.count) where raw[start + place] < raw[start + best] {
            best = place
          }
          labels.append(order[best])
        }
      }
      found.write(labels, at: number)
    }
    return Array(found.values.joined())
  }
}
