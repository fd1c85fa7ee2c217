import CladeCore

/// The directions in which a table spreads most, for its picture in the plane.
///
/// The covariance is summed exactly, over all rows or over a sample of a large table that does not
/// depend on the order of the rows. The eigenvectors of a wide table are found by subspace
/// iteration. A component's sign is such that its largest loading is positive.
public struct PrincipalComponents: Sendable {
  /// The components' loadings on the columns: min(2, d) unit vectors of d, the first explains most.
  public let loadings: [[Double]]
  /// The part of the whole variance along each component, 0...1.
  public let varianceShares: [Double]
  /// The center of the rows (d).
  public let center: [Double]

  private static let widestCovariance = 96
  private static let work = 40_000_000

  /// Finds the first two components.
  ///
  /// - Parameters:
  ///   - data: The rows (n × d); all values are finite.
  ///   - threads: At most this many threads; `nil` for one per core.
  /// - Complexity: O(min(n · d², 4 · 10⁷) + n) time, O(d²) memory for up to 96 columns and O(d) for
  ///   more.
  public init(_ data: Matrix<Double>, threads: Int? = nil) {
    let d = data.columnCount
    let wide = d > Self.widestCovariance
    let perRow = max(
      1, wide ? d * Self.blockSize * 2 * Self.sweeps : d * (d + 1) / 2)
    let limit = max(1000, Self.work / perRow)
    let rows =
      data.rowCount <= limit && !wide
      ? data
      : data.gatheringRows(
        CanonicalSample.rows(CanonicalOrder(data, threads: threads).order, count: limit))

    let deviations = ColumnDeviations(rows, threads: threads)
    center = deviations.center
    let total = deviations.totalVariance
    guard d > 0, total > 0 else {
      loadings = (0..<min(2, d)).map { component in
        (0..<d).map { $0 == component ? 1 : 0 }
      }
      varianceShares = loadings.map { _ in 0 }
      return
    }
    let pairs =
      wide
      ? Self.leading(of: deviations, threads: threads)
      : Self.pairs(of: deviations.covariance(threads: threads), size: d)
    loadings = pairs.map { Self.signed($0.vector) }
    // Rounded, so that the only direction of a table explains all of it.
    varianceShares = pairs.map { min(max(0, ($0.value / total * 1e12).rounded() / 1e12), 1) }
  }

  /// The rows in the plane of the components (n × min(2, d)), centered.
  ///
  /// - Complexity: O(n · d).
  public func project(_ data: Matrix<Double>, threads: Int? = nil) -> Matrix<Double> {
    let d = data.columnCount
    let width = loadings.count
    let parts = ParallelChunks.map(count: data.rowCount, chunkSize: 8192, threads: threads) {
      _, range in
      var scores = [Double](repeating: 0, count: range.count * width)
      data.withUnsafeBufferPointer { values in
        for (place, row) in range.enumerated() {
          for component in 0..<width {
            var sum = 0.0
            for column in 0..<d {
              sum += (values[row * d + column] - center[column]) * loadings[component][column]
            }
            scores[place * width + component] = sum.isFinite ? sum : 0
          }
        }
      }
      return scores
    }
    return Matrix(rows: data.rowCount, columns: width) { buffer in
      var start = 0
      for part in parts {
        _ = UnsafeMutableBufferPointer(rebasing: buffer[start...]).initialize(from: part)
        start += part.count
      }
    }
  }

  /// The first two eigenvalues and eigenvectors of a symmetric matrix.
  private static func pairs(
    of matrix: [Double], size: Int
  ) -> [(value: Double, vector: [Double])] {
    guard let eigen = SymmetricEigen(matrix, size: size) else { return [] }
    return (0..<min(2, size)).map { (eigen.values[$0], Array(eigen.vector($0))) }
  }

  // MARK: Many columns

  private static let blockSize = 6
  private static let sweeps = 40

  /// Subspace iteration with a Rayleigh–Ritz step at its end; never forms the covariance.
  private static func leading(
    of deviations: ColumnDeviations, threads: Int?
  ) -> [(value: Double, vector: [Double])] {
    let d = deviations.center.count
    var random: UInt64 = 1
    var basis = (0..<blockSize).map { _ in
      (0..<d).map { _ in
        random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Double(Int64(bitPattern: random) >> 20) * 0x1p-43
      }
    }
    orthonormalize(&basis)
    var images = basis
    for _ in 0..<sweeps {
      images = deviations.covarianceProducts(with: basis, threads: threads)
      basis = images
      orthonormalize(&basis)
    }
    images = deviations.covarianceProducts(with: basis, threads: threads)
    var small = [Double](repeating: 0, count: blockSize * blockSize)
    for i in 0..<blockSize {
      for j in 0..<blockSize {
        let value = (dot(basis[i], images[j]) + dot(basis[j], images[i])) / 2
        small[i * blockSize + j] = value
      }
    }
    return pairs(of: small, size: blockSize).map { pair in
      var vector = [Double](repeating: 0, count: d)
      for (weight, direction) in zip(pair.vector, basis) {
        for column in 0..<d { vector[column] += weight * direction[column] }
      }
      return (pair.value, vector)
    }
  }

  /// Modified Gram–Schmidt, twice; a vector that vanishes becomes zero.
  private static func orthonormalize(_ basis: inout [[Double]]) {
    for i in basis.indices {
      let before = dot(basis[i], basis[i]).squareRoot()
      for _ in 0..<2 {
        for j in 0..<i {
          let overlap = dot(basis[i], basis[j])
          for column in basis[i].indices { basis[i][column] -= overlap * basis[j][column] }
        }
      }
      let length = dot(basis[i], basis[i]).squareRoot()
      let inverse = length > before * 1e-12 ? 1 / length : 0
      for column in basis[i].indices { basis[i][column] *= inverse }
    }
  }

  private static func dot(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for index in a.indices { sum += a[index] * b[index] }
    return sum
  }

  private static func signed(_ vector: [Double]) -> [Double] {
    let largest = vector.lazy.map(\.magnitude).max() ?? 0
    // Loadings that are as large but for rounding count as equal: the first one decides.
    let decisive = vector.first { $0.magnitude >= largest * (1 - 1e-9) } ?? 0
    return decisive < 0 ? vector.map { -$0 } : vector
  }
}
