import CladeCore

/// The cells that stand for rows in a ``CellCoreset``, found on a sample of them.
///
/// The cells are those of a k-d tree first. With up to 3 columns and 4096 cells, where the nearest
/// of them is found about as fast as a leaf of the tree, a few rounds of k-means then move their
/// means, and a row belongs to the nearest.
struct CoresetCells<Scalar: MatrixScalar>: Sendable {
  /// A point in the middle of each cell (cells × d).
  let middles: Matrix<Scalar>
  private let planes: CellPlanes
  private let nearest: NearestCenters<Scalar>?

  private static var mostColumns: Int { 3 }
  /// Bounds what comparing with all of them costs, where rows lie so that it comes to that.
  private static var mostCells: Int { 4096 }
  /// Fewer rows a cell aren't worth it.
  private static var leastRows: Int { 16 }
  /// Rounds of k-means. On birch1 with 10 cells a group they take off half of what cells of the
  /// tree add to the inertia; more rounds fit the sample rather than the rows.
  private static var rounds: Int { 8 }

  /// Cuts the sample into `count` cells; fewer when it has fewer distinct rows.
  init(_ sample: SeedingSample<Scalar>, count: Int, input: CoresetInput<Scalar>) throws {
    planes = try CellPlanes(sample.rows, masses: sample.masses, count: count)
    let cut = planes.means.converted(to: Scalar.self)
    guard input.columnCount <= Self.mostColumns, cut.rowCount <= Self.mostCells,
      sample.rows.rowCount >= Self.leastRows * cut.rowCount
    else {
      (middles, nearest) = (cut, nil)
      return
    }
    middles = try Self.moved(cut, to: sample, threads: input.threads)
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

  /// A few rounds of k-means on the sample. A cell that no row is nearest to stays where it is.
  private static func moved(
    _ cut: Matrix<Scalar>, to sample: SeedingSample<Scalar>, threads: Int?
  ) throws -> Matrix<Scalar> {
    let columns = cut.columnCount
    var middles = cut
    for _ in 0..<rounds {
      try Cancellation.check()
      let labels = NearestCenters.assign(sample.rows, middles, threads: threads).labels
      var masses = [Double](repeating: 0, count: middles.rowCount)
      var sums = [Double](repeating: 0, count: middles.rowCount * columns)
      // One after the other, in the sample's own order, as sums are rounded.
      sample.rows.withUnsafeBufferPointer { values in
        for (row, (label, mass)) in zip(labels, sample.masses).enumerated() {
          masses[Int(label)] += mass
          for column in 0..<columns {
            sums[Int(label) &* columns &+ column] += mass * Double(values[row &* columns &+ column])
          }
        }
      }
      middles.withUnsafeMutableBufferPointer { middles in
        for index in middles.indices where masses[index / columns] > 0 {
          middles[index] = Scalar(sums[index] / masses[index / columns])
        }
      }
    }
    return middles
  }
}
