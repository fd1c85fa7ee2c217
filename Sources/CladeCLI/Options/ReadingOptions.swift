import ArgumentParser
import CladeTables

/// How a table is read, for every verb that reads one. What isn't given is found out from the data.
struct ReadingOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "What stands between fields: a character, or comma, semicolon, tab, pipe, whitespace.",
      valueName: "character"))
  var delimiter: String?

  @Flag(
    inversion: .prefixedNo,
    help: "Whether the first row holds the columns' names. (default: found out)")
  var header: Bool?

  @Option(help: "How letters are spelled. (default: utf8, or latin1 where that can't be)")
  var encoding: TextEncoding?

  @Flag(help: "Numbers have a decimal comma, as in 3,14.")
  var decimalComma = false

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "How a missing value is spelled, besides an empty field and NA N/A NaN null ? -.",
      valueName: "spelling"))
  var missing: [String] = []

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Read these columns as text although they hold numbers, such as postal codes.",
      valueName: "name"))
  var text: [String] = []

  @Option(help: "The array to read from an NPZ file that holds several.")
  var array: String?

  /// The options as the reader takes them.
  func readOptions() throws -> ReadOptions {
    var options = ReadOptions()
    options.delimiter = try delimiter.map { try Delimiter($0) }
    options.header = header
    options.encoding = encoding
    options.decimalComma = decimalComma
    options.missing += missing
    options.textColumns = text
    options.array = array
    return options
  }
}

extension TextEncoding: ExpressibleByArgument {}
