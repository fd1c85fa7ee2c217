import CladeCore

extension ReportPage {
  /// More rows of a candidate are counted in a grid: its picture is small.
  private static let candidateDotLimit = 1500

  /// A picture for each candidate, in the plane of the page's map and with its colours.
  ///
  /// - Throws: `CladeError.shapeMismatch` where a candidate's labels don't fit its rows.
  static func maps(
    of report: Report, like map: ScatterPlot, threads: Int?
  ) throws -> [ScatterPlot] {
    guard !report.candidates.isEmpty else { return [] }
    let rows = report.candidateRows
    guard rows.allSatisfy((0..<report.data.rowCount).contains) else {
      throw CladeError.shapeMismatch(
        expected: "candidates' rows below \(report.data.rowCount)",
        found: "\(rows.min() ?? 0) to \(rows.max() ?? 0)")
    }
    let data = rows.isEmpty ? report.data : report.data.gatheringRows(rows)
    let labels = rows.isEmpty ? report.labels : rows.map { report.labels[$0] }
    return try report.candidates.map { candidate in
      guard candidate.labels.count == labels.count,
        candidate.labels.allSatisfy({ $0 < candidate.clusterCount })
      else {
        throw CladeError.shapeMismatch(
          expected: "\(labels.count) labels of a candidate below \(candidate.clusterCount)",
          found: "\(candidate.labels.count) up to \(candidate.labels.max() ?? -1)")
      }
      let partners = GroupMatch.partners(
        of: candidate.labels, clusterCount: candidate.clusterCount, in: labels)
      return try ScatterPlot(
        data: data, labels: candidate.labels, features: report.features,
        clusterCount: candidate.clusterCount, probabilities: [], title: candidate.title,
        isGeographic: report.isGeographic, components: map.components,
        dotLimit: candidateDotLimit, palette: GroupPalette(map.palette, partners: partners),
        threads: threads)
    }
  }

  /// What was chosen from several partitions, and what else is plausible: a picture and the command
  /// of each.
  var candidateSection: String {
    guard let choice = report.candidates.first else { return "" }
    let others = report.candidates.count - 1
    var notes = [
      others == 0
        ? "Nothing else was found that is as plausible."
        : "The other \(others == 1 ? "partition is" : "\(others) partitions are") the next best by "
          + "score, which can be compared within this page only."
    ]
    if !report.candidateRows.isEmpty, report.candidateRows.count < report.data.rowCount {
      notes.append(
        "It was decided on \(Self.count(report.candidateRows.count, "row")), which the pictures show; "
          + "a command takes all of them.")
    }
    if others > 0 {
      notes.append("A group has the colour of the chosen one that it shares most rows with.")
    }
    let cards = zip(report.candidates, candidateMaps).enumerated().map { index, candidate in
      card(candidate.0, candidate.1, index: index)
    }
    return Self.section(
      "candidates", others == 0 ? "What was chosen" : "What was chosen, and what else is plausible",
      notes.joined(separator: " "),
      """
      <div class="candidates">\(cards.joined())</div>
      \(Self.criteria(report.candidates, choice.criteria.map(\.name)))
      """)
  }

  private func card(_ candidate: ReportedCandidate, _ map: ScatterPlot, index: Int) -> String {
    let picture = "<figure>\(map.figure(id: "candidate-\(index)"))</figure>"
    let reasons = candidate.reasons.map { "<li>\(Markup.escaped($0))</li>" }.joined()
    let command = candidate.command.map { "<pre><code>\(Self.words($0))</code></pre>" } ?? ""
    return """
      <article>\(picture)<h3>\(Markup.escaped(candidate.title))</h3>\
      <p class="quiet">\(index == 0 ? "<b>chosen</b>, score" : "score") \
      \(Self.number(candidate.score, NumberFormat(decimals: 3))); \
      \(Markup.escaped(candidate.method))</p>\
      \(reasons.isEmpty ? "" : "<ul>\(reasons)</ul>")\(command)</article>
      """
  }

  /// The criteria of all, a row a candidate.
  private static func criteria(_ candidates: [ReportedCandidate], _ names: [String]) -> String {
    guard !names.isEmpty, candidates.count > 1 else { return "" }
    let head = names.map { "<th class=\"num\" scope=\"col\">\(Markup.escaped($0))</th>" }.joined()
    let rows = candidates.map { candidate in
      let cells = names.map { name in
        let value = candidate.criteria.first { $0.name == name }?.value ?? .nan
        return "<td class=\"num\">\(number(value, NumberFormat(decimals: 3)))</td>"
      }
      return "<tr><th scope=\"row\">\(Markup.escaped(candidate.title))</th>"
        + "<td class=\"num\">\(number(candidate.score, NumberFormat(decimals: 3)))</td>"
        + cells.joined() + "</tr>"
    }
    return """
      <details><summary>What the scores are made of</summary><div class="scroll" tabindex="0">\
      <table class="dense criteria"><thead><tr><th scope="col">partition</th>\
      <th class="num" scope="col">score</th>\(head)</tr></thead>\
      <tbody>\(rows.joined())</tbody></table></div></details>
      """
  }
}
