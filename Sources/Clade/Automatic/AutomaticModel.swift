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
  /// The number of training rows, n.
  public let rowCount: Int
  /// Whether the budget ended before all methods were tried.
  public let budgetEnded: Bool
  /// Why this partition was chosen and how all rows were placed, in sentences for a person.
  public let reasons: [String]

  /// Rows that new ones are placed by, and the group of each.
  let placement: Matrix<Scalar>
  let placedLabels: [Int32]

  /// The number of groups, k.
  public var clusterCount: Int { sizes.count }
  /// The number of training rows that the choice was made on.
  public var decisionRowCount: Int { decisionRows.count }
  /// The score of ``choice``.
  public var objective: Double { choice.score }
  /// The number of partitions that were compared.
  public var iterations: Int { candidateCount }
  /// Whether all methods were tried.
  public var converged: Bool { !budgetEnded }
}
