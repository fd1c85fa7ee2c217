import ArgumentParser
import Clade

/// The ways to find groups.
enum Method: String, CaseIterable, ExpressibleByArgument, Codable {
  case ppp
  case kmeans
  case gmm
}

extension Method {
  /// The method's name for a person.
  var title: String {
    switch self {
    case .ppp: "PPP"
    case .kmeans: "k-means"
    case .gmm: "Gaussian mixture"
    }
  }
}

/// The ways to find first centers, as they are called on the command line.
enum SeedingName: String, CaseIterable, ExpressibleByArgument {
  case splitting
  case plusplus
  case random

  var seeding: Seeding {
    switch self {
    case .plusplus: .greedyKMeansPlusPlus
    case .splitting: .principalSplitting
    case .random: .random
    }
  }
}

/// How groups are looked for.
///
/// An option that the chosen method doesn't have is an error rather than ignored.
struct MethodOptions: ParsableArguments {
  @Option(
    help: """
      ppp: finds how many groups there are. kmeans: splits into -k groups around centers. gmm: \
      Gaussian mixture, -k components or as many as the criterion favours.
      """)
  var method: Method = .ppp

  @Option(
    name: .customShort("k"),
    help: ArgumentHelp("The number of groups, for kmeans and gmm.", valueName: "groups"))
  var k: Int?

  @Option(help: "gmm: the shape of a component. (default: full)")
  var covariance: CovarianceType?

  @Option(help: "gmm: what k is chosen by. (default: bic)")
  var criterion: InformationCriterion?

  @Option(
    help: """
      kmeans: how the first centers are found: by splitting along principal axes, by greedy \
      k-means++, or at random. (default: splitting)
      """)
  var seeding: SeedingName?

  @Option(help: "kmeans: runs from other seeds; the best is kept. (default: 1)")
  var restarts: Int?

  @Option(
    name: .customLong("init"),
    help: ArgumentHelp(
      "kmeans: a file of first centers, k × d in prepared units.", valueName: "centers.npy"))
  var initialCenters: String?

  @Option(help: "kmeans, gmm: stop after so many iterations. (default: 300, gmm 200)")
  var maxIterations: Int?

  @Option(
    help: """
      kmeans: stop when the centers move less than this part of the mean variance (default: 0, when \
      nothing changes). gmm: stop when the log-likelihood of a row gains less (default: 1e-5).
      """)
  var tolerance: Double?

  @Option(help: "kmeans: the number that random choices start from. (default: 0)")
  var seed: UInt64?

  @Option(
    help: ArgumentHelp(
      "kmeans, gmm: a numeric column with each row's weight, which then doesn't describe the rows.",
      valueName: "column"))
  var weights: String?
}

extension MethodOptions {
  /// Refuses options that the method doesn't have, and values that no data could make right.
  func check() throws {
    let given: [(name: String, isGiven: Bool, methods: [Method])] = [
      ("-k", k != nil, [.kmeans, .gmm]),
      ("--covariance", covariance != nil, [.gmm]),
      ("--criterion", criterion != nil, [.gmm]),
      ("--seeding", seeding != nil, [.kmeans]),
      ("--restarts", restarts != nil, [.kmeans]),
      ("--init", initialCenters != nil, [.kmeans]),
      ("--max-iterations", maxIterations != nil, [.kmeans, .gmm]),
      ("--tolerance", tolerance != nil, [.kmeans, .gmm]),
      ("--seed", seed != nil, [.kmeans]),
      ("--weights", weights != nil, [.kmeans, .gmm]),
    ]
    for option in given where option.isGiven && !option.methods.contains(method) {
      let names = option.methods.map { "--method \($0.rawValue)" }.joined(separator: " or ")
      throw ValidationError(
        option.name == "-k"
          ? "ppp finds the number of groups by itself; to give -k, add \(names)."
          : "\(option.name) goes with \(names), not with \(method.rawValue).")
    }
    if method == .kmeans, k == nil {
      throw ValidationError(
        "kmeans needs the number of groups: -k 3. To have it found, leave out --method kmeans.")
    }
    for (name, value) in [("-k", k), ("--restarts", restarts), ("--max-iterations", maxIterations)]
    {
      if let value, value < 1 {
        throw ValidationError("\(name) can't be \(value): give 1 or more.")
      }
    }
    if let tolerance, !(tolerance >= 0 && tolerance.isFinite) {
      throw ValidationError("--tolerance can't be \(tolerance): give 0 or more.")
    }
    if initialCenters != nil, seeding != nil || (restarts ?? 1) > 1 {
      throw ValidationError(
        "--init gives the first centers, so --seeding and --restarts don't apply.")
    }
  }
}

extension CovarianceType: ExpressibleByArgument {}
extension InformationCriterion: ExpressibleByArgument {}
