import ArgumentParser
import Clade

@main
struct CladeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "clade",
    abstract: "Finds the groups in data.",
    version: cladeVersion)
}
