import CladeCore

/// Columns measured in robust deviations from their medians.
struct RobustScale: Sendable, Codable, Equatable {
  let medians: [Double]
  let deviations: [Double]

  /// Deviations beyond which rows aren't told apart: far from every cluster.
  private static let farthest = 0x1p480

  /// - Complexity: O(d · n log n) time.
  init<Scalar: MatrixScalar>(_ data: Matrix<Scalar>) {
    var medians: [Double] = []
    var deviations: [Double] = []
    for column in 0..<data.columnCount {
      let values = data.column(column).map { Double($0) }.sorted()
      let median = Self.median(values)
      let distances = values.map { ($0 - median).magnitude }.sorted()
      // Where most values are equal the median distance is 0, and the largest has to do.
      let deviation = 1.4826 * Self.median(distances)
      let spread = deviation > 0 ? deviation : distances.last ?? 0
      medians.append(median)
      deviations.append(spread > 0 ? min(spread, .greatestFiniteMagnitude) : 1)
    }
    self.medians = medians
    self.deviations = deviations
  }

  private static func median(_ sorted: [Double]) -> Double {
    sorted.isEmpty ? 0 : sorted[(sorted.count - 1) / 2] / 2 + sorted[sorted.count / 2] / 2
  }

  /// Rows in deviations from the medians; at most ``farthest`` of them, so that squares are finite.
  func applied<Scalar: MatrixScalar>(to data: Matrix<Scalar>) -> Matrix<Double> {
    Matrix(rows: data.rowCount, columns: data.columnCount) { target in
      for row in 0..<data.rowCount {
        for column in 0..<data.columnCount {
          // Halves, whose difference can't overflow.
          let half = Double(data[row, column]) / 2 - medians[column] / 2
          let whole = Double(data[row, column]) - medians[column]
          let count =
            whole.isFinite ? whole / deviations[column] : half / (deviations[column] / 2)
          target.initializeElement(
            at: row * data.columnCount + column,
            to: max(-Self.farthest, min(Self.farthest, count)))
        }
      }
    }
  }
}

/// The rows whose last columns are near those of a center.
struct MotionFilter: Sendable, Codable, Equatable {
  let center: [Double]
  /// The columns at the front that don't matter.
  let positionColumns: Int
  let radius: Double

  func passes(_ stars: Matrix<Double>, _ row: Int) -> Bool {
    var sum = 0.0
    for column in positionColumns..<center.count {
      let difference = stars[row, column] - center[column]
      sum = sum.addingProduct(difference, difference)
    }
    return sum <= radius * radius
  }

  func rows(of stars: Matrix<Double>) -> [Int] {
    (0..<stars.rowCount).filter { passes(stars, $0) }
  }
}
