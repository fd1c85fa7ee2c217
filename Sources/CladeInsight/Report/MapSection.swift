extension ReportPage {
  /// The groups on the first two principal components, and what these stand for.
  var mapSection: String {
    guard report.data.rowCount > 0, report.data.columnCount > 0 else { return "" }
    var notes: [String] = []
    if map.projection != nil {
      notes.append("The rows at their places on the Earth, north above; areas are true to scale.")
      notes.append(
        map.isDensity
          ? "Colour is the group with most rows in a cell, depth the number of rows."
          : "Each dot is a row.")
    } else if map.axes.count > 1, map.components.varianceShares[1] > 0 {
      let both = map.components.varianceShares.reduce(0, +)
      notes.append(
        "The plane in which the rows spread most: it shows \(Self.percent(both)) of their "
          + "variance"
          + (report.clusterCount > 1 ? ", so groups that overlap here may still lie apart." : "."))
      notes.append(
        map.isDensity
          ? "Colour is the group with most rows in a cell, depth the number of rows."
          : "Each dot is a row.")
    } else {
      notes.append("Rows along the only direction in which they spread, stacked by group.")
    }
    if map.unsureCount > 0 {
      notes.append(
        "Pale dots (\(NumberFormat.count(map.unsureCount))) belong to their group with a probability "
          + "below \(Self.percent(ScatterPlot.sureness)).")
    }
    if profiles.noise != nil {
      notes.append(map.isDensity ? "Grey is noise, where there is no group." : "Grey is noise.")
    }
    if map.unnumberedCount > 0 {
      notes.append(
        "\(Self.count(map.unnumberedCount, "group")) without room for a number "
          + "\(map.unnumberedCount == 1 ? "has" : "have") none.")
    }
    if map.rowsOutside > 0 {
      notes.append(
        "\(Self.count(map.rowsOutside, "row")) far out "
          + "\(map.rowsOutside == 1 ? "is" : "are") not shown.")
    }
    let above =
      map.projection == nil && map.axes.count > 1 && map.components.varianceShares[1] > 0
      ? axis(1, arrow: "↑", cssClass: "up") : ""
    let below = map.axes.isEmpty ? "" : axis(0, arrow: "→", cssClass: "across")
    return Self.section(
      "map", report.clusterCount > 1 ? "The groups on a map" : "The rows on a map",
      notes.joined(separator: " "),
      "<figure class=\"plot\">\(above)\(map.figure(id: "map-figure"))\(below)</figure>")
  }

  private func axis(_ index: Int, arrow: String, cssClass: String) -> String {
    if let projection = map.projection {
      return "<p class=\"axis \(cssClass)\">\(Markup.escaped(projection.description))</p>"
    }
    if let extent = map.extent {
      let name = Markup.name(report.features[0].column, width: 60)
      let ends = "\(Markup.escaped(extent.low)) to \(Markup.escaped(extent.high))"
      return "<p class=\"axis \(cssClass)\">\(name), \(ends) <b>→</b></p>"
    }
    let axis = map.axes[index]
    let names = { (names: [String]) in
      names.map { Markup.name($0, width: 32) }.joined(separator: ", ")
    }
    var driving: [String] = []
    if !axis.rising.isEmpty { driving.append("more " + names(axis.rising)) }
    if !axis.falling.isEmpty { driving.append("less " + names(axis.falling)) }
    return """
      <p class="axis \(cssClass)"><b>\(arrow)</b> Component \(index + 1), \
      \(Self.percent(axis.share)) of the variance\(driving.isEmpty ? "" : ": ")\
      \(driving.joined(separator: "; "))</p>
      """
  }
}
