import ArgumentParser
import Clade

/// How groups are looked for; see ``MethodOption`` for what goes with which method.
struct MethodOptions: ParsableArguments {
  @Option(
    name: .customLong("method"),
    help: "\(Self.methodHelp) (default: auto, with --stream online)")
  var givenMethod: Method?

  @Option(
    name: .customShort("k"),
    help: ArgumentHelp(
      """
      The number of groups, for methods around centers (kmeans, kmedian, minibatch, online, \
      spherical, two-level); gmm, kmedoids and trees of merges (single to agdl) find it where it \
      isn't given, all others find it.
      """, valueName: "groups"))
  var k: Int?

  @Option(help: "gmm: the shape of a component. (default: full)")
  var covariance: CovarianceType?

  @Option(help: "gmm: what k is chosen by. (default: bic)")
  var criterion: InformationCriterion?

  @Option(
    help: ArgumentHelp("minibatch: the rows of a batch. (default: 1024)", valueName: "rows"))
  var batchSize: Int?

  @Option(
    help: """
      kmeans, kmedian, minibatch, two-level: how the first centers are found: splitting along \
      principal axes; greedy k-means++ (plusplus), plain k-means++, k-means|| (parallel), \
      rejection sampling, AFK-MC², farthest first (maximin), or at random. spherical: plusplus or \
      random. (default: splitting, spherical plusplus)
      """)
  var seeding: SeedingName?

  @Option(
    help: """
      kmeans, kmedian: runs from other seeds; the best is kept. (default: 1; kmeans with \
      --coreset 4)
      """)
  var restarts: Int?

  @Option(
    name: .customLong("init"),
    help: ArgumentHelp(
      "kmeans, kmedian, minibatch, spherical: a file of first centers, k × d in prepared units.",
      valueName: "centers.npy"))
  var initialCenters: String?

  @Option(
    help: """
      kmeans, kmedian, kmedoids, minibatch, gmm, spherical, two-level: stop after so many \
      iterations, which are batches for minibatch; 0 stops all but minibatch, kmedoids and gmm \
      after seeding. (default: 300, gmm 200, kmedoids 100, two-level 4, minibatch as many as hold all rows 100 times)
      """)
  var maxIterations: Int?

  @Option(
    help: """
      kmeans: stop when the centers move less than this part of the mean variance (default: 0, when \
      nothing changes). kmedian: stop when no row changes its group and less than this part of the \
      cost is gained (default: 1e-12). gmm: stop when the log-likelihood of a row gains less \
      (default: 1e-5).
      """)
  var tolerance: Double?

  @Option(
    help: """
      kmeans, kmedian, kmedoids, minibatch, online, spherical, two-level: the number that random \
      choices start from. (default: 0)
      """)
  var seed: UInt64?

  @Option(
    help: ArgumentHelp(
      """
      kmeans: rounds of local search that improve the first centers; it ends when 10 k + 100 of \
      them in a row gain nothing. (default: 0; with --coreset 4 a group)
      """, valueName: "rounds"))
  var localSearch: Int?

  @Option(
    help: ArgumentHelp(
      """
      kmeans: the most rounds of exchanges before Lloyd's iteration, where there are up to 512 rows a \
      group: slower than none, and the groups are closer. 0 for Lloyd's iteration alone. (default: 10)
      """, valueName: "rounds"))
  var exchangeRounds: Int?

  @Option(
    help: ArgumentHelp(
      """
      kmeans, kmedian, minibatch, gmm, spherical, dbscan: a numeric column with each row's weight, \
      which then doesn't describe the rows; for sparse rows a file with a number a row.
      """, valueName: "column"))
  var weights: String?

  @Option(
    help: ArgumentHelp(
      """
      kmeans: find the centers on so many rows that stand for all, such as 10000 or 1%, then label \
      all rows.
      """, valueName: "rows"))
  var coreset: CoresetSize?

