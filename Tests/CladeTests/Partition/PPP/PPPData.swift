import Clade

/// Data that PPP's tests are made of.
enum PPPData {
  /// Rows of one standard Gaussian.
  static func gaussian(rows: Int, columns: Int, seed: UInt64 = 1) -> Matrix<Double> {
    var random = CounterRandom(seed: seed)
    return Matrix(rows: rows, columns: columns) { buffer in
      for index in buffer.indices { buffer[index] = random.normal() }
    }
  }

  /// Rows spread evenly over the unit cube.
  static func cube(rows: Int, columns: Int, seed: UInt64 = 1) -> Matrix<Double> {
    var random = CounterRandom(seed: seed)
    return Matrix(rows: rows, columns: columns) { buffer in
      for index in buffer.indices { buffer[index] = random.uniform() }
    }
  }

  /// Blobs whose neighbours are 6 standard deviations apart.
  static func blobs(
    _ k: Int, columns: Int, rows: Int, sizeRatio: Double = 1, separation: Double = 6,
    seed: UInt64 = 1
  ) throws -> GaussianBlobs.Sample<Double> {
    try GaussianBlobs(
      clusterCount: k, dimensionCount: columns, pointCount: rows, sizeRatio: sizeRatio,
      shape: .rotated, elongation: 3, separation: separation, seed: seed
    ).generate()
  }

  /// A ring around a blob, in the plane: 0 for the ring, 1 for the blob.
  static func ringAndBlob(rows: Int) -> (points: Matrix<Double>, labels: [Int32]) {
    var random = CounterRandom(seed: 5)
    let labels = (0..<rows).map { Int32($0 % 3 == 0 ? 1 : 0) }
    let points = Matrix<Double>(rows: rows, columns: 2) { buffer in
      for row in 0..<rows {
        var (x, y) = (random.normal(), random.normal())
        let length = (x * x + y * y).squareRoot()
        if labels[row] == 0, length > 0 {
          let radius = 8 + 0.5 * random.normal()
          (x, y) = (x / length * radius, y / length * radius)
        }
        (buffer[2 * row], buffer[2 * row + 1]) = (x, y)
      }
    }
    return (points, labels)
  }

  /// Every entry changed by `change`, which also gets the column.
  static func mapped(
    _ data: Matrix<Double>, _ change: (Double, Int) -> Double
  ) -> Matrix<Double> {
    Matrix(rows: data.rowCount, columns: data.columnCount) { buffer in
      for index in buffer.indices {
        let (row, column) = (index / data.columnCount, index % data.columnCount)
        buffer[index] = change(data[row, column], column)
      }
    }
  }

  /// The columns that `columns` names, in that order.
  static func selecting(_ columns: [Int], of data: Matrix<Double>) -> Matrix<Double> {
    Matrix(rows: data.rowCount, columns: columns.count) { buffer in
      for index in buffer.indices {
        buffer[index] = data[index / columns.count, columns[index % columns.count]]
      }
    }
  }

  /// How well labels agree with the truth, up to their names.
  static func adjustedRandIndex(_ labels: [Int32], _ truth: [Int32]) throws -> Double {
    try ExternalIndices(truth: truth, labels: labels).adjustedRandIndex
  }
}
