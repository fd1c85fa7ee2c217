import Clade
import CladeInsight
import Foundation
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct ReportTests {
  // MARK: A document that every reader understands

  @Test(arguments: ["one", "two", "forty", "noise", "odd", "line", "dense", "penguins"])
  func isWellFormedAndWithoutNaN(_ name: String) throws {
    guard let report = sample(name) else { return }
    let html = try report.html()
    try expectWellFormed(html, name)
    #expect(!html.contains("NaN") && !html.contains("nan ") && !html.contains("inf"))
    #expect(html.utf8.count < 2 << 20)
    #expect(!html.contains("http://") && !html.contains("https://") && !html.contains("url("))
    #expect(!html.contains("<script"))
  }

  @Test func pictureIsWellFormedAlone() throws {
    for name in ["one", "forty", "odd", "line", "dense"] {
      guard let report = sample(name) else { continue }
      let svg = try ScatterPlot(
        data: report.data, labels: report.labels, features: report.features,
        clusterCount: report.clusterCount, title: SampleReports.oddNames.joined()
      ).svg()
      try expectWellFormed(svg, name)
      #expect(!svg.contains("NaN") && !svg.contains("nan"))
    }
  }

  // MARK: What is on it

  @Test func showsWhatWasFound() throws {
    var report = try #require(sample("two"))
    report.reasons = ["Two groups, since that is what there are."]
    report.warnings = ["A warning."]
    report.timings = [.init("fit", seconds: 1.234)]
    report.criterion = CriterionCurve(
      name: "BIC", direction: "lower is better",
      points: [.init(k: 1, value: 10), .init(k: 2, value: 5), .init(k: 3, value: .infinity)],
      chosen: 2)
    let html = try report.html()
    for part in [
      "<h1>2 groups</h1>", "in 300 rows", "Two groups, since that is what there are.", "A warning.",
      "1.23 s", "k = 2", "The groups on a map", "Component 1", "Sizes and separability",
      "What each group is like", "Silhouettes", "What was done to the columns",
      "How to get the same result again", "<span>--report</span> <span>page.html</span>",
      "0123456789abcdef", "prefers-color-scheme:dark", "name=\"viewport\"",
    ] {
      #expect(html.contains(part), "\(part)")
    }
  }

  @Test func oneGroupComparesNothing() throws {
    let html = try #require(sample("one")).html()
    #expect(html.contains("<h1>1 group</h1>"))
    #expect(html.contains("there is only one"))
    #expect(!html.contains("What sets it apart"))
  }

  @Test func noiseIsALineOfItsOwn() throws {
    let html = try #require(sample("noise")).html()
    #expect(html.contains("<h1>3 groups</h1>"))
    #expect(html.contains("noise</th><td class=\"num\">25</td>"))
    #expect(html.contains("Grey is noise."))
  }

  @Test func manyGroupsKeepTheirNumbers() throws {
    let html = try #require(sample("forty")).html()
    for label in 0..<40 { #expect(html.contains(">\(label)</text>")) }
  }

  @Test func groupsAreListedInTheOrderGiven() throws {
    var report = SampleReports.blobs(groups: 5, rows: 400, columns: 4)
    let byNumber = try report.html()
    report.order = [3, 0, 4, 2, 1]
    let html = try report.html()
    #expect(listed("groups", in: byNumber) == [0, 1, 2, 3, 4])
    // The list of groups, the heads of the table of profiles with a card each, and the silhouettes.
    #expect(listed("groups", in: html) == [3, 0, 4, 2, 1])
    #expect(listed("profiles", in: html) == [3, 0, 4, 2, 1, 3, 0, 4, 2, 1])
    #expect(listed("silhouettes", in: html) == [3, 0, 4, 2, 1])
    #expect(html.contains("The most separable one comes first."))
    #expect(!byNumber.contains("The most separable one comes first."))
    // A group keeps its own numbers wherever it is listed.
    let size = report.labels.count { $0 == 3 }
    #expect(html.contains(">3</th><td class=\"num\">\(size)</td>"))
    #expect(titles(html) == titles(byNumber))
  }

  @Test(arguments: [[0, 1], [0, 1, 2, 3, 3], [0, 1, 2, 3, 5], [-1, 0, 1, 2, 3]])
  func anOrderNamesEveryGroupOnce(order: [Int]) throws {
    var report = SampleReports.blobs(groups: 5, rows: 100, columns: 2)
    report.order = order
    #expect(throws: CladeError.self) { try report.html() }
  }

  /// The groups that a section lists, in its order.
  private func listed(_ section: String, in html: String) -> [Int] {
    guard let start = html.range(of: "<h2 id=\"\(section)\"") else { return [] }
    let rest = html[start.upperBound...]
    let end = rest.range(of: "</section>")?.lowerBound ?? rest.endIndex
    return rest[..<end].matches(of: /class="chip g\w+"><\/span>(\d+)/).compactMap { Int($0.1) }
  }

  /// What all cells say when they are pointed at, sorted.
  private func titles(_ html: String) -> [String] {
    html.matches(of: #/ title="([^"]*)"/#).map { String($0.1) }.sorted()
  }

  @Test func datesAreDates() throws {
    let day = 86_400.0
    let data = try Matrix((0..<40).map { [$0 < 20 ? -1.0 : 1, Double($0 % 5)] })
    let report = Report(
      title: "dates", method: "k-means", data: data, labels: (0..<40).map { $0 < 20 ? 0 : 1 },
      features: [
        Feature(column: "joined", offset: 18_262 * day, scale: 366 * day, isDate: true),
        Feature(column: "n"),
      ])
    let html = try report.html()
    #expect(html.contains("2018-12-31") && html.contains("2021-01-01"))
    #expect(html.contains("2020-01-01"))
  }

  // MARK: What comes from the data is escaped

  @Test func namesAreEscapedEverywhere() throws {
    let evil = "<script>alert(\"1\")</script>'&"
    let features = [
      Feature(column: evil), Feature(column: "kind", category: evil),
      Feature(column: "kind", category: "b"),
    ]
    let rows = (0..<60).map { row -> [Double] in
      let isFirst = row < 30
      return [Double(row % 7) + (isFirst ? 0 : 20), isFirst ? 1 : 0, isFirst ? 0 : 1]
    }
    var report = try Report(
      title: evil, method: evil, data: Matrix(rows),
      labels: (0..<60).map { $0 < 30 ? 0 : 1 }, features: features)
    report.reasons = [evil]
    report.warnings = [evil]
    report.criterion = CriterionCurve(
      name: evil, direction: evil, points: [.init(k: 1, value: 1), .init(k: 2, value: 2)],
      chosen: 2)
    report.columns = [
      ReportedColumn(name: evil, kind: evil, treatment: evil, reason: evil, missingCount: 1)
    ]
    report.timings = [.init(evil, seconds: 1)]
    report.reproduction = Reproduction(
      version: evil, command: evil, input: evil, sha256: evil,
      parameters: [.init(evil, evil)])
    let html = try report.html()
    try expectWellFormed(html, "evil")
    #expect(!html.contains("<script"))
    #expect(!html.contains("alert(\"1"))
    #expect(html.components(separatedBy: "&lt;script&gt;").count > 15)
  }

  @Test func controlCharactersAreReplaced() throws {
    var report = try #require(sample("two"))
    report.reasons = ["nul\u{0} bell\u{7} escape\u{1B} noncharacter\u{FFFE}"]
    let html = try report.html()
    #expect(html.contains("nul\u{FFFD} bell\u{FFFD} escape\u{FFFD} noncharacter\u{FFFD}"))
  }

  // MARK: The same bytes

  @Test(arguments: ["two", "noise", "line", "dense", "odd"])
  func isTheSameForShuffledRowsAndThreads(_ name: String) throws {
    let report = try #require(sample(name))
    let reference = try report.html(threads: 1)
    var random = CounterRandom(seed: 11)
    for threads in [1, 2, 7] {
      var shuffled = report
      let order = (0..<report.data.rowCount).shuffled(using: &random)
      shuffled.data = report.data.gatheringRows(order)
      shuffled.labels = order.map { report.labels[$0] }
      if !report.probabilities.isEmpty {
        shuffled.probabilities = order.map { report.probabilities[$0] }
      }
      #expect(try shuffled.html(threads: threads) == reference, "\(threads) threads")
    }
  }

  @Test func isTheSameWithDuplicatesAndTies() throws {
    // An integer grid, each point several times, in two groups.
    let rows = (0..<3000).map { [Double($0 % 10), Double($0 / 10 % 10)] }
    let labels = rows.map { Int32($0[0] < 4 ? 0 : 1) }
    let features = [Feature(column: "x"), Feature(column: "y")]
    let reference = try Report(
      title: "grid", method: "ppp", data: Matrix(rows), labels: labels, features: features
    ).html(threads: 1)
    let order = Array(rows.indices.reversed())
    let reversed = try Report(
      title: "grid", method: "ppp", data: Matrix(order.map { rows[$0] }),
      labels: order.map { labels[$0] }, features: features
    ).html(threads: 7)
    #expect(reversed == reference)
  }

  // MARK: Size

  @Test func aMillionRowsStayBelowTwoMebibytes() throws {
    let report = SampleReports.blobs(groups: 20, rows: 1_000_000, columns: 3, spread: 0.3)
    let html = try report.html()
    #expect(html.utf8.count < 2 << 20)
    #expect(html.contains("in 1,000,000 rows"))
  }

  @Test func manyColumnsAndManyGroupsStayBelowTwoMebibytes() throws {
    let name = String(repeating: "a_rather_long_name_", count: 16)
    let wide = SampleReports.blobs(groups: 50, rows: 3000, columns: 300, names: [name])
    #expect(try wide.html().utf8.count < 2 << 20)
    let many = SampleReports.blobs(groups: 2000, rows: 20_000, columns: 4)
    #expect(try many.html().utf8.count < 2 << 20)
  }

  // MARK: Limits and wrong input

  @Test func oneRowConstantColumnsAndNoRows() throws {
    let tables: [[[Double]]] = [[[1, 2, 3]], [[5, 5, 5], [5, 5, 5]], []]
    for rows in tables {
      let labels = [Int32](repeating: 0, count: rows.count)
      let report = try Report(
        title: "small", method: "PPP",
        data: rows.isEmpty ? Matrix(rows: 0, columns: 3) : Matrix(rows),
        labels: labels, features: ["a", "b", "c"].map { Feature(column: $0) })
      let html = try report.html()
      try expectWellFormed(html, "\(rows)")
      #expect(!html.contains("NaN") && !html.contains("inf "))
    }
    let allNoise = try Report(
      title: "noise", method: "HDBSCAN", data: Matrix([[1.0], [2]]), labels: [-1, -1],
      features: [Feature(column: "a")])
    #expect(try allNoise.html().contains("<h1>No groups</h1>"))
  }

  @Test func emptyGroupsAndExtremeNumbers() throws {
    let rows = (0..<50).map { [Double($0) * 1e306, 1e-300 * Double($0 % 3), 7] }
    let report = try Report(
      title: "extreme", method: "k-means", data: Matrix(rows),
      labels: rows.indices.map { $0 < 20 ? 0 : 2 },
      features: ["a", "b", "c"].map { Feature(column: $0) }, clusterCount: 4)
    let html = try report.html()
    try expectWellFormed(html, "extreme")
    #expect(!html.contains("NaN") && !html.contains("Infinity"))
  }

  @Test func wrongShapesAreErrors() throws {
    var report = try #require(sample("two"))
    report.probabilities = [1, 2, 3]
    #expect(throws: CladeError.self) { try report.html() }
    report.probabilities = []
    report.labels.removeLast()
    #expect(throws: CladeError.self) { try report.html() }
  }

  // MARK: -

  private func sample(_ name: String) -> Report? {
    switch name {
    case "one": SampleReports.blobs(groups: 1, rows: 100, columns: 4)
    case "two": SampleReports.blobs(groups: 2, rows: 300, columns: 4)
    case "forty": SampleReports.blobs(groups: 40, rows: 2000, columns: 6, spread: 0.2)
    case "noise": SampleReports.blobs(groups: 3, rows: 400, columns: 5, noise: 25)
    case "odd":
      SampleReports.blobs(groups: 4, rows: 500, columns: 12, names: SampleReports.oddNames)
    case "line": SampleReports.blobs(groups: 3, rows: 400, columns: 1, noise: 5)
    case "dense": SampleReports.blobs(groups: 9, rows: 12_000, columns: 5)
    default: SampleReports.penguins()
    }
  }

  private func expectWellFormed(_ text: String, _ name: String) throws {
    let parser = XMLParser(data: Data(text.utf8))
    let parsed = parser.parse()
    #expect(
      parsed,
      "\(name), line \(parser.lineNumber): \(String(describing: parser.parserError))")
  }
}
