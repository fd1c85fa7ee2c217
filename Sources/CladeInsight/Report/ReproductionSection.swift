extension ReportPage {
  /// How to get the same result again, and how long it took.
  var reproductionSection: String {
    Self.reproductionSection(
      report.reproduction, timings: report.timings,
      shape: "\(NumberFormat.count(report.data.rowCount)) × "
        + "\(NumberFormat.count(report.data.columnCount)) after preparation")
  }

  /// The section for any page.
  ///
  /// - Parameters:
  ///   - facts: What is needed to get the same result again.
  ///   - timings: How long each step took.
  ///   - shape: The rows and columns, for a person.
  static func reproductionSection(
    _ facts: Reproduction, timings: [Report.Timing], shape: String
  ) -> String {
    var rows: [(String, String)] = [("Clade", Markup.escaped(facts.version))]
    if let input = facts.input { rows.append(("Input", Markup.escaped(input))) }
    if let digest = facts.sha256 {
      rows.append(("SHA-256", "<code>\(Markup.escaped(digest))</code>"))
    }
    rows.append(("Rows × columns", shape))
    rows += facts.parameters.map {
      (Markup.escaped($0.name), "<code>\(Markup.escaped($0.value))</code>")
    }
    let list = rows.map { "<div><dt>\($0.0)</dt><dd>\($0.1)</dd></div>" }.joined()
    let command = facts.command.map { "<pre><code>\(words($0))</code></pre>" } ?? ""
    return section(
      "again", "How to get the same result again",
      "The same data and parameters give the same groups on every machine, for any number of threads "
        + "and any order of the rows.",
      """
      \(command)<dl class="list">\(list)</dl>
      \(Self.timings(timings))
      """)
  }

  /// A command in words that stay whole where a line ends; browsers would break it behind a dash.
  static func words(_ command: String) -> String {
    command.split(separator: " ", omittingEmptySubsequences: false)
      .map { $0.isEmpty ? "" : "<span>\(Markup.escaped(String($0)))</span>" }
      .joined(separator: " ")
  }

  private static func timings(_ timings: [Report.Timing]) -> String {
    guard !timings.isEmpty else { return "" }
    let parts = timings.map {
      "<span>\(Markup.escaped($0.name)) <b>\(NumberFormat.seconds($0.seconds).replacing("<", with: "&lt;"))</b></span>"
    }
    return "<p class=\"timings\">\(parts.joined(separator: " "))</p>"
  }
}
