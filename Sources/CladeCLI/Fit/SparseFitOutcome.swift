import Clade
import CladeInsight
import CladeTables

/// All that a fit of sparse rows found out; what the summary, the JSON object and the report are
/// made from.
struct SparseFitOutcome {
  let input: String
  let inputSHA256: String?
  let format: SparseFileFormat
  var parameters: FitParameters
  let outputs: FitOutputOptions
  let model: FittedModel
  let rows: SparseMatrix<Double>
  let groups: [SparseGroupProfile]
  let threads: Int

  var warnings: [String] { model.warnings }
}

/// The JSON object that `clade fit --json` prints of sparse rows.
struct SparseFitRecord: Encodable {
  let head: FitRecordHead
  let inputSHA256: String?
  let format: String
  let storedValues: Int
  let reasons: [String]
  let groups: [Group]

  init(_ outcome: SparseFitOutcome, seconds: StageSeconds) {
    head = FitRecordHead(
      method: outcome.model.method, parameters: outcome.parameters, input: outcome.input,
      rowCount: outcome.rows.rowCount, columnCount: outcome.rows.columnCount,
      model: outcome.model.common, warnings: outcome.warnings, outputs: outcome.outputs,
      threads: outcome.threads, seconds: seconds)
    inputSHA256 = outcome.inputSHA256
    format = outcome.format.rawValue
    storedValues = outcome.rows.storedCount
    reasons = outcome.model.reasons
    groups = outcome.groups.map(Group.init)
  }

  private enum CodingKeys: String, CodingKey {
    case inputSHA256 = "inputSha256"
    case format, storedValues, reasons, groups
  }

  func encode(to encoder: any Encoder) throws {
    try head.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encodeIfPresent(inputSHA256, forKey: .inputSHA256)
    try container.encode(format, forKey: .format)
    try container.encode(storedValues, forKey: .storedValues)
    try container.encode(reasons, forKey: .reasons)
    try container.encode(groups, forKey: .groups)
  }

  /// One group.
  struct Group: Encodable {
    let label: Int32
    let size: Int
    let share: Double
    let cohesion: Double
    let topColumns: [Column]

    init(_ profile: SparseGroupProfile) {
      label = profile.label
      size = profile.size
      share = profile.share
      cohesion = profile.cohesion
      topColumns = profile.topColumns.map { Column(name: $0.name, weight: $0.value) }
    }
  }

  /// A column with a large weight in a group's center.
  struct Column: Encodable {
    let name: String
    let weight: Double
  }
}
