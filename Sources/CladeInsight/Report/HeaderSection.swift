import Clade

extension ReportPage {
  /// "3 groups", "1 group", "No groups".
  var headline: String {
    report.clusterCount == 0 ? "No groups" : Self.count(report.clusterCount, "group")
  }

  /// What was found, how, and the facts of the run.
  var header: String {
    let n = report.data.rowCount
    let from = tableColumnCount.map { ", from \(Self.count($0, "column"))" } ?? ""
    let reasons = report.reasons.map { "<li>\(Markup.escaped($0))</li>" }.joined()
    let curve = report.criterion.map { CriterionPlot(curve: $0).figure(id: "criterion") } ?? ""
    let why =
      reasons.isEmpty && curve.isEmpty
      ? ""
      : """
      <div class="why"><div><h2>Why \(headline.lowercased())</h2>\
      \(reasons.isEmpty ? "" : "<ul>\(reasons)</ul>")</div>\
      \(curve.isEmpty ? "" : "<div>\(curve)</div>")</div>
      """
    return """
      <header><p class="eyebrow">\(Markup.name(report.title, width: 120))</p>
      <h1>\(headline)</h1>
      <p class="lead">in \(Self.count(n, "row")), found by \
      \(Markup.escaped(Markup.shortened(report.method, width: 60)))\(from).</p>
      <dl class="facts">\(facts)</dl></header>
      \(Self.warnings(report.warnings))
      \(why)
      """
  }

  /// The number of the table's columns that were used.
  private var tableColumnCount: Int? {
    let columns = profiles.clusters.first { $0.size > 0 }?.columns ?? profiles.noise?.columns
    return columns?.count
  }

  private var facts: String {
    var facts: [(term: String, value: String, note: String)] = []
    if let clusterability = report.clusterability {
      facts.append(
        ("Clusterability", Self.score(clusterability), "how far the data falls into groups, 0–1"))
    }
    if let silhouettes {
      facts.append(
        ("Mean silhouette", Self.score(silhouettes.mean), "1: compact and apart; 0: on the border"))
    }
    let sizes = profiles.clusters.map(\.size)
    if let largest = sizes.max(), let smallest = sizes.min(), sizes.count > 1 {
      facts.append(
        (
          "Largest, smallest", "\(NumberFormat.count(largest)), \(NumberFormat.count(smallest))",
          "rows in a group"
        ))
    }
    if let noise = profiles.noise {
      facts.append(
        (
          "Noise", NumberFormat.count(noise.size),
          Self.percent(noise.share) + " of the rows"
        ))
    }
    let used = report.columns.count { $0.isUsed }
    if !report.columns.isEmpty {
      facts.append(
        (
          "Columns used", "\(used) of \(report.columns.count)",
          "<a href=\"#columns\">how and why</a>"
        ))
    }
    let missing = report.columns.lazy.filter(\.isUsed).map(\.missingCount).reduce(0, +)
    if missing > 0 {
      facts.append(("Missing values", NumberFormat.count(missing), "in the columns used"))
    }
    return facts.map { fact in
      "<div><dt>\(fact.term)</dt><dd><b>\(fact.value)</b>"
        + "<span>\(fact.note)</span></dd></div>"
    }.joined()
  }

  /// What a person should know before believing the result.
  static func warnings(_ warnings: [String]) -> String {
    guard !warnings.isEmpty else { return "" }
    let items = warnings.map { "<li>\(Markup.escaped($0))</li>" }.joined()
    return "<aside class=\"warnings\" aria-label=\"Warnings\"><ul>\(items)</ul></aside>"
  }
}
