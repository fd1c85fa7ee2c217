import Clade

/// A condensed tree as icicles: regions hang from the one that they split off, as wide as they have
/// rows, and grow narrower as rows leave them.
///
/// Down is denser; the axis is the logarithm of the distance. Regions too narrow to see are left
/// out, so that the picture of a million rows is as small as that of a thousand.
public struct IciclePlot: Sendable {
  /// The number of regions that were too small to draw.
  public let hiddenCount: Int
  /// The number of rows from which on regions are drawn.
  public let leastRows: Int
  /// The number of regions that are drawn, the whole data included.
  public let drawnCount: Int

  private let shapes: [Shape]
  private let axis: Axis
  private let rowCount: Int

  private static let width = 720.0
  private static let left = 56.0
  private static let top = 8.0
  private static let fieldHeight = 330.0
  /// Regions narrower than this are left out.
  private static let leastWidth = 1.2
  /// At most so many regions are drawn, the largest.
  private static let limit = 400
  private static let levels = 110

  private struct Shape {
    let label: Int?
    let rows: Int
    let start: Double
    let end: Double
    let center: Double
    let path: String
    /// The widest place, for the number.
    let room: Double
    let place: (x: Double, y: Double)
  }

  /// Draws a tree.
  ///
  /// - Parameter density: The tree, and which of its clusters are groups.
  /// - Complexity: O(n) time.
  public init(_ density: DensityTree) {
    let tree = density.tree
    let n = tree.rowCount
    rowCount = n
    let field = Self.width - Self.left
    let perRow = field / Double(max(1, n))
    let sizes = tree.sizes.sorted(by: >)
    leastRows = max(
      Int((Self.leastWidth / perRow).rounded(.up)),
      sizes.count > Self.limit ? sizes[Self.limit] + 1 : 1)
    let least = leastRows
    let drawn = tree.parents.indices.filter { $0 == 0 || tree.sizes[$0] >= least }
    drawnCount = drawn.count
    hiddenCount = tree.clusterCount - drawn.count
    axis = Axis(tree, drawn, top: Self.top, bottom: Self.top + Self.fieldHeight)

    // How many rows have left each drawn region above each level.
    var places = [Int](repeating: -1, count: tree.clusterCount)
    for (place, cluster) in drawn.enumerated() { places[cluster] = place }
    var leaving = [[Int]](
      repeating: [Int](repeating: 0, count: Self.levels + 1), count: drawn.count)
    for row in 0..<n {
      let place = places[Int(tree.rowClusters[row])]
      if place >= 0 { leaving[place][axis.level(tree.rowHeights[row], of: Self.levels)] += 1 }
    }
    var labels = [Int?](repeating: nil, count: tree.clusterCount)
    for (label, cluster) in density.selected.enumerated() { labels[cluster] = label }

    // The place of the left edge of each region's parts, once it has split.
    var edges = [Double](repeating: Self.left, count: drawn.count)
    var shapes: [Shape] = []
    for (place, cluster) in drawn.enumerated() {
      let rows = tree.sizes[cluster]
      let parent = Int(tree.parents[cluster])
      let width = Double(rows) * perRow
      let start: Double
      if parent < 0 {
        start = Self.left
      } else {
        start = edges[places[parent]]
        edges[places[parent]] += width
      }
      let center = start + width / 2
      let (first, last) = (
        axis.place(tree.birthHeights[cluster]), axis.place(tree.deathHeights[cluster])
      )
      var left = rows
      var steps: [(y: Double, half: Double)] = [(first, width / 2)]
      for (level, count) in leaving[place].enumerated() where count > 0 {
        let y = min(axis.edge(level, of: Self.levels), last)
        // Those that leave at the end leave it as wide as it is.
        if y >= last { break }
        left -= count
        steps.append((y, Double(left) * perRow / 2))
      }
      steps.append((last, steps[steps.count - 1].half))
      // What is split off stands where its rows were.
      edges[place] = center - Double(left) * perRow / 2
      shapes.append(
        Shape(
          label: labels[cluster], rows: rows, start: tree.birthHeights[cluster],
          end: tree.deathHeights[cluster], center: center,
          path: Self.path(steps, center: center), room: width,
          place: (center, (first + last) / 2 + 5)))
    }
    self.shapes = shapes
  }

  /// The outline: down the right side and up the left.
  private static func path(_ steps: [(y: Double, half: Double)], center: Double) -> String {
    let text = Markup.coordinate
    var path = "M\(text(center)) \(text(steps[0].y))"
    for (step, next) in zip(steps, steps.dropFirst()) {
      path += "H\(text(center + step.half))V\(text(next.y))"
    }
    for step in steps.dropLast().reversed() {
      path += "H\(text(center - step.half))V\(text(step.y))"
    }
    return path + "z"
  }

