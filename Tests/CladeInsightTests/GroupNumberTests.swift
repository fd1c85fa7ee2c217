import Clade
import CladeInsight
import Foundation
import Testing

/// Where the numbers of groups stand in a picture.
@Suite struct GroupNumberTests {
  @Test func aRingsNumberStandsOnTheRing() throws {
    var values: [Double] = []
    var labels: [Int32] = []
    for step in 0..<40 {
      let angle = Double(step) / 40 * 2 * .pi
      values += [3 * cos(angle), 3 * sin(angle)]
      labels.append(0)
    }
    for step in 0..<21 {
      values += [0.02 * Double(step - 10), 0.01 * Double((step * step) % 21 - 10)]
      labels.append(1)
    }
    let data = Matrix<Double>(rows: labels.count, columns: 2) { _ = $0.initialize(from: values) }
    let svg = try ScatterPlot(
      data: data, labels: labels,
      features: [
        Feature(column: "x", offset: 0, scale: 1), Feature(column: "y", offset: 0, scale: 1),
      ], clusterCount: 2, title: "A ring with a blob in it"
    ).svg()
    for group in 0..<2 {
      // The number stands where one of the dots is.
      let number = try #require(
        svg.firstMatch(
          of: try Regex("<text class=\"n\" x=\"([^\"]+)\" y=\"([^\"]+)\"[^>]*>\(group)<"))
      ).output
      let dots = try #require(
        svg.firstMatch(of: try Regex("<path class=\"dots g\(group)\"[^>]*d=\"([^\"]+)\""))
      ).output
      let (x, y, path) = (number[1].substring, number[2].substring, dots[1].substring)
      #expect(try #require(path).contains("M\(try #require(x)) \(try #require(y))h0"))
    }
  }
}
