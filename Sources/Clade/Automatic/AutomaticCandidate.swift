/// A partition that ``AutomaticClustering`` weighed, and what it thought of it.
public struct AutomaticCandidate: Sendable, Hashable, Codable {
  /// A measure that partitions were compared by.
  public struct Criterion: Sendable, Hashable, Codable {
    /// What it measures, in a few words.
    public let name: String
    /// Its value for this partition.
    public let value: Double

    /// Creates a criterion.
    ///
    /// - Parameters:
    ///   - name: What it measures.
    ///   - value: Its value.
    public init(name: String, value: Double) { (self.name, self.value) = (name, value) }
  }

  /// The method that gives this partition; its parameters are for all rows.
  public let method: CandidateMethod
  /// The same method with its parameters for the rows that were decided on.
  public let decisionMethod: CandidateMethod
  /// Other methods that gave exactly this partition of the rows that were decided on.
  public let alsoFoundBy: [CandidateMethod]
  /// The number of groups, k.
  public let clusterCount: Int
  /// The number of the decided rows that are in no group.
  public let noiseCount: Int
  /// How good the partition is taken to be: the larger, the better. Scores are comparable only
  /// within one fit.
  public let score: Double
  /// What the score is made of.
  public let criteria: [Criterion]
  /// The group of each row that was decided on, −1 for none, in the order of
  /// ``AutomaticModel/decisionRows``; empty after decoding.
  public let labels: [Int32]
  /// Why it has this place, in sentences for a person.
  public let reasons: [String]

  private enum CodingKeys: String, CodingKey {
    case method, decisionMethod, alsoFoundBy, clusterCount, noiseCount, score, criteria, reasons
  }
}

extension AutomaticCandidate {
  /// Reads a candidate; ``labels`` is empty.
  ///
  /// - Parameter decoder: Where to read from.
  /// - Throws: What the decoder throws.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    method = try container.decode(CandidateMethod.self, forKey: .method)
    decisionMethod = try container.decode(CandidateMethod.self, forKey: .decisionMethod)
    alsoFoundBy = try container.decode([CandidateMethod].self, forKey: .alsoFoundBy)
    clusterCount = try container.decode(Int.self, forKey: .clusterCount)
    noiseCount = try container.decode(Int.self, forKey: .noiseCount)
    score = try container.decode(Double.self, forKey: .score)
    criteria = try container.decode([Criterion].self, forKey: .criteria)
    reasons = try container.decode([String].self, forKey: .reasons)
    labels = []
  }
}
