import Clade

/// The JSON object that `clade evaluate --json` prints. Its keys are documented in the command-line
/// reference and stay as they are.
struct EvaluateRecord: Encodable {
  let version = cladeVersion
  let labels: String
  let n: Int
  let k: Int
  let noise: Int
  /// The external indices; left out without a truth.
  let scores: ExternalIndices?
  let contingency: Contingency?
  /// The internal indices; left out without data.
  let `internal`: Internal?
  let threads: Int
  let instructionSet = InstructionSet.current
  let seconds: StageSeconds

  init(_ outcome: EvaluateOutcome) {
    labels = outcome.labels
    n = outcome.rowCount
    k = outcome.clusterCount
    noise = outcome.noiseCount
    scores = outcome.comparison?.indices
    contingency = outcome.comparison.map(Contingency.init)
    `internal` = outcome.internals.map { Internal($0, outcome) }
    threads = outcome.threads
    seconds = outcome.seconds
  }

  /// Which classes of the truth the groups hold.
  struct Contingency: Encodable {
    let classes: [String]
    let groups: [String]
    /// Pairs that occur.
    let cells: [Cell]
    /// Rows that were counted.
    let n: Int
    /// Rows whose truth is missing or noise.
    let leftOut: Int

    /// The rows that a class and a group have in common.
    struct Cell: Encodable {
      let `class`: String
      let group: String
      let size: Int
    }

    init(_ comparison: TruthComparison) {
      classes = comparison.classNames
      groups = comparison.groupNames
      cells = comparison.table.cells.map {
        Cell(
          class: comparison.classNames[$0.classIndex],
          group: comparison.groupNames[$0.clusterIndex],
          size: $0.count)
      }
      n = comparison.table.rowCount
      leftOut = comparison.table.leftOutCount
    }
  }

  /// The internal indices.
  struct Internal: Encodable {
    let n: Int
    let d: Int
    let silhouette: JSONNumber
    let calinskiHarabasz: JSONNumber
    let daviesBouldin: JSONNumber
    let dunn: JSONNumber?
    let dbcv: JSONNumber?
    /// The rows that the silhouette was computed from.
    let sample: Int
    let groups: [Group]

    /// One group.
    struct Group: Encodable {
      let label: String
      let size: Int
      let silhouette: JSONNumber
    }

    init(_ indices: InternalIndices, _ outcome: EvaluateOutcome) {
      n = indices.rowCount
      d = outcome.columnCount ?? 0
      silhouette = JSONNumber(indices.silhouette.mean)
      calinskiHarabasz = JSONNumber(indices.calinskiHarabasz)
      daviesBouldin = JSONNumber(indices.daviesBouldin)
      dunn = indices.dunn.map(JSONNumber.init)
      dbcv = indices.densityValidity.map { JSONNumber($0.value) }
      sample = indices.silhouette.rows.count
      groups = zip(outcome.groups, indices.silhouette.clusterMeans).map { group, mean in
        Group(label: group.name, size: group.size, silhouette: JSONNumber(mean))
      }
    }
  }
}
