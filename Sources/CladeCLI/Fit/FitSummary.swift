import Clade
import CladeInsight
import CladeTables

/// What `clade fit` tells a person: at most 80 columns wide.
struct FitSummary {
  let outcome: FitOutcome
  let seconds: StageSeconds
  let terminal: Terminal

  /// The whole text.
  var text: String {
    let parts = [
      headline, groups, examples,
      CandidateSummary(candidates: outcome.candidates, terminal: terminal).lines,
      columns + scores + files + times,
    ]
    return parts.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") + "\n" }
      .joined(separator: "\n")
  }

  // MARK: How many groups, and why

  private var headline: [String] {
    let k = outcome.model.common.clusterCount
    let rows = NumberFormat.count(outcome.rowCount)
    let input = TextLayout.fit(
      outcome.input == "-" ? "standard input" : outcome.input, terminal.width - 40)
    let found =
      "\(k) \(k == 1 ? "group" : "groups") in \(rows) \(outcome.rowCount == 1 ? "row" : "rows")"
    var lines = [terminal.bold(found) + " of \(input)  (\(method))"]
    for reason in outcome.model.reasons {
      lines += indented(reason)
    }
    if let clusterability = outcome.model.clusterability, k > 1 {
      lines += indented(
        "Clusterability \(NumberFormat.percent(clusterability)): how deep the valleys of density "
          + "around the groups are.")
    }
    lines += tangles.flatMap(indented)
    return lines
  }

  /// The method, and which one was chosen where it weighs several.
  private var method: String {
    outcome.method.rawValue + (outcome.candidates.first.map { ": \($0.methodName)" } ?? "")
  }

