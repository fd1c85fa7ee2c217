import CladeCore

extension Matrix {
  /// Whether row `a` comes before row `b` when rows are sorted by their values, first column first.
  func precedes(_ a: Int, _ b: Int) -> Bool {
    withUnsafeBufferPointer { values in
      let (a, b) = (a * columnCount, b * columnCount)
      for column in 0..<columnCount where values[a + column] != values[b + column] {
        return values[a + column] < values[b + column]
      }
      return false
    }
  }
}

/// Whether row `a` of `data` comes before row `b`; without values, rows have but their numbers.
func precedes<Scalar: MatrixScalar>(_ a: Int, _ b: Int, in data: Matrix<Scalar>?) -> Bool {
  data?.precedes(a, b) ?? (a < b)
}
