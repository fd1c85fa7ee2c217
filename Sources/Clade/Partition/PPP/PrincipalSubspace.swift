import CladeCore

/// The leading principal directions of centered rows, by subspace iteration ("Finding structure
/// with randomness", Halko, Martinsson and Tropp, 2011, algorithm 4.4) from a fixed start.
enum PrincipalSubspace {
  private static let oversampling = 8
  private static let iterations = 6
  /// Rows beyond this number are left out, evenly.
  private static let largestRowCount = 5_000

  /// The rows that the directions are found from: all, or up to 5,000 at even steps.
  static func rows(of sample: Matrix<Double>) -> Matrix<Double> {
    guard sample.rowCount > largestRowCount else { return sample }
    let step = (sample.rowCount + largestRowCount - 1) / largestRowCount
    return sample.gatheringRows(Array(stride(from: 0, to: sample.rowCount, by: step)))
  }

  /// Orthonormal directions (count × d) that span the leading principal subspace closely; those
  /// beyond the rank of the rows are 0.
  ///
  /// - Throws: `CancellationError` when the task was cancelled.
  /// - Complexity: O(m · d · count).
  static func directions(
    of centered: Matrix<Double>, count: Int, threads: Int?
  ) throws -> Matrix<Double> {
    let d = centered.columnCount
    let width = min(d, count + oversampling)
    var random = CounterRandom(seed: 0)
    // width vectors of d numbers.
    var basis = (0..<width).map { _ in (0..<d).map { _ in random.normal() } }
    orthonormalize(&basis)
    for _ in 0..<iterations {
      let vectors = basis
      basis = try ParallelChunks.map(count: width, chunkSize: 1, threads: threads) { index, _ in
        try Cancellation.check()
        return image(of: vectors[index], under: centered)
      }
      orthonormalize(&basis)
    }
    return Matrix(rows: count, columns: d) { buffer in
      for index in 0..<count {
        for column in 0..<d { buffer[index * d + column] = basis[index][column] }
      }
    }
  }

  /// The product of a vector with the entries of another from `start` on: four sums, added up in
  /// one order.
  @inline(__always)
  static func dot(
    _ vector: UnsafeBufferPointer<Double>, _ other: UnsafeBufferPointer<Double>, from start: Int
  ) -> Double {
    var sums = SIMD4<Double>()
    var column = 0
    while column + 4 <= vector.count {
      for lane in 0..<4 {
        sums[lane] += vector[column + lane] * other[start + column + lane]
      }
      column += 4
    }
    var sum = (sums[0] + sums[1]) + (sums[2] + sums[3])
    while column < vector.count {
      sum += vector[column] * other[start + column]
      column += 1
    }
    return sum
  }

  /// XᵀX · vector.
  private static func image(of vector: [Double], under matrix: Matrix<Double>) -> [Double] {
    let d = matrix.columnCount
    var image = [Double](repeating: 0, count: d)
    matrix.withUnsafeBufferPointer { values in
      image.withUnsafeMutableBufferPointer { image in
        vector.withUnsafeBufferPointer { vector in
          for row in 0..<matrix.rowCount {
            let projection = dot(vector, values, from: row * d)
            for column in 0..<d { image[column] += projection * values[row * d + column] }
          }
        }
      }
    }
    return image
  }

  /// Gram–Schmidt, twice. A vector that depends on those before it becomes 0.
  private static func orthonormalize(_ basis: inout [[Double]]) {
    for index in basis.indices {
      var vector = basis[index]
      let before = norm(vector)
      for _ in 0..<2 {
        for earlier in basis[..<index] {
          let product = vector.withUnsafeBufferPointer { vector in
            earlier.withUnsafeBufferPointer { dot(vector, $0, from: 0) }
          }
          for column in vector.indices { vector[column] -= product * earlier[column] }
        }
      }
      let length = norm(vector)
      let isNew = length > before * 1e-10
      basis[index] = vector.map { isNew ? $0 / length : 0 }
    }
  }

  private static func norm(_ vector: [Double]) -> Double {
    vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }
}
