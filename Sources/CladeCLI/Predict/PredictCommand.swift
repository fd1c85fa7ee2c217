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

  @OptionGroup(title: "Reading") var reading: ReadingOptions
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
    if let output { try OutputFiles.check([output], inputs: [model, input]) }
    ProgressBar.start(quiet: console.quiet)
    let digest = console.json ? InputDigest(path: input) : nil
    let threads = threading.threads ?? ParallelChunks.defaultThreadCount

    var clock = StageClock()
    let (fitted, table) = try clock.time("read") {
      let fitted = try LoadedModel(path: model)
      let table = try TableReader.read(
        input, options: reading.readOptions(), threads: threads, progress: ProgressBar.observer)
      return (fitted, table)
    }
    let prepared = try clock.time("prepare") {
      ProgressBar.observer(ProgressUpdate(stage: "preparing"))
      return try fitted.preparation.apply(to: table, ignored: ignore, threads: threads)
    }
    let (labels, probabilities) = try clock.time("predict") {
      ProgressBar.observer(ProgressUpdate(stage: "predicting"))
      return try fitted.predict(prepared.matrix, threads: threads)
    }
    try clock.time("write") {
      guard let output else { return }
      try LabelWriter.write(
        labels: labels, probabilities: probabilities, identifiers: prepared.identifiers,
        to: output, progress: ProgressBar.observer)
    }

    ProgressBar.clear()
    let outcome = PredictOutcome(
      model: fitted, modelPath: model, input: input, inputSHA256: digest?.wait(),
      output: output, labels: labels, columnCount: prepared.matrix.columnCount,
      unknownCategories: prepared.unknownCategories, threads: threads, clock: clock)
    console.warn(outcome.warnings)
    guard output != "-" else { return }
    try console.show(PredictRecord(outcome)) {
      PredictSummary(outcome: outcome, terminal: .output).text
    }
  }
}
