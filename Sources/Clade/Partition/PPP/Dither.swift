import CladeCore

/// Spreads values that were rounded to few steps over what they were rounded from, so that steps
/// aren't taken for groups.
///
/// A number rounded to a grid could have been anywhere within half a step, and a group of such
/// numbers spreads at least as much ("On the calculation of the most probable values of frequency
/// constants", Sheppard, 1898: step² / 12). Without that, each value of a coarse column beside fine
/// ones is a group of its own, infinitely dense. Two values mostly mean one category out of
/// several, spread over as many columns; two such categories differ in two columns, so their step
/// counts √2 times.
enum Dither {
  /// A column with more values than this is fine enough to tell groups apart by itself.
  private static let fineValueCount = 20
  /// Steps below this part of a column's range are left alone.
  private static let leastStep = 1e-3

  /// `points` (in canonical order) with coarse columns dithered; unchanged where no column is fine.
  ///
  /// - Complexity: O(m · d · log m).
  static func spread(_ points: Matrix<Double>, seed: UInt64) -> Matrix<Double> {
    let columns = (0..<points.columnCount).map { Column(points.column($0)) }
    let widths = columns.map { $0.width }
    guard columns.contains(where: { $0.valueCount > fineValueCount }),
      widths.contains(where: { $0 > 0 })
    else { return points }
    let d = points.columnCount
    var random = CounterRandom(seed: seed, stream: 1)
    return Matrix(rows: points.rowCount, columns: d) { buffer in
      points.withUnsafeBufferPointer { values in
        for row in 0..<points.rowCount {
          for column in 0..<d {
            let entry = row * d + column
            buffer[entry] =
              widths[column] > 0
              ? values[entry] + (random.uniform() - 0.5) * widths[column] : values[entry]
          }
        }
      }
    }
  }

  /// What the values of a column say about how they were rounded.
  private struct Column {
    let valueCount: Int
    /// The width to spread values over; 0 for none.
    let width: Double

    init(_ values: [Double]) {
      let sorted = values.sorted()
      var step = Double.infinity
      var count = sorted.isEmpty ? 0 : 1
      for (low, high) in zip(sorted, sorted.dropFirst()) where high > low {
        step = min(step, high - low)
        count += 1
      }
      valueCount = count
      guard let first = sorted.first, let last = sorted.last, count > 1,
        step >= leastStep * (last - first)
      else {
        width = 0
        return
      }
      width = count == 2 ? step * 2.0.squareRoot() : step
    }
  }
}