  @Option(
    help: """
      kmeans: what --coreset holds: means of cells, for few columns; rows drawn by how much they \
      matter (balanced, classical, groups), or all alike (uniform). (default: cells up to 4 \
      columns, then balanced)
      """)
  var coresetBy: CoresetKind?

  @Option(
    help: ArgumentHelp(
      "two-level: the groups of the upper level. (default: twice the root of k, at most k / 4)",
      valueName: "groups"))
  var groups: Int?

  @Option(
    help: ArgumentHelp(
      "two-level: how many groups a row looks into for its center. (default: as --recall takes)",
      valueName: "groups"))
  var probes: Int?

  @Option(
    help: ArgumentHelp(
      "two-level: how often the center found should be the nearest of all. (default: 0.95)",
      valueName: "share"))
  var recall: Double?

  @Option(
    help: ArgumentHelp(
      """
      dbscan: how far apart neighbours may be, in prepared units, or metres with --metric \
      haversine. optics: cut groups out of the plot at this height.
      """, valueName: "distance"))
  var eps: Double?

  @Option(
    help: ArgumentHelp(
      "optics: how far apart neighbours may be; less is faster. (default: any distance)",
      valueName: "distance"))
  var maxEps: Double?

  @Option(
    help: ArgumentHelp(
      "optics: how much a steep slope falls from a row to the next. (default: 0.05)",
      valueName: "share"))
  var xi: Double?

  @Option(
    help: ArgumentHelp(
      """
      hdbscan: the fewest rows that are a group. (default: 5) optics: the same. (default: as \
      --min-samples) tangles: about that. (default: a tenth of the rows)
      """, valueName: "rows"))
  var minClusterSize: Int?

  @Option(
    help: ArgumentHelp(
      """
      dbscan: how many rows, itself included, lie within --eps of a core row. optics: how many \
      define the density at a row. (default: 5) mst-gmm: the same. (default: 15) hdbscan: density \
      at a row is measured by the distance to its so-many-th nearest other row. (default: as \
      --min-cluster-size) genie: the same. (default: plain distances)
      """, valueName: "rows"))
  var minSamples: Int?

  @Option(
    help: ArgumentHelp(
      """
      dbscan, optics, hdbscan, kmedoids, single to agdl: how far apart two rows are. gower is for \
      numbers and categories as they are, with missing values; edit, jaro and jaccard-sets compare \
      the texts of a column; dtw is for rows that are series; for precomputed the table holds \
      distances, n × n or those above the diagonal. \
      (values: \(MetricName.names.joined(separator: ", ")); default: euclidean)
      """, valueName: "metric"),
    transform: { try MetricName(parsing: $0) })
  var metric: MetricName?

  @Option(
    help: """
      kmedoids: how medoids are improved: each swap as it is found (fasterpam), up to k in a pass \
      (fastpam2), the best in each pass (fastpam1; pam is the same, slowly), or in the manner of k-means \
      (alternating); on samples (clara), or by random swaps (fastclarans, clarans). Instead of the summed dissimilarity, fastermsc, fastmsc and pammedsil improve the \
      medoid silhouette, and pamsil the silhouette. (default: fasterpam; without -k fastermsc)
      """)
  var algorithm: KMedoids.Algorithm?

  @Option(
    help: """
      kmedoids: where the search starts: one medoid after the other, the best of all rows (build) or \
      of a few (lab), or at random. (default: lab)
      """)
  var start: MedoidStartName?

  @Option(
    help: """
      hdbscan: choose the groups that last longest (excess of mass, eom), or the smallest ones, the \
      leaves of the tree. (default: eom)
      """)
  var clusterSelection: ClusterSelectionMethod?

  @Option(
    help: ArgumentHelp(
      """
      hdbscan: groups less than this distance apart, in prepared units, stay together. (default: 0)
      """, valueName: "distance"))
  var clusterSelectionEpsilon: Double?

