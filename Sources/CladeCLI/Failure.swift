import ArgumentParser
import CladeCore
import Foundation

/// Ends the process with a message of one or two lines and an exit code.
enum Failure {
  /// Reports `error` on standard error (a request for help or the version on standard output) and
  /// exits.
  static func report(_ error: any Error) -> Never {
    switch error {
    case let error as CladeError:
      end(error.description, ExitStatus(error))
    case is StandardOutput.ReaderGone:
      // `clade … | head`: whoever read has what they wanted.
      exit(ExitStatus.done.rawValue)
    case is CancellationError:
      end("interrupted", .software)
    default:
      let code = CladeCommand.exitCode(for: error)
      if code == .success { CladeCommand.exit(withError: error) }
      if code == .validationFailure {
        end(CladeCommand.message(for: error) + "\n" + helpHint, .usage)
      }
      end("\(error) (this is a bug in clade \(cladeVersion); please report it)", .software)
    }
  }

  /// Where the command explains itself, for the verb that was called.
  private static var helpHint: String {
    let verbs = CladeCommand.configuration.subcommands.map { $0._commandName }
    let verb = CommandLine.arguments.dropFirst().first { verbs.contains($0) }
    return "See 'clade \(verb.map { $0 + " " } ?? "")--help'."
  }

  private static func end(_ message: String, _ status: ExitStatus) -> Never {
    ProgressBar.clear()
    StandardError.write("clade: \(message)\n")
    exit(status.rawValue)
  }
}
