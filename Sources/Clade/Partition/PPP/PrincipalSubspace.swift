import CladeCore

/// The leading principal directions of centered rows, by subspace iteration ("Finding structure with
/// randomness", Halko, Martinsson and Tropp, 2011, algorithm 4.4) from a fixed start.
enum PrincipalSubspace {
  private static let oversampling = 8
  private static let iterations = 6
  /// Rows beyond this number are left out, evenly.
  private static let largestRowCount = 5_000

  /// Orthonormal directions (count × d) that span the leading principal subspace closely.
  ///
  /// - Complexity: O(m · d · count) for up to 5,000 rows.
  static func directions(
    of centered: Matrix<Double>, count: Int, threads: Int?
  ) -> Matrix<Double> {
    let d = centered.columnCount
    let width = min(d, count + oversampling)
    let step = max(1, (centered.rowCount + largestRowCount - 1) / largestRowCount)
    let rows = stride(from: 0, to: centered.rowCount, by: step).map { $0 }
    var random = CounterRandom(seed: 0)
    // width vectors of d numbers.
    var basis = (0..<width).map { _ in (0..<d).map { _ in random.normal() } }
    orthonormalize(&basis)
    for _ in 0..<iterations {
      let vectors = basis
      basis = ParallelChunks.map(count: width, chunkSize: 1, threads: threads) { index, _ in
        image(of: vectors[index], rows: rows, of: centered)
      }
      orthonormalize(&basis)
    }
    return Matrix(rows: count, columns: d) { buffer in
      for index in 0..<count {
        for column in 0..<d { buffer[index * d + column] = basis[index][column] }
      }
    }
  }

  /// XᵀX · vector over some rows of X.
  private static func image(of vector: [Double], rows: [Int], of matrix: Matrix<Double>) -> [Double]
  {
    let d = matrix.columnCount
    var image = [Double](repeating: 0, count: d)
    matrix.withUnsafeBufferPointer { values in
      image.withUnsafeMutableBufferPointer { image in
        vector.withUnsafeBufferPointer { vector in
          for row in rows {
            let start = row * d
            var projection = 0.0
            for column in 0..<d { projection += values[start + column] * vector[column] }
            for column in 0..<d { image[column] += projection * values[start + column] }
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
          var product = 0.0
          for column in vector.indices { product += vector[column] * earlier[column] }
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
