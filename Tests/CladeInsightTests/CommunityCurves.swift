import Clade
import CladeInsight
import Foundation
import Testing

/// Measures how well trees of communities are found: set `CLADE_CURVES` to a folder, and it writes the
/// picture of the article "Graph linkage" there and prints the numbers.
@Suite struct CommunityCurves {
  private static let folder = ProcessInfo.processInfo.environment["CLADE_CURVES"]

  /// Four communities of 80 vertices: edges within one with probability 0.3, across the root with 0.05, and
  /// between siblings as often as the signal says.
  @Test(.enabled(if: folder != nil)) func curves() throws {
    let depth = 2
    var curves = [[(x: Double, y: Double)]](repeating: [], count: 4)
    for signal in [1.02, 1.05, 1.1, 1.15, 1.2, 1.3, 1.5, 2] {
      var missed = [Double](repeating: 0, count: 4)
      var inverted = 0
      for seed in 0..<20 as Range<UInt64> {
        let sample = try HierarchicalBlockModel(
          communitySize: 80, probabilities: [0.05, 0.05 * signal, 0.3], seed: seed
        ).generate()
        let trees = [
          try CommunityLinkage(k: 4).fit(sample.graph),
          try SpectralBisection(k: 4).fit(sample.graph),
        ]
        for (method, tree) in trees.enumerated() {
          for level in 1...depth {
            let truth = sample.communities.map { $0 >> Int32(depth - level) }
            missed[2 * (level - 1) + method] +=
              (1
                - (try ExternalIndices(truth: truth, labels: tree.labels(count: 1 << level))
                  .adjustedRandIndex))
              / 20
          }
        }
        inverted += trees[1].invertedMerges.isEmpty ? 0 : 1
      }
      print(signal, missed, "top-down trees with inversions:", inverted, "of 20")
      for index in missed.indices { curves[index].append((signal, max(0.001, missed[index]))) }
    }
    try CurvePlot(
      title: "What trees of communities miss, over the signal of the upper level",
      across: "edges between siblings over edges across the root", up: "1 − ARI",
      [
        .init(
          "the two halves", [.init("bottom-up", curves[0]), .init("top-down", curves[1])]),
        .init(
          "the four communities", [.init("bottom-up", curves[2]), .init("top-down", curves[3])]),
      ]
    ).svg().write(
      to: URL(filePath: Self.folder ?? "").appending(path: "community-recovery.svg"),
      atomically: true, encoding: .utf8)
  }
}
