import ArgumentParser

/// How rows are labelled as they come.
struct StreamOptions: ParsableArguments {
  @Flag(
    help: """
      Label rows as they come, in bounded memory, by online k-means: a label a line on standard \
      output, or in --output. Reads standard input unless an input is given; CSV or JSON Lines, \
      numbers only. Ctrl-C or kill ends the stream: the rows so far get their labels, --output and \
      --model are written, and the exit code is 130 or 143. A second one ends at once and writes \
      nothing.
      """)
  var stream = false

  @Option(
    help: ArgumentHelp(
      """
      The rows that --scale looks at, after which scales stay as they are. They get their labels \
      when all of them have come; with --scale none the first row gets its own at once. \
      (default: 256)
      """, valueName: "rows"))
  var scaleRows: Int?

  static let defaultScaleRows = 256
}

extension StreamOptions {
  /// Refuses what a stream can't have.
  func check(_ fit: FitCommand) throws {
    guard stream else {
      if scaleRows != nil { throw ValidationError("--scale-rows goes with --stream.") }
      return
    }
    guard fit.method.method == .online else {
      throw ValidationError(
        "--stream goes with --method online, not with \(fit.method.method.rawValue).")
    }
    let unavailable = [
      ("--report", fit.outputs.report != nil), ("--picture", fit.outputs.picture != nil),
      ("--memory", fit.large.memory != nil),
      ("--raw", fit.large.raw != nil), ("--label-column", fit.preparing.labelColumn != nil),
      ("--text", !fit.reading.text.isEmpty), ("--array", fit.reading.array != nil),
      ("--vocabulary", fit.vocabulary != nil), ("--format", fit.sparse.format != nil),
    ]
    for (name, isGiven) in unavailable where isGiven {
      throw ValidationError("\(name) doesn't go with --stream; leave one of them out.")
    }
    if let scaleRows, scaleRows < 2 {
      throw ValidationError("--scale-rows can't be \(scaleRows): give 2 or more.")
    }
    if fit.preparing.scale == .robust {
      throw ValidationError(
        "--scale robust needs all rows in memory; use standard, minmax or none.")
    }
    if let output = fit.outputs.output, output.lowercased().hasSuffix(".npy") {
      throw ValidationError(
        "labels of a stream can't be written as .npy, which says first how many there are; use "
          + ".csv or .jsonl.")
    }
    if fit.console.json, fit.outputs.output == nil {
      throw ValidationError(
        "--json and the labels both go to standard output; give the labels a file with --output.")
    }
  }
}
