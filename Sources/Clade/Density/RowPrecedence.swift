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
