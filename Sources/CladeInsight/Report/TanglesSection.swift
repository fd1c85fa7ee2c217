extension ReportPage {
  /// The tree of tangles, where the groups are its ends.
  var tanglesSection: String {
    guard let tangles = report.tangles, tangles.tree.count > 1 else { return "" }
    let plot = TangleTreePlot(tangles.tree, sizes: tangles.sizes)
    var notes = [
      "A tangle is a place that no cheap cut goes through. Tangles hang from the one that they part "
        + "from, at the cheapest cut between them; down are cuts that sever more similarities. Each is "
        + "as wide as it has rows. Coloured ones are the groups, which end where a cut goes through them."
    ]
    if plot.hiddenCount > 0 {
      notes.append(
        "\(Self.count(plot.hiddenCount, "tangle")) of fewer than "
          + "\(Self.count(plot.leastRows, "row")) \(plot.hiddenCount == 1 ? "is" : "are") not shown."
      )
    }
    let figure = plot.figure(id: "tangles-figure", cssClass: map.palette.cssClass)
    return Self.section(
      "tangles", "The tree of tangles", notes.joined(separator: " "),
      "<figure class=\"plot\"><p class=\"axis up\"><b>↓</b> Severed similarities</p>\(figure)</figure>"
    )
  }
}
