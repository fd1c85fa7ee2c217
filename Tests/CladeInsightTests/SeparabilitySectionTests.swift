import Clade
import CladeInsight
import Testing

/// What a report says of pairs of groups that tangles would tell apart.
@Suite struct SeparabilitySectionTests {
  private func report(_ places: [Double]) throws -> Report {
    let k = places.count
    let mixture = GaussianMixtureParameters(
      weights: [Double](repeating: 1 / Double(k), count: k),
      means: try Matrix(places.map { [$0, 0] }),
      covariances: try GaussianCovariances(
        type: .spherical, componentCount: k, columnCount: 2,
        values: [Double](repeating: 1, count: k)))
    var report = SampleReports.blobs(groups: k, rows: 200, columns: 2)
    report.tangleSeparability = PairwiseTangleSeparability(
      mixture, groups: Array(0..<k), persistence: 1.5, threads: 1)
    return report
  }

  private func section(_ html: String) -> Substring? {
    guard let start = html.range(of: "<section aria-labelledby=\"apart\">"),
      let end = html[start.upperBound...].range(of: "</section>")
    else { return nil }
    return html[start.lowerBound..<end.upperBound]
  }

  @Test func everyGroupHasItsLeastPair() throws {
    let html = try report([0, 3, 10, 30]).html()
    let part = try #require(section(html))
    #expect(part.contains("5 of the 6 pairs of groups pass."))
    #expect(part.components(separatedBy: "2 of 3</td>").count == 3)
    #expect(part.components(separatedBy: "3 of 3</td>").count == 3)
    #expect(part.contains("1.24</td>") && part.contains("&gt;100</td>"))
  }

  @Test func ofManyGroupsThoseInDoubtAreListed() throws {
    let apart = (0..<20).map { 9 * Double($0) }
    #expect(!(try #require(section(try report(apart).html())).contains("<table")))
    let part = try #require(section(try report([-3] + apart).html()))
    #expect(part.contains("209 of the 210 pairs of groups pass."))
    #expect(part.components(separatedBy: "19 of 20</td>").count == 3)
    #expect(part.components(separatedBy: "<tr>").count == 4)
    #expect(part.contains("All other groups pass with every other."))
  }

  @Test func twoGroupsAreASentence() throws {
    #expect(try #require(section(try report([0, 4]).html())).contains("pass: 1.92 times."))
    let near = try #require(section(try report([0, 2]).html()))
    #expect(
      near.contains("don&#39;t pass: 1.00 times.") || near.contains("don't pass: 1.00 times."))
    #expect(!near.contains("<table"))
  }

  @Test func allOrNone() throws {
    #expect(try #require(section(try report([0, 9, 18]).html())).contains("All 3 pairs"))
    #expect(try #require(section(try report([0, 1, 2]).html())).contains("None of the 3 pairs"))
  }

  @Test func nothingOfOneGroup() throws {
    #expect(section(try report([0]).html()) == nil)
    #expect(section(try SampleReports.blobs(groups: 3, rows: 90, columns: 2).html()) == nil)
  }
}
