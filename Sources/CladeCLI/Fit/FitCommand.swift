import ArgumentParser
import Clade
import CladeInsight
import CladeTables

/// `clade fit`: read → prepare → fit → write, a file each.
struct FitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fit",
    abstract: "Finds the groups in a table.",
    discussion: """
      Reads CSV, TSV, text separated by white space, JSON Lines, NPY and NPZ, gzipped or not, and \
      sparse rows as LIBSVM text or as SciPy saves them; what kind of file it is, is found out. \
      Numbers are standardised, missing ones become the median, categories count as much as a \
      number; identifiers, constants and free text are left out.

      Nothing needs to be said:
        clade fit penguins.csv

      Labels, a model for new rows, and a page to look at:
        clade fit penguins.csv -o labels.csv -m model.json -r page.html

      Compare with what is known:
        clade fit penguins.csv --label-column species

      Choose columns and a method:
        clade fit penguins.csv --ignore year --method kmeans -k 3
        clade fit table.tsv.gz --columns age income --method gmm

      Very many groups, and the four nearest of each row:
        clade fit big.npy --method two-level -k 1000000 --nearest 4 --nearest-output n.npy

      A tree of merges, cut into five groups, and kept to be cut again:
        clade fit penguins.csv --method average -k 5 --linkage tree.npy

      From a pipe, as JSON:
        cut -d, -f2-9 big.csv | clade fit - --json

      Documents as sparse rows, with a word a line for the columns:
        clade fit tfidf.npz --method spherical -k 50 --vocabulary words.txt -r page.html

      A file of numbers larger than memory:
        clade fit big.npy --method kmeans -k 100 --memory 2GiB -o labels.npy

      A stream, a label a line as rows come:
        tail -f readings.csv | clade fit --stream -k 5 --scale none
      """)

  @Argument(help: ArgumentHelp("The table; - for standard input.", valueName: "input"))
  var givenInput: String?

  @OptionGroup(title: "Outputs") var outputs: FitOutputOptions
  @OptionGroup(title: "Method") var method: MethodOptions
  @OptionGroup(title: "Columns") var preparing: PreparingOptions
  @OptionGroup(title: "Reading") var reading: ReadingOptions
  @OptionGroup(title: "Sparse files") var sparse: SparseOptions
  @Option(
    help: ArgumentHelp(
      "For sparse rows: what the columns are called, a word a line.", valueName: "words.txt"))
  var vocabulary: String?
  @OptionGroup(title: "Large files") var large: LargeFileOptions
  @OptionGroup(title: "Streams") var streaming: StreamOptions
  @OptionGroup(title: "Running") var threading: ThreadOptions
  @OptionGroup(title: "Terminal") var console: ConsoleOptions

  mutating func validate() throws {
    guard givenInput != nil || streaming.stream else {
      throw ValidationError("Missing expected argument '<input>'")
    }
    if streaming.stream, method.givenMethod == nil { method.givenMethod = .online }
    try method.check()
    try (method.metric ?? .euclidean).check(preparing)
    if preparing.isSinglePrecision, !method.method.implementation.takesSinglePrecision {
      throw ValidationError("--float32 goes with kmedoids, not with \(method.method.rawValue).")
    }
    try streaming.check(self)
    if outputs.output == "-", console.json {
      throw ValidationError("--json and --output - both write to standard output; choose one.")
    }
    if !streaming.stream, try large.format(of: input) != nil { try checkStreamed() }
  }

  func run() throws {
    let inputs = [input, method.initialCenters, vocabulary].compactMap(\.self)
    try checkOutputs()
    try OutputFiles.check(outputs.all + method.treeFiles, inputs: inputs)
    let places = RowPlaces(numbers: input)
    if method.method == .twoLevel { return try places.describing { try runTwoLevel() } }
    ProgressBar.start(quiet: console.quiet)
    if streaming.stream { return try runStream() }
    if let format = try large.format(of: input) {
      return try places.describing { try runStreamed(format) }
    }
    if let format = try sparse.format(of: input) { return try runSparse(format) }
    guard vocabulary == nil else {
      throw ValidationError(
        "--vocabulary names the columns of sparse rows, and \(input) is a table.")
    }
    let digest = console.json || outputs.report != nil ? InputDigest(path: input) : nil

    var clock = StageClock()
    let table = try clock.time("read") { try read() }
    let prepared = try clock.time("prepare", giving: consume table) { (table: consuming Table) in
      try prepare(consume table)
    }
    let model = try clock.time("fit") {
      try prepared.describing {
        try method.method.implementation.fit(prepared, method, threads: threads)
      }
    }
    let outcome = try describe(model, prepared, sha256: digest?.wait())
    let stages = clock.stages
    try clock.time("write") { try write(outcome, prepared, stages: stages) }

    ProgressBar.clear()
    console.warn(outcome.warnings)
    guard outputs.output != "-" else { return }
    var seconds = StageSeconds(clock, stages: "read", "prepare", "fit", "write")
    if let seed = model.seedingSeconds { seconds.parts = [("seed", seed)] }
    try console.show(FitRecord(outcome, seconds: seconds)) {
      FitSummary(outcome: outcome, seconds: seconds, terminal: .output).text
    }
  }

  /// The input: standard input for a stream from nowhere else.
  var input: String { givenInput ?? "-" }

  /// The threads that are used.
  var threads: Int { threading.threads ?? ParallelChunks.defaultThreadCount }
}
