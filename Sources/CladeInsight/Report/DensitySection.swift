extension ReportPage {
  /// The tree of dense regions, where the groups were chosen from one.
  var densitySection: String {
    guard let density = report.density, let plot = icicles else { return "" }
    var notes = [
      "Regions hang from the one that they split off. Down is denser: the distance at which rows are "
        + "still connected. A region is as wide as it has rows, and grows narrower as rows leave it. "
        + "Coloured ones are the groups, with their numbers."
    ]
    if density.selected.isEmpty { notes[0] += " None was chosen." }
    if plot.hiddenCount > 0 {
      notes.append(
        "\(Self.count(plot.hiddenCount, "region")) of fewer than "
          + "\(Self.count(plot.leastRows, "row")) \(plot.hiddenCount == 1 ? "is" : "are") not shown."
      )
    }
    let figure = plot.figure(id: "density-figure") { map.palette.cssClass(Int32($0)) }
    return Self.section(
      "density", "The tree of dense regions", notes.joined(separator: " "),
      "<figure class=\"plot\"><p class=\"axis up\"><b>↓</b> Distance</p>\(figure)</figure>")
  }
}
