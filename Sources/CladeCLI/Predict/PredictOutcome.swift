import Clade
import CladeInsight

/// All that a prediction found out; what the summary and the JSON object are made from.
struct PredictOutcome {
  let method: Method
  let modelPath: String
  let input: String
  let inputSHA256: String?
  let output: String?
  let rows: RowOutputOptions
  let nearest: NearestOptions
  let rowCount: Int
  let columnCount: Int
  /// The new rows in each group (k).
  let sizes: [Int]
  let warnings: [String]
  let threads: Int
  let seconds: StageSeconds

  init(
    model: LoadedModel, modelPath: String, input: String, inputSHA256: String?, output: String?,
    rows: RowOutputOptions, nearest: NearestOptions, labels: [Int32], columnCount: Int,
    unknownCategories: [String: Int],
    threads: Int,
    clock: StageClock
  ) {
    method = model.method
    self.modelPath = modelPath
    self.input = input
    self.inputSHA256 = inputSHA256
    self.output = output
    self.rows = rows
    self.nearest = nearest
    rowCount = labels.count
    self.columnCount = columnCount
    sizes = labels.sizes(clusterCount: model.clusterCount)
    warnings = unknownCategories.sorted { $0.key < $1.key }.map { column, rows in
      "\(NumberFormat.count(rows)) \(rows == 1 ? "row holds" : "rows hold") in column "
        + "\"\(column)\" what the training table never held; it counts as missing"
    }
    self.threads = threads
    seconds = StageSeconds(clock, stages: "read", "prepare", "predict", "write")
  }
}

/// The JSON object that `clade predict --json` prints.
struct PredictRecord: Encodable {
  let version = cladeVersion
  let method: Method
  let model: String
  let input: String
  let inputSHA256: String?
  let k: Int
  let n: Int
  let d: Int
  let sizes: [Int]
  let warnings: [String]
  let outputs: Outputs
  let threads: Int
  let instructionSet = InstructionSet.current
  let seconds: StageSeconds

  /// The files that were written.
  struct Outputs: Encodable {
    let labels: String?
    let memberships: String?
    let outlierScores: String?
    let nearest: String?
    let nearestDistances: String?
  }

  init(_ outcome: PredictOutcome) {
    method = outcome.method
    model = outcome.modelPath
    input = outcome.input
    inputSHA256 = outcome.inputSHA256
    k = outcome.sizes.count
    n = outcome.rowCount
    d = outcome.columnCount
    sizes = outcome.sizes
    warnings = outcome.warnings
    outputs = Outputs(
      labels: outcome.output, memberships: outcome.rows.memberships,
      outlierScores: outcome.rows.outlierScores, nearest: outcome.nearest.nearestOutput,
      nearestDistances: outcome.nearest.nearestDistances)
    threads = outcome.threads
    seconds = outcome.seconds
  }

  private enum CodingKeys: String, CodingKey {
    case version, method, model, input
    case inputSHA256 = "inputSha256"
    case k, n, d, sizes, warnings, outputs, threads, instructionSet, seconds
  }
}
