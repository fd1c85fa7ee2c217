import CladeInsight

/// What `clade predict` tells a person.
struct PredictSummary {
  let outcome: PredictOutcome
  let terminal: Terminal

  /// More groups are left out; the labels have them all.
  private static let mostGroups = 100

  /// The whole text.
  var text: String {
    let rows = outcome.rowCount
    let input = TextLayout.fit(
      outcome.input == "-" ? "standard input" : outcome.input, terminal.width - 45)
    let headline =
      terminal.bold("\(NumberFormat.count(rows)) \(rows == 1 ? "row" : "rows")") + " of \(input)"
      + " in \(outcome.sizes.count) \(outcome.sizes.count == 1 ? "group" : "groups")"
      + "  (\(outcome.method.rawValue))"
    let width =
      max(
        4,
        NumberFormat.count(max(outcome.sizes.max() ?? 0, rows - outcome.sizes.reduce(0, +))).count)
      + 2
    let head =
      TextLayout.right("group", 6) + TextLayout.right("rows", width) + TextLayout.right("share", 9)
    var lines = [headline, "", terminal.faint(head)]
    for (group, size) in outcome.sizes.prefix(Self.mostGroups).enumerated() {
      lines.append(
        TextLayout.right("\(group)", 6) + TextLayout.right(NumberFormat.count(size), width)
          + TextLayout.right(NumberFormat.percent(Double(size) / Double(max(1, rows))), 9))
    }
    if outcome.sizes.count > Self.mostGroups {
      let others = NumberFormat.count(outcome.sizes.count - Self.mostGroups)
      lines.append("   … and \(others) more groups")
    }
    let noise = rows - outcome.sizes.reduce(0, +)
    if noise > 0 {
      lines.append(
        TextLayout.right("noise", 6) + TextLayout.right(NumberFormat.count(noise), width)
          + TextLayout.right(NumberFormat.percent(Double(noise) / Double(rows)), 9))
    }
    lines.append("")
    let written =
      [outcome.output].compactMap(\.self) + outcome.rows.all + outcome.nearest.all
    if !written.isEmpty { lines.append("Written   " + written.joined(separator: ", ")) }
    let seconds = outcome.seconds
    lines.append(
      "Time      \(NumberFormat.seconds(seconds.total)) (read \(NumberFormat.seconds(seconds["read"])), "
        + "predict \(NumberFormat.seconds(seconds["predict"])))")
    return lines.joined(separator: "\n") + "\n"
  }
}
