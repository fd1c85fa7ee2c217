import Clade
import CladeInsight

/// Why a dendrogram has as many groups as it has.
struct CutReasons {
  let sentences: [String]

  init(_ tree: Dendrogram, _ cut: DendrogramCut, _ clusterCount: Int) {
    var sentences: [String] = []
    func text(_ value: Double) -> String {
      NumberFormat(spread: value, magnitude: value).string(value)
    }
    switch cut {
    case .count: sentences.append("The tree was cut into as many groups as were asked for.")
    case .height(let height):
      sentences.append("All merges up to the height \(text(height)) were made.")
    case .inconsistency(let limit):
      sentences.append(
        "Within no group is a merge more than \(text(limit)) standard deviations above those below "
          + "it.")
    case .largestGap:
      let gap = tree.largestGap()
      sentences.append(
        gap.clusterCount <= 1
          ? "All merges are at one height, so nothing parts the rows."
          : gap.ratio == .infinity
            ? "All rows of a group are equal."
            : "The step from the merges within groups to the next one is the largest, "
              + "\(text(gap.ratio)) times as high; another number is given by -k.")
    }
    let inversions = tree.inversions.count
    if inversions > 0 {
      sentences.append(
        "\(NumberFormat.count(inversions)) \(inversions == 1 ? "merge is" : "merges are") lower "
          + "than one within; a cut takes \(inversions == 1 ? "it" : "them") for as high.")
    }
    self.sentences = sentences
  }
}
