import ArgumentParser
import Clade

/// The `clade` command: a verb, its input, and options.
struct CladeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "clade",
    abstract: "Finds the groups in data.",
    discussion: """
      One command, no parameter: reads a table, prepares its columns, finds how many groups there \
      are, and says what each is like.

        clade fit penguins.csv
        clade fit penguins.csv -o labels.csv -m model.json -r page.html
        clade predict model.json new.csv -o labels.csv
        clade cut tree.npy -k 5
        clade evaluate labels.csv --truth species.csv
        clade generate blobs -o blobs.csv

      The same data gives the same answer: for any number of threads, any processor, and any order \
      of the rows.

      Exit codes: 0 done, 64 wrong usage, 65 bad data, 66 no input, 70 a bug, 73 cannot write, \
      130 interrupted.
      Shell completions: clade --generate-completion-script bash|zsh|fish
      """,
    version: cladeVersion,
    subcommands: [
      FitCommand.self, PredictCommand.self, CutCommand.self, EvaluateCommand.self,
      GenerateCommand.self,
    ])
}
