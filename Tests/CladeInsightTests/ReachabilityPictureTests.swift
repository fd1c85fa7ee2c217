import Clade
import CladeInsight
import Testing

@Suite struct ReachabilityPictureTests {
  private func curve(_ count: Int) -> ReachabilityCurve {
    var random = CounterRandom(seed: 1)
    let heights = (0..<count).map { place in
      place % (count / 5) == 0 ? (place == 0 ? .infinity : 9) : 0.5 + random.uniform()
    }
    return ReachabilityCurve(
      heights: heights, labels: (0..<count).map { $0 % 7 == 6 ? -1 : Int32($0 * 5 / count) })
  }

  @Test func fewRowsHaveABarEach() throws {
    let plot = try #require(ReachabilityPicture(curve(100)))
    #expect(plot.rowsPerBar == 1)
    #expect(plot.cutOffCount == 1)
    #expect(plot.top >= 9)
    let svg = plot.figure(id: "x") { $0 < 0 ? "gn" : "g\($0)" }
    #expect(svg.contains("class=\"g4\"") && svg.contains("class=\"gn\""))
    #expect(!svg.contains("nan") && !svg.contains("inf"))
  }

  @Test func manyRowsStaySmall() throws {
    let plot = try #require(ReachabilityPicture(curve(1_000_000)))
    #expect(plot.rowsPerBar == 1112)
    #expect(plot.top < 2)
    #expect(plot.cutOffCount == 5)
    #expect(plot.figure(id: "x") { "g\($0)" }.utf8.count < 200_000)
  }

  @Test func oddCurves() throws {
    #expect(ReachabilityPicture(ReachabilityCurve(heights: [], labels: [])) == nil)
    for heights in [
      [Double.infinity], [0, 0, 0], [.infinity, .infinity], [1e300, 1e-300, .infinity],
    ] {
      let labels = [Int32](repeating: -1, count: heights.count)
      let plot = try #require(
        ReachabilityPicture(ReachabilityCurve(heights: heights, labels: labels, cut: 1)))
      let svg = plot.figure(id: "x") { "g\($0)" }
      #expect(!svg.contains("nan") && !svg.contains("inf"))
    }
  }
}
