extension ReportPage {
  /// The reachability plot, where the rows were ordered.
  var reachabilitySection: String {
    guard let curve = report.reachability, let plot = ReachabilityPicture(curve) else { return "" }
    var notes = [
      "The rows in the order in which each is reached most easily from those before, as high as it is "
        + "far: valleys are groups, and valleys within them smaller ones."
    ]
    if plot.rowsPerBar > 1 {
      notes.append(
        "A bar stands for \(Self.count(plot.rowsPerBar, "row")): dark up to the median, pale up to the "
          + "highest.")
    }
    if plot.cutOffCount > 0 {
      notes.append("\(Self.count(plot.cutOffCount, "row")) higher than the top, cut off there.")
    }
    notes.append("Below the plot, the groups with their numbers of rows; grey is noise.")
    if curve.cut != nil { notes.append("The line is where groups were cut out.") }
    return Self.section(
      "reachability", "Reachability", notes.joined(separator: " "),
      "<figure class=\"plot\">\(plot.figure(id: "reachability-figure", cssClass: map.palette.cssClass))"
        + "</figure>")
  }
}
