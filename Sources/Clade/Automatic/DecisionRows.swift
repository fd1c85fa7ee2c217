import CladeCore

/// The rows that ``AutomaticClustering`` decides on: all of them, or a sample.
struct DecisionRows: Sendable {
  /// The numbers of the rows, ascending by their values (m).
  let numbers: [Int32]
  /// The rows in that order, times a power of two where they are of odd magnitude (m × d).
  let rows: Matrix<Double>
  /// How many of them differ.
  let distinctCount: Int

  /// Numbers in the rows that are decided on, at most, but for ``leastRows``: in many columns
  /// distances cost more.
  private static let mostNumbers = 400_000
  private static let leastRows = 2000

  /// Draws the rows.
  ///
  /// - Parameters:
  ///   - data: n × d, finite.
  ///   - bounds: The largest magnitude in each column.
  ///   - order: All rows in the order of their values.
  ///   - sampleSize: The most rows.
  ///   - threads: At most this many threads.
  init<Scalar: MatrixScalar>(
    _ data: Matrix<Scalar>, bounds: [Double], order: CanonicalOrder, sampleSize: Int, threads: Int?
  ) {
    let most = min(sampleSize, max(Self.leastRows, Self.mostNumbers / data.columnCount))
    numbers = order.sample(count: most, seed: 0, of: data)
    let drawn = data.gatheringRows(numbers).doubles
    rows = MagnitudeScaling(largest: bounds.max() ?? 0, Double.self).scaled(drawn)
    distinctCount =
      numbers.count == data.rowCount
      ? order.distinctRowCount : CanonicalOrder(rows, threads: threads).distinctRowCount
  }
}
