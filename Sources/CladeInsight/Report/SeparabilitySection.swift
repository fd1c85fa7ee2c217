import Clade

extension ReportPage {
  /// Which groups tangles would tell apart, where groups consist of Gaussians.
  var separabilitySection: String {
    guard let pairs = report.tangleSeparability, pairs.groupCount == report.clusterCount,
      pairs.groupCount > 1
    else { return "" }
    let format = NumberFormat(decimals: 1)
    let note = """
      A test of the theory, by the Gaussians that the groups consist of: with many rows, tangles of a graph \
      of similarities tell two groups apart where a cut through either severs at least \
      \(format.string(pairs.persistence)) times as many similarities as one between them. Groups that don't \
      pass may lie apart all the same: the test is sufficient, not necessary.
      """
    return Self.section(
      "apart", "Which groups pass a test of separability", note,
      "<p><b>\(Self.verdict(pairs))</b></p>" + separabilityTable(pairs))
  }

  /// "All 3 pairs of groups pass."
  static func verdict(_ pairs: PairwiseTangleSeparability) -> String {
    let (passed, all) = (pairs.separablePairCount, pairs.pairCount)
    if all == 1 {
      return "The two groups \(passed == 1 ? "pass" : "don't pass"): "
        + "\(ratio(pairs.ratio(0, 1))) times."
    }
    if passed == all { return "All \(NumberFormat.count(all)) pairs of groups pass." }
    return "\(passed == 0 ? "None" : NumberFormat.count(passed)) of the "
      + "\(NumberFormat.count(all)) pairs of groups \(passed == 1 ? "passes" : "pass")."
  }

  /// Of more groups than this, those are listed that don't pass with all others.
  private static let apartLimit = 12

  /// A row a group: how many others it passes with, and the one with which it does the least.
  private func separabilityTable(_ pairs: PairwiseTangleSeparability) -> String {
    guard pairs.groupCount > 2 else { return "" }
    let others = pairs.groupCount - 1
    let isLong = pairs.groupCount > Self.apartLimit
    let rows = order.compactMap { group -> String? in
      guard let nearest = pairs.nearest(to: group) else { return nil }
      let passed = (0..<pairs.groupCount).count {
        $0 != group && pairs.ratio(group, $0) >= pairs.persistence
      }
      if isLong, passed == others { return nil }
      return """
        <tr><th scope="row">\(chip(Int32(group)))</th>\
        <td class="num">\(passed) of \(others)</td>\
        <td>\(chip(Int32(nearest.group)))</td><td class="num">\(Self.ratio(nearest.ratio))</td></tr>
        """
    }
    guard !rows.isEmpty else { return "" }
    return """
      <div class="scroll" tabindex="0" role="region" aria-labelledby="apart">\
      <table class="apartness\(isLong ? " dense" : "")"><thead><tr><th scope="col">Group</th>\
      <th scope="col" class="num">Passes with</th><th scope="col">Least with</th>\
      <th scope="col" class="num">Times</th></tr></thead>
      <tbody>\(rows.joined(separator: "\n"))</tbody></table></div>\
      \(isLong ? "<p class=\"note\">All other groups pass with every other.</p>" : "")
      """
  }

  /// A ratio of 1 or more.
  static func ratio(_ ratio: Double) -> String {
    ratio >= 100 ? "&gt;100" : number(ratio, NumberFormat(decimals: ratio < 10 ? 2 : 0))
  }
}
