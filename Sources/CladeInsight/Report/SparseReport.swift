import Clade

/// A page that shows what a clustering of sparse rows found, as ``Report`` does for tables: one
/// HTML file that needs nothing else. The same input gives the same bytes.
public struct SparseReport: Sendable {
  /// What was clustered, as the page's title: the file's name.
  public var title: String
  /// The method's name for a person.
  public var method: String
  /// The number of rows, n.
  public var rowCount: Int
  /// The number of columns, d.
  public var columnCount: Int
  /// The number of values that aren't 0.
  public var storedCount: Int
  /// The groups (k).
  public var groups: [SparseGroupProfile]
  /// How k was found, a sentence each.
  public var reasons: [String] = []
  /// What is needed to get the same result again.
  public var reproduction = Reproduction()
  /// How long each step took.
  public var timings: [Report.Timing] = []
  /// What a person should know before believing the result.
  public var warnings: [String] = []

  /// Creates a report; what else is known is set afterwards.
  ///
  /// - Parameters:
  ///   - title: What was clustered.
  ///   - method: The method's name for a person.
  ///   - rows: The rows (n × d).
  ///   - groups: The groups (k).
  public init(
    title: String, method: String, rows: SparseMatrix<Double>, groups: [SparseGroupProfile]
  ) {
    self.title = title
    self.method = method
    rowCount = rows.rowCount
    columnCount = rows.columnCount
    storedCount = rows.storedCount
    self.groups = groups
  }

  /// Makes the page: a whole HTML document, in UTF-8.
  ///
  /// - Complexity: O(k).
  public func html() -> String {
    let headline = ReportPage.count(groups.count, "group")
    return ReportPage.document(
      "\(headline) in \(Markup.shortened(title, width: 80))", version: reproduction.version,
      """
      <header><p class="eyebrow">\(Markup.name(title, width: 120))</p>
      <h1>\(headline)</h1>
      <p class="lead">in \(ReportPage.count(rowCount, "sparse row")), found by \
      \(Markup.escaped(method)).</p>
      <dl class="facts">\(facts)</dl></header>
      \(ReportPage.warnings(warnings))
      \(why(headline))
      \(groupSection)
      \(ReportPage.reproductionSection(reproduction, timings: timings, shape: shape))
      """)
  }

  private var shape: String {
    "\(NumberFormat.count(rowCount)) × \(NumberFormat.count(columnCount))"
  }

  private func why(_ headline: String) -> String {
    guard !reasons.isEmpty else { return "" }
    let items = reasons.map { "<li>\(Markup.escaped($0))</li>" }.joined()
    return
      "<div class=\"why\"><div><h2>Why \(headline.lowercased())</h2><ul>\(items)</ul></div></div>"
  }

  private var facts: String {
    let sizes = groups.map(\.size)
    let total = groups.reduce(0) { $0 + $1.cohesion * Double($1.size) }
    let facts = [
      ("Columns", NumberFormat.count(columnCount), "of each row"),
      (
        "Values a row",
        NumberFormat(decimals: 1).string(Double(storedCount) / Double(max(1, rowCount))),
        "that aren't 0, on average"
      ),
      (
        "Mean cosine", ReportPage.score(total / Double(max(1, rowCount))),
        "of a row and its center; 1: the same direction"
      ),
      (
        "Largest, smallest",
        "\(NumberFormat.count(sizes.max() ?? 0)), \(NumberFormat.count(sizes.min() ?? 0))",
        "rows in a group"
      ),
    ]
    return facts.map { "<div><dt>\($0.0)</dt><dd><b>\($0.1)</b><span>\($0.2)</span></dd></div>" }
      .joined()
  }

  // MARK: The groups

  private var groupSection: String {
    let palette = GroupPalette(centers: groups.map { _ in nil })
    let largest = groups.map(\.share).max() ?? 1
    var rows = groups.prefix(ReportPage.listLimit).map { row($0, palette, largest: largest) }
    let hidden = groups.count - rows.count
    if hidden > 0 {
      rows.append(
        "<tr><td colspan=\"5\" class=\"more\">and \(NumberFormat.count(hidden)) more</td></tr>")
    }
    return ReportPage.section(
      "groups", "Groups",
      "Groups have the numbers that they have in the file of labels. Cohesion: the mean cosine "
        + "between a group's rows and its center. Strongest columns: those with the largest weight "
        + "in the center, whose length is 1.",
      """
      <div class="scroll" tabindex="0" role="region" aria-labelledby="groups">\
      <table class="groups\(groups.count > 12 ? " dense" : "")"><thead><tr>\
      <th scope="col">Group</th><th scope="col" class="num">Rows</th><th scope="col">Share</th>\
      <th scope="col">Cohesion</th><th scope="col">Strongest columns</th></tr></thead>
      <tbody>\(rows.joined(separator: "\n"))</tbody></table></div>
      """)
  }

  private func row(
    _ group: SparseGroupProfile, _ palette: GroupPalette, largest: Double
  ) -> String {
    let style = palette.cssClass(group.label)
    let columns = group.topColumns.map { column in
      let weight = ReportPage.number(column.value, NumberFormat(decimals: 2))
      return "<li>\(Markup.name(column.name, width: 36)) <b>\(weight)</b></li>"
    }
    return """
      <tr><th scope="row"><span class="chip \(style)"></span>\(group.label)</th>\
      <td class="num">\(NumberFormat.count(group.size))</td>\
      <td class="bar">\(ReportPage.bar(group.share / max(largest, .leastNormalMagnitude), style))\
      \(ReportPage.percent(group.share))</td>\
      <td class="bar">\(ReportPage.bar(group.cohesion, style))\(ReportPage.score(group.cohesion))</td>\
      <td class="apart"><ul>\(columns.joined())</ul></td></tr>
      """
  }
}
