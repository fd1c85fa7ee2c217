extension ReportPage {
  /// The groups on the first two principal components, and what these stand for.
  var mapSection: String {
    guard report.data.rowCount > 0, report.data.columnCount > 0 else { return "" }
    var notes: [String] = []
    if map.axes.count > 1, map.components.varianceShares[1] > 0 {
      let both = map.components.varianceShares.reduce(0, +)
      notes.append(
        "The plane in which the rows spread most: it shows \(NumberFormat.percent(both)) of their "
          + "variance, so groups that overlap here may still lie apart.")
      notes.append(
        map.isDensity
          ? "Color is the group with most rows in a cell, depth the number of rows."
          : "Each dot is a row.")
    } else {
      notes.append("Rows along the only direction in which they spread, stacked by group.")
    }
    if map.unsureCount > 0 {
      notes.append(
        "Pale dots (\(NumberFormat.count(map.unsureCount))) belong to their group with a probability "
          + "below \(NumberFormat.percent(ScatterPlot.sureness)).")
    }
    if profiles.noise != nil { notes.append("Grey is noise.") }
    if map.rowsOutside > 0 {
      notes.append(
        "\(Self.count(map.rowsOutside, "row")) far out "
          + "\(map.rowsOutside == 1 ? "is" : "are") not shown.")
    }
    let above =
      map.axes.count > 1 && map.components.varianceShares[1] > 0
      ? axis(1, arrow: "↑", cssClass: "up") : ""
    let below = map.axes.isEmpty ? "" : axis(0, arrow: "→", cssClass: "across")
    return Self.section(
      "map", "The groups on a map", notes.joined(separator: " "),
      "<figure class=\"plot\">\(above)\(map.figure(id: "map-figure"))\(below)</figure>")
  }

  private func axis(_ index: Int, arrow: String, cssClass: String) -> String {
    let axis = map.axes[index]
    let names = { (names: [String]) in
      names.map { Markup.name($0, width: 32) }.joined(separator: ", ")
    }
    var driving: [String] = []
    if !axis.rising.isEmpty { driving.append("more " + names(axis.rising)) }
    if !axis.falling.isEmpty { driving.append("less " + names(axis.falling)) }
    return """
      <p class="axis \(cssClass)"><b>\(arrow)</b> Component \(index + 1), \
      \(NumberFormat.percent(axis.share)) of the variance\(driving.isEmpty ? "" : ": ")\
      \(driving.joined(separator: "; "))</p>
      """
  }
}
