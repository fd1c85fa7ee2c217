/// Which shapes the components of a Gaussian mixture may take.
public enum CovarianceType: String, Sendable, Codable, CaseIterable {
  /// Each component has its own covariance matrix: ellipsoids of any shape and direction.
  case full
  /// All components share one covariance matrix: ellipsoids of one shape and direction.
  case tied
  /// Each component has its own variance along each feature: ellipsoids along the axes.
  case diagonal
  /// Each component has one variance: spheres of any size.
  case spherical

  /// The number of numbers that `components` covariances in `columns` dimensions are free to
  /// choose.
  public func freeParameterCount(components: Int, columns: Int) -> Int {
    switch self {
    case .full: components * columns * (columns + 1) / 2
    case .tied: columns * (columns + 1) / 2
    case .diagonal: components * columns
    case .spherical: components
    }
  }

  /// The number of numbers that ``GaussianCovariances/values`` holds.
  ///
  /// `Int.max` where they are more than can be counted, as a damaged model may claim.
  func valueCount(components: Int, columns: Int) -> Int {
    func product(_ factors: Int...) -> Int {
      factors.reduce(1) { product, factor in
        let next = product.multipliedReportingOverflow(by: factor)
        return next.overflow ? .max : next.partialValue
      }
    }
    return switch self {
    case .full: product(components, columns, columns)
    case .tied: product(columns, columns)
    case .diagonal: product(components, columns)
    case .spherical: components
    }
  }

  /// Whether the components' ellipsoids lie along the axes.
  var isAxisAligned: Bool { self == .diagonal || self == .spherical }
}
