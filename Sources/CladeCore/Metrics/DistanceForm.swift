/// What is summed up for a distance: the raw distance, which is in the order of the distances.
package enum DistanceForm: Sendable, Equatable {
  /// Σ (x − y)², by the kernels of ``PackedRows``.
  case squares
  /// Σ |x − y|.
  case absolutes
  /// The largest |x − y|.
  case largest
  /// Σ |x − y|^p.
  case powers(Double)
  case canberra, brayCurtis
  /// The number of columns that differ.
  case differing
  case jaccard, dice, gower
  /// The least sum along two series whose numbers are paired up to so many columns apart.
  case warping(window: Int, WarpingCost)
  /// Read from a matrix of distances.
  case lookedUp
  /// Read from the distances above the diagonal.
  case condensed
  /// The result of a function.
  case custom

  /// Whether rows are numbers that kernels compare.
  package var hasKernel: Bool { !isGiven && self != .custom }

  /// Whether the distances are there already, and no rows.
  package var isGiven: Bool { self == .lookedUp || self == .condensed }
}

/// What turns a raw distance into the distance.
package enum DistanceFinish: Sendable, Equatable {
  case none
  case squareRoot
  /// Half of it, which 1 − cos is of the squared distance of two unit vectors.
  case half
  /// The p-th root.
  case root(Double)
  /// The arc, in metres, over a squared chord of the unit sphere.
  case arc
  /// One part in so many.
  case share(of: Int)

  /// The distance of a raw distance.
  @inline(__always)
  package func callAsFunction(_ raw: Double) -> Double {
    switch self {
    case .none: raw
    case .squareRoot: raw.squareRoot()
    case .half: min(2, raw / 2)
    case .root(let p): Elementary.pow(raw, 1 / p)
    case .arc: 2 * Metric.earthRadius * Elementary.asin(min(1, raw.squareRoot() / 2))
    case .share(let count): raw / Double(count)
    }
  }

  /// About the raw distance of a distance: within some roundings.
  package func inverse(_ distance: Double) -> Double {
    switch self {
    case .none: return distance
    case .squareRoot: return distance * distance
    case .half: return 2 * distance
    case .root(let p): return Elementary.pow(distance, p)
    case .arc:
      let angle = distance / (2 * Metric.earthRadius) * (180 / Double.pi)
      guard angle < 90 else { return 4 }
      let half = Elementary.sin(degrees: max(0, angle))
      return 4 * half * half
    case .share(let count): return distance * Double(count)
    }
  }
}

/// Distances from raw ones, whatever power of two the rows were scaled by.
package struct DistanceScale: Sendable {
  let finish: DistanceFinish
  /// The power of two that distances of scaled rows are less by.
  let exponent: Int

  /// The distance of a raw distance.
  @inline(__always)
  package func callAsFunction(_ raw: Double) -> Double {
    let distance = finish(raw)
    return exponent == 0
      ? distance : Double(sign: .plus, exponent: exponent, significand: distance)
  }

  /// Whether rows are as they were.
  package var isUnscaled: Bool { exponent == 0 }

  /// What a distance of 1 is between scaled rows.
  var unit: Double { Double(sign: .plus, exponent: -exponent, significand: 1) }
}
