extension Matrix {
  /// The same matrix in `Double`: itself where it is one already.
  ///
  /// Code behind it needs no specialising for each scalar.
  ///
  /// - Complexity: O(1) for `Double`, O(n · d) otherwise.
  package var doubles: Matrix<Double> {
    if let doubles = self as? Matrix<Double> { return doubles }
    if let floats = self as? Matrix<Float> {
      return Matrix<Double>(rows: rowCount, columns: columnCount) { target in
        floats.withUnsafeBufferPointer { source in
          for index in source.indices { target[index] = Double(source[index]) }
        }
      }
    }
    return Matrix<Double>(rows: rowCount, columns: columnCount) { target in
      withUnsafeBufferPointer { source in
        for index in source.indices { target[index] = Double(source[index]) }
      }
    }
  }
}
