import CladeCore

/// The coordinates in which PPP works: the sample's mean is the origin, the unit is a power of two
/// near the largest magnitude, and of more than 64 columns the 64 leading principal directions of the
/// sample are left.
struct WorkingSpace: Sendable, Codable, Equatable {
  /// The most columns that full covariances are fitted in.
  static let largestColumnCount = 64

  /// The origin (d).
  let center: [Double]
  /// What a unit of the data is worth here; a power of two, so that scaling rounds nothing.
  let scale: Double
  /// The principal directions (columns here × d), or `nil` where the columns are kept.
  let directions: Matrix<Double>?

  /// The number of columns here.
  var columnCount: Int { directions?.rowCount ?? center.count }

  /// The space for a sample whose rows are in canonical order.
  ///
  /// - Complexity: O(m · d · 64) for more than 64 columns, else O(m · d).
  init(sample: Matrix<Double>, threads: Int?) {
    let (m, d) = (sample.rowCount, sample.columnCount)
    var largest = 0.0
    sample.withUnsafeBufferPointer { values in
      for value in values { largest = max(largest, value.magnitude) }
    }
    let scale = largest > 0 ? Self.powerOfTwo(below: 1 / largest) : 1
    var center = [Double](repeating: 0, count: d)
    sample.withUnsafeBufferPointer { values in
      for row in 0..<m {
        for column in 0..<d { center[column] += values[row * d + column] * scale }
      }
    }
    center = center.map { $0 / Double(m) / scale }
    self.init(center: center, scale: scale, directions: nil)
    if d > Self.largestColumnCount {
      let centered = map(sample, rows: 0..<m)
      self.init(
        center: center, scale: scale,
        directions: PrincipalSubspace.directions(
          of: centered, count: Self.largestColumnCount, threads: threads))
    }
  }

  private init(center: [Double], scale: Double, directions: Matrix<Double>?) {
    self.center = center
    self.scale = scale
    self.directions = directions
  }

  /// Rows of the data in these coordinates.
  func map<Scalar: MatrixScalar>(_ data: Matrix<Scalar>, rows: Range<Int>) -> Matrix<Double> {
    let d = center.count
    let target = columnCount
    return Matrix(rows: rows.count, columns: target) { to in
      data.withUnsafeBufferPointer { from in
        guard let directions else {
          for row in 0..<rows.count {
            let start = (rows.lowerBound + row) * d
            for column in 0..<d {
              to[row * d + column] = (Double(from[start + column]) - center[column]) * scale
            }
          }
          return
        }
        directions.withUnsafeBufferPointer { directions in
          var shifted = [Double](repeating: 0, count: d)
          for row in 0..<rows.count {
            let start = (rows.lowerBound + row) * d
            for column in 0..<d {
              shifted[column] = (Double(from[start + column]) - center[column]) * scale
            }
            for direction in 0..<target {
              // Four sums, added up in one order.
              var sums = SIMD4<Double>()
              var column = 0
              while column + 4 <= d {
                let vector = SIMD4(
                  shifted[column], shifted[column + 1], shifted[column + 2], shifted[column + 3])
                let base = direction * d + column
                sums +=
                  vector
                  * SIMD4(
                    directions[base], directions[base + 1], directions[base + 2],
                    directions[base + 3])
                column += 4
              }
              var sum = (sums[0] + sums[1]) + (sums[2] + sums[3])
              while column < d {
                sum += shifted[column] * directions[direction * d + column]
                column += 1
              }
              to[row * target + direction] = sum
            }
          }
        }
      }
    }
  }

  /// The largest power of two that isn't above `x`, kept where neither it nor its inverse vanishes.
  private static func powerOfTwo(below x: Double) -> Double {
    let exponent = x.isFinite && x > 0 ? Int(x.exponent) : 1000
    return Double(sign: .plus, exponent: min(1000, max(-1000, exponent)), significand: 1)
  }
}
