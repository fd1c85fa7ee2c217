import CladeCore

/// What ``AutomaticClustering`` found: groups, the method that they are of, and what else is
/// plausible.
///
/// Encoding leaves out what belongs to single training rows.
public struct AutomaticModel<Scalar: MatrixScalar>: ClusteringModel {
  /// What it was fitted with.
  public let parameters: AutomaticClustering
  /// The group of each training row (n), −1 for none; empty after decoding.
  public let labels: [Int32]
  /// The number of training rows in each group (k), the largest first.
  public let sizes: [Int]
  /// The partition that was chosen.
  public let choice: AutomaticCandidate
  /// The next best ones, the best first: at most 5, no two of them alike.
  public let runnersUp: [AutomaticCandidate]
  /// The number of different partitions that the choice was made from.
  public let candidateCount: Int
  /// The numbers of the training rows that the choice was made on, ascending by their values; empty
  /// after decoding.
  public let decisionRows: [Int32]
  /// The number of training rows that the choice was made on.
  public let decisionRowCount: Int
  /// The number of training rows, n.
  public let rowCount: Int
  /// Whether the budget ended before all methods were tried and the chosen one was run on all rows.
  public let budgetEnded: Bool
  /// Why this partition was chosen and how all rows were placed, in sentences for a person.
  public let reasons: [String]

  /// What places rows.
  let placement: AutomaticPlacement<Scalar>

  /// The number of groups, k.
  public var clusterCount: Int { sizes.count }
  /// The score of ``choice``.
  public var objective: Double { choice.score }
  /// The number of partitions that were compared.
  public var iterations: Int { candidateCount }
  /// Whether all methods were tried, and the budget didn't end the fit.
  public var converged: Bool { !budgetEnded }
}

extension AutomaticModel {
  /// The group of each new row, −1 for none: as the chosen method's own model places rows, or that
  /// of the nearest training row. For the training rows these are ``labels``.
  ///
  /// - Parameters:
  ///   - data: m × d.
  ///   - threads: At most this many threads; `nil` for one per core. Changes no bit of the result.
  /// - Returns: A label in `-1..<k` for each row (m).
  /// - Throws: `CladeError.shapeMismatch` for another number of columns;
  ///   `CladeError.nonFiniteValue`.
  /// - Complexity: That of the model, or of finding the nearest row for each.
  public func predict(_ data: Matrix<Scalar>, threads: Int? = nil) throws -> [Int32] {
    try placement.labels(of: data, threads: threads)
  }

  private enum CodingKeys: String, CodingKey {
    case parameters, sizes, choice, runnersUp, candidateCount, decisionRowCount, rowCount
    case budgetEnded, reasons, placement
  }

  /// Reads a model; what belongs to single training rows is empty.
  ///
  /// - Parameter decoder: Where to read from.
  /// - Throws: What the decoder throws, and `DecodingError` where its parts don't fit each other.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    parameters = try container.decode(AutomaticClustering.self, forKey: .parameters)
    sizes = try container.decode([Int].self, forKey: .sizes)
    choice = try container.decode(AutomaticCandidate.self, forKey: .choice)
    runnersUp = try container.decode([AutomaticCandidate].self, forKey: .runnersUp)
    candidateCount = try container.decode(Int.self, forKey: .candidateCount)
    decisionRowCount = try container.decode(Int.self, forKey: .decisionRowCount)
    rowCount = try container.decode(Int.self, forKey: .rowCount)
    budgetEnded = try container.decode(Bool.self, forKey: .budgetEnded)
    reasons = try container.decode([String].self, forKey: .reasons)
    placement = try container.decode(AutomaticPlacement<Scalar>.self, forKey: .placement)
    (labels, decisionRows) = ([], [])
    guard rowCount >= 0, (0...rowCount).contains(decisionRowCount),
      sizes.allSatisfy({ (0...rowCount).contains($0) }), placement.fits(clusterCount: sizes.count)
    else {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: container.codingPath,
          debugDescription: "sizes, and what places rows, have to be of the same groups"))
    }
  }

  /// Writes everything but ``labels`` and ``decisionRows``.
  ///
  /// - Parameter encoder: Where to write to.
  /// - Throws: What the encoder throws.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(parameters, forKey: .parameters)
    try container.encode(sizes, forKey: .sizes)
    try container.encode(choice, forKey: .choice)
    try container.encode(runnersUp, forKey: .runnersUp)
    try container.encode(candidateCount, forKey: .candidateCount)
    try container.encode(decisionRowCount, forKey: .decisionRowCount)
    try container.encode(rowCount, forKey: .rowCount)
    try container.encode(budgetEnded, forKey: .budgetEnded)
    try container.encode(reasons, forKey: .reasons)
    try container.encode(placement, forKey: .placement)
  }
}
