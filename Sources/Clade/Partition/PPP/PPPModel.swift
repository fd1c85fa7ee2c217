import CladeCore

/// The groups that ``PPP`` found, and the mixture that gives rows back to them.
///
/// Encoding leaves out ``labels`` and ``probabilities``.
public struct PPPModel: ClusteringModel {
  /// The group of each training row (n), 0 ..< ``clusterCount``; there is no noise.
  public private(set) var labels: [Int32] = []
  /// How surely the mixture gives each training row back to its group: the group's posterior (n).
  public private(set) var probabilities: [Double] = []
  /// The number of training rows in each group (k), the largest first.
  public let sizes: [Int]
  /// The mean of each group's training rows (k × d), in the units of the data.
  public let centers: Matrix<Double>
  /// How surely the mixture gives members back to each group: the mean of their posteriors (k).
  public let separability: [Double]
  /// How deep the shallowest valley around each group is (k): 1 minus the density in the valley
  /// over the density of the sparser side. 1 for empty space, 0 for no valley.
  public let isolation: [Double]
  /// How clearly the data falls into groups, 0...1: the mean of ``isolation`` over the rows; 0 when
  /// there is one group.
  public let clusterability: Double
  /// The groups from the most to the least separable; ties by ``isolation``, then by number.
  public let mostSeparableFirst: [Int]
  /// The mean log-density of the rows that the mixture was fitted to; larger is better.
  public let objective: Double
  /// The number of EM steps.
  public let iterations: Int
  /// Whether the number of components stood still when the recursion ended.
  public let converged: Bool
  /// Why there are this many groups, in sentences for a person.
  public let reasons: [String]
  /// The log evidence a row over that of one group, by the number of Gaussian components that the
  /// cells are joined to; empty when there was nothing to join.
  public let evidence: [EvidencePoint]
  /// The number of Gaussian components; groups that aren't Gaussian have several.
  public var componentCount: Int { componentGroups.count }
  /// The number of groups, k.
  public var clusterCount: Int { sizes.count }

  let space: WorkingSpace
  let mixture: GaussianMixtureParameters
  let componentGroups: [Int]

  /// The evidence for a number of components.
  public struct EvidencePoint: Sendable, Codable, Equatable {
    /// The number of components.
    public let componentCount: Int
    /// The log evidence over that of one component, in nats a row.
    public let gain: Double
  }

  init(
    labels: [Int32], probabilities: [Double], sizes: [Int], centers: Matrix<Double>,
    separability: [Double], isolation: [Double], clusterability: Double,
    mostSeparableFirst: [Int], objective: Double, iterations: Int, converged: Bool,
    reasons: [String], evidence: [EvidencePoint], space: WorkingSpace,
    mixture: GaussianMixtureParameters, componentGroups: [Int]
  ) {
    self.labels = labels
    self.probabilities = probabilities
    self.sizes = sizes
    self.centers = centers
    self.separability = separability
    self.isolation = isolation
    self.clusterability = clusterability
    self.mostSeparableFirst = mostSeparableFirst
    self.objective = objective
    self.iterations = iterations
    self.converged = converged
    self.reasons = reasons
    self.evidence = evidence
    self.space = space
    self.mixture = mixture
    self.componentGroups = componentGroups
  }

  private enum CodingKeys: String, CodingKey {
    case sizes, centers, separability, isolation, clusterability, mostSeparableFirst, objective
    case iterations, converged, reasons, evidence, space, mixture, componentGroups
  }

  /// Reads a model.
  ///
  /// - Throws: `DecodingError` where its parts don't fit each other.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    labels = []
    probabilities = []
    sizes = try container.decode([Int].self, forKey: .sizes)
    centers = try container.decode(Matrix<Double>.self, forKey: .centers)
    separability = try container.decode([Double].self, forKey: .separability)
    isolation = try container.decode([Double].self, forKey: .isolation)
    clusterability = try container.decode(Double.self, forKey: .clusterability)
    mostSeparableFirst = try container.decode([Int].self, forKey: .mostSeparableFirst)
    objective = try container.decode(Double.self, forKey: .objective)
    iterations = try container.decode(Int.self, forKey: .iterations)
    converged = try container.decode(Bool.self, forKey: .converged)
    reasons = try container.decode([String].self, forKey: .reasons)
    evidence = try container.decode([EvidencePoint].self, forKey: .evidence)
    space = try container.decode(WorkingSpace.self, forKey: .space)
    mixture = try container.decode(GaussianMixtureParameters.self, forKey: .mixture)
    componentGroups = try container.decode([Int].self, forKey: .componentGroups)
    let groups = sizes.indices
    guard centers.rowCount == groups.count, separability.count == groups.count,
      isolation.count == groups.count, mostSeparableFirst.count == groups.count
    else {
      throw DecodingError.dataCorruptedError(
        forKey: .sizes, in: container, debugDescription: "Everything is there for each group")
    }
    guard space.isSound(columns: centers.columnCount),
      mixture.columnCount == space.columnCount
    else {
      throw DecodingError.dataCorruptedError(
        forKey: .space, in: container,
        debugDescription: "The mixture's coordinates are made from the columns of the data")
    }
    guard !sizes.isEmpty, componentGroups.count == mixture.componentCount,
      componentGroups.allSatisfy(groups.contains), mostSeparableFirst.allSatisfy(groups.contains)
    else {
      throw DecodingError.dataCorruptedError(
        forKey: .componentGroups, in: container,
        debugDescription: "Each component belongs to one of the groups")
    }
  }

  /// The group of each new row, as the mixture gives it.
  ///
  /// - Parameters:
  ///   - data: Rows (m × d) in the units of the training data.
  ///   - threads: At most this many threads; `nil` for one per core.
  /// - Returns: Labels (m).
  /// - Throws: `CladeError.shapeMismatch` for another number of columns and
  ///   `CladeError.nonFiniteValue`.
  /// - Complexity: O(m · components · d²).
  public func predict<Scalar: MatrixScalar>(
    _ data: Matrix<Scalar>, threads: Int? = nil
  ) throws -> [Int32] {
    try posteriors(of: data, threads: threads).labels
  }

  /// The group of each new row and the posterior of that group.
  ///
  /// The parameters, errors and complexity are those of ``predict(_:threads:)``.
  public func predictProbabilities<Scalar: MatrixScalar>(
    _ data: Matrix<Scalar>, threads: Int? = nil
  ) throws -> (labels: [Int32], probabilities: [Double]) {
    let result = try posteriors(of: data, threads: threads)
    return (result.labels, result.posteriors)
  }

  private func posteriors<Scalar: MatrixScalar>(
    of data: Matrix<Scalar>, threads: Int?
  ) throws -> GroupPosteriors {
    guard data.columnCount == centers.columnCount else {
      throw CladeError.shapeMismatch(
        expected: "\(centers.columnCount) columns, as the model was fitted to",
        found: "\(data.columnCount)")
    }
    _ = try FiniteBounds.check(data, threads: threads)
    return try GroupPosteriors(
      of: data, in: space, under: mixture, groups: componentGroups, groupCount: clusterCount,
      threads: threads)
  }
}
