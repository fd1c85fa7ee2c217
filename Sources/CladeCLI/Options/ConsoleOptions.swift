import ArgumentParser

/// What every verb can be told about its output on the terminal.
struct ConsoleOptions: ParsableArguments {
  @Flag(help: "Print one JSON object instead of the summary.")
  var json = false

  @Flag(name: .shortAndLong, help: "No summary, no progress, no warnings; errors are still shown.")
  var quiet = false

  /// Prints `record` under `--json`, otherwise `summary`; nothing when quiet (but JSON that was
  /// asked for).
  func show(_ record: @autoclosure () -> some Encodable, summary: () -> String) throws {
    if json {
      try JSONOutput.write(record())
    } else if !quiet {
      try StandardOutput.write(summary())
    }
  }

  /// Prints warnings on standard error.
  func warn(_ warnings: [String]) {
    guard !quiet else { return }
    for warning in warnings { StandardError.warn(warning) }
  }
}

/// How many threads a verb uses.
struct ThreadOptions: ParsableArguments {
  @Option(help: "Threads to use; the answer is the same for any number. (default: one per core)")
  var threads: Int?

  func validate() throws {
    if let threads, threads < 1 {
      throw ValidationError("--threads can't be \(threads): give 1 or more.")
    }
    if let threads, threads > 1024 {
      throw ValidationError("--threads can't be \(threads): give 1024 or less.")
    }
  }
}
