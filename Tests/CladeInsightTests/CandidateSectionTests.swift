import Clade
import CladeInsight
import Foundation
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// What the report shows of a choice between several partitions.
@Suite struct CandidateSectionTests {
  /// Three groups, the same with the first two as one, and with noise.
  private func report(rows: Int = 300) -> Report {
    var report = SampleReports.blobs(groups: 3, rows: rows, columns: 4, spread: 0.2)
    let labels = report.labels
    report.candidates = [
      ReportedCandidate(
        title: "3 groups by density", method: "HDBSCAN* (min cluster size 20)", labels: labels,
        clusterCount: 3, score: 0.83, criteria: [.init("gap", value: 2.5)],
        reasons: ["It has the widest gap."],
        command: "clade fit 'a b.csv' --method hdbscan --min-cluster-size 20"),
      ReportedCandidate(
        title: "2 groups <by> single linkage", method: "single linkage (k = 2)",
        labels: labels.map { max(0, $0 - 1) }, clusterCount: 2, score: 0.79,
        criteria: [.init("gap", value: .infinity)], command: "clade fit 'a b.csv' --method single"),
      ReportedCandidate(
        title: "1 group", method: "one group", labels: labels.map { $0 == 2 ? -1 : 0 },
        clusterCount: 1, score: -0.5),
    ]
    return report
  }

  private func section(_ html: String) throws -> String {
    let start = try #require(html.range(of: "<h2 id=\"candidates\""))
    let rest = html[start.lowerBound...]
    return String(rest[..<(rest.range(of: "</section>")?.lowerBound ?? rest.endIndex)])
  }

  @Test func eachHasItsPictureAndItsCommand() throws {
    let html = try report().html()
    let section = try section(html)
    #expect(section.contains("What was chosen, and what else is plausible"))
    #expect(section.matches(of: /<article>/).count == 3)
    #expect(section.matches(of: /<svg class="map/).count == 3)
    #expect(section.matches(of: /<b>chosen<\/b>/).count == 1)
    #expect(section.contains("score 0.830; HDBSCAN* (min cluster size 20)"))
    #expect(section.contains("2 groups &lt;by&gt; single linkage"))
    #expect(section.contains("score −0.500"))
    #expect(section.contains("<li>It has the widest gap.</li>"))
    #expect(section.contains("<span>--min-cluster-size</span> <span>20</span>"))
    #expect(section.contains("What the scores are made of"))
    #expect(!html.contains("NaN") && !html.contains("inf<"))
    let parser = XMLParser(
      data: Data(html.replacing("<!DOCTYPE html>", with: "").utf8))
    #expect(parser.parse(), "\(parser.parserError.map { "\($0)" } ?? "")")
  }

  @Test func nothingWithoutAChoice() throws {
    var report = report()
    report.candidates = []
    #expect(try !report.html().contains("id=\"candidates\""))
    report = self.report()
    report.candidates.removeLast(2)
    let section = try section(report.html())
    #expect(section.contains("Nothing else was found that is as plausible."))
    #expect(!section.contains("What the scores are made of"))
  }

  @Test func groupsKeepTheColoursOfTheChosen() throws {
    // The second partition's groups 0 and 1 are the chosen one's 0 or 1, and 2.
    let section = try section(report().html())
    let pictures = section.components(separatedBy: "<article>").dropFirst().map { article in
      Set(article.matches(of: /class="dots (g\w)"/).map { String($0.1) })
    }
    #expect(pictures == [["g0", "g1", "g2"], ["g0", "g2"], ["g0", "gn"]])
  }

  @Test func aSampleThatWasDecidedOn() throws {
    var report = report(rows: 6000)
    let rows = Array(stride(from: 1, to: 6000, by: 3))
    report.candidateRows = rows
    for index in report.candidates.indices {
      let labels = report.candidates[index].labels
      report.candidates[index].labels = rows.map { labels[$0] }
    }
    let html = try report.html()
    #expect(try section(html).contains("It was decided on 2000 rows"))
    #expect(html.utf8.count < 400_000)
    // The same rows in another order are the same picture.
    report.candidateRows.reverse()
    for index in report.candidates.indices { report.candidates[index].labels.reverse() }
    #expect(try report.html() == html)
  }

  @Test func labelsThatDontFit() throws {
    let change: [(inout Report) -> Void] = [
      { $0.candidates[1].labels.removeLast() }, { $0.candidates[1].labels[4] = 2 },
      { $0.candidates[2].clusterCount = -1 }, { $0.candidateRows = [0, 300] },
      { $0.candidateRows = [-1] }, { $0.candidateRows = [3, 4] },
    ]
    for change in change {
      var report = report()
      change(&report)
      #expect(throws: CladeError.self) { try report.html() }
    }
  }

  @Test func partnersShareMostRows() {
    let labels: [Int32] = [0, 0, 0, 0, 1, 1, 1, 2, 2, -1, 3]
    let other: [Int32] = [1, 1, 1, 0, 1, 0, 0, 0, 0, 1, -1]
    // 0 has three rows of 1; 1 and 2 have two of 0, and the first of them gets it; 3 shares none.
    #expect(
      GroupMatch.partners(of: labels, clusterCount: 4, in: other) == [1, 0, nil, nil])
    #expect(GroupMatch.partners(of: [], clusterCount: 0, in: []).isEmpty)
  }
}
