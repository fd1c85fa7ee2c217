extension ReportPage {
  private static let columnLimit = 1000

  /// What was done to each column of the table.
  var columnSection: String {
    guard !report.columns.isEmpty else { return "" }
    let anyMissing = report.columns.contains { $0.missingCount > 0 }
    let anyReason = report.columns.contains { !$0.reason.isEmpty }
    let rows = report.columns.prefix(Self.columnLimit).map { column in
      """
      <tr\(column.isUsed ? "" : " class=\"unused\"")><th scope="row">\(Markup.name(column.name, width: 120))</th>\
      <td>\(Markup.escaped(column.kind))</td><td>\(Markup.escaped(column.treatment))</td>\
      \(anyMissing ? "<td class=\"num\">\(column.missingCount == 0 ? "–" : NumberFormat.count(column.missingCount))</td>" : "")\
      \(anyReason ? "<td class=\"quiet\">\(Markup.escaped(Markup.shortened(column.reason, width: 300)))</td>" : "")</tr>
      """
    }
    let hidden = report.columns.count - rows.count
    return Self.section(
      "columns", "What was done to the columns", "",
      """
      <div class="scroll" tabindex="0" role="region" aria-labelledby="columns">\
      <table class="columns"><thead><tr><th scope="col">Column</th><th scope="col">Kind</th>\
      <th scope="col">Treatment</th>\(anyMissing ? "<th scope=\"col\" class=\"num\">Missing</th>" : "")\
      \(anyReason ? "<th scope=\"col\">Details</th>" : "")</tr></thead>
      <tbody>\(rows.joined(separator: "\n"))</tbody></table></div>\
      \(hidden > 0 ? "<p class=\"note\">and \(NumberFormat.count(hidden)) more</p>" : "")
      """)
  }
}
