extension ReportPage {
  /// The tree of merges, where the groups were cut from one.
  var dendrogramSection: String {
    guard let plot = dendrogram else { return "" }
    var notes =
      "Two clusters become one where their lines meet; the higher, the farther apart they are. "
      + "What is within a group has its colour."
    if plot.hiddenCount > 0 {
      notes +=
        " The highest merges are shown; the numbers below are the rows of the clusters that they join."
    }
    let figure = plot.figure(id: "dendrogram-figure") { map.palette.cssClass($0) }
    return Self.section(
      "dendrogram", "The tree of merges", notes,
      "<figure class=\"plot\"><p class=\"axis up\"><b>↑</b> Distance</p>\(figure)</figure>")
  }
}
