import ArgumentParser

/// What labels are scored against.
struct ScoringOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The column of LABELS that holds them.", valueName: "name"))
  var column: String?

  @Option(help: ArgumentHelp("A file with the true group of each row.", valueName: "file"))
  var truth: String?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Rows whose truth is this are noise and don't count, beside those that are missing or -1.",
      valueName: "label"))
  var truthNoise: [String] = []

  @Option(help: ArgumentHelp("The table that was clustered.", valueName: "file"))
  var data: String?

  @Option(
    help: ArgumentHelp(
      """
      Estimate the silhouette from about so many rows, and leave out the Dunn index: their time \
      grows with the square of the rows. (default: all rows)
      """, valueName: "rows"))
  var sample: Int?
}
