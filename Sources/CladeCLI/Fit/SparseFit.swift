import ArgumentParser
import Clade
import CladeInsight
import CladeTables

/// `clade fit` of sparse rows: its own read → fit → write, since there is nothing to prepare.
extension FitCommand {
  func runSparse(_ format: SparseFileFormat) throws {
    guard let implementation = method.method.implementation as? any SparseClusteringMethod.Type
    else {
      throw ValidationError(
        "\(input) holds sparse rows (\(format.rawValue)), which \(method.method.rawValue) doesn't "
          + "take; add --method spherical -k 20, or convert the file to a table.")
    }
    try checkSparse()
    try OutputFiles.check(outputs.all, inputs: [method.weights].compactMap(\.self))
    let digest = console.json || outputs.report != nil ? InputDigest(path: input) : nil
    var clock = StageClock()
    let (rows, names, weights) = try clock.time("read") {
      ProgressBar.observer(ProgressUpdate(stage: "reading"))
      let vocabulary = try vocabulary.map { try VocabularyReader.read($0) }
      let rows = try readSparse(format, vocabulary)
      let weights = try method.weights.map { try Self.weights(in: $0, rowCount: rows.rowCount) }
      return (rows, SparseColumnNames(format, vocabulary), weights)
    }
    guard rows.rowCount > 1 else {
      throw CladeError.emptyData(
        reason: "\(input) has \(rows.rowCount == 1 ? "one row" : "no rows"), and groups need at "
          + "least two")
    }
    let fitted = try clock.time("fit") {
      try implementation.fit(rows, weights: weights, method, threads: threads)
    }
    ProgressBar.observer(ProgressUpdate(stage: "describing the groups"))
    let groups = try SparseGroupProfile.all(
      of: rows, labels: fitted.common.labels,
      centers: fitted.centers ?? Matrix(rows: 0, columns: 0), name: names.name)
    var outcome = SparseFitOutcome(
      input: input, inputSHA256: digest?.wait(), format: format,
      parameters: FitParameters(method, preparing), outputs: outputs, model: fitted, rows: rows,
      groups: groups, threads: threads)
    outcome.parameters.vocabulary = vocabulary
    let stages = clock.stages
    try clock.time("write") { try write(outcome, stages: stages) }

    ProgressBar.clear()
    console.warn(outcome.warnings)
    guard outputs.output != "-" else { return }
    let seconds = StageSeconds(clock, stages: "read", "fit", "write")
    try console.show(SparseFitRecord(outcome, seconds: seconds)) {
      SparseFitSummary(outcome: outcome, seconds: seconds, terminal: .output).text
    }
  }

  /// Refuses what goes with the columns of tables.
  private func checkSparse() throws {
    let unavailable = [
      ("--picture", outputs.picture != nil),
      ("--columns", !preparing.columns.isEmpty), ("--ignore", !preparing.ignore.isEmpty),
      ("--label-column", preparing.labelColumn != nil),
      ("--scale", preparing.givenScale.map { $0 != Scaling.none } ?? false),
    ]
    for (name, isGiven) in unavailable where isGiven {
      throw ValidationError("\(name) goes with tables, and \(input) holds sparse rows.")
    }
  }

  /// The weights of sparse rows: a file of numbers, one a row.
  private static func weights(in path: String, rowCount: Int) throws -> [Double] {
    let table = try TableReader.read(path)
    guard table.columns.count == 1, table.columns[0].position != nil else {
      throw CladeError.badFile(
        path: path, line: nil, column: nil,
        reason: table.columns.count == 1
          ? "weights must be numbers"
          : "it has \(table.columns.count) columns; weights are one number a row")
    }
    guard table.rowCount == rowCount else {
      throw CladeError.badFile(
        path: path, line: nil, column: nil,
        reason: "it has \(table.rowCount) weights, and there are \(rowCount) rows")
    }
    return try checkedWeights(table.numbers.column(0), path: path, column: nil)
  }

  /// Rows with as many columns as the vocabulary has words, where there is one.
  private func readSparse(
    _ format: SparseFileFormat, _ vocabulary: [String]?
  ) throws -> SparseMatrix<Double> {
    let rows = try format.readDirections(
      input, columnCount: format == .libsvm ? vocabulary?.count : nil)
    if let vocabulary, let path = self.vocabulary, vocabulary.count != rows.columnCount {
      throw CladeError.badFile(
        path: path, line: nil, column: nil,
        reason:
          "it has \(vocabulary.count) words, and rows have \(rows.columnCount) columns; give a "
          + "word a line for each column")
    }
    return rows
  }

  private func write(_ outcome: SparseFitOutcome, stages: [String: Double]) throws {
    var files = OutputFiles()
    let model = outcome.model.common
    if let path = outputs.model {
      try files.write(path) {
        try ModelFile.write(
          method: outcome.model.method.rawValue, model: model, preparation: nil, to: $0)
      }
    }
    if let path = outputs.report {
      let page = report(outcome, stages: stages).html()
      try files.write(path) { try $0.write(page) }
    }
    if let path = outputs.output {
      try files.write(path) {
        try LabelWriter.write(labels: model.labels, to: $0, progress: ProgressBar.observer)
      }
    }
    try files.commit()
  }

  private func report(_ outcome: SparseFitOutcome, stages: [String: Double]) -> SparseReport {
    let name = input == "-" ? "standard input" : input
    var report = SparseReport(
      title: name.split(separator: "/").last.map(String.init) ?? name,
      method: outcome.model.method.implementation.title, rows: outcome.rows,
      groups: outcome.groups)
    report.reasons = outcome.model.reasons
    report.reproduction = .ofThisCommand(
      input: name, sha256: outcome.inputSHA256, parameters: outcome.parameters)
    report.timings = ["read", "fit"].compactMap { stage in
      stages[stage].map { .init(stage, seconds: $0) }
    }
    report.warnings = outcome.warnings
    return report
  }
}

/// What the columns of sparse rows are called: by the vocabulary, else by the number that the file
/// gives them.
private struct SparseColumnNames {
  private let first: Int
  private let vocabulary: [String]?

  init(_ format: SparseFileFormat, _ vocabulary: [String]?) {
    first = format.firstColumn
    self.vocabulary = vocabulary
  }

  func name(_ column: Int) -> String { vocabulary?[column] ?? "column \(first + column)" }
}
