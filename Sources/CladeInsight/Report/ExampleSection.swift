extension ReportPage {
  /// A row of the table for each group, where the method chooses rows that stand for others.
  var exampleSection: String {
    guard !report.examples.isEmpty else { return "" }
    let byLabel = Dictionary(
      report.examples.map { (Int($0.label), $0) }, uniquingKeysWith: { first, _ in first })
    let shown = order.compactMap { byLabel[$0] }.prefix(Self.listLimit)
    var rows = shown.map { example in
      let values = example.values.prefix(8).map { value in
        "<li>\(Markup.name(value.column, width: 36)) <b>\(Markup.name(value.text, width: 36))</b></li>"
      }
      let name = example.name ?? "row \(NumberFormat.count(example.row + 1))"
      return "<tr><th scope=\"row\">\(chip(example.label))</th><td>\(Markup.name(name, width: 40))"
        + "</td><td class=\"apart\"><ul>\(values.joined())</ul></td></tr>"
    }
    let hidden = report.examples.count - rows.count
    if hidden > 0 {
      rows.append(
        "<tr><td colspan=\"3\" class=\"more\">and \(NumberFormat.count(hidden)) more</td></tr>")
    }
    return Self.section(
      "examples", "A row for each group",
      "The medoids: rows of the table, of each group the one that the others are least unlike in sum. "
        + "Rows are counted from 1.",
      """
      <div class="scroll" tabindex="0" role="region" aria-labelledby="examples">\
      <table class="groups"><thead><tr><th scope="col">Group</th><th scope="col">Row</th>\
      <th scope="col">Values</th></tr></thead>
      <tbody>\(rows.joined(separator: "\n"))</tbody></table></div>
      """)
  }
}
