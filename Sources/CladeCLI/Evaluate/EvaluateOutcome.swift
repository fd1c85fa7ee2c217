import Clade
import CladeTables

/// All that an evaluation found out; what the summary and the JSON object are made from.
struct EvaluateOutcome {
  let labels: String
  let rowCount: Int
  let clusterCount: Int
  let noiseCount: Int
  let truthSource: String
  let comparison: TruthComparison?
  let data: String?
  let columnCount: Int?
  let internals: InternalIndices?
  let isEstimate: Bool
  /// The groups that have a silhouette, and their sizes, in the order of the silhouette's labels.
  let groups: [(name: String, size: Int)]
  let threads: Int
  let seconds: StageSeconds

  init(
    labels: String, found: GroupLabels, truthSource: String, comparison: TruthComparison?,
    data: String?, columnCount: Int?, internals: InternalIndices?, sample: Int?, threads: Int,
    clock: StageClock
  ) {
    self.labels = labels
    rowCount = found.labels.count
    var sizes: [Int32: Int] = [:]
    for label in found.labels { sizes[label, default: 0] += 1 }
    noiseCount = sizes.reduce(0) { $1.key < 0 ? $0 + $1.value : $0 }
    clusterCount = sizes.keys.count { $0 >= 0 }
    self.truthSource = truthSource
    self.comparison = comparison
    self.data = data
    self.columnCount = columnCount
    self.internals = internals
    isEstimate = internals.map { $0.silhouette.rows.count < $0.rowCount } ?? false
    groups = (internals?.silhouette.labels ?? []).map { (found.name($0), sizes[$0] ?? 0) }
    self.threads = threads
    seconds = StageSeconds(clock, stages: "read", "prepare", "external", "internal")
  }

  /// What a path is called in a sentence.
  static func name(_ path: String) -> String { path == "-" ? "standard input" : path }
}
