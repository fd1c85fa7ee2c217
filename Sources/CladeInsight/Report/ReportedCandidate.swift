/// One of several partitions that a choice was made from, as the report shows it.
public struct ReportedCandidate: Sendable, Equatable {
  /// What it is, in a few words: "3 groups by density".
  public var title: String
  /// The method and its parameters, for a person.
  public var method: String
  /// The group of each row that was decided on, −1 for none.
  public var labels: [Int32]
  /// The number of groups, k.
  public var clusterCount: Int
  /// How good it is taken to be: the larger, the better.
  public var score: Double
  /// What the score is made of.
  public var criteria: [Criterion]
  /// Why it has its place, a sentence each.
  public var reasons: [String]
  /// The command that gives it, as typed in a shell.
  public var command: String?

  /// A measure that partitions were compared by.
  public struct Criterion: Sendable, Equatable {
    /// What it measures.
    public var name: String
    /// Its value.
    public var value: Double

    /// Creates a criterion.
    public init(_ name: String, value: Double) {
      self.name = name
      self.value = value
    }
  }

  /// Creates a candidate.
  ///
  /// - Parameters:
  ///   - title: What it is, in a few words.
  ///   - method: The method and its parameters, for a person.
  ///   - labels: The group of each row that was decided on, −1 for none.
  ///   - clusterCount: The number of groups.
  ///   - score: How good it is taken to be.
  ///   - criteria: What the score is made of.
  ///   - reasons: Why it has its place, a sentence each.
  ///   - command: The command that gives it.
  public init(
    title: String, method: String, labels: [Int32], clusterCount: Int, score: Double,
    criteria: [Criterion] = [], reasons: [String] = [], command: String? = nil
  ) {
    self.title = title
    self.method = method
    self.labels = labels
    self.clusterCount = clusterCount
    self.score = score
    self.criteria = criteria
    self.reasons = reasons
    self.command = command
  }
}
