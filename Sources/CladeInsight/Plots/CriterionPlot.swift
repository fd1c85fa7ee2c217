/// A criterion over the number of clusters, as a line with the chosen number marked.
struct CriterionPlot: Sendable {
  let curve: CriterionCurve

  private let width = 340.0
  private let height = 190.0
  private let left = 14.0
  private let right = 14.0
  private let top = 34.0
  private let bottom = 30.0

  /// The picture, or an empty string for fewer than two points.
  func figure(id: String) -> String {
    let points = curve.points.filter { $0.value.isFinite }.sorted { $0.k < $1.k }
    guard points.count >= 2, let first = points.first, let last = points.last,
      let low = points.map(\.value).min(), let high = points.map(\.value).max()
    else { return "" }
    let span = high / 2 - low / 2
    let place = { (point: CriterionCurve.Point) in
      let across = Double(point.k - first.k) / Double(max(1, last.k - first.k))
      let up = span > 0 ? (point.value / 2 - low / 2) / span : 0.5
      return (
        x: left + across * (width - left - right),
        y: height - bottom - up * (height - top - bottom)
      )
    }
    let line = points.map(place).enumerated().map { index, at in
      "\(index == 0 ? "M" : "L")\(Markup.coordinate(at.x)) \(Markup.coordinate(at.y))"
    }.joined()
    let dots = points.count > 60 ? [] : points
    let marks = dots.map { point in
      let at = place(point)
      let value = NumberFormat(spread: span * 2, magnitude: max(high.magnitude, low.magnitude))
      return
        "<circle cx=\"\(Markup.coordinate(at.x))\" cy=\"\(Markup.coordinate(at.y))\" r=\"2.5\">"
        + "<title>k = \(point.k): \(ReportPage.number(point.value, value))</title></circle>"
    }.joined()
    var chosen = ""
    if let point = points.first(where: { $0.k == curve.chosen }) {
      let at = place(point)
      let isRight = at.x > width - 70
      chosen = """
        <circle class="chosen" cx="\(Markup.coordinate(at.x))" cy="\(Markup.coordinate(at.y))" \
        r="5.5"/><text class="pick" text-anchor="\(isRight ? "end" : "start")" x="\(Markup.coordinate(at.x + (isRight ? -9 : 9)))" \
        y="\(Markup.coordinate(at.y - 8))">k = \(point.k)</text>
        """
    }
    let base = Markup.coordinate(height - bottom + 6)
    let name = Markup.escaped(Markup.shortened(curve.name, width: 24))
    let direction = Markup.escaped(Markup.shortened(curve.direction, width: 32))
    return """
      <svg class="curve" viewBox="0 0 340 190" role="img" aria-labelledby="\(id)-t">\
      <title id="\(id)-t">\(name) for k from \(first.k) to \(last.k)</title>\
      <text x="0" y="12"><tspan class="pick">\(name)</tspan> \(direction)</text>\
      <path class="axis" d="M\(Markup.coordinate(left)) \(base)H\(Markup.coordinate(width - right))"/>\
      <path class="line" d="\(line)"/>\(marks)\(chosen)\
      <text x="\(Markup.coordinate(left))" y="186" text-anchor="middle">\(first.k)</text>\
      <text x="\(Markup.coordinate(width / 2))" y="186" text-anchor="middle">number of groups</text>\
      <text x="\(Markup.coordinate(width - right))" y="186" text-anchor="middle">\(last.k)</text></svg>
      """
  }
}
