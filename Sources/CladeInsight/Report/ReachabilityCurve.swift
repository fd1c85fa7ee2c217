/// How easily each row is reached in the order of OPTICS: a valley for each cluster.
public struct ReachabilityCurve: Sendable, Equatable {
  /// The reachability at each place of the order (n); infinite where a row isn't reached from any
  /// before.
  public var heights: [Double]
  /// The cluster at each place of the order (n), −1 for noise.
  public var labels: [Int32]
  /// The height below which clusters were cut out, if they were.
  public var cut: Double?

  /// Creates a curve.
  ///
  /// - Parameters:
  ///   - heights: The reachability at each place of the order (n).
  ///   - labels: The cluster at each place of the order (n), −1 for noise.
  ///   - cut: The height below which clusters were cut out, if they were.
  public init(heights: [Double], labels: [Int32], cut: Double? = nil) {
    self.heights = heights
    self.labels = labels
    self.cut = cut
  }
}
