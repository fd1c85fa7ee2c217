/// A power of two that brings numbers near 1, so that squares neither overflow nor vanish.
///
/// Multiplying by it changes no digit. Numbers of ordinary magnitude are left alone.
package struct MagnitudeScaling: Sendable {
  /// Scaled numbers are the given ones times 2^−exponent.
  package let exponent: Int

  /// The scaling for numbers of at most `largest` in magnitude.
  package init<Scalar: MatrixScalar>(largest: Double, _: Scalar.Type) {
    let ordinary = Scalar.self == Float.self ? -20...40 : -400...400
    let magnitude = largest == 0 ? 0 : Int(largest.exponent)
    exponent = ordinary.contains(magnitude) ? 0 : magnitude
  }

  /// Whether numbers stay as they are.
  package var isIdentity: Bool { exponent == 0 }

  /// The matrix times 2^−exponent.
  package func scaled<Scalar: MatrixScalar>(_ data: Matrix<Scalar>) -> Matrix<Scalar> {
    Self.multiplying(data, powerOfTwo: -exponent)
  }

  /// The matrix times 2^exponent.
  package func unscaled<Scalar: MatrixScalar>(_ data: Matrix<Scalar>) -> Matrix<Scalar> {
    Self.multiplying(data, powerOfTwo: exponent)
  }

  private static func multiplying<Scalar: MatrixScalar>(
    _ data: Matrix<Scalar>, powerOfTwo: Int
  ) -> Matrix<Scalar> {
    guard powerOfTwo != 0 else { return data }
    var result = data
    result.withUnsafeMutableBufferPointer { values in
      for index in values.indices {
        values[index] = Scalar(
          sign: .plus, exponent: Scalar.Exponent(powerOfTwo), significand: values[index])
      }
    }
    return result
  }
}
