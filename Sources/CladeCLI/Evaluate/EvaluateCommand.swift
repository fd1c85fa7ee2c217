import ArgumentParser
import Clade
import CladeTables

/// `clade evaluate`: how good labels are, by the truth, by the data, or by both.
struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Scores labels against the truth or against the data.",
    discussion: """
      LABELS holds a label for each row, in order: what `clade fit --output` wrote, any table with \
      a column called label, a file with one label a line, or an NPY array. Labels are numbers or \
      words; -1 and empty are noise.

      With the truth: adjusted Rand index, adjusted and normalized mutual information, homogeneity, \
      completeness, V-measure, Fowlkes-Mallows index, purity, and the contingency table. Rows whose \
      truth is missing or -1 don't count.

      With the data: silhouette, Calinski-Harabasz, Davies-Bouldin, Dunn index and DBCV. The table is \
      prepared as `clade fit` does it; rows that are noise don't count.

        clade evaluate labels.csv --truth species.csv
        clade evaluate labels.csv --truth penguins.csv --label-column species
        clade evaluate labels.csv --data penguins.csv --label-column species
        clade evaluate labels.npy --data points.npy --scale none --json
      """)

  @Argument(help: ArgumentHelp("The labels; - for standard input.", valueName: "labels"))
  var labels: String

  @OptionGroup(title: "Scoring") var scoring: ScoringOptions
  @OptionGroup(title: "Columns of the data") var preparing: PreparingOptions
  @OptionGroup(title: "Reading") var reading: ReadingOptions
  @OptionGroup(title: "Running") var threading: ThreadOptions
  @OptionGroup(title: "Terminal") var console: ConsoleOptions

  func validate() throws {
    let (truth, data, sample) = (scoring.truth, scoring.data, scoring.sample)
    if truth == nil, data == nil {
      throw ValidationError(
        preparing.labelColumn == nil
          ? "There is nothing to score against: give --truth, or --data, or both."
          : "--label-column is a column of --truth or of --data: give one of them.")
    }
    if [labels, truth, data].count(where: { $0 == "-" }) > 1 {
      throw ValidationError("Only one file can come from standard input.")
    }
    if let sample, sample < 2 {
      throw ValidationError("--sample can't be \(sample): give 2 or more.")
    }
  }

  func run() throws {
    ProgressBar.start(quiet: console.quiet)
    var clock = StageClock()
    let (found, known, table) = try clock.time("read") { try read() }
    let prepared = try clock.time("prepare") { try table.map { try prepare($0) } }
    warnOfLargeData(rows: prepared?.matrix.rowCount ?? 0)
    let internals = try clock.time("internal") {
      try prepared.map { prepared in
        try check(found, against: prepared.matrix.rowCount, of: data)
        return try InternalIndices(
          prepared.matrix, labels: found.labels, sample: scoring.sample, threads: threading.threads,
          progress: ProgressBar.observer)
      }
    }
    let truth = known ?? prepared?.truth
    let comparison = try clock.time("external") {
      try truth.map { truth in
        try check(found, against: truth.labels.count, of: self.truth ?? data)
        return try TruthComparison(
          truth: truth, found: found, noise: scoring.truthNoise, threads: threading.threads)
      }
    }

    ProgressBar.clear()
    let outcome = EvaluateOutcome(
      labels: labels, found: found, truthSource: truthSource, comparison: comparison, data: data,
      columnCount: prepared?.matrix.columnCount, internals: internals, sample: scoring.sample,
      threads: threading.threads ?? ParallelChunks.defaultThreadCount, clock: clock)
    try console.show(EvaluateRecord(outcome)) {
      EvaluateSummary(outcome: outcome, terminal: .output).text
    }
  }

  private var truth: String? { scoring.truth }
  private var data: String? { scoring.data }

  // MARK: Steps

  private func read() throws -> (found: GroupLabels, truth: GroupLabels?, data: Table?) {
    let options = try reading.readOptions()
    let found = try LabelReader.read(
      labels, column: scoring.column, options: options, threads: threading.threads)
    let known = try truth.map {
      try LabelReader.read(
        $0, column: preparing.labelColumn, options: options, threads: threading.threads)
    }
    let table = try data.map {
      try TableReader.read(
        $0, options: options, threads: threading.threads, progress: ProgressBar.observer)
    }
    return (found, known, table)
  }

  private func prepare(_ table: Table) throws -> PreparedTable {
    var options = PreparationOptions()
    options.scaling = preparing.scale
    options.columns = preparing.columns.isEmpty ? nil : preparing.columns
    options.ignored = preparing.ignore
    // With a file of the truth the column is that file's; the data may have it as well.
    if let name = preparing.labelColumn, truth == nil || table.columnNames.contains(name) {
      options.labelColumn = name
    }
    return try RowPlaces(of: table).describing {
      try Preparation.fit(
        table, options: options, threads: threading.threads, progress: ProgressBar.observer)
    }
  }

  private func check(_ found: GroupLabels, against count: Int, of path: String?) throws {
    guard found.labels.count != count else { return }
    throw CladeError.shapeMismatch(
      expected: "\(count) labels in \(EvaluateOutcome.name(labels)), one for each row of "
        + EvaluateOutcome.name(path ?? ""),
      found: "\(found.labels.count)")
  }

  private func warnOfLargeData(rows: Int) {
    guard rows > 200_000, scoring.sample == nil else { return }
    console.warn(["the silhouette of \(rows) rows takes long; --sample 10000 estimates it"])
  }

  /// Where the truth came from, for a person.
  private var truthSource: String {
    let file = truth ?? data ?? ""
    return EvaluateOutcome.name(file)
      + (preparing.labelColumn.map { ", column \"\($0)\"" } ?? "")
  }
}
