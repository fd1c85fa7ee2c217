/// An option that only some methods take, by its name on the command line.
///
/// An option that the chosen method doesn't have is an error rather than ignored.
enum MethodOption: String, CaseIterable {
  case k = "-k"
  case groups = "--groups"
  case probes = "--probes"
  case recall = "--recall"
  case covariance = "--covariance"
  case criterion = "--criterion"
  case batchSize = "--batch-size"
  case seeding = "--seeding"
  case restarts = "--restarts"
  case initialCenters = "--init"
  case maxIterations = "--max-iterations"
  case tolerance = "--tolerance"
  case seed = "--seed"
  case localSearch = "--local-search"
  case exchangeRounds = "--exchange-rounds"
  case weights = "--weights"
  case coreset = "--coreset"
  case coresetBy = "--coreset-by"
  case minClusterSize = "--min-cluster-size"
  case minSamples = "--min-samples"
  case metric = "--metric"
  case algorithm = "--algorithm"
  case start = "--start"
  case clusterSelection = "--cluster-selection"
  case clusterSelectionEpsilon = "--cluster-selection-epsilon"
  case maxClusterSize = "--max-cluster-size"
  case allowSingleCluster = "--allow-single-cluster"
  case eps = "--eps"
  case maxEps = "--max-eps"
  case xi = "--xi"
  case cut = "--cut"
  case linkage = "--linkage"
  case newick = "--newick"
  case giniThreshold = "--gini-threshold"
  case noise = "--noise"
  case budget = "--budget"
  case neighbors = "--neighbors"

  /// Whether it was given.
  func isGiven(in options: MethodOptions) -> Bool {
    switch self {
    case .k: options.k != nil
    case .groups: options.groups != nil
    case .probes: options.probes != nil
    case .recall: options.recall != nil
    case .covariance: options.covariance != nil
    case .criterion: options.criterion != nil
    case .batchSize: options.batchSize != nil
    case .seeding: options.seeding != nil
    case .restarts: options.restarts != nil
    case .initialCenters: options.initialCenters != nil
    case .maxIterations: options.maxIterations != nil
    case .tolerance: options.tolerance != nil
    case .seed: options.seed != nil
    case .localSearch: options.localSearch != nil
    case .exchangeRounds: options.exchangeRounds != nil
    case .weights: options.weights != nil
    case .coreset: options.coreset != nil
    case .coresetBy: options.coresetBy != nil
    case .minClusterSize: options.minClusterSize != nil
    case .minSamples: options.minSamples != nil
    case .metric: options.metric != nil
    case .algorithm: options.algorithm != nil
    case .start: options.start != nil
    case .clusterSelection: options.clusterSelection != nil
    case .clusterSelectionEpsilon: options.clusterSelectionEpsilon != nil
    case .maxClusterSize: options.maxClusterSize != nil
    case .allowSingleCluster: options.allowSingleCluster
    case .eps: options.eps != nil
    case .maxEps: options.maxEps != nil
    case .xi: options.xi != nil
    case .cut: options.cut != nil
    case .linkage: options.linkage != nil
    case .newick: options.newick != nil
    case .giniThreshold: options.giniThreshold != nil
    case .noise: options.noise != nil
    case .budget: options.budget != nil
    case .neighbors: options.neighbors != nil
    }
  }

  /// The methods that take it.
  var methods: [Method] { Method.allCases.filter { $0.implementation.options.contains(self) } }
}
