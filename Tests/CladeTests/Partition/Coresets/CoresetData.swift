import Clade

/// Data for the tests of coresets.
enum CoresetData {
  /// Blobs of very different sizes, one of a few rows far away, and some rows several times.
  static func uneven(rows: Int = 3000, columns: Int = 3, seed: UInt64 = 1) -> Matrix<Double> {
    var random = CounterRandom(seed: seed)
    let values = (0..<rows).map { row -> [Double] in
      let blob = row % 50 == 0 ? 3 : row % 10 == 0 ? 2 : row % 3 == 0 ? 1 : 0
      let middle = [0.0, 8, -6, 60][blob]
      let width = [1.0, 0.3, 2, 0.5][blob]
      return (0..<columns).map { middle * ($0 % 2 == 0 ? 1 : 0.5) + width * random.normal() }
    }
    return Matrix(rows: rows, columns: columns) { buffer in
      for index in buffer.indices {
        let row = index / columns
        buffer[index] = values[row % 11 == 5 ? 16 * (row % 7) % rows : row][index % columns]
      }
    }
  }

  /// Sets of k centers, from near to far from what fits.
  static func centers(
    _ data: Matrix<Double>, k: Int, count: Int, seed: UInt64 = 3
  ) -> [Matrix<Double>] {
    var random = CounterRandom(seed: seed)
    return (0..<count).map { set in
      var centers = data.gatheringRows(
        (0..<k).map { _ in Int(random.next() % UInt64(data.rowCount)) })
      for row in 0..<k {
        for column in 0..<data.columnCount {
          centers[row, column] += Double(set % 4) * random.normal()
        }
      }
      return centers
    }
  }

  /// The largest relative error of the cost of several sets of centers.
  static func worstError(
    _ coreset: Coreset<Double>, _ data: Matrix<Double>, _ sets: [Matrix<Double>]
  ) throws -> Double {
    try sets.reduce(0) { worst, centers in
      let exact = try coreset.objective.cost(of: centers, on: data)
      return max(worst, abs(try coreset.cost(of: centers) / exact - 1))
    }
  }
}

/// The rows of a matrix, read as from elsewhere, in chunks of an odd size.
struct OddRows<Scalar: MatrixScalar>: RowSource {
  let matrix: Matrix<Scalar>
  var rowCount: Int { matrix.rowCount }
  var columnCount: Int { matrix.columnCount }
  var preferredChunkSize: Int { 37 }

  func withRows<Result>(
    _ range: Range<Int>, _ body: (UnsafeBufferPointer<Scalar>) throws -> Result
  ) throws -> Result {
    try matrix.gatheringRows(Array(range)).withUnsafeBufferPointer(body)
  }
}
