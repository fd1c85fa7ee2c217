import Clade

/// A dendrogram from the last merge downwards: the highest merges, and below them clusters with the
/// number of their rows.
///
/// Up is farther apart. What is within a group has its colour; a dashed line is where the tree was
/// cut. The picture of a million rows is as small as that of a hundred.
public struct DendrogramPlot: Sendable {
  /// The number of clusters at the bottom, single rows included.
  public let leafCount: Int
  /// The number of merges below them that aren't drawn.
  public let hiddenCount: Int

  private let shapes: [Shape]
  private let leaves: [Leaf]
  private let ticks: [(y: Double, name: String)]
  private let cut: Double?
  private let rowCount: Int

  private static let width = 720.0
  private static let left = 56.0
  private static let top = 10.0
  private static let fieldHeight = 300.0
  private static var bottom: Double { top + fieldHeight }
  /// The room for sizes.
  private static let footHeight = 58.0
  /// At most so many clusters are at the bottom.
  static let limit = 60

  private struct Shape {
    let label: Int32
    let rows: Int
    let height: Double
    let path: String
  }

  private struct Leaf {
    let label: Int32
    let rows: Int
    let x: Double
  }

  /// Draws a tree.
  ///
  /// - Parameters:
  ///   - tree: The tree.
  ///   - labels: The group of each row (n); −1 for none.
  /// - Throws: `CladeError.shapeMismatch` for another number of labels.
  /// - Complexity: O(n log n) time.
  public init(_ tree: Dendrogram, labels: [Int32]) throws {
    guard labels.count == tree.rowCount else {
      throw CladeError.shapeMismatch(
        expected: "\(tree.rowCount) labels", found: "\(labels.count)")
    }
    let n = tree.rowCount
    rowCount = n
    // The group that all rows of a node are in, and the highest merge within it.
    var groups = labels
    var lifted: [Double] = []
    for merge in tree.merges {
      let (a, b) = (Int(merge.first), Int(merge.second))
      groups.append(groups[a] == groups[b] ? groups[a] : -1)
      lifted.append(
        max(
          merge.height,
          max(a < n ? merge.height : lifted[a - n], b < n ? merge.height : lifted[b - n])))
    }
    let highest = tree.merges.indices.sorted {
      lifted[$0] != lifted[$1] ? lifted[$0] > lifted[$1] : $0 > $1
    }
    var isDrawn = [Bool](repeating: false, count: tree.merges.count)
    for merge in highest.prefix(Self.limit - 1) { isDrawn[merge] = true }
    let drawnCount = min(tree.merges.count, Self.limit - 1)
    hiddenCount = tree.merges.count - drawnCount
    leafCount = min(n, drawnCount + 1)

    let top = max(lifted.max() ?? 0, tree.merges.map(\.height).max() ?? 0)
    let scale = top > 0 && top < .infinity ? Self.fieldHeight / top : 0
    func y(_ height: Double) -> Double {
      Self.bottom - min(max(height * scale, 0), Self.fieldHeight)
    }
    let step = (Self.width - Self.left) / Double(max(1, leafCount))
    func size(_ node: Int) -> Int { node < n ? 1 : Int(tree.merges[node - n].size) }
    /// Whether a node stands left of another: the larger one, else by what doesn't depend on the
    /// rows.
    func isLeft(_ a: Int, of b: Int) -> Bool {
      if size(a) != size(b) { return size(a) > size(b) }
      if groups[a] != groups[b] { return groups[a] < groups[b] }
      return a < b
    }
    var leaves: [Leaf] = []
    var shapes: [Shape] = []
    // Where the stem of a node is that was drawn.
    var stems: [Int: Double] = [:]
    enum Step {
      case open(Int)
      case close(Int, Int, Int)
    }
    var waiting: [Step] = n > 0 ? [.open(n + tree.merges.count - 1)] : []
    while let next = waiting.popLast() {
      switch next {
      case .open(let node):
        guard node >= n, isDrawn[node - n] else {
          let x = Self.left + (Double(leaves.count) + 0.5) * step
          stems[node] = x
          leaves.append(Leaf(label: groups[node], rows: size(node), x: x))
          continue
        }
        let merge = tree.merges[node - n]
        var (a, b) = (Int(merge.first), Int(merge.second))
        if !isLeft(a, of: b) { swap(&a, &b) }
        waiting += [.close(node, a, b), .open(b), .open(a)]
      case .close(let node, let a, let b):
        guard let left = stems[a], let right = stems[b] else { continue }
        let height = tree.merges[node - n].height
        func foot(_ part: Int) -> Double {
          // A cluster that isn't drawn hangs down to the bottom.
          part >= n && isDrawn[part - n] ? y(tree.merges[part - n].height) : Self.bottom
        }
        stems[node] = (left + right) / 2
        let text = Markup.coordinate
        shapes.append(
          Shape(
            label: groups[node], rows: size(node), height: height,
            path: "M\(text(left)) \(text(foot(a)))V\(text(y(height)))H\(text(right))"
              + "V\(text(foot(b)))"))
      }
    }
    self.leaves = leaves
    self.shapes = shapes
    ticks = Self.ticks(to: top).map { (y($0.value), $0.name) }
    // Between the merges within groups and those between them, if all of these are higher.
    let within = lifted.indices.filter { groups[n + $0] >= 0 }.map { lifted[$0] }.max() ?? 0
    let between = lifted.indices.filter { groups[n + $0] < 0 }.map { lifted[$0] }.min()
    cut = between.flatMap { $0 > within ? y(within + ($0 - within) / 2) : nil }
  }

