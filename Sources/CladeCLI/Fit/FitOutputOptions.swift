import ArgumentParser
import CladeTables

/// The files that a fit writes.
struct FitOutputOptions: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      """
      A line for each row, in order: its label and probability. By the name's ending: .csv, .npy \
      or .jsonl; - is standard output.
      """, valueName: "labels.csv"))
  var output: String?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("What `clade predict` needs to label new rows.", valueName: "model.json"))
  var model: String?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "A page to look at, one file: the groups, how sure they are, what each is like.",
      valueName: "page.html"))
  var report: String?

  @Option(
    help: ArgumentHelp(
      "The picture of the groups alone: a map where --metric is haversine, else their first two principal components.",
      valueName: "map.svg"))
  var picture: String?

  @Option(
    help: ArgumentHelp(
      "kmeans, kmedian, two-level: the centers, k × d in prepared units, which --init takes.",
      valueName: "centers.npy"))
  var centers: String?

  @OptionGroup(title: "Numbers of each row") var rows: RowOutputOptions
  @OptionGroup(title: "Nearest centers") var nearest: NearestOptions
}

extension FitOutputOptions {
  /// The paths of all outputs that were asked for.
  var all: [String] {
    [output, model, report, picture, centers].compactMap(\.self) + rows.all + nearest.all
  }
}
