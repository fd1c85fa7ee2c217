import ArgumentParser
import CladeCore
import Foundation

/// Ends the process with a message of one or two lines and an exit code.
enum Failure {
  /// Reports `error` on standard error (a request for help or the version on standard output) and
  /// exits.
  static func report(_ error: any Error) -> Never {
    switch error {
    case CladeError.invalidParameter(let name, let value, let reason):
      let error = CladeError.invalidParameter(
        name: UsageMessage.option(of: name, help: help), value: value, reason: reason)
      end(error.description, ExitStatus(error))
    case let error as CladeError:
      end(error.description, ExitStatus(error))
    case is StandardOutput.ReaderGone:
      // `clade … | head`: whoever read has what they wanted.
      exit(ExitStatus.done.rawValue)
    case let code as ExitCode:
      exit(code.rawValue)
    case is CancellationError:
      end("interrupted", .software)
    default:
      let code = CladeCommand.exitCode(for: error)
      if code == .success { CladeCommand.exit(withError: error) }
      if code == .validationFailure {
        let message = UsageMessage.rewritten(CladeCommand.message(for: error), help: help)
        end(message + "\n" + helpHint, .usage)
      }
      end("\(error) (this is a bug in clade \(cladeVersion); please report it)", .software)
    }
  }

  /// Refuses long names of options behind a single dash, which the parser takes for several short
  /// ones.
  static func checkDashes() throws {
    let words = CommandLine.arguments.dropFirst()
    if let word = CommandArguments.missingDash(in: words, help: { help }) {
      throw ValidationError("\(word) is written with two dashes: -\(word).")
    }
  }

  /// The verbs that were called, outermost first: `generate`, `blobs`.
  private static var verbs: [ParsableCommand.Type] {
    var verbs: [ParsableCommand.Type] = [CladeCommand.self]
    for word in CommandLine.arguments.dropFirst() {
      guard let current = verbs.last,
        let next = current.configuration.subcommands.first(where: { $0._commandName == word })
      else { continue }
      verbs.append(next)
    }
    return verbs
  }

  /// What the verb that was called says of its options.
  private static var help: String {
    CladeCommand.helpMessage(for: verbs.last ?? CladeCommand.self, columns: 200)
  }

  /// Where the command explains itself, for the verb that was called.
  private static var helpHint: String {
    "See '\((verbs.map { $0._commandName } + ["--help"]).joined(separator: " "))'."
  }

  private static func end(_ message: String, _ status: ExitStatus) -> Never {
    ProgressBar.clear()
    StandardError.write("clade: \(message)\n")
    exit(status.rawValue)
  }
}
