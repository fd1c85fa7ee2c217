import CladeCore

/// What ``HDBSCAN`` found: clusters, noise, and the tree of dense regions that they are chosen
/// from.
///
/// It holds the training rows, as where a new row belongs depends on the rows around it; so does
/// its file, which is about as large as the data. Decoding leaves ``labels``, ``probabilities`` and
/// ``outlierScores`` empty.
public struct HDBSCANModel<Scalar: MatrixScalar>: ClusteringModel {
  /// What it was fitted with.
  public let parameters: HDBSCAN
  /// The cluster of each training row (n), −1 for noise.
  public let labels: [Int32]
  /// How strongly each training row belongs to its cluster (n): the density at which it leaves over
  /// the greatest there; 1 for the last rows, 0 for noise.
  public let probabilities: [Double]
  /// How far each training row is outlying, 0...1 (n): GLOSH; see
  /// ``CondensedTree/outlierScores()``.
  public let outlierScores: [Double]
  /// The number of training rows in each cluster (k), the largest first.
  public let sizes: [Int]
  /// The tree of dense regions, noise included.
  public let condensedTree: CondensedTree
  /// The distance of each training row to the `minSamples`-th nearest other one (n).
  public let coreDistances: [Double]

  let data: Matrix<Scalar>
  let chosen: ChosenClusters
  let neighbors: TrainingNeighbors<Scalar>

  /// The number of clusters, k.
  public var clusterCount: Int { sizes.count }
  /// The cluster of ``condensedTree`` that each cluster is (k).
  public var selectedClusters: [Int] { chosen.clusters }
  /// The sum of the clusters' stabilities, which excess of mass maximises; infinite where more rows
  /// coincide than core distances look at.
  public var objective: Double {
    chosen.clusters.reduce(0) { $0 + condensedTree.stabilities[$1] }
  }
  /// One: the method isn't iterative.
  public var iterations: Int { 1 }
  /// Always.
  public var converged: Bool { true }

  /// How long each cluster lasts (k): its stability over what it would have if all of its rows
  /// stayed to the greatest density in the data, 0...1; 1 where densities are infinite.
  public var persistences: [Double] {
    let peak = CondensedTree.density(atHeight: condensedTree.leastHeights.first ?? .infinity)
    return zip(chosen.clusters, sizes).map { cluster, size in
      guard peak > 0, peak < .infinity else { return 1 }
      return min(1, condensedTree.stabilities[cluster] / (Double(size) * peak))
    }
  }

  init(
    parameters: HDBSCAN, data: Matrix<Scalar>, coreDistances: [Double], tree: CondensedTree,
    memberships: ClusterMemberships
  ) {
    self.parameters = parameters
    // Distances that were given place no new rows.
    let data = parameters.metric == .precomputed ? Matrix(rows: 0, columns: 0) : data
    self.data = data
    self.coreDistances = coreDistances
    condensedTree = tree
    chosen = memberships.chosen
    labels = memberships.labels
    probabilities = memberships.strengths
    sizes = memberships.sizes
    outlierScores = tree.outlierScores()
    neighbors = TrainingNeighbors(data, metric: parameters.metric)
  }

  init(
    parameters: HDBSCAN, data: Matrix<Scalar>, coreDistances: [Double], tree: CondensedTree,
    chosen: ChosenClusters, sizes: [Int]
  ) {
    self.parameters = parameters
    self.data = data
    self.coreDistances = coreDistances
    self.condensedTree = tree
    self.chosen = chosen
    self.sizes = sizes
    (labels, probabilities, outlierScores) = ([], [], [])
    neighbors = TrainingNeighbors(data, metric: parameters.metric)
  }
}
