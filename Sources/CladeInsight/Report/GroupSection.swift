extension ReportPage {
  /// Sizes, separability and what sets each group apart.
  var groupSection: String {
    guard report.clusterCount > 0 else { return "" }
    let hasSeparability = report.separability.count == report.clusterCount
    let alone = report.clusterCount == 1 && profiles.noise == nil
    var notes = ["Groups have the numbers that they have in the file of labels."]
    if !order.elementsEqual(order.indices) {
      notes.append("The most separable one comes first.")
    }
    if hasSeparability {
      notes.append(
        "Separability: how surely the members of a group belong to it and to no other; 1 is for sure."
      )
    }
    if !alone {
      notes.append("What sets a group apart: where it differs most from all other rows.")
    }
    let head = """
      <tr><th scope="col">Group</th><th scope="col" class="num">Rows</th>\
      <th scope="col">Share</th>\
      \(hasSeparability ? "<th scope=\"col\">Separability</th>" : "")\
      \(silhouettes == nil ? "" : "<th scope=\"col\" class=\"num\">Silhouette</th>")\
      \(alone ? "" : "<th scope=\"col\">What sets it apart</th>")</tr>
      """
    var rows = order.prefix(Self.listLimit).map {
      row(profiles.clusters[$0], hasSeparability: hasSeparability, alone: alone)
    }
    let hidden = report.clusterCount - rows.count
    if hidden > 0 {
      rows.append(
        "<tr><td colspan=\"6\" class=\"more\">and \(NumberFormat.count(hidden)) more</td></tr>")
    }
    if let noise = profiles.noise {
      rows.append(row(noise, hasSeparability: hasSeparability, alone: alone))
    }
    let heading =
      hasSeparability
      ? "Sizes and separability" : alone ? "Size" : "Sizes and what sets groups apart"
    return Self.section(
      "groups", heading, notes.joined(separator: " "),
      """
      <div class="scroll" tabindex="0" role="region" aria-labelledby="groups">\
      <table class="groups\(report.clusterCount > 12 ? " dense" : "")"><thead>\(head)</thead>
      <tbody>\(rows.joined(separator: "\n"))</tbody></table></div>
      """)
  }

  private func row(_ profile: ClusterProfile, hasSeparability: Bool, alone: Bool) -> String {
    let largest = max(profiles.clusters.lazy.map(\.share).max() ?? 1, profiles.noise?.share ?? 0)
    let group = Int(profile.label)
    var cells = """
      <th scope="row">\(chip(profile.label))</th>\
      <td class="num">\(NumberFormat.count(profile.size))</td>\
      <td class="bar">\(bar(profile.share / max(largest, .leastNormalMagnitude), label: profile.label))\
      \(Self.percent(profile.share))</td>
      """
    if hasSeparability {
      cells +=
        group < 0
        ? "<td></td>"
        : "<td class=\"bar\">\(bar(report.separability[group], label: profile.label))"
          + "\(Self.score(report.separability[group]))</td>"
    }
    if let silhouettes {
      let mean = group < 0 ? nil : silhouettes.clusterMeans[group]
      cells += "<td class=\"num\">\(mean.map(Self.score) ?? "")</td>"
    }
    if !alone {
      let traits = profile.distinguishingColumns().map { column in
        "<li>\(phrase(column))</li>"
      }
      cells += "<td class=\"apart\"><ul>\(traits.joined())</ul></td>"
    }
    return "<tr>\(cells)</tr>"
  }

  private func bar(_ part: Double, label: Int32) -> String {
    Self.bar(part, map.palette.cssClass(label))
  }

  /// A bar for a part of 1, in the colour of a class.
  static func bar(_ part: Double, _ style: String) -> String {
    let percent = Markup.coordinate(min(max(part.isFinite ? part : 0, 0), 1) * 100)
    return "<span class=\"track\" aria-hidden=\"true\"><i class=\"\(style)\" "
      + "style=\"width:\(percent)%\"></i></span>"
  }

  /// ``ColumnProfile/phrase(overall:)`` as HTML.
  private func phrase(_ column: ColumnProfile) -> String {
    let name = Markup.name(column.name, width: 36)
    switch column.summary {
    case .number(let number):
      let format = number.format
      return "\(name) <b>\(Self.number(number.mean, format))</b> "
        + "<span>\(Self.number(number.overallMean, format))</span>"
    case .categories(let categories):
      guard let category = categories.first else { return name }
      return "\(name) \(Markup.name(category.value, width: 24)) "
        + "<b>\(Self.percent(category.share))</b> "
        + "<span>\(Self.percent(category.overallShare))</span>"
    }
  }
}
