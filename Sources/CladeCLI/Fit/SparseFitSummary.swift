import Clade
import CladeInsight

/// What `clade fit` tells a person of sparse rows.
struct SparseFitSummary {
  let outcome: SparseFitOutcome
  let seconds: StageSeconds
  let terminal: Terminal

  /// So many groups are listed; `--json` tells all.
  private static let listed = 40

  /// The whole text.
  var text: String {
    [headline, groups, rest].map { $0.joined(separator: "\n") + "\n" }.joined(separator: "\n")
  }

  private var headline: [String] {
    let (k, n) = (outcome.groups.count, outcome.rows.rowCount)
    let input = TextLayout.fit(
      outcome.input == "-" ? "standard input" : outcome.input, terminal.width - 40)
    let found =
      "\(NumberFormat.count(k)) \(k == 1 ? "group" : "groups") in \(NumberFormat.count(n)) rows"
    return [terminal.bold(found) + " of \(input)  (\(outcome.model.method.rawValue))"]
      + outcome.model.reasons.map { "  " + $0 }
  }

  private var groups: [String] {
    let width = max(4, NumberFormat.count(outcome.groups.map(\.size).max() ?? 0).count) + 2
    let head =
      TextLayout.right("group", 6) + TextLayout.right("rows", width) + TextLayout.right("share", 9)
      + TextLayout.right("cosine", 8) + "  "
    let room = terminal.width - TextLayout.width(head)
    var lines = [terminal.faint(head + "strongest columns")]
    for group in outcome.groups.prefix(Self.listed) {
      lines.append(
        TextLayout.right("\(group.label)", 6)
          + TextLayout.right(NumberFormat.count(group.size), width)
          + TextLayout.right(NumberFormat.percent(group.share), 9)
          + TextLayout.right(NumberFormat(decimals: 2).string(group.cohesion), 8) + "  "
          + names(group, room))
    }
    let hidden = outcome.groups.count - Self.listed
    if hidden > 0 { lines.append("       and \(NumberFormat.count(hidden)) more; see --json") }
    return lines
  }

  /// As many names as there is room for.
  private func names(_ group: SparseGroupProfile, _ room: Int) -> String {
    var line = ""
    for column in group.topColumns {
      let longer = line + (line.isEmpty ? "" : ", ") + TextLayout.safe(column.name)
      guard TextLayout.width(longer) <= room else { break }
      line = longer
    }
    if line.isEmpty, let first = group.topColumns.first { return TextLayout.fit(first.name, room) }
    return line
  }

  private var rest: [String] {
    let rows = outcome.rows
    let stored = Double(rows.storedCount) / Double(max(1, rows.rowCount))
    let stages = seconds.stages.map { "\($0.name) \(NumberFormat.seconds($0.seconds))" }
    var lines = [
      "Columns   \(NumberFormat.count(rows.columnCount)), of which a row has "
        + "\(NumberFormat(decimals: 1).string(stored)) on average (\(outcome.format.rawValue))"
    ]
    if !outcome.outputs.all.isEmpty {
      lines += TextLayout.wrap(outcome.outputs.all.joined(separator: ", "), terminal.width - 10)
        .enumerated().map { ($0 == 0 ? "Written   " : "          ") + $1 }
    }
    lines.append(
      "Time      \(NumberFormat.seconds(seconds.total)) (\(stages.joined(separator: ", ")))")
    return lines
  }
}
