/// The checks of distances that somebody hands in for ``Metric/precomputed``.
package enum GivenDistances {
  /// The distances, and of how many rows they are: n × n, or a single row of those above the diagonal.
  ///
  /// Where the two distances of a pair differ by a rounding, both become their mean.
  ///
  /// - Throws: `CladeError` unless they are those of some number of rows, finite, none negative, with
  ///   zeros on the diagonal, and the same both ways to within 10⁻⁶ of the larger.
  static func checked<Scalar: MatrixScalar>(
    _ data: Matrix<Scalar>
  ) throws -> (distances: Matrix<Scalar>, rows: Int) {
    let (rows, columns) = (data.rowCount, data.columnCount)
    let isSquare = rows == columns
    guard isSquare || rows == 1, let count = isSquare ? rows : rowCount(pairs: columns) else {
      throw CladeError.shapeMismatch(
        expected: "n × n distances, or the n · (n − 1) / 2 above the diagonal in one row",
        found: "\(rows) × \(columns)")
    }
    try check(data)
    guard isSquare else { return (data, count) }
    var result = data
    try data.withUnsafeBufferPointer { values in
      for i in 0..<count {
        guard values[i * count + i] == 0 else {
          throw CladeError.valueOutOfRange(
            row: i, column: i, value: "\(values[i * count + i])",
            expected: "the distance of a row from itself, 0,")
        }
        for j in 0..<i where values[i * count + j] != values[j * count + i] {
          let (lower, upper) = (values[i * count + j], values[j * count + i])
          guard (lower - upper).magnitude <= 1e-6 * max(lower, upper) else {
            throw CladeError.valueOutOfRange(
              row: i, column: j, value: "\(lower)",
              expected: "the same as in row \(j), column \(i), \(upper),")
          }
          let mean = lower / 2 + upper / 2
          result[i, j] = mean
          result[j, i] = mean
        }
      }
    }
    return (result, count)
  }

  /// Checks that all are finite and none is negative.
  static func check<Scalar: MatrixScalar>(_ distances: Matrix<Scalar>) throws {
    let columns = distances.columnCount
    try distances.withUnsafeBufferPointer { values in
      for index in values.indices where !(values[index] >= 0 && values[index] < .infinity) {
        let (row, column) = (index / columns, index % columns)
        guard values[index].isFinite else {
          throw CladeError.nonFiniteValue(row: row, column: column, value: "\(values[index])")
        }
        throw CladeError.valueOutOfRange(
          row: row, column: column, value: "\(values[index])",
          expected: "a distance, at least 0,")
      }
    }
  }

  /// The number of rows that have so many pairs, if there is one.
  package static func rowCount(pairs: Int) -> Int? {
    let guess = Int((0.5 + (0.25 + 2 * Double(pairs)).squareRoot()).rounded())
    return guess >= 2 && guess * (guess - 1) / 2 == pairs ? guess : nil
  }

  /// Where the distance of two different rows is among those above the diagonal.
  @inline(__always)
  static func place(_ i: Int, _ j: Int, of count: Int) -> Int {
    let (first, second) = i < j ? (i, j) : (j, i)
    return first &* (2 &* count &- first &- 1) / 2 &+ (second &- first &- 1)
  }
}
