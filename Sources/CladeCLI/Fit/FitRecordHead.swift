import Clade

/// What the JSON object of every fit holds, whether its rows were held in memory, read again and
/// again, or came as a stream.
struct FitRecordHead: Encodable {
  let version = cladeVersion
  let method: Method
  let parameters: FitParameters
  let input: String
  let k: Int
  let n: Int
  let d: Int
  let sizes: [Int]
  let objective: JSONNumber
  let iterations: Int
  let converged: Bool
  let warnings: [String]
  let outputs: Outputs
  let threads: Int
  let instructionSet = InstructionSet.current
  let seconds: StageSeconds

  init(
    method: Method, parameters: FitParameters, input: String, rowCount: Int, columnCount: Int,
    model: any ClusteringModel, warnings: [String], outputs: FitOutputOptions, threads: Int,
    seconds: StageSeconds
  ) {
    self.method = method
    self.parameters = parameters
    self.input = input
    k = model.clusterCount
    n = rowCount
    d = columnCount
    sizes = model.sizes
    objective = JSONNumber(model.objective)
    iterations = model.iterations
    converged = model.converged
    self.warnings = warnings
    self.outputs = Outputs(outputs)
    self.threads = threads
    self.seconds = seconds
  }

  /// The files that were written.
  struct Outputs: Encodable {
    let labels: String?
    let model: String?
    let report: String?
    let picture: String?
    let centers: String?
    let memberships: String?
    let outlierScores: String?
    let nearest: String?
    let nearestDistances: String?

    init(_ options: FitOutputOptions) {
      labels = options.output
      model = options.model
      report = options.report
      picture = options.picture
      centers = options.centers
      memberships = options.rows.memberships
      outlierScores = options.rows.outlierScores
      nearest = options.nearest.nearestOutput
      nearestDistances = options.nearest.nearestDistances
    }
  }
}
