extension ReportPage {
  /// How to get the same result again, and how long it took.
  var reproductionSection: String {
    let facts = report.reproduction
    var rows: [(String, String)] = [("Clade", Markup.escaped(facts.version))]
    if let input = facts.input { rows.append(("Input", Markup.escaped(input))) }
    if let digest = facts.sha256 {
      rows.append(("SHA-256", "<code>\(Markup.escaped(digest))</code>"))
    }
    rows.append(
      (
        "Rows × columns",
        "\(NumberFormat.count(report.data.rowCount)) × "
          + "\(NumberFormat.count(report.data.columnCount)) after preparation"
      ))
    rows += facts.parameters.map {
      (Markup.escaped($0.name), "<code>\(Markup.escaped($0.value))</code>")
    }
    let list = rows.map { "<div><dt>\($0.0)</dt><dd>\($0.1)</dd></div>" }.joined()
    let command = facts.command.map { "<pre><code>\(Markup.escaped($0))</code></pre>" } ?? ""
    return Self.section(
      "again", "How to get the same result again",
      "The same data and parameters give the same groups on every machine, for any number of threads "
        + "and any order of the rows.",
      """
      \(command)<dl class="list">\(list)</dl>
      \(timings)
      """)
  }

  private var timings: String {
    guard !report.timings.isEmpty else { return "" }
    let parts = report.timings.map {
      "<span>\(Markup.escaped($0.name)) <b>\(NumberFormat.seconds($0.seconds).replacing("<", with: "&lt;"))</b></span>"
    }
    return "<p class=\"timings\">\(parts.joined(separator: " "))</p>"
  }
}
