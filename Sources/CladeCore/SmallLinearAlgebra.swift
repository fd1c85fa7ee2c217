/// Dense linear algebra for small matrices (up to a few hundred rows) in one fixed order of
/// operations, so that the bits are the same on every machine.
///
/// Matrices are square, row-major arrays of `size * size` doubles.
public enum SmallLinearAlgebra {
  /// The factor L of `matrix` = L·Lᵀ, or `nil` unless `matrix` is positive definite to working
  /// precision.
  ///
  /// Only the lower triangle is read. The result has zeros above its diagonal.
  ///
  /// - Complexity: O(size³).
  public static func cholesky(_ matrix: [Double], size: Int) -> [Double]? {
    precondition(matrix.count == size * size)
    var lower = matrix
    let positive = lower.withUnsafeMutableBufferPointer { l in
      for j in 0..<size {
        var pivot = l[j * size + j]
        for k in 0..<j { pivot -= l[j * size + k] * l[j * size + k] }
        // Not positive, or so small against what it began as that only rounding is left of it.
        guard pivot > l[j * size + j].magnitude * 0x1p-50, pivot.isFinite else { return false }
        let diagonal = pivot.squareRoot()
        l[j * size + j] = diagonal
        for i in (j + 1)..<max(size, j + 1) {
          var value = l[i * size + j]
          for k in 0..<j { value -= l[i * size + k] * l[j * size + k] }
          l[i * size + j] = value / diagonal
        }
      }
      for i in 0..<size {
        for j in (i + 1)..<max(size, i + 1) { l[i * size + j] = 0 }
      }
      return true
    }
    return positive ? lower : nil
  }

  /// The logarithm of the determinant of L·Lᵀ.
  public static func logDeterminant(cholesky lower: [Double], size: Int) -> Double {
    precondition(lower.count == size * size)
    var sum = 0.0
    for i in 0..<size { sum += Elementary.log(lower[i * size + i]) }
    return 2 * sum
  }

  /// Solves L·x = b by forward substitution.
  ///
  /// - Complexity: O(size²).
  public static func solveLower(_ lower: [Double], size: Int, _ b: [Double]) -> [Double] {
    precondition(lower.count == size * size && b.count == size)
    var x = b
    for i in 0..<size {
      var value = x[i]
      for k in 0..<i { value -= lower[i * size + k] * x[k] }
      x[i] = value / lower[i * size + i]
    }
    return x
  }

  /// Solves Lᵀ·x = b by back substitution.
  ///
  /// - Complexity: O(size²).
  public static func solveLowerTransposed(_ lower: [Double], size: Int, _ b: [Double]) -> [Double] {
    precondition(lower.count == size * size && b.count == size)
    var x = b
    for i in (0..<size).reversed() {
      var value = x[i]
      for k in (i + 1)..<max(size, i + 1) { value -= lower[k * size + i] * x[k] }
      x[i] = value / lower[i * size + i]
    }
    return x
  }

  /// Solves L·Lᵀ·x = b.
  ///
  /// - Complexity: O(size²).
  public static func solve(cholesky lower: [Double], size: Int, _ b: [Double]) -> [Double] {
    solveLowerTransposed(lower, size: size, solveLower(lower, size: size, b))
  }

  /// The inverse of a lower triangular matrix.
  ///
  /// - Complexity: O(size³).
  public static func inverseLower(_ lower: [Double], size: Int) -> [Double] {
    precondition(lower.count == size * size)
    var inverse = [Double](repeating: 0, count: size * size)
    for j in 0..<size {
      inverse[j * size + j] = 1 / lower[j * size + j]
      for i in (j + 1)..<max(size, j + 1) {
        var value = 0.0
        for k in j..<i { value -= lower[i * size + k] * inverse[k * size + j] }
        inverse[i * size + j] = value / lower[i * size + i]
      }
    }
    return inverse
  }
}
