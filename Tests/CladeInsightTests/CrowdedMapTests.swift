import Clade
import CladeInsight
import Testing

/// Pictures of many small groups, such as black spots on a map.
@Suite struct CrowdedMapTests {
  /// Places in degrees: groups of three in the midst of noise.
  private func report(groups: Int, noise: Int, apart: Double) throws -> Report {
    var random = CounterRandom(seed: 2)
    var values: [Double] = []
    var labels: [Int32] = []
    for group in 0..<groups {
      for _ in 0..<3 {
        values += [53 + apart * Double(group / 10), -6 - apart * Double(group % 10)]
        labels.append(Int32(group))
      }
    }
    for _ in 0..<noise {
      values += [53 + apart * 8 * random.uniform(), -6 - apart * 10 * random.uniform()]
      labels.append(-1)
    }
    let data = Matrix<Double>(rows: labels.count, columns: 2) { _ = $0.initialize(from: values) }
    var report = Report(
      title: "places.csv", method: "DBSCAN", data: data, labels: labels,
      features: [
        Feature(column: "lat", offset: 0, scale: 1), Feature(column: "lon", offset: 0, scale: 1),
      ], clusterCount: groups)
    report.isGeographic = true
    return report
  }

  private func picture(_ report: Report) throws -> String {
    try ScatterPlot(
      data: report.data, labels: report.labels, features: report.features,
      clusterCount: report.clusterCount, title: "Places", isGeographic: report.isGeographic
    ).svg()
  }

  private func count(_ part: String, in text: String) -> Int {
    text.components(separatedBy: part).count - 1
  }

  @Test func noiseHidesNoGroup() throws {
    // Some 500 rows of noise in each cell of the map in which the groups' three are.
    let report = try report(groups: 2, noise: 100_000, apart: 1e-4)
    let svg = try picture(report)
    #expect(count("class=\"g0\"", in: svg) == 1 && count("class=\"g1\"", in: svg) == 1)
    #expect(svg.contains("class=\"gn\""))
    #expect(try report.html().contains("Grey is noise, where there is no group."))
  }

  @Test func numbersThatFindNoRoomAreLeftOut() throws {
    let near = try report(groups: 80, noise: 5000, apart: 0.01)
    let all = try picture(near)
    #expect(all.contains("class=\"many\""))
    #expect(count("class=\"n\"", in: all) == 80 && !all.contains("class=\"lead\""))
    #expect(!(try near.html().contains("without room for a number")))

    // The same, but for ten groups at one place.
    var crowded = near
    crowded.data = Matrix<Double>(rows: near.data.rowCount, columns: 2) { target in
      for row in 0..<near.data.rowCount {
        let from = row < 30 ? 0 : row
        for column in 0..<2 {
          target.initializeElement(at: 2 * row + column, to: near.data[from, column])
        }
      }
    }
    let fewer = count("class=\"n\"", in: try picture(crowded))
    #expect(fewer >= 70 && fewer < 80)
    #expect(
      try crowded.html().contains("\(80 - fewer) groups without room for a number have none."))
  }

  @Test func fewGroupsKeepTheirNumbers() throws {
    let svg = try picture(try report(groups: 30, noise: 5000, apart: 1e-3))
    #expect(count("class=\"n\"", in: svg) == 30)
  }
}
