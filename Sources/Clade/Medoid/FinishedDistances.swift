import CladeCore

/// Makes distances of raw ones, in their own precision and of rows as they were scaled.
struct FinishedDistances<Scalar: MatrixScalar>: Sendable {
  private let finish: DistanceFinish

  init(_ finish: DistanceFinish) { self.finish = finish }

  /// Turns raw distances into distances.
  @inline(__always)
  func callAsFunction(_ values: UnsafeMutablePointer<Scalar>, count: Int) {
    switch finish {
    case .none: return
    case .squareRoot:
      // The root of a single-precision number in double precision rounds to the same.
      for index in 0..<count { values[index] = values[index].squareRoot() }
    default:
      for index in 0..<count { values[index] = Scalar(finish(Double(values[index]))) }
    }
  }
}
