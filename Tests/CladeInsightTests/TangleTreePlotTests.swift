import Clade
import CladeInsight
import Foundation
import Testing

/// The picture of a tree of tangles.
@Suite struct TangleTreePlotTests {
  /// Places of a tree as (order, the places that follow, label).
  private func tree(_ places: [(Int, [Int], Int)]) throws -> [TanglesModel.Branch] {
    let text = places.map { "{\"order\":\($0.0),\"children\":\($0.1),\"label\":\($0.2)}" }
    return try JSONDecoder().decode(
      [TanglesModel.Branch].self, from: Data("[\(text.joined(separator: ","))]".utf8))
  }

  @Test func aSmallTree() throws {
    let plot = TangleTreePlot(
      try tree([(4, [1, 2], -1), (90, [], 0), (9, [3, 4], -1), (40, [], 1), (60, [], 2)]),
      sizes: [500, 300, 200])
    #expect(plot.drawnCount == 5 && plot.hiddenCount == 0)
    let svg = plot.svg()
    for part in [
      "All: 1000 rows, cuts of 0 to 4 similarities", "Group 0: 500 rows, cuts of 4 to 90",
      "Tangle: 500 rows, cuts of 4 to 9", "Group 2: 200 rows, cuts of 9 to 60",
    ] {
      #expect(svg.contains(part), "\(part)")
    }
    // Half of the field each: 664 of 720 pixels.
    #expect(svg.contains("M56 ") && svg.contains("H388V") && svg.contains("M388 "))
  }

  @Test func smallTanglesOfALargeTreeAreLeftOut() throws {
    // A comb of 1,000 leaves, of which few have many rows.
    var places: [(Int, [Int], Int)] = []
    let leaves = 1000
    for leaf in 0..<(leaves - 1) {
      places.append((leaf + 1, [2 * leaf + 1, 2 * leaf + 2], -1))
      places.append((5000, [], leaf))
    }
    places.append((5000, [], leaves - 1))
    let plot = TangleTreePlot(
      try tree(places), sizes: (0..<leaves).map { max(32, 100_000 >> $0.trailingZeroBitCount) / 16 }
    )
    #expect(plot.hiddenCount > 500)
    #expect(plot.drawnCount + plot.hiddenCount == places.count)
    #expect(plot.drawnCount > 10 && plot.drawnCount <= 400)
    #expect(plot.svg().utf8.count < 100_000)
  }

  @Test func treesOfNoExtentAndSuchThatDoNotFit() throws {
    for (places, sizes) in [
      ([(0, [], 0)], [3]), ([], []), ([(0, [1, 2], -1), (0, [], 0), (0, [], -1)], [3]),
      // A place that follows itself, one that isn't there, a group that isn't there.
      ([(1, [0, 7], -1)], [1]), ([(1, [1], -1), (2, [0], 5)], [1]),
    ] as [([(Int, [Int], Int)], [Int])] {
      let svg = TangleTreePlot(try tree(places), sizes: sizes).svg()
      #expect(svg.contains("</svg>") && !svg.contains("nan") && !svg.contains("inf"))
    }
  }

  @Test func isOnThePage() throws {
    let blobs = SampleReports.blobs(groups: 3, rows: 600, columns: 2, spread: 0.1)
    let model = try Tangles().fit(blobs.data)
    var report = Report(
      title: "blobs.csv", method: "tangles", data: blobs.data, labels: model.labels,
      features: blobs.features, clusterCount: model.clusterCount)
    #expect(model.clusterCount > 1)
    #expect(!(try report.html().contains("The tree of tangles")))
    report.tangles = model
    let html = try report.html()
    #expect(html.contains("<h2 id=\"tangles\">The tree of tangles</h2>"))
    #expect(html.contains("<h2 id=\"groups\">Sizes and what sets groups apart</h2>"))
    for (label, size) in model.sizes.enumerated() {
      #expect(html.contains("<title>Group \(label): \(size) rows"))
    }
  }
}