  @Option(
    help: ArgumentHelp(
      "hdbscan: the most rows of a group. (default: any number)", valueName: "rows"))
  var maxClusterSize: Int?

  @Option(
    help: ArgumentHelp(
      """
      single to median: where the tree is cut: height:X makes all merges up to that height, \
      inconsistent:X those that are no more above the ones below them. (default: where merges grow the \
      most from one to the next)
      """, valueName: "where"))
  var cut: CutOption?

  @Option(
    help: ArgumentHelp(
      "single to agdl: write the tree as SciPy's linkage matrix, which clade cut takes.",
      valueName: "tree.npy"))
  var linkage: String?

  @Option(
    help: ArgumentHelp("single to agdl: write the tree as Newick text.", valueName: "tree.nwk"))
  var newick: String?

  @Option(
    help: ArgumentHelp(
      """
      genie: how unequal the sizes of groups may become before the smallest ones are joined first, \
      0...1; 1 for single linkage. (default: 0.3)
      """, valueName: "index"))
  var giniThreshold: Double?

  @Option(
    help: """
      auto, hdbscan, dbscan, optics: rows in no group stay so (keep), or go to the group of the \
      nearest row that has one (assign). (default: keep; auto assign) genie with --min-samples: which rows \
      are noise: leaves of the spanning tree that aren't among the nearest rows of the row that they \
      hang on (outlying), all leaves, or none. (default: none)
      """)
  var noise: NoiseOption?

  @Option(
    help: ArgumentHelp(
      """
      auto: how long the fit may take, such as 500ms, 30s or 2m. The answer then depends on how \
      fast the machine is. (default: as long as it takes)
      """, valueName: "time"),
    transform: { try BudgetOption(parsing: $0) })
  var budget: BudgetOption?

  @Option(
    help: ArgumentHelp(
      "gdl, agdl: how many nearest rows each row has edges to. (default: 20)", valueName: "rows"))
  var neighbors: Int?

  @Flag(help: "hdbscan: all the data may be one group.")
  var allowSingleCluster = false
}

extension MethodOptions {
  /// The method that was asked for, else the one that asks for nothing.
  var method: Method { givenMethod ?? .auto }

  private static var methodHelp: String {
    Method.allCases.map { "\($0.rawValue): \($0.implementation.summary)." }.joined(separator: " ")
  }

  /// Refuses options that the method doesn't have, and values that no data could make right.
  func check() throws {
    let taken = method.implementation.options
    for option in MethodOption.allCases where option.isGiven(in: self) && !taken.contains(option) {
      let names = option.methods.map { "--method \($0.rawValue)" }.joined(separator: " or ")
      throw ValidationError(
        option == .k
          ? "\(method.rawValue) finds the number of groups by itself; to give -k, "
            + (givenMethod == nil
              ? "name a method too: --method kmeans for groups around centers, gmm for Gaussians, "
                + "genie for groups of any shape."
              : "add \(names).")
          : "\(option.rawValue) goes with \(names), not with \(method.rawValue).")
    }
    try noise?.check(method)
    try method.implementation.check(self)
    let mayStopAfterSeeding = [.kmeans, .kmedian, .spherical, .twoLevel].contains(method)
    let iterations = mayStopAfterSeeding && maxIterations == 0 ? nil : maxIterations
    let counts = [
      ("-k", k), ("--restarts", restarts), ("--max-iterations", iterations),
      ("--batch-size", batchSize),
    ]
    for (name, value) in counts {
      if let value, value < 1 {
        let least = mayStopAfterSeeding && name == "--max-iterations" ? 0 : 1
        throw ValidationError("\(name) can't be \(value): give \(least) or more.")
      }
    }
    if let tolerance, !(tolerance >= 0 && tolerance.isFinite) {
      throw ValidationError("--tolerance can't be \(tolerance): give 0 or more.")
    }
  }
}
