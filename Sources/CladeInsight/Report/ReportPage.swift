import Clade

/// The parts of a ``Report`` with all that has to be computed for them.
struct ReportPage: Sendable {
  let report: Report
  let profiles: ClusterProfiles
  let map: ScatterPlot
  /// The pictures of the candidates, in their order.
  let candidateMaps: [ScatterPlot]
  let silhouettes: SilhouettePlot?
  let icicles: IciclePlot?
  let dendrogram: DendrogramPlot?
  /// The rows of the table of profiles, those that tell the groups apart best first.
  let traits: [Trait]
  /// The clusters in the order in which they are listed.
  let order: [Int]

  /// Up to so many groups get a card of their own, a column of a table, a row of a list.
  static let cardLimit = 60
  static let tableLimit = 100
  static let listLimit = 250
  /// Silhouettes of more rows are estimated from a sample of so many.
  static let silhouetteLimit = 5000

  init(_ report: Report, threads: Int?, progress: ProgressObserver?) throws {
    let stage = "drawing the report"
    progress?(ProgressUpdate(stage: stage, fraction: 0))
    order = report.order.isEmpty ? Array(0..<report.clusterCount) : report.order
    guard order.sorted().elementsEqual(0..<report.clusterCount) else {
      throw CladeError.shapeMismatch(
        expected: "an order of all \(report.clusterCount) clusters", found: "\(report.order)")
    }
    profiles = try ClusterProfiles(
      data: report.data, labels: report.labels, features: report.features,
      clusterCount: report.clusterCount, threads: threads)
    try Task.checkCancellation()
    progress?(ProgressUpdate(stage: stage, fraction: 0.2))
    map = try ScatterPlot(
      data: report.data, labels: report.labels, features: report.features,
      clusterCount: report.clusterCount, probabilities: report.probabilities,
      title: "Map of the groups", isGeographic: report.isGeographic, threads: threads)
    candidateMaps = try Self.maps(of: report, like: map, threads: threads)
    try Task.checkCancellation()
    progress?(ProgressUpdate(stage: stage, fraction: 0.6))
    silhouettes = try SilhouettePlot(
      data: report.data, labels: report.labels, clusterCount: report.clusterCount,
      limit: Self.silhouetteLimit, threads: threads)
    icicles = report.density.map { IciclePlot($0) }
    dendrogram = try report.dendrogram.map { try DendrogramPlot($0, labels: report.labels) }
    traits = Trait.all(of: profiles)
    self.report = report
    progress?(ProgressUpdate(stage: stage, fraction: 1))
  }

  /// The whole document.
  var html: String {
    Self.document(
      "\(headline) in \(Markup.shortened(report.title, width: 80))",
      version: report.reproduction.version,
      """
      \(header)
      \(mapSection)
      \(candidateSection)
      \(densitySection)
      \(dendrogramSection)
      \(tanglesSection)
      \(reachabilitySection)
      \(groupSection)
      \(exampleSection)
      \(separabilitySection)
      \(profileSection)
      \(silhouetteSection)
      \(columnSection)
      \(reproductionSection)
      """)
  }

  // MARK: Small parts that several sections and pages use

  /// A whole document around its sections.
  static func document(_ title: String, version: String, _ content: String) -> String {
    """
    <!DOCTYPE html>
    <html lang="en"><head><meta charset="utf-8"/>\
    <meta name="viewport" content="width=device-width, initial-scale=1"/>\
    <meta name="color-scheme" content="light dark"/>\
    <meta http-equiv="Content-Security-Policy" \
    content="default-src 'none'; style-src 'unsafe-inline'"/>\
    <meta name="generator" content="clade \(Markup.escaped(version))"/>
    <title>\(Markup.escaped(title))</title>
    <style>\(ReportStyle.css)</style></head>
    <body><main>
    \(content)
    </main></body></html>

    """
  }

  /// A label as a coloured mark and the number.
  func chip(_ label: Int32) -> String {
    label < 0
      ? "<span class=\"chip gn\"></span>noise"
      : "<span class=\"chip \(map.palette.cssClass(label))\"></span>\(label)"
  }

  /// A number with a true minus sign.
  static func number(_ value: Double, _ format: NumberFormat) -> String {
    let text = format.string(value)
    return text.hasPrefix("-") ? "−" + text.dropFirst() : text
  }

  /// A share in percent, as HTML.
  static func percent(_ share: Double) -> String { Markup.escaped(NumberFormat.percent(share)) }

  /// A number between −1 and 1 with two decimals; 1 and 0 only when they are exact.
  static func score(_ value: Double) -> String {
    if value < 1, value >= 0.995 {
      return value >= 0.9995 ? "&gt;0.999" : number(value, .init(decimals: 3))
    }
    return number(value, NumberFormat(decimals: 2))
  }

  /// A standardized difference with its sign.
  static func signed(_ value: Double) -> String {
    (value > 0.05 ? "+" : "") + number(value, NumberFormat(decimals: 1))
  }

  /// "1 row", "344 rows".
  static func count(_ count: Int, _ noun: String) -> String {
    "\(NumberFormat.count(count)) \(noun)\(count == 1 ? "" : "s")"
  }

  /// A section with a heading.
  static func section(_ id: String, _ heading: String, _ note: String, _ content: String) -> String
  {
    """
    <section aria-labelledby="\(id)"><h2 id="\(id)">\(heading)</h2>\
    \(note.isEmpty ? "" : "<p class=\"note\">\(note)</p>")
    \(content)</section>
    """
  }
}
