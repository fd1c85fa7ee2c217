import CladeCore

/// The point with the least sum of distances from weighted rows.
package enum GeometricMedian {
  /// Moves a point towards the median of some rows; with one column, to it.
  ///
  /// Weiszfeld's iteration: the mean of the rows, each weighted by its mass over its distance from
  /// the point. Where the point is a row itself, that row holds it back by its mass ("The
  /// Multivariate L1-Median and Associated Data Depth", Vardi and Zhang, 2000, equation 2.6). The
  /// sum never rises but for rounding.
  ///
  /// - Parameters:
  ///   - rows: m × d, distinct, in canonical order.
  ///   - masses: The mass of each row (m).
  ///   - members: Which rows to take, ascending; at least one.
  ///   - point: Where to start (d).
  ///   - steps: At most this many steps; fewer when the point stays where it is.
  /// - Complexity: O(members · d) a step.
  package static func step(
    _ rows: Matrix<Double>, masses: [Double], members: [Int], from point: [Double], steps: Int
  ) -> [Double] {
    let columns = rows.columnCount
    if columns == 1 { return [median(rows, masses: masses, members: members)] }
    if members.count == 1 { return rows.row(members[0]) }
    return rows.withUnsafeBufferPointer { values in
      var point = point
      for _ in 0..<steps {
        let next = step(values, columns, masses, members, point)
        if next == point { break }
        point = next
      }
      return point
    }
  }

  private static func step(
    _ values: UnsafeBufferPointer<Double>, _ columns: Int, _ masses: [Double], _ members: [Int],
    _ point: [Double]
  ) -> [Double] {
    var sums = [Double](repeating: 0, count: columns)
    var (total, held) = (0.0, 0.0)
    sums.withUnsafeMutableBufferPointer { sums in
      point.withUnsafeBufferPointer { point in
        for member in members {
          let start = member &* columns
          var square = 0.0
          for column in 0..<columns {
            let difference = values[start &+ column] - point[column]
            square += difference * difference
          }
          // A distance whose square vanishes is none.
          guard square > 0 else {
            held += masses[member]
            continue
          }
          let factor = masses[member] / square.squareRoot()
          total += factor
          for column in 0..<columns {
            sums[column] += factor * (values[start &+ column] - point[column])
          }
        }
      }
    }
    guard total > 0 else { return point }
    // `sums` is the pull of the other rows, and point + sums / total their weighted mean.
    let pull = sums.reduce(0) { $0 + $1 * $1 }.squareRoot()
    guard held == 0 || pull > held else { return point }
    let share = held > 0 ? 1 - held / pull : 1
    return (0..<columns).map { point[$0] + share * (sums[$0] / total) }
  }

  /// The weighted median of one column: the first row at which half of the mass is reached.
  package static func median(
    _ rows: Matrix<Double>, masses: [Double], members: [Int]
  ) -> Double {
    let half = members.reduce(0) { $0 + masses[$1] } / 2
    var sum = 0.0
    for member in members {
      sum += masses[member]
      if sum >= half { return rows[member, 0] }
    }
    return rows[members[members.count - 1], 0]
  }
}
