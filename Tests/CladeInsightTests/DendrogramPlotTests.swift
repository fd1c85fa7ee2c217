import Clade
import CladeInsight
import Foundation
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct DendrogramPlotTests {
  private let points = Matrix<Double>(rows: 500, columns: 2) { target in
    var random = CounterRandom(seed: 1)
    for index in target.indices {
      target.initializeElement(at: index, to: Double(index / 2 % 3) * 20 + random.normal())
    }
  }

  private func plot(_ linkage: Linkage, k: Int, _ data: Matrix<Double>) throws -> DendrogramPlot {
    let model = try AgglomerativeClustering(linkage: linkage, k: k).fit(data)
    return try DendrogramPlot(model.dendrogram, labels: model.labels)
  }

  @Test func isSmallForManyRows() throws {
    let plot = try plot(.ward, k: 3, points)
    #expect(plot.leafCount == 60 && plot.hiddenCount == 440)
    let svg = plot.svg()
    #expect(svg.utf8.count < 40_000)
    #expect(XMLParser(data: Data(svg.utf8)).parse())
    #expect(svg.contains("class=\"cut\"") && svg.contains("class=\"tree g2\""))
    #expect(svg.contains("167 rows"))
  }

  @Test func isTheSameForAnyOrder() throws {
    let svg = try plot(.average, k: 3, points).svg()
    let shuffled = points.gatheringRows((0..<500).map { ($0 * 7 + 3) % 500 })
    #expect(try plot(.average, k: 3, shuffled).svg() == svg)
  }

  @Test func treesOfFewRows() throws {
    for count in 1...3 {
      let plot = try plot(.centroid, k: 1, points.gatheringRows(0..<count))
      #expect(plot.leafCount == count && plot.hiddenCount == 0)
      #expect(XMLParser(data: Data(plot.svg().utf8)).parse())
    }
    let equal = try plot(.single, k: 1, Matrix(rows: 100, columns: 1, repeating: 3))
    #expect(XMLParser(data: Data(equal.svg().utf8)).parse())
    #expect(throws: CladeError.self) {
      try DendrogramPlot(Dendrogram(rowCount: 1, merges: []), labels: [])
    }
  }
}
