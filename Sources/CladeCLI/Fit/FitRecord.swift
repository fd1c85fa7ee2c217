import Clade
import CladeInsight
import CladeTables

/// The JSON object that `clade fit --json` prints. Its keys are documented in the command-line
/// reference and stay as they are.
struct FitRecord: Encodable {
  let head: FitRecordHead
  let inputSHA256: String?
  let separability: [JSONNumber]
  let clusterability: JSONNumber?
  let reasons: [String]
  let mostSeparableFirst: [Int]?
  let groups: [Group]
  let columns: [ColumnReport]
  let noise: Int?
  let choice: CandidateReport?
  let runnersUp: [CandidateReport]?
  let decisionRows: Int?
  let persistences: [JSONNumber]?
  let tangleSeparability: TangleSeparabilityRecord?
  let dendrogram: DendrogramRecord?
  let seedingCost: JSONNumber?
  let coreset: CoresetRecord?
  let labelColumn: String?
  let scores: ExternalIndices?

  init(_ outcome: FitOutcome, seconds: StageSeconds) {
    let model = outcome.model.common
    head = FitRecordHead(
      method: outcome.method, parameters: outcome.parameters, input: outcome.input,
      rowCount: outcome.rowCount, columnCount: outcome.columnCount, model: model,
      warnings: outcome.warnings, outputs: outcome.outputs, threads: outcome.threads,
      seconds: seconds)
    inputSHA256 = outcome.inputSHA256
    separability = model.separability.map(JSONNumber.init)
    clusterability = outcome.model.clusterability.map(JSONNumber.init)
    reasons = outcome.model.reasons
    mostSeparableFirst = outcome.model.mostSeparableFirst
    groups = outcome.profiles.clusters.map { profile in
      Group(
        profile, separability: model.separability,
        example: outcome.examples.first { $0.label == profile.label })
    }
    columns = outcome.columns
    noise =
      outcome.method.implementation.mayFindNoise ? outcome.profiles.noise?.size ?? 0 : nil
    choice = outcome.candidates.first
    runnersUp = outcome.candidates.isEmpty ? nil : Array(outcome.candidates.dropFirst())
    decisionRows = outcome.model.automatic?.decisionRowCount
    persistences =
      outcome.model.density != nil ? outcome.model.persistences.map(JSONNumber.init) : nil
    tangleSeparability = outcome.model.tangleSeparability.flatMap(TangleSeparabilityRecord.init)
    dendrogram = outcome.model.dendrogram.map(DendrogramRecord.init)
    coreset = outcome.model.coreset
    seedingCost = outcome.model.seedingCost.map(JSONNumber.init)
    labelColumn = outcome.labelColumn
    scores = outcome.scores
  }

  private enum CodingKeys: String, CodingKey {
    case inputSHA256 = "inputSha256"
    case separability, clusterability, reasons, mostSeparableFirst, groups, columns
    case noise, choice, runnersUp, decisionRows, persistences, tangleSeparability, dendrogram,
      seedingCost, coreset
    case labelColumn, scores
  }

  func encode(to encoder: any Encoder) throws {
    try head.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encodeIfPresent(inputSHA256, forKey: .inputSHA256)
    try container.encode(separability, forKey: .separability)
    try container.encodeIfPresent(clusterability, forKey: .clusterability)
    try container.encode(reasons, forKey: .reasons)
    try container.encodeIfPresent(mostSeparableFirst, forKey: .mostSeparableFirst)
    try container.encode(groups, forKey: .groups)
    try container.encode(columns, forKey: .columns)
    try container.encodeIfPresent(noise, forKey: .noise)
    try container.encodeIfPresent(choice, forKey: .choice)
    try container.encodeIfPresent(runnersUp, forKey: .runnersUp)
    try container.encodeIfPresent(decisionRows, forKey: .decisionRows)
    try container.encodeIfPresent(persistences, forKey: .persistences)
    try container.encodeIfPresent(tangleSeparability, forKey: .tangleSeparability)
    try container.encodeIfPresent(dendrogram, forKey: .dendrogram)
    try container.encodeIfPresent(seedingCost, forKey: .seedingCost)
    try container.encodeIfPresent(coreset, forKey: .coreset)
    try container.encodeIfPresent(labelColumn, forKey: .labelColumn)
    try container.encodeIfPresent(scores, forKey: .scores)
  }

  /// One group.
  struct Group: Encodable {
    let label: Int32
    let size: Int
    let share: Double
    let separability: JSONNumber?
    /// The row that stands for the group, from 0.
    let medoidRow: Int?
    /// What that row is called.
    let medoidName: String?
    let distinguishing: [Trait]

    init(_ profile: ClusterProfile, separability: [Double], example: RowExample?) {
      label = profile.label
      size = profile.size
      share = profile.share
      let index = Int(profile.label)
      self.separability =
        separability.indices.contains(index) ? JSONNumber(separability[index]) : nil
      medoidRow = example?.row
      medoidName = example?.name
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
