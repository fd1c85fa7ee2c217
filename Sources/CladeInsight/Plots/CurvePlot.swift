import CladeCore

/// Curves over two logarithmic axes, a panel beside the other, as a picture in SVG.
///
/// Powers are straight lines here, so that a measured error and a bound like m^(−1/2) can be
/// compared by their slopes.
package struct CurvePlot: Sendable {
  /// A line through points of positive coordinates.
  package struct Curve: Sendable {
    let name: String
    let points: [(x: Double, y: Double)]
    let isReference: Bool

    /// - Parameters:
    ///   - name: What the line is, for the legend.
    ///   - points: In the order of x; those that aren't positive and finite are left out.
    ///   - isReference: Whether it is a bound or a slope to compare with, drawn dashed.
    package init(_ name: String, _ points: [(x: Double, y: Double)], isReference: Bool = false) {
      self.name = name
      self.points = points.filter { $0.x > 0 && $0.y > 0 && $0.x.isFinite && $0.y.isFinite }
      self.isReference = isReference
    }
  }

  /// Curves that share their axes.
  package struct Panel: Sendable {
    let title: String
    let curves: [Curve]

    package init(_ title: String, _ curves: [Curve]) {
      self.title = title
      self.curves = curves.filter { !$0.points.isEmpty }
    }
  }

  private let panels: [Panel]
  private let title: String
  private let across: String
  private let up: String

  private static let panelWidth = 320.0
  private static let fieldHeight = 220.0
  private static let left = 52.0
  private static let right = 12.0
  private static let top = 30.0

  /// - Parameters:
  ///   - title: What the picture shows, for those who can't see it.
  ///   - across: The name of the horizontal axes.
  ///   - up: The name of the vertical axes.
  package init(title: String, across: String, up: String, _ panels: [Panel]) {
    self.title = title
    self.across = across
    self.up = up
    self.panels = panels.filter { !$0.curves.isEmpty }
  }

  /// The picture, a document of its own.
  package func svg() -> String {
    let lines = panels.map(\.curves.count).max() ?? 0
    let width = Self.panelWidth * Double(max(1, panels.count))
    let height = Self.top + Self.fieldHeight + 44 + 18 * Double(lines)
    let body = panels.enumerated().map { index, panel in
      "<g transform=\"translate(\(Self.text(Self.panelWidth * Double(index))) 0)\">"
        + draw(panel) + "</g>"
    }.joined(separator: "\n")
    let (w, h) = (Self.text(width), Self.text(height))
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(w) \(h)" width="\(w)" height="\(h)" \
      role="img" font-family="system-ui,sans-serif" font-size="12" fill="#1b1d1f">
      <title>\(Markup.escaped(title))</title>
      <rect width="\(w)" height="\(h)" fill="#fff"/>
      \(body)
      </svg>

      """
  }

  // MARK: A panel

  private func draw(_ panel: Panel) -> String {
    let all = panel.curves.flatMap(\.points)
    let x = Axis(all.map(\.x), from: Self.left, to: Self.panelWidth - Self.right)
    let y = Axis(all.map(\.y), from: Self.top + Self.fieldHeight, to: Self.top)
    let bottom = Self.top + Self.fieldHeight
    var parts = [Self.label(panel.title, x: Self.left, y: 16, weight: "600")]
    for tick in x.ticks {
      let at = Self.text(x.place(tick.value))
      parts.append(
        "<path d=\"M\(at) \(Self.text(Self.top))V\(Self.text(bottom))\" stroke=\"#e3e3de\"/>")
      parts.append(Self.label(tick.name, x: x.place(tick.value), y: bottom + 16, anchor: "middle"))
    }
    for tick in y.ticks {
      let at = Self.text(y.place(tick.value))
      parts.append(
        "<path d=\"M\(Self.text(Self.left)) \(at)H\(Self.text(Self.panelWidth - Self.right))\" "
          + "stroke=\"#e3e3de\"/>")
      parts.append(
        Self.label(tick.name, x: Self.left - 5, y: y.place(tick.value) + 4, anchor: "end"))
    }
    parts.append(
      Self.label(
        "\(across) →, \(up) ↑", x: (Self.left + Self.panelWidth - Self.right) / 2, y: bottom + 32,
        anchor: "middle", color: "#5c6166"))
    for (index, curve) in panel.curves.enumerated() {
      let color = GroupPalette.lightColor(index)
      let places = curve.points.map { (x: x.place($0.x), y: y.place($0.y)) }
      let path = places.enumerated().map {
        "\($0 == 0 ? "M" : "L")\(Self.text($1.x)) \(Self.text($1.y))"
      }.joined()
      let dash = curve.isReference ? " stroke-dasharray=\"5 4\"" : ""
      parts.append(
        "<path d=\"\(path)\" fill=\"none\" stroke=\"\(color)\" stroke-width=\"1.8\"\(dash)/>")
      if !curve.isReference {
        parts += places.map {
          "<circle cx=\"\(Self.text($0.x))\" cy=\"\(Self.text($0.y))\" r=\"2.6\" fill=\"\(color)\"/>"
        }
      }
      let line = bottom + 52 + 18 * Double(index)
      parts.append(
        "<path d=\"M\(Self.text(Self.left)) \(Self.text(line - 4))h22\" stroke=\"\(color)\" "
          + "stroke-width=\"1.8\"\(dash)/>")
      parts.append(Self.label(curve.name, x: Self.left + 28, y: line))
    }
    return parts.joined(separator: "\n")
  }

  private static func label(
    _ text: String, x: Double, y: Double, anchor: String = "start", color: String? = nil,
    weight: String? = nil
  ) -> String {
    "<text x=\"\(Self.text(x))\" y=\"\(Self.text(y))\" text-anchor=\"\(anchor)\""
      + (color.map { " fill=\"\($0)\"" } ?? "") + (weight.map { " font-weight=\"\($0)\"" } ?? "")
      + ">\(Markup.escaped(text))</text>"
  }

  private static func text(_ value: Double) -> String { Markup.coordinate(value) }

  // MARK: An axis

  /// Maps logarithms to pixels.
  private struct Axis {
    private let low: Double
    private let high: Double
    private let from: Double
    private let to: Double

    init(_ values: [Double], from: Double, to: Double) {
      let logs = values.map { Elementary.log($0) }
      let (least, most) = (logs.min() ?? 0, logs.max() ?? 1)
      let room = max(0.04 * (most - least), 0.02)
      (low, high) = (least - room, most + room)
      (self.from, self.to) = (from, to)
    }

    func place(_ value: Double) -> Double {
      from + (Elementary.log(value) - low) / (high - low) * (to - from)
    }

    /// Powers of ten, every few where there are many, or 1, 2 and 5 times them where there are few.
    var ticks: [(value: Double, name: String)] {
      let ten = Elementary.log(10)
      let powers = Int((low / ten).rounded(.down))...Int((high / ten).rounded(.up))
      let step = max(1, (powers.count + 5) / 6)
      let factors = (high - low) / ten < 2.2 ? [1.0, 2, 5] : [1.0]
      return powers.flatMap { power -> [(value: Double, name: String)] in
        guard (power - powers.lowerBound) % step == 0 else { return [] }
        return factors.map { factor in
          let unit = (0..<power.magnitude).reduce(1.0) { unit, _ in unit * 10 }
          let value = power < 0 ? factor / unit : factor * unit
          let name =
            (-4...6).contains(power)
            ? NumberFormat(decimals: max(0, -power)).string(value) : "1e\(power)"
          return (value, name)
        }
      }.filter { (low...high).contains(Elementary.log($0.value)) }
    }
  }
}
