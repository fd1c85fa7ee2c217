/// The checks of distances that somebody hands in for ``Metric/precomputed``.
package enum GivenDistances {
  /// The distances, and of how many rows they are: n × n, or a single row of those above the
  /// diagonal.
  ///
  /// Where the two distances of a pair differ by a rounding, both become their mean.
  ///
  /// - Parameters:
  ///   - data: The distances; handed on where nothing changes, and changed in place by a caller
  ///     that keeps no copy.
  ///   - symmetrizing: Whether both become the mean however much they differ.
  ///   - threads: The threads to use; `nil` for one per core.
  /// - Throws: `CladeError` unless they are those of some number of rows, finite, none negative,
  ///   with zeros on the diagonal, and the same both ways to within 10⁻⁶ of the larger.
  /// - Complexity: O(n²), going through the matrix once, another time where some change.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  static func checked<Scalar: MatrixScalar>(
    _ data: consuming Matrix<Scalar>, symmetrizing: Bool = false, threads: Int? = nil
  ) throws -> (distances: Matrix<Scalar>, rows: Int) {
    let (rows, columns) = (data.rowCount, data.columnCount)
    let isSquare = rows == columns
    guard isSquare || rows == 1, let count = isSquare ? rows : rowCount(pairs: columns) else {
      throw CladeError.shapeMismatch(
        expected: "n × n distances, or the n · (n − 1) / 2 above the diagonal in one row",
        found: "\(rows) × \(columns)")
    }
    guard try differ(data, symmetrizing: symmetrizing, threads: threads) else {
      return (data, count)
    }
    return (averaged(data, threads: threads), count)
  }

  /// Whether the two distances of some pair differ, of distances that are in order but for that.
  ///
  /// - Throws: As ``checked(_:symmetrizing:threads:)``, but for the shape.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  package static func differ<Scalar: MatrixScalar>(
    _ data: Matrix<Scalar>, symmetrizing: Bool, threads: Int?
  ) throws -> Bool {
    guard data.rowCount == data.columnCount else {
      try check(data, threads: threads)
      return false
    }
    return try data.withUnsafeBufferPointer {
      try MirroredTiles(count: data.rowCount).check(
        $0, tolerance: symmetrizing ? .infinity : 1e-6, threads: threads)
    }
  }

  /// The distances with the mean of both of each pair; changed in place where nobody else holds
  /// them.
  package static func averaged<Scalar: MatrixScalar>(
    _ data: consuming Matrix<Scalar>, threads: Int?
  ) -> Matrix<Scalar> {
    let tiles = MirroredTiles(count: data.rowCount)
    var result = data
    result.withUnsafeMutableBufferPointer { tiles.average($0, threads: threads) }
    return result
  }

  /// Checks that all are finite and none is negative.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  static func check<Scalar: MatrixScalar>(
    _ distances: Matrix<Scalar>, threads: Int? = nil
  ) throws {
    let columns = distances.columnCount
    try distances.withUnsafeBufferPointer { values in
      nonisolated(unsafe) let values = values
      try ParallelChunks.forEach(count: values.count, chunkSize: 1 << 18, threads: threads) {
        _, range in
        try Cancellation.check()
        var wrong = 0
        for index in range where !(values[index] >= 0 && values[index] < .infinity) { wrong &+= 1 }
        guard wrong > 0 else { return }
        for index in range {
          try check(values[index], row: index / columns, column: index % columns)
        }
      }
    }
  }

  /// Checks that a distance is finite and not negative.
  static func check<Scalar: MatrixScalar>(_ value: Scalar, row: Int, column: Int) throws {
    guard value.isFinite else {
      throw CladeError.nonFiniteValue(row: row, column: column, value: "\(value)")
    }
    guard value >= 0 else {
      throw CladeError.valueOutOfRange(
        row: row, column: column, value: "\(value)", expected: "a distance, at least 0,")
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