  /// The picture.
  ///
  /// - Parameters:
  ///   - id: What the picture's title is called in the document.
  ///   - cssClass: The class of a group's colour.
  func figure(id: String, cssClass: (Int) -> String) -> String {
    let text = Markup.coordinate
    let bottom = Self.top + Self.fieldHeight
    var parts: [String] = []
    for tick in axis.ticks {
      parts.append(
        "<path class=\"axis\" d=\"M\(text(Self.left)) \(text(tick.y))H\(text(Self.width))\"/>"
          + "<text x=\"\(text(Self.left - 6))\" y=\"\(text(tick.y + 4))\" text-anchor=\"end\">"
          + "\(tick.name)</text>")
    }
    for shape in shapes {
      let style = shape.label.map { cssClass($0) } ?? "plain"
      let name = shape.label.map { "Group \($0)" } ?? (shape.start == .infinity ? "All" : "Region")
      let distance = { (height: Double) in
        NumberFormat(spread: height, magnitude: height).string(height)
      }
      let from = shape.start < .infinity ? "from \(distance(shape.start)) " : ""
      parts.append(
        "<path class=\"\(style)\" d=\"\(shape.path)\"><title>\(name): "
          + "\(ReportPage.count(shape.rows, "row")), \(from)to \(distance(shape.end))</title></path>"
      )
    }
    for shape in shapes {
      guard let label = shape.label, shape.room >= 12 else { continue }
      parts.append(
        "<text class=\"n\" x=\"\(text(shape.place.x))\" y=\"\(text(shape.place.y))\" "
          + "text-anchor=\"middle\">\(label)</text>")
    }
    return """
      <svg class="icicles" viewBox="0 0 \(text(Self.width)) \(text(bottom + 8))" role="img" \
      aria-labelledby="\(id)-t"><title id="\(id)-t">The tree of dense regions of \
      \(ReportPage.count(rowCount, "row")): \(ReportPage.count(drawnCount, "region"))</title>\
      \(parts.joined())</svg>
      """
  }

  /// The picture as a file of its own, on a light ground.
  public func svg() -> String {
    Self.file(figure(id: "icicles") { "g\($0 % GroupPalette.size)" }, id: "icicles")
  }

  /// A figure of this kind as a file of its own.
  static func file(_ figure: String, id: String) -> String {
    figure.replacing(
      "<svg class=\"icicles\"",
      with: "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"icicles\" width=\"720\""
    )
    .replacing("<title id=\"\(id)-t\">", with: style + "<title id=\"\(id)-t\">") + "\n"
  }

  private static let style =
    "<style>text{font:12px system-ui,sans-serif;fill:#5c6166}.axis{stroke:#e2e2de;fill:none}"
    + "path{stroke:#fff;stroke-width:.5}.plain{fill:#5c6166;fill-opacity:.28}"
    + ".n{font:650 14px system-ui,sans-serif;fill:#1b1d1f;text-anchor:middle;stroke:#fff;"
    + "stroke-width:3.5px;stroke-linejoin:round;paint-order:stroke}"
    + ".size{fill:#1b1d1f;stroke:#fff;stroke-width:3px;stroke-linejoin:round;paint-order:stroke}"
    + (0..<GroupPalette.size).map { ".g\($0){fill:\(GroupPalette.lightColor($0))}" }.joined()
    + "</style><rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>"

  // MARK: The axis

  /// Maps logarithms of distances to pixels, the largest distance on top.
  private struct Axis {
    private let low: Double
    private let high: Double
    private let top: Double
    private let bottom: Double

    init(_ tree: CondensedTree, _ drawn: [Int], top: Double, bottom: Double) {
      // A few rows far out would press the rest together.
      let sample = tree.rowHeights.filter { $0 > 0 && $0 < .infinity }.sorted()
      let splits = drawn.dropFirst().map { tree.birthHeights[$0] }
      let outer = sample.isEmpty ? 1 : sample[sample.count - 1 - sample.count / 1000]
      let most = max(outer, splits.max() ?? 0)
      let ends = drawn.map { tree.deathHeights[$0] }.filter { $0 > 0 && $0 < .infinity }
      let least = min(ends.min() ?? sample.first ?? most, most)
      (low, high) = (Elementary.log(least), Elementary.log(most) + 0.02)
      (self.top, self.bottom) = (top, bottom)
    }

    private func part(_ height: Double) -> Double {
      guard height > 0 else { return 1 }
      guard height < .infinity, high > low else { return 0 }
      return min(max((high - Elementary.log(height)) / (high - low), 0), 1)
    }

    func place(_ height: Double) -> Double { top + part(height) * (bottom - top) }

    func level(_ height: Double, of count: Int) -> Int {
      Int((part(height) * Double(count)).rounded(.down))
    }

    func edge(_ level: Int, of count: Int) -> Double {
      top + Double(level) / Double(count) * (bottom - top)
    }

    /// Powers of ten, and 2 and 5 times them where there are few.
    var ticks: [(y: Double, name: String)] {
      let ten = Elementary.log(10)
      let powers = Int((low / ten).rounded(.down))...Int((high / ten).rounded(.up))
      guard powers.count < 700 else { return [] }
      let factors = (high - low) / ten < 2.2 ? [1.0, 2, 5] : [1.0]
      let step = max(1, (powers.count + 7) / 8)
      var ticks: [(y: Double, name: String)] = []
      for power in powers where (power - powers.lowerBound) % step == 0 {
        let unit = (0..<power.magnitude).reduce(1.0) { unit, _ in unit * 10 }
        for factor in factors {
          let value = power < 0 ? factor / unit : factor * unit
          guard value > 0, value < .infinity, Elementary.log(value) <= high,
            Elementary.log(value) >= low
          else { continue }
          let name =
            (-4...6).contains(power)
            ? NumberFormat(decimals: max(0, -power)).string(value) : "1e\(power)"
          ticks.append((place(value), name))
        }
      }
      return ticks
    }
  }
}
