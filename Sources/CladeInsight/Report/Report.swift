import Clade

/// A page that shows what a clustering found: one HTML file that needs nothing else.
///
/// It reads well on a phone and on paper, in light and dark, without scripts and without network,
/// and it is below 2 MiB for a million rows. All that comes from the data is escaped. The same
/// input gives the same bytes on every machine, for any number of threads and for rows in another
/// order.
///
/// ```swift
/// var report = Report(
///   title: "penguins.csv", method: "PPP", data: prepared, labels: model.labels,
///   features: features)
/// report.separability = model.separability
/// try report.html()
/// ```
public struct Report: Sendable {
  /// What was clustered, as the page's title: the file's name.
  public var title: String
  /// The method's name for a person: "PPP", "k-means".
  public var method: String
  /// The prepared matrix (n × d).
  public var data: Matrix<Double>
  /// The cluster of each row (n), −1 for noise.
  public var labels: [Int32]
  /// What each column of the matrix stands for (d).
  public var features: [Feature]
  /// The number of clusters, k.
  public var clusterCount: Int

  /// How k was found, a sentence each.
  public var reasons: [String] = []
  /// A criterion for each k that was considered, where the method has one.
  public var criterion: CriterionCurve?
  /// The partitions that the clusters were chosen from, the chosen one first, where there are
  /// several.
  public var candidates: [ReportedCandidate] = []
  /// The rows that the candidates' labels are of; empty where they are of all rows, in order.
  public var candidateRows: [Int] = []
  /// The tree of dense regions that the clusters were chosen from, where there is one.
  public var density: DensityTree?
  /// What tangles were found and where they part, where the method is that.
  public var tangles: TanglesModel?
  /// Which pairs of clusters tangles would tell apart, where clusters consist of Gaussians.
  public var tangleSeparability: PairwiseTangleSeparability?
  /// The tree of merges that the clusters were cut from, where there is one.
  public var dendrogram: Dendrogram?
  /// How easily rows are reached in the order of OPTICS, where the method is that.
  public var reachability: ReachabilityCurve?
  /// Whether the two columns are latitude and longitude in degrees, so that rows are drawn on a
  /// map.
  public var isGeographic = false
  /// How surely each row belongs to its cluster, 0...1 (n); empty if not known.
  public var probabilities: [Double] = []
  /// How surely the members of each cluster belong to it, 0...1 (k); empty if not known.
  public var separability: [Double] = []
  /// Rows that stand for their groups, where the method chooses some.
  public var examples: [RowExample] = []
  /// The clusters in the order in which they are listed, the most separable first for example;
  /// empty to list them by their numbers.
  public var order: [Int] = []
  /// How far the data falls into groups at all, 0...1.
  public var clusterability: Double?
  /// What was done to each column of the table.
  public var columns: [ReportedColumn] = []
  /// What is needed to get the same result again.
  public var reproduction = Reproduction()
  /// How long each step took, in seconds: the only thing that two runs differ in.
  public var timings: [Timing] = []
  /// What a person should know before believing the result.
  public var warnings: [String] = []

  /// How long a step took.
  public struct Timing: Sendable, Equatable {
    /// The step: "read", "fit".
    public var name: String
    /// Its duration in seconds.
    public var seconds: Double

    /// Creates a timing.
    public init(_ name: String, seconds: Double) {
      self.name = name
      self.seconds = seconds
    }
  }

  /// Creates a report of what every method gives; what else is known is set afterwards.
  ///
  /// - Parameters:
  ///   - title: What was clustered.
  ///   - method: The method's name for a person.
  ///   - data: The prepared matrix (n × d).
  ///   - labels: The cluster of each row (n), −1 for noise.
  ///   - features: What each column of the matrix stands for (d).
  ///   - clusterCount: The number of clusters; by default the largest label plus one.
  public init(
    title: String, method: String, data: Matrix<Double>, labels: [Int32], features: [Feature],
    clusterCount: Int? = nil
  ) {
    self.title = title
    self.method = method
    self.data = data
    self.labels = labels
    self.features = features
    self.clusterCount = clusterCount ?? Int(labels.max() ?? -1) + 1
  }

  /// Makes the page.
  ///
  /// - Parameters:
  ///   - threads: At most this many threads; `nil` for one per core.
  ///   - progress: Told how far it has come.
  /// - Returns: A whole HTML document, in UTF-8.
  /// - Throws: `CladeError.shapeMismatch` where shapes don't fit,
  ///   `CladeError.nonFiniteValue`, and `CancellationError` when the task was
  ///   cancelled.
  /// - Complexity: O(n · (d² + log n)) time, O(n) memory; the principal components of a wide table
  ///   and the silhouette of a long one are found from a sample.
  public func html(threads: Int? = nil, progress: ProgressObserver? = nil) throws -> String {
    try ReportPage(self, threads: threads, progress: progress).html
  }
}
