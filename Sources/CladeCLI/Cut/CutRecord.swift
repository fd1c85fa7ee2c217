import Clade
import CladeInsight

/// What `clade cut` found: the JSON object of `--json`, and the summary.
struct CutRecord: Encodable {
  let version = cladeVersion
  let input: String
  let n: Int
  let k: Int
  let sizes: [Int]
  let reasons: [String]
  let dendrogram: DendrogramRecord
  let outputs: Outputs
  let seconds: StageSeconds

  /// The files that were written.
  struct Outputs: Encodable {
    let labels: String?
    let linkage: String?
    let newick: String?
  }

  init(
    _ command: CutCommand, _ tree: Dendrogram, _ labels: [Int32], _ cut: DendrogramCut,
    seconds: StageSeconds
  ) {
    input = command.tree
    n = tree.rowCount
    sizes = labels.sizes(clusterCount: Int(labels.max() ?? -1) + 1)
    k = sizes.count
    reasons = CutReasons(tree, cut, sizes.count).sentences
    dendrogram = DendrogramRecord(tree)
    outputs = Outputs(
      labels: command.output, linkage: command.linkage, newick: command.newick)
    self.seconds = seconds
  }

  /// What a person is told.
  func summary(_ terminal: Terminal) -> String {
    let name = TextLayout.fit(input == "-" ? "standard input" : input, terminal.width - 40)
    let found =
      "\(k) \(k == 1 ? "group" : "groups") in \(NumberFormat.count(n)) \(n == 1 ? "row" : "rows")"
    var lines = [terminal.bold(found) + " of \(name)"]
    for reason in reasons {
      lines += TextLayout.wrap(reason, terminal.width - 2).map { "  " + $0 }
    }
    let shown = 20
    lines += ["", terminal.faint(TextLayout.right("group", 6) + TextLayout.right("rows", 12))]
    for (label, size) in sizes.prefix(shown).enumerated() {
      lines.append(
        TextLayout.right("\(label)", 6) + TextLayout.right(NumberFormat.count(size), 12))
    }
    if k > shown { lines.append("  and \(NumberFormat.count(k - shown)) more") }
    let files = [outputs.labels, outputs.linkage, outputs.newick].compactMap(\.self)
    lines.append("")
    if !files.isEmpty { lines.append("Written   " + files.joined(separator: ", ")) }
    lines.append("Time      " + NumberFormat.seconds(seconds.total))
    return lines.joined(separator: "\n") + "\n"
  }
}

/// A dendrogram in a JSON object.
struct DendrogramRecord: Encodable {
  /// The heights of the last merges, the last one first: at most 50.
  let lastHeights: [JSONNumber]
  /// The number of merges that are lower than one within them.
  let inversions: Int

  init(_ tree: Dendrogram) {
    lastHeights = tree.merges.suffix(50).reversed().map { JSONNumber($0.height) }
    inversions = tree.inversions.count
  }
}
