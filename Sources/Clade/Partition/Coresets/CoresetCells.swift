import CladeCore

/// The cells that stand for rows in a ``CellCoreset``, found on a sample of them.
///
/// The cells are those of a k-d tree first. With few columns, where the nearest of many centers is
/// found about as fast as a leaf of the tree, a few rounds of k-means then move the means of the
/// cells, and a row belongs to the nearest.
struct CoresetCells<Scalar: MatrixScalar>: Sendable {
  /// A point in the middle of each cell (cells × d).
  let middles: Matrix<Scalar>
  private let planes: CellPlanes
  private let nearest: NearestCenters<Scalar>?

  /// The most columns for which rows go to the nearest.
  private static var mostColumns: Int { 4 }
  /// Rounds of k-means. On birch1 with 10 cells a group they take off half of what cells of the
  /// tree add to the inertia; more rounds fit the sample rather than the rows.
  private static var rounds: Int { 8 }

  /// Cuts the sample into `count` cells; fewer when it has fewer distinct rows.
  init(_ sample: SeedingSample<Scalar>, count: Int, input: CoresetInput<Scalar>) throws {
    planes = try CellPlanes(sample.rows, masses: sample.masses, count: count)
    let cut = planes.means.converted(to: Scalar.self)
    guard input.columnCount <= Self.mostColumns, cut.rowCount > 1 else {
      (middles, nearest) = (cut, nil)
      return
    }
    // By a power of two, as sums of rows may weigh more than any row may.
    let heaviest = sample.masses.max() ?? 1
    let weights = sample.masses.map {
      Scalar($0 * Double(sign: .plus, exponent: -Int(heaviest.exponent), significand: 1))
    }
    middles = try KMeans(k: cut.rowCount, maxIterations: Self.rounds).fit(
      sample.rows, weights: weights, initialCenters: cut, threads: input.threads
    ).centers
    nearest = NearestCenters(
      middles, rows: (input.rowCount, RowBox(bounds: input.bounds)), threads: input.threads)
  }

  /// The number of cells.
  var count: Int { middles.rowCount }

  /// Writes the cell of each of `count` rows.
  func assign(_ rows: UnsafePointer<Scalar>, count: Int, into labels: inout [Int32]) {
    if let nearest {
      nearest.assign(rows, count: count, labels: &labels, distances: nil)
    } else {
      planes.assign(rows, count: count, columns: middles.columnCount, into: &labels)
    }
  }
}
