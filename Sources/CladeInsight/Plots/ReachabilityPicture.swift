import Clade

/// A reachability plot: a bar for each row, or for each stretch of rows where there are many.
///
/// A stretch is a dark bar as high as its median, and a pale one as high as its highest row. What
/// is higher than nearly all rows is cut off at the top, so that valleys can be seen. The file
/// stays small whatever the number of rows.
package struct ReachabilityPicture: Sendable {
  /// The number of rows that a bar stands for, 1 where each has its own.
  package let rowsPerBar: Int
  /// The number of rows whose bars are cut off at the top, those that aren't reached included.
  package let cutOffCount: Int
  /// The height at the top of the plot.
  package let top: Double

  private struct Bar {
    let median: Double
    let highest: Double
    let group: Int32
  }

  /// A stretch of the order that is one cluster.
  private struct Valley {
    let range: Range<Int>
    let label: Int32
  }

  private let curve: ReachabilityCurve
  private let bars: [Bar]
  private let valleys: [Valley]
  private let sizes: [Int32: Int]

  private static let barLimit = 900
  private let width = 1000.0
  private let left = 58.0
  private let upper = 12.0
  private let height = 240.0
  private let lower = 44.0

  /// Prepares a picture; there is none for a curve of no rows.
  package init?(_ curve: ReachabilityCurve) {
    let count = min(curve.heights.count, curve.labels.count)
    guard count > 0 else { return nil }
    self.curve = curve
    let finite = curve.heights.prefix(count).filter(\.isFinite).sorted()
    // The highest of all but a 200th, and of few rows the highest.
    let high = finite.isEmpty ? 1 : finite[finite.count - 1 - finite.count / 200]
    let top = max(high * 1.08, curve.cut ?? 0, .leastNormalMagnitude)
    self.top = top.isFinite ? top : .greatestFiniteMagnitude
    cutOffCount = curve.heights.prefix(count).count { !($0 <= top) }
    let step = (count + Self.barLimit - 1) / Self.barLimit
    rowsPerBar = step
    bars = stride(from: 0, to: count, by: step).map { first in
      let range = first..<min(count, first + step)
      let heights = curve.heights[range].sorted()
      return Bar(
        median: heights[(heights.count - 1) / 2], highest: heights[heights.count - 1],
        group: Self.commonest(curve.labels[range]))
    }
    var sizes: [Int32: Int] = [:]
    var valleys: [Valley] = []
    var first = 0
    for place in 1...count where place == count || curve.labels[place] != curve.labels[first] {
      let label = curve.labels[first]
      if label >= 0 {
        valleys.append(Valley(range: first..<place, label: label))
        sizes[label, default: 0] += place - first
      }
      first = place
    }
    self.valleys = valleys
    self.sizes = sizes
  }

  /// The label that most rows have, of several the least.
  private static func commonest(_ labels: ArraySlice<Int32>) -> Int32 {
    let sorted = labels.sorted()
    var best = (label: sorted[0], count: 0)
    var first = 0
    for place in 1...sorted.count where place == sorted.count || sorted[place] != sorted[first] {
      if place - first > best.count { best = (sorted[first], place - first) }
      first = place
    }
    return best.label
  }

  /// The picture as part of a page.
  ///
  /// - Parameter cssClass: What colours a group.
  package func figure(id: String, cssClass: (Int32) -> String) -> String {
    let base = upper + height
    let barWidth = (width - left) / Double(bars.count)
    let place = { (value: Double) in base - min(1, max(0, value / top)) * height }
    var pale: [Int32: String] = [:]
    var dark: [Int32: String] = [:]
    for (index, bar) in bars.enumerated() {
      let x = Markup.coordinate(left + Double(index) * barWidth)
      let end = Markup.coordinate(left + Double(index + 1) * barWidth)
      let rectangle = { (from: Double, to: Double) in
        "M\(x) \(Markup.coordinate(from))V\(Markup.coordinate(to))H\(end)V\(Markup.coordinate(from))z"
      }
      let (middle, summit) = (place(bar.median), place(bar.highest))
      dark[bar.group, default: ""] += rectangle(base, min(middle, base - 0.6))
      if middle - summit >= 0.5 { pale[bar.group, default: ""] += rectangle(middle, summit) }
    }
    let cut = curve.cut.map {
      "<path class=\"cut\" d=\"M\(Markup.coordinate(left)) \(Markup.coordinate(place($0)))"
        + "H\(Markup.coordinate(width))\"/>"
    }
    return """
      <svg class="reach" viewBox="0 0 1000 \(Markup.coordinate(base + lower))" role="img" \
      aria-labelledby="\(id)-t"><title id="\(id)-t">The reachability of \
      \(NumberFormat.count(curve.heights.count)) rows in their order</title>\(grid(place))\
      \(paths(pale, " fill-opacity=\".35\"", cssClass))\(paths(dark, "", cssClass))\(cut ?? "")\
      \(valleyMarks(base, cssClass))</svg>
      """
  }

  /// A shape for each group, in the order of their numbers.
  private func paths(
    _ shapes: [Int32: String], _ attributes: String, _ cssClass: (Int32) -> String
  ) -> String {
    shapes.sorted { $0.key < $1.key }.map {
      "<path class=\"\(cssClass($0.key))\"\(attributes) d=\"\($0.value)\"/>"
    }.joined()
  }

  /// The heights at the left.
  private func grid(_ place: (Double) -> Double) -> String {
    let format = NumberFormat(spread: top / 4, magnitude: top)
    return LinePlot.ticks(0, top).map { tick in
      let y = place(tick)
      return "<path class=\"axis\" d=\"M\(Markup.coordinate(left)) \(Markup.coordinate(y))"
        + "H\(Markup.coordinate(width))\"/><text text-anchor=\"end\" "
        + "x=\"\(Markup.coordinate(left - 8))\" y=\"\(Markup.coordinate(y + 4))\">"
        + "\(Markup.escaped(format.string(tick)))</text>"
    }.joined()
  }

  /// The clusters below the plot, with their numbers and sizes where these find room.
  private func valleyMarks(_ base: Double, _ cssClass: (Int32) -> String) -> String {
    let scale = (width - left) / Double(curve.heights.count)
    // Every stretch that can be seen, and the widest of those that can't.
    let shown = valleys.filter { Double($0.range.count) * scale >= 0.4 }.prefix(1200)
    let strips = shown.map { valley in
      let x = left + Double(valley.range.lowerBound) * scale
      let end = left + Double(valley.range.upperBound) * scale
      return (
        valley.label,
        "M\(Markup.coordinate(x)) \(Markup.coordinate(base + 5))H\(Markup.coordinate(end))v5"
          + "H\(Markup.coordinate(x))z"
      )
    }
    var paths: [Int32: String] = [:]
    for (label, path) in strips { paths[label, default: ""] += path }
    var end = 0.0
    let names = shown.compactMap { valley -> String? in
      let middle = left + (Double(valley.range.lowerBound) + Double(valley.range.count) / 2) * scale
      let name = "\(valley.label)"
      let size = NumberFormat.count(sizes[valley.label] ?? 0)
      let half = 4.2 * Double(max(name.count, size.count)) + 3
      guard middle - half >= end, Double(valley.range.count) * scale >= 8,
        middle + half <= width + 20
      else { return nil }
      end = middle + half
      let x = Markup.coordinate(min(middle, width - half))
      return "<text class=\"n\" text-anchor=\"middle\" x=\"\(x)\" "
        + "y=\"\(Markup.coordinate(base + 25))\">\(name)</text>"
        + "<text text-anchor=\"middle\" x=\"\(x)\" y=\"\(Markup.coordinate(base + 40))\">"
        + "\(Markup.escaped(size))</text>"
    }
    return self.paths(paths, "", cssClass) + names.joined()
  }
}
