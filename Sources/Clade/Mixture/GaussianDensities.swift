import CKernels

/// The components of a mixture as the kernels evaluate them: means, precision factors and
/// constants.
///
/// With the covariance L·Lᵀ, the precision factor is P = L⁻¹, and the log-density of component j is
/// log weightⱼ + log|Pⱼ| − ½·d·log 2π − ½·‖Pⱼ·(x − meanⱼ)‖².
struct GaussianDensities: Sendable {
  let componentCount: Int
  let columnCount: Int
  let isDiagonal: Bool
  private let means: [Double]
  private let factors: [Double]
  private let constants: [Double]
  private let factorStride: Int

  /// Factors the covariances.
  ///
  /// - Throws: `CladeError.invalidParameter` for a covariance that isn't
  ///   positive definite.
  init(_ parameters: GaussianMixtureParameters) throws {
    try parameters.validate()
    let covariances = parameters.covariances
    let (k, d) = (parameters.componentCount, parameters.columnCount)
    let values = covariances.values
    var factors: [[Double]] = []
    switch covariances.type {
    case .full, .tied:
      for component in 0..<(covariances.type == .full ? k : 1) {
        let matrix = Array(values[(component * d * d)..<((component + 1) * d * d)])
        guard let lower = SmallLinearAlgebra.cholesky(matrix, size: d) else {
          throw CladeError.invalidParameter(
            name: "covariance \(component)", value: "that matrix",
            reason: "it isn't positive definite")
        }
        factors.append(SmallLinearAlgebra.inverseLower(lower, size: d))
      }
    case .diagonal, .spherical:
      if let bad = values.firstIndex(where: { !($0 > 0) }) {
        throw CladeError.invalidParameter(
          name: "covariances.values[\(bad)]", value: "\(values[bad])",
          reason: "a variance must be positive")
      }
      let deviations = values.map { 1 / $0.squareRoot() }
      factors = (0..<k).map { component in
        covariances.type == .spherical
          ? Array(repeating: deviations[component], count: d)
          : Array(deviations[(component * d)..<((component + 1) * d)])
      }
    }
    self.init(parameters, factors: factors)
  }

  /// Takes precision factors that are already there: d × d each for full covariances, one for tied
  /// ones, d numbers each for the others.
  init(_ parameters: GaussianMixtureParameters, factors: [[Double]]) {
    let (k, d) = (parameters.componentCount, parameters.columnCount)
    let type = parameters.covariances.type
    componentCount = k
    columnCount = d
    isDiagonal = type.isAxisAligned
    means = parameters.means.withUnsafeBufferPointer { Array($0) }
    let step = type.isAxisAligned ? 1 : d + 1
    let normalisation = 0.5 * Double(d) * Elementary.log(2 * Double.pi)
    let determinants = factors.map { factor in
      (0..<d).reduce(0.0) { $0 + Elementary.log(factor[$1 * step]) }
    }
    constants = (0..<k).map { component in
      Elementary.log(parameters.weights[component])
        + determinants[type == .tied ? 0 : component] - normalisation
    }
    if type.isAxisAligned {
      self.factors = factors.flatMap { $0 }
      factorStride = d
    } else {
      let packed = factors.map { Self.pack($0, d) }
      self.factors = packed.flatMap { $0 }
      factorStride = type == .tied ? 0 : packed[0].count
    }
  }

  /// Calls `body` with the mixture as the kernels take it.
  func withKernelMixture<Result>(
    _ body: (UnsafePointer<clade_mixture>) throws -> Result
  ) rethrows -> Result {
    try means.withUnsafeBufferPointer { means in
      try factors.withUnsafeBufferPointer { factors in
        try constants.withUnsafeBufferPointer { constants in
          var mixture = clade_mixture(
            components: componentCount, columns: columnCount, diagonal: isDiagonal ? 1 : 0,
            factor_stride: factorStride, means: means.baseAddress, factors: factors.baseAddress,
            constants: constants.baseAddress)
          return try body(&mixture)
        }
      }
    }
  }

  /// The mean of one component.
  func withMean<Result>(
    of component: Int, _ body: (UnsafePointer<Double>) throws -> Result
  ) rethrows -> Result {
    try means.withUnsafeBufferPointer {
      try body($0.baseAddress! + component * columnCount)  // safe: there is a component
    }
  }

  /// The precision factor P of one component, d × d.
  func factor(of component: Int) -> Matrix<Double> {
    Matrix(rows: columnCount, columns: columnCount) { buffer in
      buffer.initialize(repeating: 0)
      var next = component * factorStride
      if isDiagonal {
        for column in 0..<columnCount {
          buffer[column * columnCount + column] = factors[next + column]
        }
        return
      }
      for first in stride(from: 0, to: columnCount, by: 4) {
        for column in 0..<min(first + 4, columnCount) {
          for row in first..<(first + 4) {
            if row < columnCount { buffer[row * columnCount + column] = factors[next] }
            next += 1
          }
        }
      }
    }
  }

  /// A lower triangular factor in groups of 4 rows, as `mixture_expectation.h` describes.
  private static func pack(_ factor: [Double], _ d: Int) -> [Double] {
    var packed: [Double] = []
    for first in stride(from: 0, to: d, by: 4) {
      for column in 0..<min(first + 4, d) {
        for row in first..<(first + 4) {
          packed.append(row < d && column <= row ? factor[row * d + column] : 0)
        }
      }
    }
    return packed
  }
}
