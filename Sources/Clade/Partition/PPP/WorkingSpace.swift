import CladeCore

/// The coordinates in which PPP works: the sample's mean is the origin, the unit is a power of two
/// near the largest magnitude, and columns that say nothing are left out.
///
/// A column says nothing where it is constant or follows from the others (such as the last of the
/// columns that a category was encoded into). Left in, it would stretch no group and yet count as a
/// direction in which all groups agree, and with enough of them one group would explain everything
/// best. Of more than 64 columns the leading principal directions of the sample are taken instead.
struct WorkingSpace: Sendable, Codable, Equatable {
  /// The most columns that full covariances are fitted in.
  static let largestColumnCount = 64
  /// Groups of so many rows or more span no more than one direction for each so many rows.
  private static let rowsPerDirection = 20

  /// The origin (d), in units of this space.
  let center: [Double]
  /// What a unit of the data is worth here; a power of two, so that scaling rounds nothing.
  let scale: Double
  /// The columns of the data that are kept, where there are no ``directions``.
  let columns: [Int]
  /// The principal directions (columns here × d), or `nil` where columns are kept.
  let directions: Matrix<Double>?

  /// The number of columns here.
  var columnCount: Int { directions?.rowCount ?? columns.count }

  /// The space for a sample whose rows are in canonical order.
  ///
  /// - Throws: `CancellationError` when the task was cancelled.
  /// - Complexity: O(m · d · 64) for more than 64 columns, else O(m · d²).
  init(sample: Matrix<Double>, threads: Int?) throws {
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
    center = center.map { $0 / Double(m) }

    let whole = WorkingSpace(
      center: center, scale: scale, columns: Array(0..<d), directions: nil)
    guard d > Self.largestColumnCount else {
      let kept = IndependentColumns.of(try whole.map(sample, threads: threads))
      self.init(center: center, scale: scale, columns: kept, directions: nil)
      return
    }
    let few = PrincipalSubspace.rows(of: sample)
    let directions = try PrincipalSubspace.directions(
      of: whole.map(few, threads: threads),
      count: max(2, min(Self.largestColumnCount, m / Self.rowsPerDirection)), threads: threads)
    let turned = WorkingSpace(center: center, scale: scale, columns: [], directions: directions)
    let kept = IndependentColumns.of(try turned.map(sample, threads: threads))
    self.init(
      center: center, scale: scale, columns: [], directions: directions.gatheringRows(kept))
  }

  private init(center: [Double], scale: Double, columns: [Int], directions: Matrix<Double>?) {
    self.center = center
    self.scale = scale
    self.columns = columns
    self.directions = directions
  }

  /// Whether rows of that many columns can be brought into this space; one that was read from a
  /// file needn't be like that.
  func isSound(columns d: Int) -> Bool {
    guard center.count == d, center.allSatisfy(\.isFinite), scale.isFinite, scale > 0 else {
      return false
    }
    guard let directions else { return columns.allSatisfy((0..<d).contains) }
    return directions.columnCount == d
      && directions.withUnsafeBufferPointer { $0.allSatisfy(\.isFinite) }
  }

  private static let chunkRows = 1024

  /// All rows of the data in these coordinates.
  ///
  /// - Throws: `CancellationError` when the task was cancelled.
  func map<Scalar: MatrixScalar>(_ data: Matrix<Scalar>, threads: Int?) throws -> Matrix<Double> {
    let target = columnCount
    return try Matrix(rows: data.rowCount, columns: target) { to in
      nonisolated(unsafe) let to = to
      try ParallelChunks.forEach(
        count: data.rowCount, chunkSize: Self.chunkRows, threads: threads
      ) { _, rows in
        try Cancellation.check()
        let part = map(data, rows: rows)
        part.withUnsafeBufferPointer { part in
          _ = UnsafeMutableBufferPointer(rebasing: to[(rows.lowerBound * target)...])
            .initialize(from: part)
        }
      }
    }
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
            for (place, column) in columns.enumerated() {
              // Scaled first: a difference of the largest numbers would overflow.
              to[row * target + place] = Double(from[start + column]) * scale - center[column]
            }
          }
          return
        }
        directions.withUnsafeBufferPointer { directions in
          var shifted = [Double](repeating: 0, count: d)
          shifted.withUnsafeMutableBufferPointer { shifted in
            for row in 0..<rows.count {
              let start = (rows.lowerBound + row) * d
              for column in 0..<d {
                shifted[column] = Double(from[start + column]) * scale - center[column]
              }
              for direction in 0..<target {
                to[row * target + direction] = PrincipalSubspace.dot(
                  UnsafeBufferPointer(shifted), directions, from: direction * d)
              }
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
