import CladeCore

/// The rows that a coreset is made of: checked, and brought to ordinary magnitude.
struct CoresetInput<Scalar: MatrixScalar>: Sendable {
  /// The rows as they were given.
  let original: any RowSource<Scalar>
  /// The rows times a power of two, so that squares neither overflow nor vanish.
  let rows: any RowSource<Scalar>
  let scaling: MagnitudeScaling
  /// The largest magnitude in each column of ``rows``.
  let bounds: [Double]
  private let weights: [Scalar]?
  /// The largest weight.
  let heaviest: Double
  let threads: Int?

  /// Checks rows and weights.
  ///
  /// - Parameter centers: Centers that the rows are to be measured from, if any.
  /// - Throws: `CladeError` for no rows, non-finite values, weights that are missing, negative or
  ///   all 0, and centers of another shape.
  init(
    _ source: any RowSource<Scalar>, weights: [Scalar]?, threads: Int?,
    around centers: Matrix<Scalar>? = nil
  ) throws {
    guard source.rowCount > 0, source.columnCount > 0 else {
      throw CladeError.emptyData(
        reason: source.rowCount == 0 ? "there are no rows" : "there are no columns")
    }
    var heaviest = 1.0
    if let weights {
      guard weights.count == source.rowCount else {
        throw CladeError.shapeMismatch(
          expected: "\(source.rowCount) weights, one for each row", found: "\(weights.count)")
      }
      heaviest = 0
      for (row, weight) in weights.enumerated() {
        guard weight >= 0 && weight <= 0x1p60 else {
          throw CladeError.invalidParameter(
            name: "weights", value: "\(weight)",
            reason: "row \(row) needs a weight from 0 to 2^60; leave a row out with weight 0")
        }
        heaviest = max(heaviest, Double(weight))
      }
      guard heaviest > 0 else { throw CladeError.emptyData(reason: "all weights are 0") }
    }
    var bounds = try FiniteBounds.check(rowsOf: source, threads: threads)
    if let centers {
      guard centers.rowCount > 0, centers.columnCount == source.columnCount else {
        throw CladeError.shapeMismatch(
          expected: "centers of \(source.columnCount) columns, at least one",
          found: "\(centers.rowCount) × \(centers.columnCount)")
      }
      for (column, bound) in try FiniteBounds.check(centers).enumerated() {
        bounds[column] = max(bounds[column], bound)
      }
    }
    let scaling = MagnitudeScaling(largest: bounds.max() ?? 0, Scalar.self)
    original = source
    rows = scaling.isIdentity ? source : MagnitudeScaledRows(source, scaling)
    self.scaling = scaling
    self.bounds = bounds.map { Double(sign: .plus, exponent: -scaling.exponent, significand: $0) }
    self.weights = weights
    self.heaviest = heaviest
    self.threads = threads
  }

  var rowCount: Int { rows.rowCount }
  var columnCount: Int { rows.columnCount }
  /// The weights (n), where not all are 1.
  var givenWeights: [Scalar]? { weights }

  /// What a row counts.
  @inline(__always)
  func weight(of row: Int) -> Double { weights.map { Double($0[row]) } ?? 1 }

  /// The distinct rows, or where there are too many a sample of them, from which first centers are
  /// found; and k, or the number of distinct rows where that is smaller and `isLenient`.
  func sample(
    k: Int, seed: UInt64, isLenient: Bool
  ) throws -> (sample: SeedingSample<Scalar>, k: Int) {
    do {
      return (
        try SeedingSample(rows, weights: weights, k: k, seed: seed, threads: threads), k
      )
    } catch CladeError.tooManyClusters(_, let distinct) where isLenient && distinct > 0 {
      return (
        try SeedingSample(rows, weights: weights, k: distinct, seed: seed, threads: threads),
        distinct
      )
    }
  }

  /// Rows as they were given, by their places, −0 made 0.
  func gather(_ places: [Int]) throws -> Matrix<Scalar> {
    // In the order of their places, which a file is best read in.
    let byPlace = places.indices.sorted { places[$0] < places[$1] }
    let columns = columnCount
    var gathered = Matrix<Scalar>(rows: places.count, columns: columns)
    try gathered.withUnsafeMutableBufferPointer { buffer in
      for index in byPlace {
        try original.withRows(places[index]..<(places[index] + 1)) { row in
          for column in 0..<columns { buffer[index * columns + column] = row[column] + 0 }
        }
      }
    }
    return gathered
  }
}
