/// The eigenvalues and eigenvectors of a small symmetric matrix.
///
/// Householder reduction to a tridiagonal matrix, then QL with implicit shifts, as in "The QR and
/// QL Algorithms for Symmetric Matrices" (Bowdler, Martin, Reinsch and Wilkinson, 1968), in one
/// fixed order of operations.
public struct SymmetricEigen: Sendable, Equatable {
  /// The eigenvalues, the largest first.
  public let values: [Double]
  /// The eigenvectors as rows, in the order of the values, of length 1; the component of largest
  /// magnitude (the first of several) is positive.
  public let vectors: [Double]

  /// Decomposes a symmetric, row-major `size` × `size` matrix, of which only the lower triangle is
  /// read.
  ///
  /// - Returns: `nil` when an entry isn't finite, or (never seen) the iteration doesn't converge.
  /// - Complexity: O(size³) time.
  public init?(_ matrix: [Double], size: Int) {
    precondition(matrix.count == size * size)
    guard matrix.allSatisfy(\.isFinite) else { return nil }
    // Scaling by a power of two keeps squares within range and changes no other bit.
    let largest = matrix.reduce(0) { max($0, $1.magnitude) }
    let exponent = largest == 0 ? 0 : Int(largest.exponent)
    var z = matrix
    for i in 0..<size {
      for j in 0...i {
        let value = Double(sign: .plus, exponent: -exponent, significand: matrix[i * size + j])
        z[i * size + j] = value
        z[j * size + i] = value
      }
    }
    var diagonal = [Double](repeating: 0, count: size)
    var offDiagonal = [Double](repeating: 0, count: size)
    let converged = z.withUnsafeMutableBufferPointer { z in
      diagonal.withUnsafeMutableBufferPointer { d in
        offDiagonal.withUnsafeMutableBufferPointer { e in
          Self.tridiagonalise(z, d, e, size)
          Self.transpose(z, size)
          return Self.iterate(z, d, e, size)
        }
      }
    }
    guard converged else { return nil }

    // Ties by the vectors' own components, since the order of equal values means nothing.
    let rows = (0..<size).map { Self.oriented(Array(z[($0 * size)..<(($0 + 1) * size)])) }
    let ranks = (0..<size).sorted { a, b in
      if diagonal[a] != diagonal[b] { return diagonal[a] > diagonal[b] }
      return rows[b].lexicographicallyPrecedes(rows[a])
    }
    values = ranks.map { Double(sign: .plus, exponent: exponent, significand: diagonal[$0]) }
    vectors = ranks.flatMap { rows[$0] }
  }

  /// One eigenvector.
  public func vector(_ index: Int) -> ArraySlice<Double> {
    vectors[(index * values.count)..<((index + 1) * values.count)]
  }

  /// Makes the largest component positive.
  private static func oriented(_ vector: [Double]) -> [Double] {
    var largest = 0.0
    for component in vector where component.magnitude > largest.magnitude { largest = component }
    return largest < 0 ? vector.map { -$0 } : vector
  }

  /// Householder reflections turn `z` into a tridiagonal matrix (`d`, `e`) and leave the product of
  /// the reflections in `z`.
  private static func tridiagonalise(
    _ z: UnsafeMutableBufferPointer<Double>, _ d: UnsafeMutableBufferPointer<Double>,
    _ e: UnsafeMutableBufferPointer<Double>, _ n: Int
  ) {
    for i in stride(from: n - 1, to: 0, by: -1) {
      var scale = 0.0
      for k in 0..<i { scale += z[i * n + k].magnitude }
      if i == 1 || scale == 0 {
        e[i] = z[i * n + i - 1]
        d[i] = 0
        continue
      }
      var h = 0.0
      for k in 0..<i {
        z[i * n + k] /= scale
        h += z[i * n + k] * z[i * n + k]
      }
      let f = z[i * n + i - 1]
      let g = f >= 0 ? -h.squareRoot() : h.squareRoot()
      e[i] = scale * g
      h -= f * g
      z[i * n + i - 1] = f - g
      var projection = 0.0
      for j in 0..<i {
        z[j * n + i] = z[i * n + j] / h
        var sum = 0.0
        for k in 0...j { sum += z[j * n + k] * z[i * n + k] }
        for k in (j + 1)..<max(i, j + 1) { sum += z[k * n + j] * z[i * n + k] }
        e[j] = sum / h
        projection += e[j] * z[i * n + j]
      }
      let half = projection / (h + h)
      for j in 0..<i {
        let f = z[i * n + j]
        let g = e[j] - half * f
        e[j] = g
        for k in 0...j { z[j * n + k] -= f * e[k] + g * z[i * n + k] }
      }
      d[i] = h
    }
    if n > 0 { (d[0], e[0]) = (0, 0) }
    for i in 0..<n {
      if d[i] != 0 {
        for j in 0..<i {
          var g = 0.0
          for k in 0..<i { g += z[i * n + k] * z[k * n + j] }
          for k in 0..<i { z[k * n + j] -= g * z[k * n + i] }
        }
      }
      d[i] = z[i * n + i]
      z[i * n + i] = 1
      for j in 0..<i { (z[j * n + i], z[i * n + j]) = (0, 0) }
    }
  }

  /// Transposes in place, so that the iteration rotates rows, which lie together in memory.
  private static func transpose(_ z: UnsafeMutableBufferPointer<Double>, _ n: Int) {
    for i in 0..<n {
      for j in 0..<i { z.swapAt(i * n + j, j * n + i) }
    }
  }

  /// QL with implicit shifts; leaves the eigenvalues in `d` and the eigenvectors in the rows of
  /// `z`.
  private static func iterate(
    _ z: UnsafeMutableBufferPointer<Double>, _ d: UnsafeMutableBufferPointer<Double>,
    _ e: UnsafeMutableBufferPointer<Double>, _ n: Int
  ) -> Bool {
    for i in 1..<max(n, 1) { e[i - 1] = e[i] }
    if n > 0 { e[n - 1] = 0 }
    for l in 0..<n {
      var rounds = 0
      while true {
        // The first negligible element at or after l splits the matrix.
        var m = l
        while m < n - 1 {
          let size = d[m].magnitude + d[m + 1].magnitude
          if e[m].magnitude <= 0x1p-53 * size { break }
          m += 1
        }
        if m == l { break }
        rounds += 1
        if rounds > 100 { return false }
        var g = (d[l + 1] - d[l]) / (2 * e[l])
        var r = (g * g + 1).squareRoot()
        g = d[m] - d[l] + e[l] / (g + (g >= 0 ? r : -r))
        var (sine, cosine, p) = (1.0, 1.0, 0.0)
        var split = false
        for i in stride(from: m - 1, through: l, by: -1) {
          let f = sine * e[i]
          let b = cosine * e[i]
          r = (f * f + g * g).squareRoot()
          e[i + 1] = r
          if r == 0 {
            d[i + 1] -= p
            e[m] = 0
            split = true
            break
          }
          sine = f / r
          cosine = g / r
          g = d[i + 1] - p
          r = (d[i] - g) * sine + 2 * cosine * b
          p = sine * r
          d[i + 1] = g + p
          g = cosine * r - b
          let (upper, lower) = ((i + 1) * n, i * n)
          for k in 0..<n {
            let f = z[upper + k]
            z[upper + k] = sine * z[lower + k] + cosine * f
            z[lower + k] = cosine * z[lower + k] - sine * f
          }
        }
        if split { continue }
        d[l] -= p
        e[l] = g
        e[m] = 0
      }
    }
    return true
  }
}
