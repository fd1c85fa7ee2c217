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

  /// The same numbers in another type, rounded where it has fewer digits: itself where it is of
  /// that type.
  ///
  /// - Complexity: O(1) for the same type, O(n · d) otherwise.
  package func converted<Other: MatrixScalar>(to _: Other.Type) -> Matrix<Other> {
    if let same = self as? Matrix<Other> { return same }
    if let doubles = self as? Matrix<Double>, Other.self == Float.self {
      let floats = Matrix<Float>(rows: rowCount, columns: columnCount) { target in
        doubles.withUnsafeBufferPointer { source in
          for index in source.indices { target[index] = Float(source[index]) }
        }
      }
      if let floats = floats as? Matrix<Other> { return floats }
    }
    if Other.self == Double.self, let doubles = doubles as? Matrix<Other> { return doubles }
    return Matrix<Other>(rows: rowCount, columns: columnCount) { target in
      withUnsafeBufferPointer { source in
        for index in source.indices { target[index] = Other(source[index]) }
      }
    }
  }
}
