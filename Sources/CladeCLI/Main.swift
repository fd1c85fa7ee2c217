import ArgumentParser

/// The start of the process: watches for interrupts, runs the verb, and turns an error into a
/// message and an exit code.
@main
enum Main {
  static func main() {
    Interruption.watch()
    do {
      try Failure.checkDashes()
      var command = try CladeCommand.parseAsRoot(
        CommandArguments.joiningNegativeNumbers(CommandLine.arguments.dropFirst()))
      try command.run()
    } catch {
      Failure.report(error)
    }
  }
}
