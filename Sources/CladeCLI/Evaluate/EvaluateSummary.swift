import Clade
import CladeInsight

/// What `clade evaluate` tells a person: at most 80 columns wide.
struct EvaluateSummary {
  let outcome: EvaluateOutcome
  let terminal: Terminal
  /// Tables that are larger are only in the JSON object.
  private let mostClasses = 10
  private let mostGroups = 40

  /// The whole text.
  var text: String {
    [headline, external, contingency, internals, silhouettes, times]
      .filter { !$0.isEmpty }.map { $0.joined(separator: "\n") + "\n" }.joined(separator: "\n")
  }

  private var headline: [String] {
    let (k, n) = (outcome.clusterCount, outcome.rowCount)
    let found =
      "\(NumberFormat.count(k)) \(k == 1 ? "group" : "groups") in \(NumberFormat.count(n)) "
      + (n == 1 ? "row" : "rows")
    let noise =
      outcome.noiseCount == 0 ? "" : ", \(NumberFormat.count(outcome.noiseCount)) of them noise"
    let file = TextLayout.fit(
      EvaluateOutcome.name(outcome.labels), terminal.width - found.count - noise.count - 4)
    return [terminal.bold(found) + " of \(file)" + noise]
  }

  // MARK: Against the truth

  private var external: [String] {
    guard let comparison = outcome.comparison else { return [] }
    let indices = comparison.indices
    let classes = comparison.classNames.count
    var lines = [
      terminal.bold("Against the truth") + ": "
        + TextLayout.fit(outcome.truthSource, terminal.width - 40)
        + " (\(NumberFormat.count(classes)) \(classes == 1 ? "class" : "classes"))"
    ]
    let leftOut = comparison.table.leftOutCount
    if leftOut > 0 {
      lines.append(
        "  \(NumberFormat.count(leftOut)) \(leftOut == 1 ? "row" : "rows") without a true group "
          + "left out")
    }
    lines += [
      line("Adjusted Rand index", indices.adjustedRandIndex, "1 agreement, 0 chance"),
      line(
        "Adjusted mutual information", indices.adjustedMutualInformation, "1 agreement, 0 chance"),
      line("Normalized mutual information", indices.normalizedMutualInformation, "0…1"),
      line("Homogeneity", indices.homogeneity, "1: groups hold one class each"),
      line("Completeness", indices.completeness, "1: classes are in one group each"),
      line("V-measure", indices.vMeasure, "the mean of both"),
      line("Fowlkes–Mallows", indices.fowlkesMallows, "0…1, over pairs of rows"),
      line("Purity", indices.purity, "share in their group's main class"),
    ]
    return lines
  }

  private var contingency: [String] {
    guard let comparison = outcome.comparison else { return [] }
    let (classes, groups) = (comparison.classNames, comparison.groupNames)
    guard classes.count <= mostClasses, groups.count <= mostGroups else {
      return [
        "The contingency table (\(NumberFormat.count(groups.count)) groups × "
          + "\(NumberFormat.count(classes.count)) classes) is in the output of --json."
      ]
    }
    let first = min(18, max(5, groups.map { TextLayout.width($0) }.max() ?? 0))
    let widest = (terminal.width - first - 2) / max(1, classes.count) - 2
    var counts = [[Int]](
      repeating: [Int](repeating: 0, count: classes.count), count: groups.count)
    for cell in comparison.table.cells { counts[cell.clusterIndex][cell.classIndex] = cell.count }
    let widths = classes.indices.map { index in
      let digits = counts.map { NumberFormat.count($0[index]).count }.max() ?? 1
      return max(digits, min(widest, TextLayout.width(classes[index])))
    }
    func row(_ name: String, _ cells: [String]) -> String {
      "  " + TextLayout.left(TextLayout.fit(name, first), first)
        + zip(cells, widths).map { "  " + TextLayout.right(TextLayout.fit($0, $1), $1) }.joined()
    }
    return [terminal.faint(row("group", classes))]
      + groups.indices.map { group in
        row(groups[group], counts[group].map { $0 == 0 ? "·" : NumberFormat.count($0) })
      }
  }

  // MARK: Against the data

  private var internals: [String] {
    guard let indices = outcome.internals else { return [] }
    let columns = outcome.columnCount ?? 0
    var lines = [
      terminal.bold("Against the data") + ": "
        + TextLayout.fit(EvaluateOutcome.name(outcome.data ?? ""), terminal.width - 45)
        + " (\(NumberFormat.count(columns)) prepared \(columns == 1 ? "column" : "columns"))"
    ]
    let silhouette = indices.silhouette
    let source =
      outcome.isEstimate
      ? "estimated from \(NumberFormat.count(silhouette.rows.count)) rows"
      : "-1…1, higher is better"
    lines += [
      line("Silhouette", silhouette.mean, source),
      line("Calinski–Harabasz", indices.calinskiHarabasz, "higher is better"),
      line("Davies–Bouldin", indices.daviesBouldin, "lower is better"),
    ]
    if let dunn = indices.dunn { lines.append(line("Dunn", dunn, "higher is better")) }
    if let validity = indices.densityValidity {
      lines.append(line("DBCV", validity.value, "-1…1, density inside and between"))
    }
    return lines
  }

  private var silhouettes: [String] {
    guard let silhouette = outcome.internals?.silhouette, outcome.groups.count <= mostGroups else {
      return []
    }
    let first = min(18, max(5, outcome.groups.map { TextLayout.width($0.name) }.max() ?? 0))
    let sizes = max(4, outcome.groups.map { NumberFormat.count($0.size).count }.max() ?? 0)
    let head =
      "  " + TextLayout.left("group", first) + "  " + TextLayout.right("rows", sizes)
      + "  silhouette"
    return [terminal.faint(head)]
      + zip(outcome.groups, silhouette.clusterMeans).map { group, mean in
        "  " + TextLayout.left(TextLayout.fit(group.name, first), first) + "  "
          + TextLayout.right(NumberFormat.count(group.size), sizes) + "  "
          + TextLayout.right(NumberFormat(decimals: 3).string(mean), 10)
      }
  }

  // MARK: Layout

  private var times: [String] {
    let seconds = outcome.seconds
    return ["Time      \(NumberFormat.seconds(seconds.total))"]
  }

  private func line(_ name: String, _ value: Double, _ note: String) -> String {
    "  " + TextLayout.left(name, 29) + TextLayout.right(number(value), 11) + "   "
      + terminal.faint(note)
  }

  private func number(_ value: Double) -> String {
    value == .infinity ? "∞" : NumberFormat(decimals: abs(value) < 1000 ? 4 : 1).string(value)
  }
}
