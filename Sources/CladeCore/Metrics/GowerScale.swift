/// What ``Metric/gower(_:)`` subtracts from the numbers of each column and divides them by.
struct GowerScale: Sendable {
  /// For each column 1 if differences are only between equal and not, else 0.
  let categories: [UInt8]
  /// The least number of each column.
  let least: [Double]
  /// What differences in each column are divided by.
  let ranges: [Double]

  /// Measures the columns of `data`, whose numbers are finite or missing.
  ///
  /// - Parameter learned: What was measured on other rows, to be taken instead.
  init<Scalar: MatrixScalar>(
    _ kinds: GowerColumns, data: Matrix<Scalar>, learned: LearnedColumns? = nil
  ) throws {
    let columns = data.columnCount
    if let wrong = kinds.categories.sorted().first(where: { !(0..<columns).contains($0) }) {
      throw CladeError.invalidParameter(
        name: "categories", value: "\(wrong)",
        reason: "columns are numbered from 0, and there are \(columns)")
    }
    if let ranges = kinds.ranges {
      guard ranges.count == columns else {
        throw CladeError.shapeMismatch(
          expected: "\(columns) ranges, one a column", found: "\(ranges.count)")
      }
      if let wrong = ranges.first(where: { !($0 >= 0 && $0 < .infinity) }) {
        throw CladeError.invalidParameter(
          name: "ranges", value: "\(wrong)", reason: "a range is a number of at least 0")
      }
    }
    try Self.checkNotInfinite(data)
    var least = [Double](repeating: .infinity, count: columns)
    var most = [Double](repeating: -.infinity, count: columns)
    data.withUnsafeBufferPointer { values in
      for row in 0..<data.rowCount {
        for j in 0..<columns {
          let value = Double(values[row &* columns &+ j])
          if value < least[j] { least[j] = value }
          if value > most[j] { most[j] = value }
        }
      }
    }
    try learned?.check(columns: columns, scales: columns)
    self.least = learned?.origins ?? least.map { $0.isFinite ? $0 : 0 }
    let found = zip(most, least).map { $0 >= $1 ? $0 - $1 : 0 }
    let ranges = learned?.scales ?? kinds.ranges ?? found
    self.ranges = ranges
    // Numbers that don't vary differ wholly or not at all.
    categories = (0..<columns).map { kinds.categories.contains($0) || ranges[$0] == 0 ? 1 : 0 }
  }

  /// Checks that numbers are finite or missing.
  func check<Scalar: MatrixScalar>(_ data: Matrix<Scalar>) throws {
    try Self.checkNotInfinite(data)
  }

  /// What a value is compared as.
  @inline(__always)
  func coordinate(_ value: Double, column: Int) -> Double {
    categories[column] != 0 ? value : (value - least[column]) / ranges[column]
  }

  private static func checkNotInfinite<Scalar: MatrixScalar>(_ data: Matrix<Scalar>) throws {
    let columns = data.columnCount
    try data.withUnsafeBufferPointer { values in
      for index in values.indices where values[index].isInfinite {
        throw CladeError.nonFiniteValue(
          row: index / columns, column: index % columns, value: "\(values[index])")
      }
    }
  }
}
