import CladeCore

/// Whether two Gaussians of one shape are far enough apart for ``Tangles`` to tell them apart, in
/// the limit of many rows: a test of the theory, without any data.
///
/// In a graph of nearest neighbours, edges are the longer the thinner the data, and the number of
/// them that a plane severs grows with the (1 − 1/d)-th power of the density in it. Along the line
/// between the centers of two Gaussians of one shape that power of the mixture's marginal density
/// is the order of the planes across. Two tangles last to `persistence` times the order of the cut
/// that parts them where both peaks are that much higher than the valley between.
///
/// That tangles exist almost surely for many rows where Gaussians are far enough apart is shown in
/// "Untangling Gaussian Mixtures"; this condition, for planes in a graph of nearest neighbours, is
/// our own.
public struct TangleSeparability: Sendable, Equatable {
  /// The lower of the two peaks of the order, over the valley between them; 1 where there is no
  /// valley.
  public let ratio: Double

  /// Whether tangles of a persistence tell the two apart.
  public func isSeparable(persistence: Double = Tangles().persistence) -> Bool {
    ratio >= persistence
  }

  /// Looks at two Gaussians.
  ///
  /// - Parameters:
  ///   - distance: The distance of the centers, in standard deviations along the line between them.
  ///   - share: The share of the first of the two in the mixture, 0...1.
  ///   - dimensionCount: The number of columns, d; in a single one planes sever about the same
  ///     number of edges everywhere, so that the ratio is 1.
  public init(distance: Double, share: Double = 0.5, dimensionCount: Int) {
    let steps = 512
    let density = { (x: Double) in
      share * Elementary.exp(-x * x / 2)
        + (1 - share) * Elementary.exp(-(x - distance) * (x - distance) / 2)
    }
    let profile = (0...steps).map { density(distance * Double($0) / Double(steps)) }
    var best = 1.0
    var peak = 0.0
    var after = [Double](repeating: 0, count: steps + 1)
    for step in (0...steps).reversed() {
      after[step] = max(profile[step], step < steps ? after[step + 1] : 0)
    }
    for step in 0...steps {
      peak = max(peak, profile[step])
      if profile[step] > 0 { best = max(best, min(peak, after[step]) / profile[step]) }
    }
    let power = 1 - 1 / Double(max(1, dimensionCount))
    ratio = power > 0 && best.isFinite ? Elementary.pow(best, power) : 1
  }
}
