import Clade

/// Rows that medoid methods are tested on.
enum MedoidData {
  /// Groups of rows around centers; `step` rounds to a grid, which makes ties and duplicates.
  static func rows(
    _ count: Int, columns: Int, groups: Int = 5, step: Double? = nil, seed: UInt64
  ) -> Matrix<Double> {
    DensityData.rows(count, columns: columns, groups: groups, step: step, seed: seed)
  }

  /// Round groups, one row after the other, and nothing between them.
  static func blobs(
    _ count: Int, columns: Int, groups: Int, seed: UInt64
  ) -> Matrix<Double> {
    var random = CounterRandom(seed: seed)
    let centers = (0..<groups * columns).map { _ in random.uniform() * 20 }
    return Matrix(rows: count, columns: columns) { target in
      for place in target.indices {
        let group = place / columns % groups
        let center = centers[group * columns + place % columns]
        target.initializeElement(at: place, to: center + random.normal())
      }
    }
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
