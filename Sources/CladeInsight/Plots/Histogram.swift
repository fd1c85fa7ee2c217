/// Rows of one dimension as bars, stacked by group.
struct Histogram: Sendable {
  /// The height of the picture.
  let height = 300.0
  /// Where each group's number stands (k), `nil` for one without rows in the picture.
  let centers: [(x: Double, y: Double)?]
  /// The number of rows of each group (k).
  let sizes: [Int]
  /// The number of rows outside the picture.
  let rowsOutside = 0

  private let width: Double
  /// Bin by bin, the number of rows of each group; those of the last are noise.
  private let counts: [[Int]]
  private static let bins = 60
  private static let headroom = 28.0

  /// Counts rows; those of group `groupCount` are noise.
  init(values: [Double], groupCount: Int, width: Double, group: (Int) -> Int) {
    let low = values.min() ?? 0
    let high = values.max() ?? 0
    let unit = high / 2 - low / 2
    var counts = [[Int]](
      repeating: [Int](repeating: 0, count: groupCount + 1), count: Self.bins)
    var sizes = [Int](repeating: 0, count: groupCount + 1)
    for (row, value) in values.enumerated() {
      let part = unit > 0 ? (value / 2 - low / 2) / unit : 0.5
      counts[min(Self.bins - 1, Int(part * Double(Self.bins)))][group(row)] += 1
      sizes[group(row)] += 1
    }
    let tallest = Double(max(1, counts.lazy.map { $0.reduce(0, +) }.max() ?? 1))
    let usable = height - Self.headroom
    let bottom = height
    centers = (0..<groupCount).map { group in
      // Above the bin that holds the group's middle row.
      var seen = 0
      for (bin, count) in counts.enumerated() where sizes[group] > 0 {
        seen += count[group]
        guard 2 * seen >= sizes[group] else { continue }
        let near = counts[max(0, bin - 1)...min(Self.bins - 1, bin + 1)]
        let total = Double(near.lazy.map { $0.reduce(0, +) }.max() ?? 0)
        let x = (Double(bin) + 0.5) * width / Double(Self.bins)
        return (x, bottom - total / tallest * usable - 12)
      }
      return nil
    }
    self.sizes = Array(sizes.dropLast())
    self.counts = counts
    self.width = width
  }

  /// A path of bars a group.
  func marks(palette: GroupPalette) -> String {
    let tallest = Double(max(1, counts.lazy.map { $0.reduce(0, +) }.max() ?? 1))
    let scale = (height - Self.headroom) / tallest
    let step = width / Double(Self.bins)
    var marks = ""
    for group in 0...sizes.count {
      var path = ""
      for (bin, count) in counts.enumerated() where count[group] > 0 {
        let below = count[..<group].reduce(0, +)
        let top = height - Double(below + count[group]) * scale
        path += "M\(Markup.coordinate(Double(bin) * step + 0.5)) \(Markup.coordinate(top))"
        path += "h\(Markup.coordinate(step - 1))v\(Markup.coordinate(Double(count[group]) * scale))"
        path += "h-\(Markup.coordinate(step - 1))z"
      }
      guard !path.isEmpty else { continue }
      let label = group == sizes.count ? -1 : Int32(group)
      marks += "<path class=\"\(palette.cssClass(label))\" d=\"\(path)\"/>"
    }
    return marks
  }
}
