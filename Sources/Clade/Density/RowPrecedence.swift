import CladeCore

extension Matrix {
  /// Whether row `a` comes before row `b` when rows are sorted by their values, first column first;
  /// a missing value (NaN) comes last.
  func precedes(_ a: Int, _ b: Int) -> Bool {
    withUnsafeBufferPointer { values in
      let (a, b) = (a * columnCount, b * columnCount)
      for column in 0..<columnCount where values[a + column] != values[b + column] {
        let (x, y) = (values[a + column], values[b + column])
        guard x.isNaN || y.isNaN else { return x < y }
        if x.isNaN != y.isNaN { return y.isNaN }
      }
      return false
    }
  }
}

/// Whether row `a` of `data` comes before row `b`; without values, rows have but their numbers.
func precedes<Scalar: MatrixScalar>(_ a: Int, _ b: Int, in data: Matrix<Scalar>?) -> Bool {
  data?.precedes(a, b) ?? (a < b)
}
