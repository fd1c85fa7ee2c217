extension ReportPage {
  /// How much nearer each row is to its own group than to the next one.
  var silhouetteSection: String {
    guard let plot = silhouettes else {
      return report.clusterCount == 1
        ? Self.section(
          "silhouettes", "Silhouettes", "",
          "<p class=\"note\">A silhouette compares a group with the next one; there is only one.</p>"
        )
        : ""
    }
    var notes = [
      "Each row's distance to its own group against that to the nearest other one: 1 is deep inside, "
        + "0 on the border, below 0 nearer to another group. The line is the mean of all rows, "
        + "\(Self.score(plot.mean))."
    ]
    if let sample = plot.sampleSize {
      notes.append(
        "Estimated from \(NumberFormat.count(sample)) rows that were chosen by their values.")
    }
    let shown = order.filter { plot.clusterMeans[$0] != nil }
      .prefix(Self.tableLimit)
    let rows = shown.map { cluster in
      """
      <div class="sil" role="row"><span role="rowheader">\(chip(Int32(cluster)))</span>\
      \(plot.bars(cluster, cssClass: map.palette.cssClass(Int32(cluster))))\
      <span role="cell">\(plot.clusterMeans[cluster].map(Self.score) ?? "")</span></div>
      """
    }
    if shown.count < report.clusterCount {
      notes.append("The first \(shown.count) groups.")
    }
    let ticks = plot.ticks.map { tick in
      "<span style=\"left:\(Markup.coordinate(plot.position(tick)))%\">"
        + "\(Self.number(tick, .init(decimals: 1)))</span>"
    }
    return Self.section(
      "silhouettes", "Silhouettes", notes.joined(separator: " "),
      """
      <div class="silhouettes" role="table" aria-label="Mean silhouette of each group">\
      \(rows.joined(separator: "\n"))
      <div class="sil ticks" aria-hidden="true"><span></span><div>\(ticks.joined())</div>\
      <span></span></div></div>
      """)
  }
}
