import CladeCore

/// The distinct rows that a model was fitted on, with their labels: a new row goes where the
/// nearest of them is.
package struct TrainingRows<Scalar: MatrixScalar>: Sendable, Equatable {
  /// How far apart two rows are.
  let metric: Metric
  /// The rows in ascending order of their values (m × d); none where only distances were given.
  let rows: Matrix<Scalar>
  /// The label of each of them (m), −1 for noise.
  let labels: [Int32]
  /// What the metric learned of all rows that the model was fitted on, where it learns anything.
  let learned: LearnedColumns?

  /// Keeps some of the rows of a fit.
  ///
  /// - Parameters:
  ///   - chosen: A row of each kind, in ascending order of their values.
  ///   - data: All rows.
  ///   - prepared: The same made ready for the metric.
  ///   - labels: The label of each of all rows.
  init(
    _ chosen: some Collection<Int32>, of data: Matrix<Scalar>, prepared: PreparedRows<Scalar>,
    labels: [Int32]
  ) {
    metric = prepared.metric
    learned = metric.learns ? prepared.learned : nil
    guard !prepared.form.isGiven else {
      (rows, self.labels) = (Matrix(rows: 0, columns: 0), [])
      return
    }
    rows = data.gatheringRows(Array(chosen))
    self.labels = chosen.map { labels[Int($0)] }
  }

  private enum CodingKeys: String, CodingKey {
    case rows, rowLabels, learned
  }

  /// Reads the rows of a model.
  ///
  /// - Parameters:
  ///   - decoder: Where the model is read from.
  ///   - metric: Its metric.
  ///   - clusterCount: The number of its clusters.
  ///   - rowCount: The number of rows that it was fitted on.
  ///   - mayBeNoise: Whether labels may be −1.
  /// - Throws: `CladeError` for values that the metric can't take, and `DecodingError` where the
  ///   parts don't fit each other.
  init(
    from decoder: any Decoder, metric: Metric, clusterCount: Int, rowCount: Int, mayBeNoise: Bool
  ) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.metric = metric
    rows = try container.decode(Matrix<Scalar>.self, forKey: .rows)
    labels = try container.decode([Int32].self, forKey: .rowLabels)
    learned = try container.decodeIfPresent(LearnedColumns.self, forKey: .learned)
    let range = (mayBeNoise ? -1 : 0)..<Int32(clamping: clusterCount)
    guard labels.count == rows.rowCount,
      metric == .precomputed
        ? labels.isEmpty
        : (1...max(1, rowCount)).contains(labels.count) && rows.columnCount > 0,
      labels.allSatisfy(range.contains)
    else {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: container.codingPath,
          debugDescription: "a label of one of its clusters for each row is needed"))
    }
    try metric.checkRowsOfModel(rows)
  }

  /// Writes the rows among the other parts of a model.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(rows, forKey: .rows)
    try container.encode(labels, forKey: .rowLabels)
    try container.encodeIfPresent(learned, forKey: .learned)
  }

  /// The label of the nearest row for each of some others.
  func labels(of data: Matrix<Scalar>, threads: Int?) throws -> [Int32] {
    try NearestRowPlacement(self, threads: threads).labels(of: data, threads: threads)
  }
}
