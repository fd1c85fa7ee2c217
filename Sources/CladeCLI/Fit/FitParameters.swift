import Clade
import CladeTables

/// The options that decide a fit's result, as they were given; what is `nil` was left to the
/// method.
struct FitParameters: Encodable {
  let method: Method
  var k: Int?
  var covariance: CovarianceType?
  var groups: Int?
  var probes: Int?
  var recall: Double?
  var criterion: InformationCriterion?
  var batchSize: Int?
  var seeding: String?
  var restarts: Int?
  var `init`: String?
  var maxIterations: Int?
  var tolerance: Double?
  var seed: UInt64?
  var localSearch: Int?
  var exchangeRounds: Int?
  var weights: String?
  var vocabulary: String?
  var coreset: String?
  var coresetBy: String?
  var minClusterSize: Int?
  var minSamples: Int?
  var metric: String?
  var algorithm: String?
  var start: String?
  var clusterSelection: String?
  var clusterSelectionEpsilon: Double?
  var maxClusterSize: Int?
  var allowSingleCluster: Bool?
  var eps: Double?
  var maxEps: Double?
  var xi: Double?
  var cut: String?
  var giniThreshold: Double?
  var noise: String?
  var budget: String?
  var neighbors: Int?
  var scale: Scaling
  var columns: [String]?
  var ignore: [String]?

  init(_ method: MethodOptions, _ preparing: PreparingOptions) {
    self.method = method.method
    k = method.k
    covariance = method.covariance
    groups = method.groups
    probes = method.probes
    recall = method.recall
    criterion = method.criterion
    batchSize = method.batchSize
    seeding = method.seeding?.rawValue
    restarts = method.restarts
    `init` = method.initialCenters
    maxIterations = method.maxIterations
    tolerance = method.tolerance
    seed = method.seed
    localSearch = method.localSearch
    exchangeRounds = method.exchangeRounds
    weights = method.weights
    coreset = method.coreset?.text
    coresetBy = method.coresetBy?.rawValue
    minClusterSize = method.minClusterSize
    minSamples = method.minSamples
    metric = method.metric?.name
    algorithm = method.algorithm?.rawValue
    start = method.start?.rawValue
    clusterSelection = method.clusterSelection?.rawValue
    clusterSelectionEpsilon = method.clusterSelectionEpsilon
    maxClusterSize = method.maxClusterSize
    allowSingleCluster = method.allowSingleCluster ? true : nil
    eps = method.eps
    // Any distance is the default, and JSON knows no infinity.
    maxEps = method.maxEps.flatMap { $0.isFinite ? $0 : nil }
    xi = method.xi
    cut = method.cut?.text
    giniThreshold = method.giniThreshold
    noise = method.noise?.rawValue
    budget = method.budget?.text
    neighbors = method.neighbors
    scale = preparing.scale(for: method)
    columns = preparing.columns.isEmpty ? nil : preparing.columns
    ignore = preparing.ignore.isEmpty ? nil : preparing.ignore
  }

  /// Name and value of each that was given, as on the command line.
  var list: [(name: String, value: String)] {
    let all: [(String, String?)] = [
      ("method", method.rawValue), ("k", k.map { "\($0)" }), ("covariance", covariance?.rawValue),
      ("criterion", criterion?.rawValue),
      ("batch-size", batchSize.map { "\($0)" }), ("seeding", seeding),
      ("restarts", restarts.map { "\($0)" }), ("init", `init`),
      ("max-iterations", maxIterations.map { "\($0)" }),
      ("tolerance", tolerance.map { "\($0)" }), ("seed", seed.map { "\($0)" }),
      ("local-search", localSearch.map { "\($0)" }),
      ("exchange-rounds", exchangeRounds.map { "\($0)" }), ("weights", weights),
      ("vocabulary", vocabulary), ("coreset", coreset), ("coreset-by", coresetBy),
      ("scale", scale.rawValue),
      ("columns", columns?.joined(separator: ", ")), ("ignore", ignore?.joined(separator: ", ")),
      ("groups", groups.map { "\($0)" }), ("probes", probes.map { "\($0)" }),
      ("recall", recall.map { "\($0)" }),
      ("min-cluster-size", minClusterSize.map { "\($0)" }),
      ("min-samples", minSamples.map { "\($0)" }), ("metric", metric),
      ("algorithm", algorithm), ("start", start),
      ("cluster-selection", clusterSelection),
      ("cluster-selection-epsilon", clusterSelectionEpsilon.map { "\($0)" }),
      ("max-cluster-size", maxClusterSize.map { "\($0)" }),
      ("allow-single-cluster", allowSingleCluster.map { "\($0)" }),
      ("eps", eps.map { "\($0)" }), ("max-eps", maxEps.map { "\($0)" }),
      ("xi", xi.map { "\($0)" }), ("cut", cut),
      ("gini-threshold", giniThreshold.map { "\($0)" }), ("noise", noise), ("budget", budget),
      ("neighbors", neighbors.map { "\($0)" }),
    ]
    return all.compactMap { name, value in value.map { (name, $0) } }
  }
}
