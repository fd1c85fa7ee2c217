extension ReportPage {
  /// Up to so many groups, the table of profiles has room for numbers in its cells.
  private static let numberLimit = 10
  private static let cellLimit = 6000
  private static let cardTraits = 7

  /// What each group is like: all of them side by side, then a card each.
  var profileSection: String {
    guard report.clusterCount > 0, !traits.isEmpty else { return "" }
    let shown = min(report.clusterCount, Self.tableLimit)
    let rows = traits.prefix(max(12, min(40, Self.cellLimit / shown)))
    var notes: [String] = []
    if report.clusterCount > 1 {
      notes.append(
        "Colour is a group's mean less that of all rows, in standard deviations of the column; "
          + "columns are in the order of how much of their variance the groups explain.")
    }
    if shown <= Self.numberLimit {
      notes.append(
        "Numbers are means ± standard deviations in the table's own units; shares for categories.")
    }
    if rows.count < traits.count {
      notes.append(
        "The \(rows.count) of \(NumberFormat.count(traits.count)) that tell the groups apart best.")
    }
    if shown < report.clusterCount {
      notes.append("The first \(shown) of \(NumberFormat.count(report.clusterCount)) groups.")
    }
    let wide = shown > Self.numberLimit
    var content = report.clusterCount > 1 ? legend : ""
    content += table(Array(rows), groups: shown, numbers: !wide, id: "profiles")
    if wide {
      let caption = "The same in the table’s own units"
      content += """
        <details><summary>\(caption)</summary>\
        \(table(Array(rows.prefix(max(8, 2500 / shown))), groups: shown, numbers: true, id: "profiles"))\
        </details>
        """
    }
    if report.clusterCount > 1 { content += cards }
    let heading = report.clusterCount > 1 ? "What each group is like" : "What the group is like"
    return Self.section(
      "profiles", heading, notes.joined(separator: " "), content)
  }

  private var legend: String {
    let steps = (-ReportStyle.levels...ReportStyle.levels).map { level in
      "<i class=\"\(Self.level(Double(level) / Double(ReportStyle.levels) * 2))\"></i>"
    }
    return """
      <p class="legend" aria-hidden="true"><span>−2 or less</span><span class="ramp">\
      \(steps.joined())</span><span>+2 or more</span></p>
      """
  }

  /// The class of a cell for a standardized difference.
  private static func level(_ value: Double) -> String {
    let level = min(
      ReportStyle.levels, Int((value.magnitude / 2 * Double(ReportStyle.levels)).rounded()))
    return level == 0 ? "z" : (value > 0 ? "p\(level)" : "m\(level)")
  }

  private func table(_ traits: [Trait], groups: Int, numbers: Bool, id: String) -> String {
    let groups = order.prefix(groups)
    let heads = groups.map { "<th scope=\"col\">\(chip(Int32($0)))</th>" }
    let explained = report.clusterCount > 1
    let alone = report.clusterCount == 1 && profiles.noise == nil
    let rows = traits.map { trait in
      let cells = groups.map { group -> String in
        guard let cell = trait.cells[group] else { return "<td></td>" }
        let spread = cell.spread.isEmpty ? "" : " ± \(cell.spread)"
        let title = "\(cell.value)\(spread), \(Self.signed(cell.standardized)) sd"
        let content =
          numbers
          ? "\(cell.value)\(cell.spread.isEmpty ? "" : "<small>±\(cell.spread)</small>")" : ""
        return "<td class=\"\(Self.level(cell.standardized))\" title=\"\(title)\">"
          + "\(content)</td>"
      }
      let name =
        Markup.name(trait.column, width: 32)
        + (trait.category.map { " <span class=\"value\">\(Markup.name($0, width: 24))</span>" }
          ?? "")
      return """
        <tr><th scope="row">\(name)</th>\
        \(explained ? "<td class=\"num quiet\">\(Self.percent(trait.explained))</td>" : "")\
        \(alone ? "" : "<td class=\"num quiet\">\(trait.overall)</td>")\
        \(cells.joined())</tr>
        """
    }
    return """
      <div class="scroll" tabindex="0" role="region" aria-labelledby="\(id)">\
      <table class="heat\(numbers ? "" : " tight")"><thead><tr><th scope="col">Column</th>\
      \(explained ? "<th scope=\"col\" class=\"num\">Explained</th>" : "")\
      \(alone ? "" : "<th scope=\"col\" class=\"num\">All rows</th>")\(heads.joined())</tr></thead>
      <tbody>\(rows.joined(separator: "\n"))</tbody></table></div>
      """
  }

  private var cards: String {
    let shown = order.map { profiles.clusters[$0] }.filter { $0.size > 0 }
      .prefix(Self.cardLimit)
    let hidden = report.clusterCount - shown.count
    let note =
      hidden > 0 ? "<p class=\"note\">The \(shown.count) first groups that have rows.</p>" : ""
    return "<div class=\"cards\">\(shown.map(card).joined(separator: "\n"))</div>\(note)"
  }

  private func card(_ profile: ClusterProfile) -> String {
    var facts = [
      Self.count(profile.size, "row"), Self.percent(profile.share),
    ]
    if report.separability.count == report.clusterCount {
      facts.append("separability \(Self.score(report.separability[Int(profile.label)]))")
    }
    // What hardly differs says nothing, but a card is never empty.
    let rows = profile.ranking.prefix(Self.cardTraits).enumerated()
      .filter { $0.offset < 3 || profile.columns[$0.element].effect >= 0.1 }
      .map { cardRow(profile.columns[$0.element]) }
    return """
      <article class="card \(map.palette.cssClass(profile.label))"><h3>\(chip(profile.label))\
      <span>\(facts.joined(separator: " · "))</span></h3>
      <table><tbody>\(rows.joined())</tbody></table></article>
      """
  }

  private func cardRow(_ column: ColumnProfile) -> String {
    let name: String
    let value: String
    let overall: String
    let standardized: Double
    switch column.summary {
    case .number(let number):
      name = Markup.name(column.name, width: 26)
      value = Self.number(number.mean, number.format)
      overall = Self.number(number.overallMean, number.format)
      standardized = number.standardizedMean
    case .categories(let categories):
      guard let category = categories.first else { return "" }
      name =
        Markup.name(column.name, width: 18)
        + " <span class=\"value\">\(Markup.name(category.value, width: 16))</span>"
      value = Self.percent(category.share)
      overall = Self.percent(category.overallShare)
      standardized = category.standardizedShare
    }
    let reach = min(standardized.magnitude / 2.5, 1) * 50
    let left = standardized < 0 ? 50 - reach : 50
    return """
      <tr><th scope="row">\(name)</th><td class="num">\(value)</td>\
      <td class="dev" title="\(Self.signed(standardized)) sd; all rows: \(overall)">\
      <span aria-hidden="true"><i class="\(standardized < 0 ? "less" : "more")" \
      style="left:\(Markup.coordinate(left))%;width:\(Markup.coordinate(reach))%"></i></span>\
      <em>\(Self.signed(standardized))</em></td></tr>
      """
  }
}
