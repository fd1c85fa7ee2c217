import CladeInsight

/// What a person is told of the automatic choice: the commands that give it and the next best.
struct CandidateSummary {
  /// The choice, and what else is plausible.
  let candidates: [CandidateReport]
  let terminal: Terminal

  /// The next best that are shown; the report and the JSON object have the others.
  private static let mostShown = 3

  /// Its lines; none without candidates.
  var lines: [String] {
    guard let choice = candidates.first else { return [] }
    var lines = [terminal.faint("The same directly")] + command(choice)
    let others = candidates.dropFirst()
    guard !others.isEmpty else { return lines }
    lines += ["", terminal.faint("Also plausible")]
    for other in others.prefix(Self.mostShown) {
      lines += TextLayout.wrap(other.title, terminal.width - 2).map { "  " + $0 }
      lines += command(other)
    }
    let rest = others.count - Self.mostShown
    if rest > 0 { lines.append("  … and \(rest) more, which --report and --json show.") }
    return lines
  }

  private func command(_ candidate: CandidateReport) -> [String] {
    candidate.command.lines(terminal.width - 4).map { "    " + TextLayout.safe($0) }
  }
}
