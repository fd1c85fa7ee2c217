/// Transforms after which Mahalanobis' distance is Euclid's.
enum Whitening {
  /// The middle of each column's range: what to take off so that few digits are lost.
  static func middle<Scalar: MatrixScalar>(of data: Matrix<Scalar>) -> [Double] {
    let columns = data.columnCount
    var least = [Double](repeating: .infinity, count: columns)
    var most = [Double](repeating: -.infinity, count: columns)
    data.withUnsafeBufferPointer { values in
      for row in 0..<data.rowCount {
        for j in 0..<columns {
          let value = Double(values[row &* columns &+ j])
          least[j] = min(least[j], value)
          most[j] = max(most[j], value)
        }
      }
    }
    return zip(least, most).map { data.rowCount == 0 ? 0 : $0 / 2 + $1 / 2 }
  }

  /// Mᵀ of the inverse covariance M · Mᵀ.
  static func transform(inverseCovariance inverse: [Double], _ columns: Int) throws -> [Double] {
    guard inverse.count == columns * columns else {
      throw CladeError.shapeMismatch(
        expected: "an inverse covariance of \(columns) × \(columns) numbers",
        found: "\(inverse.count)")
    }
    let largest = inverse.map(\.magnitude).max() ?? 0
    for i in 0..<columns {
      for j in 0..<i {
        let gap = (inverse[i * columns + j] - inverse[j * columns + i]).magnitude
        guard gap <= 1e-9 * largest else {
          throw invalid("the inverse covariance isn't symmetric: row \(i), column \(j)")
        }
      }
    }
    guard let lower = SmallLinearAlgebra.cholesky(inverse, size: columns) else {
      throw invalid("the inverse covariance isn't positive definite")
    }
    var transform = lower
    for i in 0..<columns {
      for j in 0..<columns { transform[i * columns + j] = lower[j * columns + i] }
    }
    return transform
  }

  /// The inverse of L, with L · Lᵀ the covariance of the rows (divided by n − 1).
  static func transform<Scalar: MatrixScalar>(
    covarianceOf data: Matrix<Scalar>, middle: [Double], threads: Int?
  ) throws -> [Double] {
    let (count, columns) = (data.rowCount, data.columnCount)
    guard count > 1 else {
      throw invalid("the covariance of \(count) rows isn't defined; give an inverse covariance")
    }
    // In an order that follows from the values, so that sums don't depend on that of the rows.
    let order = CanonicalOrder(data, threads: threads).order
    var means = [Double](repeating: 0, count: columns)
    var products = [Double](repeating: 0, count: columns * columns)
    var rest = means
    data.withUnsafeBufferPointer { values in
      for row in order {
        for j in 0..<columns { means[j] += Double(values[Int(row) &* columns &+ j]) - middle[j] }
      }
      for j in 0..<columns { means[j] /= Double(count) }
      for row in order {
        for j in 0..<columns {
          rest[j] = Double(values[Int(row) &* columns &+ j]) - middle[j] - means[j]
        }
        for i in 0..<columns {
          for j in 0...i { products[i &* columns &+ j] += rest[i] * rest[j] }
        }
      }
    }
    let covariance = products.map { $0 / Double(count - 1) }
    guard let lower = SmallLinearAlgebra.cholesky(covariance, size: columns) else {
      throw invalid(
        "the covariance of the data can't be inverted, as a column is constant or follows from "
          + "others; leave such columns out, or give an inverse covariance")
    }
    return SmallLinearAlgebra.inverseLower(lower, size: columns)
  }

  private static func invalid(_ reason: String) -> CladeError {
    .invalidParameter(name: "metric", value: "mahalanobis", reason: reason)
  }
}
