/// A criterion by which the number of clusters was chosen, for each number considered.
public struct CriterionCurve: Sendable, Equatable {
  /// The criterion's name: "BIC".
  public var name: String
  /// What a good value is, in a few words: "lower is better".
  public var direction: String
  /// The numbers of clusters and the values, in rising order of k.
  public var points: [Point]
  /// The number of clusters that was chosen.
  public var chosen: Int

  /// The criterion's value for one number of clusters.
  public struct Point: Sendable, Equatable {
    /// The number of clusters.
    public var k: Int
    /// The criterion's value; not finite where it could not be computed.
    public var value: Double

    /// Creates a point.
    public init(k: Int, value: Double) {
      self.k = k
      self.value = value
    }
  }

  /// Creates a curve.
  public init(name: String, direction: String = "", points: [Point], chosen: Int) {
    self.name = name
    self.direction = direction
    self.points = points
    self.chosen = chosen
  }
}
