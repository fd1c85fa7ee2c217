/// Curves over a common axis, as a picture that stands by itself.
package struct LinePlot: Sendable {
  /// One curve.
  package struct Series: Sendable {
    /// What it is called, beside its end.
    package let name: String
    package let points: [(x: Double, y: Double)]
    /// Whether it is drawn with dashes, as a bound is.
    package let isDashed: Bool

    package init(_ name: String, _ points: [(x: Double, y: Double)], isDashed: Bool = false) {
      self.name = name
      self.points = points
      self.isDashed = isDashed
    }
  }

  private let title: String
  private let xName: String
  private let yName: String
  private let series: [Series]

  private let width = 720.0
  private let height = 400.0
  private let left = 64.0
  private let right = 190.0
  private let top = 40.0
  private let bottom = 48.0

  /// Creates a picture.
  ///
  /// - Parameters:
  ///   - title: What is shown.
  ///   - xName: What the horizontal axis counts.
  ///   - yName: What the vertical axis measures.
  ///   - series: At most eight curves; points that aren't finite are left out.
  package init(title: String, xName: String, yName: String, series: [Series]) {
    self.title = title
    self.xName = xName
    self.yName = yName
    self.series = series.map {
      Series($0.name, $0.points.filter { $0.x.isFinite && $0.y.isFinite }, isDashed: $0.isDashed)
    }.filter { !$0.points.isEmpty }
  }

  /// The picture; empty without points.
  package func svg() -> String {
    let points = series.flatMap(\.points)
    guard let first = points.first else { return "" }
    let x = points.reduce(into: (low: first.x, high: first.x)) {
      $0 = (min($0.low, $1.x), max($0.high, $1.x))
    }
    let y = points.reduce(into: (low: min(0, first.y), high: first.y)) {
      $0 = (min($0.low, $1.y), max($0.high, $1.y))
    }
    let (xTicks, yTicks) = (Self.ticks(x.low, x.high), Self.ticks(y.low, y.high))
    let yLow = min(y.low, yTicks.first ?? y.low)
    let yHigh = max(y.high, yTicks.last ?? y.high)
    let across = { (value: Double) in
      left + (value - x.low) / max(x.high - x.low, .leastNormalMagnitude) * (width - left - right)
    }
    let up = { (value: Double) in
      height - bottom
        - (value - yLow) / max(yHigh - yLow, .leastNormalMagnitude) * (height - top - bottom)
    }
    let (xFormat, yFormat) = (
      NumberFormat(spread: x.high - x.low, magnitude: max(x.low.magnitude, x.high.magnitude)),
      NumberFormat(spread: yHigh - yLow, magnitude: max(yLow.magnitude, yHigh.magnitude))
    )
    var parts: [String] = []
    for tick in yTicks {
      let at = Markup.coordinate(up(tick))
      parts.append(
        "<path class=\"grid\" d=\"M\(Markup.coordinate(left)) \(at)"
          + "H\(Markup.coordinate(width - right))\"/>"
          + text(left - 8, up(tick) + 4, yFormat.string(tick), anchor: "end"))
    }
    for tick in xTicks {
      parts.append(text(across(tick), height - bottom + 18, xFormat.string(tick)))
    }
    parts.append(text(left + (width - left - right) / 2, height - 10, xName))
    parts.append(text(left, top - 10, yName, anchor: "start"))
    for (index, curve) in series.enumerated() {
      let line = curve.points.enumerated().map { place, point in
        "\(place == 0 ? "M" : "L")\(Markup.coordinate(across(point.x))) "
          + Markup.coordinate(up(point.y))
      }.joined()
      parts.append(
        "<path class=\"g\(index % GroupPalette.size)\(curve.isDashed ? " dashed" : "")\" d=\"\(line)\"/>"
      )
    }
    parts += names(up)
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 400" role="img" \
      aria-label="\(Markup.escaped(title))"><style>\(Self.style)</style>\
      <text class="title" x="0" y="14">\(Markup.escaped(title))</text>\(parts.joined())</svg>

      """
  }

  /// The curves' names beside their ends, moved apart where they would overlap.
  private func names(_ up: (Double) -> Double) -> [String] {
    var places = series.enumerated().map {
      (index: $0.offset, y: up($0.element.points.last?.y ?? 0))
    }
    places.sort { ($0.y, $0.index) < ($1.y, $1.index) }
    for place in places.indices.dropFirst() {
      places[place].y = max(places[place].y, places[place - 1].y + 15)
    }
    return places.map { place in
      "<text class=\"name g\(place.index % GroupPalette.size)\" "
        + "x=\"\(Markup.coordinate(width - right + 8))\" y=\"\(Markup.coordinate(place.y + 4))\">"
        + "\(Markup.escaped(series[place.index].name))</text>"
    }
  }

  private func text(
    _ x: Double, _ y: Double, _ text: String, anchor: String = "middle"
  ) -> String {
    "<text x=\"\(Markup.coordinate(x))\" y=\"\(Markup.coordinate(y))\" text-anchor=\"\(anchor)\">"
      + "\(Markup.escaped(text))</text>"
  }

  /// About five round numbers from one number to another.
  static func ticks(_ low: Double, _ high: Double) -> [Double] {
    let span = high - low
    guard span > 0, span.isFinite else { return [low] }
    var step = 1.0
    while step > span { step /= 10 }
    while step * 10 <= span { step *= 10 }
    if span / step < 2 { step /= 5 } else if span / step < 5 { step /= 2 }
    let first = (low / step).rounded(.up)
    return stride(from: first, through: (high / step).rounded(.down), by: 1).map { $0 * step }
  }

  private static let style =
    "text{font:13px system-ui,sans-serif;fill:#444}.title{font-weight:600;fill:#222}"
    + "path{fill:none!important;stroke:var(--c);stroke-width:2}.dashed{stroke-dasharray:6 4}"
    + ".grid{stroke:#8884;stroke-width:1}.name{fill:var(--c)}"
    + GroupPalette.style
    + "@media(prefers-color-scheme:dark){text{fill:#bbb}.title{fill:#eee}.name{fill:var(--c)}}"
}