  /// Round numbers from 0 to a height.
  private static func ticks(to top: Double) -> [(value: Double, name: String)] {
    guard top > 0, top < .infinity, top.isNormal else { return [] }
    var unit = 1.0
    while unit > top, unit > 1e-300 { unit /= 10 }
    while unit * 10 <= top, unit < 1e300 { unit *= 10 }
    let step = [0.2, 0.5, 1, 2].first { top / (unit * $0) <= 6 } ?? 2
    let count = Int(top / (unit * step))
    return (0...count).map { index in
      let value = Double(index) * unit * step
      let format = NumberFormat(spread: unit * step, magnitude: top)
      return (value, index == 0 ? "0" : format.string(value))
    }
  }

  /// The picture.
  ///
  /// - Parameters:
  ///   - id: What the picture's title is called in the document.
  ///   - cssClass: The class of a group's colour.
  func figure(id: String, cssClass: (Int32) -> String) -> String {
    let text = Markup.coordinate
    var parts = ticks.map { tick in
      "<path class=\"axis\" d=\"M\(text(Self.left)) \(text(tick.y))H\(text(Self.width))\"/>"
        + "<text x=\"\(text(Self.left - 6))\" y=\"\(text(tick.y + 4))\" text-anchor=\"end\">"
        + "\(Markup.escaped(tick.name))</text>"
    }
    for shape in shapes {
      let style = shape.label < 0 ? "plain" : cssClass(shape.label)
      let name = shape.label < 0 ? "Merge" : "Group \(shape.label)"
      let height = NumberFormat(spread: shape.height, magnitude: shape.height).string(shape.height)
      parts.append(
        "<path class=\"tree \(style)\" d=\"\(shape.path)\"><title>\(name): "
          + "\(ReportPage.count(shape.rows, "row")), height \(height)</title></path>")
    }
    if let cut {
      parts.append(
        "<path class=\"cut\" d=\"M\(text(Self.left)) \(text(cut))H\(text(Self.width))\"/>")
    }
    for leaf in leaves {
      let (x, y) = (text(leaf.x + 4), text(Self.bottom + 8))
      let style = leaf.label < 0 ? "plain" : cssClass(leaf.label)
      parts.append(
        "<circle class=\"\(style)\" cx=\"\(text(leaf.x))\" cy=\"\(text(Self.bottom))\" r=\"2.6\"/>")
      guard leaf.rows > 1 || hiddenCount > 0 else { continue }
      parts.append(
        "<text class=\"size\" x=\"\(x)\" y=\"\(y)\" text-anchor=\"end\" "
          + "transform=\"rotate(-90 \(x) \(y))\">\(NumberFormat.count(leaf.rows))</text>")
    }
    return """
      <svg class="dendrogram" viewBox="0 0 \(text(Self.width)) \
      \(text(Self.bottom + Self.footHeight))" role="img" \
      aria-labelledby="\(id)-t"><title id="\(id)-t">The tree of merges of \
      \(ReportPage.count(rowCount, "row")): its highest \(ReportPage.count(shapes.count, "merge"))\
      </title>\(parts.joined())</svg>
      """
  }

  /// The picture as a file of its own, on a light ground.
  public func svg() -> String {
    figure(id: "dendrogram") { "g\(Int($0) % GroupPalette.size)" }
      .replacing(
        "<svg class=\"dendrogram\"",
        with: "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"dendrogram\" width=\"720\""
      )
      .replacing("<title id=\"dendrogram-t\">", with: Self.style + "<title id=\"dendrogram-t\">")
      + "\n"
  }

  private static let style =
    "<style>text{font:12px system-ui,sans-serif;fill:#5c6166}.axis{stroke:#e2e2de;fill:none}"
    + ".tree{fill:none;stroke-width:1.6;stroke:var(--c,#5c6166)}circle{fill:var(--c,#5c6166)}"
    + ".cut{stroke:#1b1d1f;stroke-dasharray:6 4;fill:none}"
    + (0..<GroupPalette.size).map { ".g\($0){--c:\(GroupPalette.lightColor($0))}" }.joined()
    + "</style><rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>"
}
