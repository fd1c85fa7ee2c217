import ArgumentParser
import CladeTables

/// Which columns describe the rows, and how they are brought to one scale.
struct PreparingOptions: ParsableArguments {
  @Option(
    name: .customLong("scale"),
    help: """
      How numbers are brought to one scale: by mean and deviation, by median and quartiles, to 0 \
      to 1, or not at all. (default: standard; none for spherical, whose \
      directions start from 0, for degrees with --metric haversine, and for series with dtw)
      """)
  var givenScale: Scaling?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Cluster by these columns only.", valueName: "name"))
  var columns: [String] = []

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Leave these columns out.", valueName: "name"))
  var ignore: [String] = []

  @Flag(
    help: """
      --metric precomputed: where the two distances of a pair of rows differ, take their mean.
      """)
  var symmetrize = false

  @Flag(
    name: .customLong("float32"),
    help: """
      kmedoids with --metric precomputed: hold distances in single precision, half the memory; NPY of \
      float32 is mapped rather than read.
      """)
  var isSinglePrecision = false

  @Option(
    help: ArgumentHelp(
      "A column with the true groups: kept aside, and used for scores only.", valueName: "name"))
  var labelColumn: String?
}

extension PreparingOptions {
  /// How numbers are brought to one scale for most methods.
  var scale: Scaling { givenScale ?? .standard }

  /// How numbers are brought to one scale for a method.
  func scale(for options: MethodOptions) -> Scaling {
    givenScale ?? options.method.implementation.scaling(options)
  }
}

extension Scaling: ExpressibleByArgument {}
