import CladeCore

/// The columns that are left when those are taken away that are constant or follow from others.
package enum IndependentColumns {
  /// A column of which the others leave no larger part of its variance unexplained than this
  /// follows from them; mixtures resolve no finer differences.
  private static let tolerance = 1e-6
  /// So small a sum of squares counts as none, since its square vanishes.
  private static let leastScatter = 0x1p-900

  /// Chooses columns of `points` (m × d) by a Cholesky decomposition of their correlations, always
  /// going on with the column that those chosen explain least, the first of equals. At least one
  /// column is chosen.
  ///
  /// - Returns: The chosen columns in ascending order.
  /// - Complexity: O(m · d² + d³).
  package static func of(_ points: Matrix<Double>) -> [Int] {
    let (m, d) = (points.rowCount, points.columnCount)
    let scatter = CellStatistics(
      points, labels: Array(repeating: 0, count: m), cellCount: 1
    ).scatters
    var deviations = (0..<d).map { scatter[$0 * ($0 + 1) / 2 + $0] }
    // Rounding may leave a constant column some scatter.
    var varies = [Bool](repeating: false, count: d)
    points.withUnsafeBufferPointer { values in
      for row in 0..<m {
        for column in 0..<d where values[row * d + column] != values[column] {
          varies[column] = true
        }
      }
    }
    for column in 0..<d {
      varies[column] = varies[column] && deviations[column] >= leastScatter
      deviations[column] = deviations[column].squareRoot()
    }

    // What the chosen columns leave unexplained, as a part of each column's variance.
    var unexplained = varies.map { $0 ? 1.0 : 0 }
    var chosen: [Int] = []
    var factors: [[Double]] = []
    while chosen.count < d {
      var pivot = 0
      for column in 0..<d where unexplained[column] > unexplained[pivot] { pivot = column }
      guard unexplained[pivot] > tolerance else { break }
      let length = unexplained[pivot].squareRoot()
      var factor = [Double](repeating: 0, count: d)
      for column in 0..<d where varies[column] {
        let (high, low) = (max(column, pivot), min(column, pivot))
        var product =
          scatter[high * (high + 1) / 2 + low] / deviations[high] / deviations[low]
        for earlier in factors { product -= earlier[column] * earlier[pivot] }
        factor[column] = product / length
      }
      for column in 0..<d { unexplained[column] -= factor[column] * factor[column] }
      unexplained[pivot] = 0
      chosen.append(pivot)
      factors.append(factor)
    }
    return chosen.isEmpty ? [0] : chosen.sorted()
  }
}
