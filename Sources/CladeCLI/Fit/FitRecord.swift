import Clade
import CladeInsight
import CladeTables

/// The JSON object that `clade fit --json` prints. Its keys are documented in the command-line
/// reference and stay as they are.
struct FitRecord: Encodable {
  let version = cladeVersion
  let method: Method
  let parameters: FitParameters
  let input: String
  let inputSHA256: String?
  let k: Int
  let n: Int
  let d: Int
  let sizes: [Int]
  let separability: [JSONNumber]
  let clusterability: JSONNumber?
  let reasons: [String]
  let mostSeparableFirst: [Int]?
  let groups: [Group]
  let columns: [ColumnReport]
  let objective: JSONNumber
  let seedingCost: JSONNumber?
  let coreset: CoresetRecord?
  let iterations: Int
  let converged: Bool
  let labelColumn: String?
  let scores: ExternalIndices?
  let warnings: [String]
  let outputs: Outputs
  let threads: Int
  let instructionSet = InstructionSet.current
  let seconds: StageSeconds

  init(_ outcome: FitOutcome, seconds: StageSeconds) {
    let model = outcome.model.common
    method = outcome.method
    parameters = outcome.parameters
    input = outcome.input
    inputSHA256 = outcome.inputSHA256
    k = model.clusterCount
    n = outcome.rowCount
    d = outcome.columnCount
    sizes = model.sizes
    separability = model.separability.map(JSONNumber.init)
    clusterability = outcome.model.clusterability.map(JSONNumber.init)
    reasons = outcome.model.reasons
    mostSeparableFirst = outcome.model.mostSeparableFirst
    groups = outcome.profiles.clusters.map { Group($0, separability: model.separability) }
    columns = outcome.columns
    objective = JSONNumber(model.objective)
    coreset = outcome.model.coreset
    seedingCost = outcome.model.seedingCost.map(JSONNumber.init)
    iterations = model.iterations
    converged = model.converged
    labelColumn = outcome.labelColumn
    scores = outcome.scores
    warnings = outcome.warnings
    outputs = Outputs(outcome.outputs)
    threads = outcome.threads
    self.seconds = seconds
  }

  private enum CodingKeys: String, CodingKey {
    case version, method, parameters, input
    case inputSHA256 = "inputSha256"
    case k, n, d, sizes, separability, clusterability, reasons, mostSeparableFirst, groups, columns,
      objective
    case seedingCost, coreset, iterations, converged, labelColumn, scores, warnings, outputs,
      threads,
      instructionSet
    case seconds
  }

  /// The files that were written.
  struct Outputs: Encodable {
    let labels: String?
    let model: String?
    let report: String?

    init(_ options: FitOutputOptions) {
      labels = options.output
      model = options.model
      report = options.report
    }
  }

  /// One group.
  struct Group: Encodable {
    let label: Int32
    let size: Int
    let share: Double
    let separability: JSONNumber?
    let distinguishing: [Trait]

    init(_ profile: ClusterProfile, separability: [Double]) {
      label = profile.label
      size = profile.size
      share = profile.share
      let index = Int(profile.label)
      self.separability =
        separability.indices.contains(index) ? JSONNumber(separability[index]) : nil
      distinguishing = profile.distinguishingColumns(limit: 3).map(Trait.init)
    }
  }

  /// A column that sets a group apart.
  struct Trait: Encodable {
    let column: String
    let effect: JSONNumber
    var mean: JSONNumber?
    var overallMean: JSONNumber?
    var category: String?
    var share: Double?
    var overallShare: Double?

    init(_ profile: ColumnProfile) {
      column = profile.name
      effect = JSONNumber(profile.effect)
      switch profile.summary {
      case .number(let number):
        mean = JSONNumber(number.mean)
        overallMean = JSONNumber(number.overallMean)
      case .categories(let categories):
        category = categories.first?.value
        share = categories.first?.share
        overallShare = categories.first?.overallShare
      }
    }
  }
}
