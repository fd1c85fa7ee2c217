import ArgumentParser
import Clade
import CladeInsight
import CladeTables

/// `clade cut`: cuts a dendrogram into groups.
struct CutCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cut",
    abstract: "Cuts a dendrogram into groups.",
    discussion: """
      The tree is a linkage matrix as SciPy, fastcluster and `clade fit --linkage` write it (NPY), or \
      Newick text with lengths of branches. Nothing is fitted again. Without -k and --cut the tree is \
      cut where merges grow the most from one to the next.

        clade fit points.csv --method average --linkage tree.npy
        clade cut tree.npy -k 5 -o labels.csv
        clade cut tree.npy --cut height:2.5 --json
        clade cut tree.nwk --cut inconsistent:1.15 -o labels.npy
        clade cut tree.npy --newick tree.nwk
      """)

  @Argument(help: ArgumentHelp("The tree; - for standard input.", valueName: "tree.npy"))
  var tree: String

  @Option(
    name: .customShort("k"), help: ArgumentHelp("The number of groups.", valueName: "groups"))
  var k: Int?

  @Option(
    help: ArgumentHelp(
      "Where to cut: height:X makes all merges up to that height, inconsistent:X those that are no more above the ones below them.",
      valueName: "where"))
  var cut: CutOption?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "A line for each row, in order: its label. By the name's ending: .csv, .npy or .jsonl; - is standard output.",
      valueName: "labels.csv"))
  var output: String?

  @Option(
    help: ArgumentHelp("The tree as SciPy's linkage matrix.", valueName: "tree.npy"))
  var linkage: String?

  @Option(help: ArgumentHelp("The tree as Newick text.", valueName: "tree.nwk"))
  var newick: String?

  @OptionGroup(title: "Terminal") var console: ConsoleOptions

  func validate() throws {
    _ = try CutOption.cut(k: k, cut)
    if output == "-", console.json {
      throw ValidationError("--json and --output - both write to standard output; choose one.")
    }
  }

  func run() throws {
    try OutputFiles.check([output, linkage, newick].compactMap(\.self), inputs: [tree])
    ProgressBar.start(quiet: console.quiet)
    var clock = StageClock()
    let (dendrogram, names) = try clock.time("read") { try DendrogramReader.read(tree) }
    let place = try CutOption.cut(k: k, cut)
    let labels = try clock.time("cut") { try dendrogram.labels(place) }
    try clock.time("write") {
      var files = OutputFiles()
      if let output {
        try files.write(output) { file in
          try LabelWriter.write(
            labels: labels, identifiers: names.map { Identifiers(name: "row", words: $0) },
            to: file, progress: ProgressBar.observer)
        }
      }
      if let linkage {
        try files.write(linkage) { try NPYWriter.write(dendrogram.linkageMatrix, to: $0) }
      }
      if let newick { try files.write(newick) { try $0.write(dendrogram.newick(names: names)) } }
      try files.commit()
    }
    ProgressBar.clear()
    guard output != "-" else { return }
    let record = CutRecord(
      self, dendrogram, labels, place,
      seconds: StageSeconds(clock, stages: "read", "cut", "write"))
    try console.show(record) { record.summary(.output) }
  }
}
