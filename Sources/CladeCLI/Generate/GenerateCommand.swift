import ArgumentParser

/// `clade generate`: data whose groups are known.
struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Makes data whose groups are known.",
    discussion: """
      For trying things out, and for measuring: `clade generate blobs | clade fit - --label-column \
      label`.
      """,
    subcommands: [
      GenerateBlobsCommand.self, GenerateShapesCommand.self, GenerateStarFieldCommand.self,
    ])
}
