import Clade
import CladeInsight
import CladeTables

/// All that a fit of sparse rows found out; what the summary, the JSON object and the report are made
/// from.
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
  let version = cladeVersion
  let method: Method
  let parameters: FitParameters
  let input: String
  let inputSHA256: String?
  let format: String
  let k: Int
  let n: Int
  let d: Int
  let storedValues: Int
  let sizes: [Int]
  let reasons: [String]
  let groups: [Group]
  let objective: JSONNumber
  let iterations: Int
  let converged: Bool
  let warnings: [String]
  let outputs: FitRecord.Outputs
  let threads: Int
  let instructionSet = InstructionSet.current
  let seconds: StageSeconds

  init(_ outcome: SparseFitOutcome, seconds: StageSeconds) {
    let model = outcome.model.common
    method = outcome.model.method
    parameters = outcome.parameters
    input = outcome.input
    inputSHA256 = outcome.inputSHA256
    format = outcome.format.rawValue
    k = model.clusterCount
    n = outcome.rows.rowCount
    d = outcome.rows.columnCount
    storedValues = outcome.rows.storedCount
    sizes = model.sizes
    reasons = outcome.model.reasons
    groups = outcome.groups.map(Group.init)
    objective = JSONNumber(model.objective)
    iterations = model.iterations
    converged = model.converged
    warnings = outcome.warnings
    outputs = FitRecord.Outputs(outcome.outputs)
    threads = outcome.threads
    self.seconds = seconds
  }

  private enum CodingKeys: String, CodingKey {
    case version, method, parameters, input
    case inputSHA256 = "inputSha256"
    case format, k, n, d, storedValues, sizes, reasons, groups, objective, iterations, converged,
      warnings, outputs, threads, instructionSet, seconds
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
