import ArgumentParser
import CladeTables

/// Which columns describe the rows, and how they are brought to one scale.
struct PreparingOptions: ParsableArguments {
  @Option(
    help: """
      How numbers are brought to one scale: by mean and deviation, by median and quartiles, to 0 \
      to 1, or not at all.
      """)
  var scale: Scaling = .standard

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Cluster by these columns only.", valueName: "name"))
  var columns: [String] = []

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Leave these columns out.", valueName: "name"))
  var ignore: [String] = []

  @Option(
    help: ArgumentHelp(
      "A column with the true groups: kept aside, and used for scores only.", valueName: "name"))
  var labelColumn: String?
}

extension Scaling: ExpressibleByArgument {}
