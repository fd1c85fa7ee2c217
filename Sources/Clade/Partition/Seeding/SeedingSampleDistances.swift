import CladeCore

extension SeedingSample {
  /// A sample of rows that are distinct and in canonical order already.
  init(rows: Matrix<Scalar>, masses: [Double]) {
    self.rows = rows
    self.masses = masses
  }

  /// The row that `uniform`, a number in 0..<1, draws with a probability proportional to its mass.
  func draw(_ uniform: Double) -> Int { CumulativeMasses(masses).draw(uniform) }

  /// The first row that isn't among `chosen`, of which there are fewer than rows.
  func firstRow(besides chosen: [Int]) -> Int {
    let taken = Set(chosen)
    return masses.indices.first { !taken.contains($0) } ?? 0
  }

  /// The squared distance of each row from one of them.
  func squaredDistances(fromRow row: Int) throws -> [Double] {
    try squaredDistances(from: rows.gatheringRows([row]))
  }

  /// The squared distance of each row from the mean of all, rounded to `Scalar`.
  func squaredDistancesFromMean() throws -> [Double] {
    var sums = [Double](repeating: 0, count: rows.columnCount)
    var mass = 0.0
    rows.withUnsafeBufferPointer { values in
      sums.withUnsafeMutableBufferPointer { sums in
        var index = 0
        for weight in masses {
          mass += weight
          for column in sums.indices {
            sums[column] += weight * Double(values[index])
            index &+= 1
          }
        }
      }
    }
    return try squaredDistances(
      from: Matrix(rows: 1, columns: sums.count) { buffer in
        for column in buffer.indices { buffer[column] = Scalar(sums[column] / mass) }
      })
  }

  private func squaredDistances(from point: Matrix<Scalar>) throws -> [Double] {
    try SquaredDistances.fromOwn(rows, point, Array(repeating: 0, count: rows.rowCount))
  }
}
