import ArgumentParser
import Clade
import CladeInsight
import CladeTables

/// `clade predict`: gives the rows of a table to the groups of a model.
struct PredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "Gives new rows to the groups of a model.",
    discussion: """
      The model is a file that `clade fit --model` wrote. Columns are found by their names, in any \
      order, and treated as those of the training table were. Columns that the training table \
      didn't have are named in --ignore.

        clade predict model.json new.csv
        clade predict model.json new.csv -o labels.csv
        clade predict model.json new.csv --json
        clade predict model.json new.npy --nearest 4 --nearest-output nearest.npy

      A model of `--method spherical` also takes sparse rows, as LIBSVM text or as SciPy saves them:

        clade predict model.json new.npz -o labels.npy
      """)

  @Argument(help: ArgumentHelp("The model's file.", valueName: "model"))
  var model: String

  @Argument(help: ArgumentHelp("The table; - for standard input.", valueName: "input"))
  var input: String

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      """
      A line for each row, in order: its label and probability. By the name's ending: .csv, .npy \
      or .jsonl; - is standard output.
      """, valueName: "labels.csv"))
  var output: String?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Columns that the model doesn't know and that are to be passed over.", valueName: "name"))
  var ignore: [String] = []

  @OptionGroup(title: "Numbers of each row") var rows: RowOutputOptions
  @OptionGroup(title: "Nearest centers") var nearest: NearestOptions
  @OptionGroup(title: "Reading") var reading: ReadingOptions
  @OptionGroup(title: "Sparse files") var sparse: SparseOptions
  @OptionGroup(title: "Running") var threading: ThreadOptions
  @OptionGroup(title: "Terminal") var console: ConsoleOptions

  func validate() throws {
    if output == "-", console.json {
      throw ValidationError("--json and --output - both write to standard output; choose one.")
    }
  }
}

extension PredictCommand {
  func run() throws {
    try OutputFiles.check(
      [output].compactMap(\.self) + rows.all + nearest.all, inputs: [model, input])
    ProgressBar.start(quiet: console.quiet)
    let digest = console.json ? InputDigest(path: input) : nil
    let threads = threading.threads ?? ParallelChunks.defaultThreadCount

    var clock = StageClock()
    let fitted = try clock.time("read") { try LoadedModel(path: model) }
    try fitted.check(rows)
    let placed =
      if let format = try sparse.format(of: input) {
        try placeSparse(format, fitted, threads, &clock)
      } else {
        try placeTable(fitted, threads, &clock)
      }
    try clock.time("write") {
      var files = OutputFiles()
      if let output {
        try files.write(output) { file in
          try LabelWriter.write(
            labels: placed.labels, probabilities: placed.probabilities,
            identifiers: placed.identifiers, to: file, progress: ProgressBar.observer)
        }
      }
      try fitted.writeRowNumbers(
        of: placed.rows, rows, identifiers: placed.identifiers, into: &files, threads: threads)
      try fitted.writeNearest(of: placed.rows, nearest, into: &files, threads: threads)
      try files.commit()
    }

    ProgressBar.clear()
    let outcome = PredictOutcome(
      model: fitted, modelPath: model, input: input, inputSHA256: digest?.wait(),
      output: output, rows: rows, nearest: nearest, labels: placed.labels,
      columnCount: placed.columnCount,
      unknownCategories: placed.unknownCategories, threads: threads, clock: clock)
    console.warn(outcome.warnings)
    guard output != "-" else { return }
    try console.show(PredictRecord(outcome)) {
      PredictSummary(outcome: outcome, terminal: .output).text
    }
  }
}
