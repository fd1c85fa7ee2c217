import CladeCore

/// The mean directions of clusters: the sums of their unit rows, brought to length 1.
///
/// A sum is taken in fixed point, in units that follow from the number of rows alone, so that it
/// does not depend on their order: with m rows, an addend is off by at most 2^(log₂ m − 62), no
/// more than its own rounding. Whole weights multiply integers, so that a weight of 3 is the same
/// as three equal rows; with others the units follow from the largest weight too.
struct SphericalMeans {
  /// A mean direction, compressed.
  struct Mean<Scalar: MatrixScalar>: Sendable {
    let columns: [Int32]
    let values: [Scalar]
    /// At most the cosine between the center's place before and this one.
    let turn: Double
  }

  /// So many values for each column are many.
  private static var wideShare: Int { 1 }

  private var sums: [Int64]
  /// A bit for each column that has a sum.
  private var touched: [UInt64]

  init(columnCount: Int) {
    sums = Array(repeating: 0, count: columnCount)
    touched = Array(repeating: 0, count: (columnCount + 63) / 64)
  }

  /// The mean direction of `members`, or `nil` where the rows cancel out.
  ///
  /// - Parameters:
  ///   - members: The rows' numbers.
  ///   - rows: All rows.
  ///   - weights: The positive weight of each of all rows; 1 each if `nil`.
  ///   - before: The center's place until now (d).
  ///
  /// - Complexity: O(d / 64 + the members' values).
  mutating func mean<Scalar: MatrixScalar>(
    of members: UnsafeBufferPointer<Int32>, in rows: UnitRowsView,
    weights: SphericalWeights.View?, from before: UnsafeBufferPointer<Scalar>
  ) -> Mean<Scalar>? {
    let addends = weights.map { $0.addends(members) } ?? SphericalWeights.Addends(members.count)
    let bits = Int.bitWidth - addends.count.leadingZeroBitCount
    let unit = Double(sign: .plus, exponent: 61 - bits, significand: 1)
    // Where rows have about as many values as there are columns, all columns are looked at.
    let isWide =
      members.reduce(0) { $0 + rows.count(Int($1)) } > Self.wideShare * sums.count
    sums.withUnsafeMutableBufferPointer { sums in
      touched.withUnsafeMutableBufferPointer { touched in
        if isWide {
          for word in touched.indices { touched[word] = .max }
          let rest = sums.count & 63
          if rest > 0 { touched[touched.count - 1] = (1 << UInt64(rest)) - 1 }
        }
        for member in members {
          let (times, factor) = weights?.parts(of: Int(member), addends) ?? (1, 1)
          let unit = unit * factor
          for place in rows.starts[Int(member)]..<rows.starts[Int(member) + 1] {
            let column = Int(rows.columns[place])
            sums[column] &+=
              times &* Int64((rows.values[place] * unit).rounded(.toNearestOrEven))
            if !isWide { touched[column >> 6] |= 1 << UInt64(column & 63) }
          }
        }
      }
    }
    var columns: [Int32] = []
    var directions: [Double] = []
    var squares = 0.0
    for word in touched.indices where touched[word] != 0 {
      var bits = touched[word]
      touched[word] = 0
      while bits != 0 {
        let column = word * 64 + bits.trailingZeroBitCount
        bits &= bits - 1
        let sum = Double(sums[column]) / unit
        sums[column] = 0
        if sum != 0 {
          columns.append(Int32(column))
          directions.append(sum)
          squares += sum * sum
        }
      }
    }
    guard squares > 0 else { return nil }
    let length = squares.squareRoot()
    let values = directions.map { Scalar($0 / length) }
    var cosine = 0.0
    for (column, value) in zip(columns, values) {
      cosine += Double(value) * Double(before[Int(column)])
    }
    return Mean(
      columns: columns, values: values,
      turn: max(-1, cosine - SphericalCenters<Scalar>.tolerance))
  }
}
