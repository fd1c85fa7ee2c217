import Clade

/// The tree of tangles as icicles: tangles hang from the one that they part from, as wide as they
/// have rows and as long as the orders of cuts that they last for.
///
/// Down are costlier cuts; the axis is the logarithm of the number of severed similarities. Tangles
/// too narrow to see are left out, so that the picture stays small whatever the number of tangles.
public struct TangleTreePlot: Sendable {
  /// The number of tangles that are drawn.
  public let drawnCount: Int
  /// The number of tangles that have rows and were too small to draw.
  public let hiddenCount: Int
  /// The number of rows from which on tangles are drawn.
  public let leastRows: Int

  private let shapes: [Shape]
  private let axis: Axis
  private let rowCount: Int

  private static let width = 720.0
  private static let left = 56.0
  private static let top = 14.0
  private static let fieldHeight = 300.0
  /// Tangles narrower than this are left out.
  private static let leastWidth = 1.2
  /// At most so many tangles are drawn, the largest.
  private static let limit = 400

  private struct Shape {
    let label: Int32?
    let rows: Int
    let orders: (from: Int, to: Int)
    let left: Double
    let width: Double
    let top: Double
    let bottom: Double
  }

  /// Draws a tree.
  ///
  /// - Parameters:
  ///   - tree: Where tangles part, the root first, and each before those that follow it.
  ///   - sizes: The number of rows in each cluster (k).
  /// - Complexity: O(t · log t) time for t places of the tree.
  public init(_ tree: [TanglesModel.Branch], sizes: [Int]) {
    let rows = Self.rows(of: tree, sizes: sizes)
    let all = rows.first ?? 0
    rowCount = all
    let perRow = (Self.width - Self.left) / Double(max(1, all))
    let ranked = rows.filter { $0 > 0 }.sorted(by: >)
    let least = max(
      1, Int((Self.leastWidth / perRow).rounded(.up)),
      ranked.count > Self.limit ? ranked[Self.limit] + 1 : 1)
    leastRows = least
    axis = Axis(
      most: tree.lazy.map(\.order).max() ?? 0, top: Self.top,
      bottom: Self.top + Self.fieldHeight)

    // Where each place begins, from the left, and at which order: known once its parent was drawn.
    var starts = [(left: Double, order: Int)?](repeating: nil, count: tree.count)
    if !tree.isEmpty { starts[0] = (Self.left, 0) }
    var shapes: [Shape] = []
    for (place, branch) in tree.enumerated() {
      guard let start = starts[place], rows[place] >= least else { continue }
      let top = axis.place(start.order)
      shapes.append(
        Shape(
          label: branch.children.isEmpty && branch.label >= 0 ? branch.label : nil,
          rows: rows[place], orders: (start.order, branch.order), left: start.left,
          width: Double(rows[place]) * perRow, top: top,
          bottom: max(axis.place(branch.order), top + 2)))
      var edge = start.left
      for child in branch.children where child > place && child < tree.count {
        starts[child] = (edge, branch.order)
        edge += Double(rows[child]) * perRow
      }
    }
    self.shapes = shapes
    drawnCount = shapes.count
    hiddenCount = ranked.count - shapes.count
  }

  /// The rows of each place: those of the clusters at its ends.
  private static func rows(of tree: [TanglesModel.Branch], sizes: [Int]) -> [Int] {
    var rows = [Int](repeating: 0, count: tree.count)
    for (place, branch) in tree.enumerated().reversed() {
      let own = branch.children.isEmpty && sizes.indices.contains(Int(branch.label))
      rows[place] =
        (own ? sizes[Int(branch.label)] : 0)
        + branch.children.lazy.filter { $0 > place && $0 < tree.count }.map { rows[$0] }
        .reduce(0, +)
    }
    return rows
  }

  /// The picture.
  ///
  /// - Parameters:
  ///   - id: What the picture's title is called in the document.
  ///   - cssClass: The class of a cluster's colour.
  func figure(id: String, cssClass: (Int32) -> String) -> String {
    let text = Markup.coordinate
    var parts = axis.ticks.map { order in
      let y = axis.place(order)
      return "<path class=\"axis\" d=\"M\(text(Self.left)) \(text(y))H\(text(Self.width))\"/>"
        + "<text x=\"\(text(Self.left - 6))\" y=\"\(text(y + 4))\" text-anchor=\"end\">"
        + "\(NumberFormat.count(order))</text>"
    }
    for shape in shapes {
      let name =
        shape.label.map { "Group \($0)" }
        ?? (shape.left == Self.left && shape.orders.from == 0 && shape.rows == rowCount
          ? "All" : "Tangle")
      parts.append(
        "<path class=\"\(shape.label.map(cssClass) ?? "plain")\" d=\"M\(text(shape.left)) "
          + "\(text(shape.top))H\(text(shape.left + shape.width))V\(text(shape.bottom))"
          + "H\(text(shape.left))z\"><title>\(name): \(ReportPage.count(shape.rows, "row")), cuts of "
          + "\(NumberFormat.count(shape.orders.from)) to \(NumberFormat.count(shape.orders.to)) "
          + "similarities</title></path>")
    }
    return """
      <svg class="icicles" viewBox="0 0 \(text(Self.width)) \
      \(text(Self.top + Self.fieldHeight + 8))" role="img" aria-labelledby="\(id)-t">\
      <title id="\(id)-t">The tree of tangles of \(ReportPage.count(rowCount, "row")): \
      \(ReportPage.count(drawnCount, "tangle"))</title>\(parts.joined())\(names)</svg>
      """
  }

  /// The clusters' numbers, and their sizes where there is room.
  private var names: String {
    let text = Markup.coordinate
    return shapes.compactMap { shape -> String? in
      guard let label = shape.label, shape.width >= 12 else { return nil }
      let size = NumberFormat.count(shape.rows)
      let showsSize = shape.width >= 8 * Double(size.count) + 6 && shape.bottom - shape.top >= 40
      let x = text(shape.left + shape.width / 2)
      let y = (shape.top + shape.bottom) / 2 + (showsSize ? -2 : 5)
      return "<text class=\"n\" x=\"\(x)\" y=\"\(text(y))\" text-anchor=\"middle\">\(label)</text>"
        + (showsSize
          ? "<text class=\"size\" x=\"\(x)\" y=\"\(text(y + 17))\" text-anchor=\"middle\">"
            + "\(Markup.escaped(size))</text>" : "")
    }.joined()
  }

  /// The picture as a file of its own, on a light ground.
  public func svg() -> String {
    IciclePlot.file(figure(id: "tangles") { "g\(Int($0) % GroupPalette.size)" }, id: "tangles")
  }

  // MARK: The axis

  /// Maps orders of cuts to pixels: the logarithm of one more, so that there is a place for 0.
  private struct Axis {
    let most: Int
    let top: Double
    let bottom: Double

    func place(_ order: Int) -> Double {
      let part =
        Elementary.log(Double(1 + max(0, order))) / Elementary.log(Double(1 + max(1, most)))
      return top + min(1, part) * (bottom - top)
    }

    /// 0, and 1, 2 and 5 times the powers of ten where there is room.
    var ticks: [Int] {
      var ticks = [0]
      var power = 1
      while power <= most, power < 1_000_000_000_000 {
        for factor in [1, 2, 5] where factor * power <= most {
          let tick = factor * power
          if place(tick) - place(ticks[ticks.count - 1]) >= 26 { ticks.append(tick) }
        }
        power *= 10
      }
      return ticks
    }
  }
}
