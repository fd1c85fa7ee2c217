import ArgumentParser

/// The files that `clade generate` writes.
struct GeneratedOutputOptions: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The points: .csv or .npy by the name's ending; - is standard output, as CSV.",
      valueName: "file"))
  var output = "-"

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The true labels, in a file of their own: .csv, .npy or .jsonl.", valueName: "file"))
  var truth: String?

  @Flag(help: "Write the points of an NPY file as 32-bit numbers rather than 64.")
  var float32 = false

  /// The paths of the outputs.
  var all: [String] { [output] + [truth].compactMap(\.self) }

  /// Whether the points are written as an array rather than as text.
  var isArray: Bool { output.lowercased().hasSuffix(".npy") }

  /// Whether the summary goes to standard output, as nothing else does.
  var leavesRoomForSummary: Bool { !all.contains("-") }

  /// Refuses outputs that are in each other's way.
  func check(_ console: ConsoleOptions) throws {
    if output == "-", console.json {
      throw ValidationError("--json and the points both go to standard output; give --output.")
    }
    if output == "-", truth == "-" {
      throw ValidationError("The points and the truth both go to standard output; give --output.")
    }
    if float32, !isArray {
      throw ValidationError("--float32 goes with NPY files; give --output a name in .npy.")
    }
    if truth == "-", console.json {
      throw ValidationError("--json and --truth - both write to standard output; choose one.")
    }
  }

  /// What a person should know of the files.
  var warnings: [String] {
    isArray && truth == nil
      ? ["an NPY file holds no labels; --truth writes them to a file of their own"] : []
  }
}

/// The files that were written, in the JSON object.
struct GeneratedOutputs: Encodable {
  let points: String
  let truth: String?

  init(_ options: GeneratedOutputOptions) {
    points = options.output
    truth = options.truth
  }

  /// The same for a person.
  var text: String { "Written   " + points + (truth.map { ", " + $0 } ?? "") }
}