  /// Which groups pass the test of separability by tangles.
  private var tangles: [String] {
    guard let pairs = outcome.model.tangleSeparability, pairs.pairCount > 0 else { return [] }
    let (passed, all) = (pairs.separablePairCount, pairs.pairCount)
    let test = "pass the test of separability by tangles"
    guard all > 1 else { return ["The two groups \(passed == 1 ? "" : "don't ")\(test)."] }
    guard let least = pairs.doubtfulPairs.first else {
      return ["All \(NumberFormat.count(all)) pairs of groups \(test)."]
    }
    return [
      "\(NumberFormat.count(passed)) of \(NumberFormat.count(all)) pairs of groups \(test), "
        + "\(least.first) and \(least.second) the least."
    ]
  }

  // MARK: The groups

  private var groups: [String] {
    let model = outcome.model.common
    let separability = model.separability
    guard model.clusterCount > 1 else { return oneGroup }
    let head =
      TextLayout.right("group", 6) + TextLayout.right("rows", sizeWidth + 2)
      + TextLayout.right("share", 9)
      + (separability.isEmpty ? "" : TextLayout.right("separable", 11)) + "  "
    let indent = TextLayout.width(head)
    var lines = [terminal.faint(head + "what sets it apart")]
    for group in outcome.model.displayOrder.map({ outcome.profiles.clusters[$0] }) {
      let index = Int(group.label)
      var line =
        TextLayout.right("\(group.label)", 6)
        + TextLayout.right(NumberFormat.count(group.size), sizeWidth + 2)
        + TextLayout.right(NumberFormat.percent(group.share), 9)
      if separability.indices.contains(index) {
        line += TextLayout.right(NumberFormat.percent(separability[index]), 11)
      }
      let traits = traits(of: group, columns: terminal.width - indent)
      lines.append(line + (traits.first.map { "  " + $0 } ?? ""))
      lines += traits.dropFirst().map { String(repeating: " ", count: indent) + $0 }
    }
    if let noise = outcome.profiles.noise {
      lines.append(
        TextLayout.right("noise", 6)
          + TextLayout.right(NumberFormat.count(noise.size), sizeWidth + 2)
          + TextLayout.right(NumberFormat.percent(noise.share), 9))
    }
    return lines
  }

  /// The width of the largest size.
  private var sizeWidth: Int {
    let largest = max(
      outcome.profiles.clusters.map(\.size).max() ?? 0, outcome.profiles.noise?.size ?? 0)
    return max(4, NumberFormat.count(largest).count)
  }

  /// What sets a group apart, a line a column.
  private func traits(of group: ClusterProfile, columns: Int) -> [String] {
    group.distinguishingColumns(limit: 3).map { column in
      let phrase = column.phrase()
      let name = TextLayout.safe(column.name)
      guard TextLayout.width(phrase) > columns else { return TextLayout.safe(phrase) }
      let rest = TextLayout.width(phrase) - TextLayout.width(column.name)
      guard columns - rest >= 8 else { return TextLayout.fit(phrase, columns) }
      return TextLayout.fit(name, columns - rest)
        + TextLayout.safe(String(phrase.dropFirst(column.name.count)))
    }
  }

  private var oneGroup: [String] {
    guard let only = outcome.profiles.clusters.first, outcome.model.common.clusterCount == 1 else {
      return []
    }
    if let noise = outcome.profiles.noise {
      return [
        "\(NumberFormat.count(only.size)) rows are one group, label 0; "
          + "\(NumberFormat.count(noise.size)) are noise, label −1."
      ]
    }
    return ["All \(NumberFormat.count(only.size)) rows are one group, label 0."]
  }

  /// The rows that stand for groups, a line each.
  private var examples: [String] {
    guard !outcome.examples.isEmpty else { return [] }
    let shown = outcome.model.displayOrder.prefix(20).compactMap { group in
      outcome.examples.first { Int($0.label) == group }
    }
    let head = TextLayout.right("group", 6) + "  the row that stands for it"
    let lines = shown.map { example in
      let name = example.name ?? "row \(NumberFormat.count(example.row + 1))"
      var text = TextLayout.safe(name)
      for value in example.values {
        // Whole values only, as many as there is room for.
        let longer = text + ", " + TextLayout.safe("\(value.column) \(value.text)")
        guard TextLayout.width(longer) <= terminal.width - 8 else { break }
        text = longer
      }
      return TextLayout.right("\(example.label)", 6) + "  "
        + TextLayout.fit(text, terminal.width - 8)
    }
    return [terminal.faint(head)] + lines
  }

  // MARK: What was done to the columns

  private var columns: [String] {
    let digest = ColumnDigest(
      outcome.columns, keepsMissing: outcome.parameters.metric == MetricName.gower)
    return digest.lines.flatMap { hanging($0.title, $0.text) }
  }

  // MARK: Scores, files, times

  private var scores: [String] {
    guard let scores = outcome.scores, let column = outcome.labelColumn else { return [] }
    let values = [
      ("ARI", scores.adjustedRandIndex), ("AMI", scores.adjustedMutualInformation),
      ("homogeneity", scores.homogeneity), ("completeness", scores.completeness),
    ]
    let format = NumberFormat(decimals: 3)
    return hanging(
      "Scores",
      "against \(TextLayout.fit(column, 30)): "
        + values.map { "\($0.0) \(format.string($0.1))" }.joined(separator: ", "))
  }

  private var files: [String] {
    let files = outcome.outputs.all + outcome.treeFiles
    return files.isEmpty ? [] : hanging("Written", files.joined(separator: ", "))
  }

  private var times: [String] {
    let stages = seconds.stages.map { "\($0.name) \(NumberFormat.seconds($0.seconds))" }
    return hanging(
      "Time", NumberFormat.seconds(seconds.total) + " (" + stages.joined(separator: ", ") + ")")
  }

  // MARK: Layout

  private func indented(_ text: String) -> [String] {
    TextLayout.wrap(text, terminal.width - 2).map { "  " + $0 }
  }

  private func hanging(_ title: String, _ text: String) -> [String] {
    let indent = 10
    return TextLayout.wrap(text, terminal.width - indent).enumerated().map { index, line in
      TextLayout.left(index == 0 ? title : "", indent) + line
    }
  }
}
