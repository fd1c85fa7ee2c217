import Clade
import CladeInsight
import Foundation
import Testing

/// Writes pages to look at: set `CLADE_GALLERY` to a folder.
@Suite struct ReportGallery {
  private static let folder = ProcessInfo.processInfo.environment["CLADE_GALLERY"]

  @Test(.enabled(if: folder != nil)) func pages() throws {
    let folder = URL(filePath: Self.folder ?? "")
    let write = { (name: String, report: Report) in
      let start = ContinuousClock.now
      let html = try report.html()
      print(name, html.utf8.count, ContinuousClock.now - start)
      try html.write(to: folder.appending(path: name + ".html"), atomically: true, encoding: .utf8)
    }
    if let penguins = SampleReports.penguins() {
      try write("penguins", penguins)
      let plot = try ScatterPlot(
        data: penguins.data, labels: penguins.labels, features: penguins.features,
        clusterCount: 3, title: "Palmer penguins")
      try plot.svg().write(
        to: folder.appending(path: "penguins.svg"), atomically: true, encoding: .utf8)
    }
    let points = SampleReports.blobs(groups: 7, rows: 900, columns: 2, spread: 0.22, noise: 60).data
    let model = try HDBSCAN(minClusterSize: 15).fit(points)
    let density = DensityTree(model.condensedTree, selected: model.selectedClusters)
    try IciclePlot(density).svg().write(
      to: folder.appending(path: "density-tree.svg"), atomically: true, encoding: .utf8)
    try write("two", SampleReports.blobs(groups: 2, rows: 500, columns: 4, noise: 12))
    try write("forty", SampleReports.blobs(groups: 40, rows: 3900, columns: 9, spread: 0.2))
    try write("forty-dense", SampleReports.blobs(groups: 40, rows: 60_000, columns: 9, spread: 0.2))
    try write("one", SampleReports.blobs(groups: 1, rows: 300, columns: 5))
    try write(
      "odd",
      SampleReports.blobs(
        groups: 5, rows: 900, columns: 12, names: SampleReports.oddNames))
    try write("line", SampleReports.blobs(groups: 3, rows: 700, columns: 1, spread: 0.1))
    try write("wide", SampleReports.blobs(groups: 6, rows: 2000, columns: 1000, spread: 0.8))
    try write("million", SampleReports.blobs(groups: 12, rows: 1_000_000, columns: 16, spread: 0.3))
  }
}
