import Clade

/// Rows that medoid methods are tested on.
enum MedoidData {
  /// Groups of rows around centers; `step` rounds to a grid, which makes ties and duplicates.
  static func rows(
    _ count: Int, columns: Int, groups: Int = 5, step: Double? = nil, seed: UInt64
  ) -> Matrix<Double> {
    DensityData.rows(count, columns: columns, groups: groups, step: step, seed: seed)
  }

  /// The same rows, or distances both ways, in another order.
  static func shuffled(_ distances: Matrix<Double>, _ order: [Int]) -> Matrix<Double> {
    Matrix(rows: order.count, columns: order.count) { target in
      for (i, row) in order.enumerated() {
        for (j, column) in order.enumerated() {
          target.initializeElement(at: i * order.count + j, to: distances[row, column])
        }
      }
    }
  }
}
