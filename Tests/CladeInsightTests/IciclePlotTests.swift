import Clade
import CladeInsight
import Foundation
import Testing

/// The picture of a condensed tree.
@Suite struct IciclePlotTests {
  private func density(_ rows: Int, groups: Int, size: Int) throws -> DensityTree {
    let data = SampleReports.blobs(groups: groups, rows: rows, columns: 2, noise: rows / 20).data
    let model = try HDBSCAN(minClusterSize: size, minSamples: 4).fit(data)
    return DensityTree(model.condensedTree, selected: model.selectedClusters)
  }

  @Test func allRegionsOfASmallTree() throws {
    let density = try density(300, groups: 3, size: 10)
    let plot = IciclePlot(density)
    #expect(plot.hiddenCount == 0)
    #expect(plot.drawnCount == density.tree.clusterCount)
    let svg = plot.svg()
    #expect(svg.components(separatedBy: "<title>").count - 1 == density.tree.clusterCount)
    #expect(!svg.contains("nan") && !svg.contains("inf"))
  }

  @Test func smallRegionsOfALargeTreeAreLeftOut() throws {
    let density = try density(6000, groups: 9, size: 2)
    let plot = IciclePlot(density)
    #expect(plot.hiddenCount > 0)
    #expect(plot.drawnCount + plot.hiddenCount == density.tree.clusterCount)
    #expect(plot.svg().utf8.count < 200_000)
  }

  @Test func treesOfNoExtent() throws {
    for values in [[3.0, 3, 3, 3], [0, 1], [0, 0, 0, 5, 5, 5]] {
      let data = Matrix<Double>(rows: values.count, columns: 1) { _ = $0.initialize(from: values) }
      let model = try HDBSCAN(minClusterSize: 2, minSamples: 1).fit(data)
      let svg = IciclePlot(DensityTree(model.condensedTree, selected: model.selectedClusters)).svg()
      #expect(svg.contains("</svg>") && !svg.contains("nan"))
    }
  }
}
