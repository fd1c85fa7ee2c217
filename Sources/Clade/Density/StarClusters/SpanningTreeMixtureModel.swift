import CladeCore

/// What ``SpanningTreeMixture`` found: the members of a star cluster, and how probably each star is
/// one.
public struct SpanningTreeMixtureModel: ClusteringModel {
  /// 0 for each training star that is a member, −1 for the field (n); empty after decoding.
  public let labels: [Int32]
  /// The probability of each training star to be a member (n); 0 for those that the filter left
  /// out; empty after decoding.
  public let probabilities: [Double]
  /// The number of members, or nothing where no cluster was found.
  public let sizes: [Int]
  /// The parameters that the model was made with.
  public var parameters: SpanningTreeMixture { description.parameters }
  /// The number of stars that passed the filter.
  public var candidateCount: Int { description.candidateCount }
  /// The number of stars in the part of the spanning tree that the mixture started from.
  public var groupSize: Int { description.groupSize }
  /// 1, or 0 where no cluster was found.
  public var clusterCount: Int { sizes.count }

  /// What the three steps were and led to.
  struct Description: Sendable, Codable {
    let parameters: SpanningTreeMixture
    let scale: RobustScale
    let filter: MotionFilter
    let candidateCount: Int
    let groupSize: Int
  }

  /// What decides about stars that pass the filter.
  enum Decision: Sendable, Codable {
    /// None is a member: there is no cluster.
    case none
    /// All are: there is hardly any field among them.
    case all
    /// A component of a mixture.
    case component(GaussianMixtureModel, Int)
  }

  private let description: Description
  private let decision: Decision

  private enum CodingKeys: String, CodingKey {
    case sizes, description, decision
  }

  init(
    _ description: Description, _ decision: Decision, rowCount: Int, kept: [Int],
    probabilities own: [Double]? = nil
  ) {
    var probabilities = [Double](repeating: 0, count: rowCount)
    for (place, row) in kept.enumerated() { probabilities[row] = own?[place] ?? 1 }
    self.description = description
    self.decision = decision
    self.probabilities = probabilities
    labels = probabilities.map { $0 >= 0.5 ? 0 : -1 }
    let members = labels.count { $0 == 0 }
    sizes = members > 0 ? [members] : []
  }

  /// The log-likelihood of the mixture, 0 where there is none.
  public var objective: Double { mixture?.logLikelihood ?? 0 }
  /// The iterations of the mixture.
  public var iterations: Int { mixture?.iterations ?? 0 }
  /// Whether the mixture's likelihood stood still.
  public var converged: Bool { mixture?.converged ?? true }

  private var mixture: GaussianMixtureModel? {
    if case .component(let mixture, _) = decision { mixture } else { nil }
  }

  /// The probability of each star to be a member.
  ///
  /// - Parameters:
  ///   - data: m × d, columns as those of the training stars.
  ///   - threads: At most this many threads; `nil` for one per core.
  /// - Returns: Probabilities (m), those of ``probabilities`` for the training stars.
  /// - Throws: `CladeError.shapeMismatch`, `CladeError.nonFiniteValue`.
  /// - Complexity: O(m · d²) time.
  public func probabilities<Scalar: MatrixScalar>(
    of data: Matrix<Scalar>, threads: Int? = nil
  ) throws -> [Double] {
    let columns = description.scale.medians.count
    guard data.columnCount == columns else {
      throw CladeError.shapeMismatch(
        expected: "stars of \(columns) columns", found: "\(data.columnCount)")
    }
    _ = try FiniteBounds.check(data, threads: threads)
    let stars = description.scale.applied(to: data)
    var result = [Double](repeating: 0, count: data.rowCount)
    let kept = description.filter.rows(of: stars)
    switch decision {
    case .none: break
    case .all: for row in kept { result[row] = 1 }
    case .component(let mixture, let component):
      let shares = try mixture.responsibilities(of: stars.gatheringRows(kept), threads: threads)
      for (place, row) in kept.enumerated() { result[row] = shares[place, component] }
    }
    return result
  }

  /// 0 for each star that is a member with a probability of at least 1/2, −1 for the others.
  ///
  /// - Parameters:
  ///   - data: m × d, columns as those of the training stars.
  ///   - threads: At most this many threads; `nil` for one per core.
  /// - Throws: As ``probabilities(of:threads:)``.
  /// - Complexity: O(m · d²) time.
  public func predict<Scalar: MatrixScalar>(
    _ data: Matrix<Scalar>, threads: Int? = nil
  ) throws -> [Int32] {
    let isFound = clusterCount > 0
    return try probabilities(of: data, threads: threads).map { isFound && $0 >= 0.5 ? 0 : -1 }
  }
}

extension SpanningTreeMixtureModel {
  /// Reads a model; ``labels`` and ``probabilities`` are empty.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    sizes = try container.decode([Int].self, forKey: .sizes)
    description = try container.decode(Description.self, forKey: .description)
    decision = try container.decode(Decision.self, forKey: .decision)
    labels = []
    probabilities = []
    let columns = description.scale.medians.count
    try description.parameters.check(columns: columns)
    var fits =
      description.scale.deviations.count == columns && description.filter.center.count == columns
      && (0..<columns).contains(description.filter.positionColumns) && sizes.count <= 1
      && sizes.allSatisfy { $0 > 0 } && description.scale.deviations.allSatisfy { $0 > 0 }
    if case .component(let mixture, let component) = decision {
      fits =
        fits && (0..<mixture.clusterCount).contains(component)
        && mixture.means.columnCount == columns
    }
    guard fits else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: container.codingPath, debugDescription: "its parts don't fit together"))
    }
  }
}
