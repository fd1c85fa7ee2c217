import CladeCore

/// Rows in the plane of a picture, drawn as dots or as the cells of a grid.
struct PointCloud: Sendable {
  /// The median place of each group (k), `nil` for one without rows in the picture.
  let centers: [(x: Double, y: Double)?]
  /// The place of each group's row that is nearest to its median (k): it is in the midst of a blob
  /// and on a ring, whose median may lie in another group.
  let anchors: [(x: Double, y: Double)?]
  /// The number of rows of each group (k).
  let sizes: [Int]
  /// The number of rows outside the frame.
  let rowsOutside: Int
  /// The number of rows in the frame that don't surely belong to their group.
  let unsureCount: Int

  private struct Point {
    let x: Double
    let y: Double
    let group: Int
    let isSure: Bool
  }

  private let points: [Point]
  private let frame: PlotFrame

  /// Places rows; those of group `groupCount` are noise.
  init(
    scores: Matrix<Double>, frame: PlotFrame, groupCount: Int, probabilities: [Double],
    group: (Int) -> Int
  ) {
    var points: [Point] = []
    points.reserveCapacity(scores.rowCount)
    var sizes = [Int](repeating: 0, count: groupCount + 1)
    scores.withUnsafeBufferPointer { values in
      for row in 0..<scores.rowCount {
        sizes[group(row)] += 1
        let place = frame.place(values[2 * row], values[2 * row + 1])
        guard frame.contains(place) else { continue }
        points.append(
          Point(
            x: place.x, y: place.y, group: group(row),
            isSure: probabilities.isEmpty || probabilities[row] >= ScatterPlot.sureness))
      }
    }
    var byGroup = [(x: [Double], y: [Double])](repeating: ([], []), count: groupCount)
    for point in points where point.group < groupCount {
      byGroup[point.group].x.append(point.x)
      byGroup[point.group].y.append(point.y)
    }
    let centers = byGroup.map { places -> (x: Double, y: Double)? in
      places.x.isEmpty ? nil : (Self.median(places.x), Self.median(places.y))
    }
    self.centers = centers
    anchors = zip(byGroup, centers).map { places, center in
      center.flatMap { center in
        zip(places.x, places.y).min {
          (Self.distance($0, center), $0.0, $0.1) < (Self.distance($1, center), $1.0, $1.1)
        }
      }
    }
    self.sizes = Array(sizes.dropLast())
    self.points = points
    self.frame = frame
    rowsOutside = scores.rowCount - points.count
    unsureCount = points.count { !$0.isSure }
  }

  /// A path a group, each dot a line of no length with round ends.
  func dots(palette: GroupPalette) -> String {
    let size = points.count <= 400 ? 8.0 : points.count <= 1200 ? 6 : 4.5
    // Sorted, so that the order of the rows can't be seen.
    var paths = [String](repeating: "", count: 2 * (centers.count + 1))
    for point in points.sorted(by: { ($0.x, $0.y) < ($1.x, $1.y) }) {
      paths[2 * point.group + (point.isSure ? 1 : 0)] +=
        "M\(Markup.coordinate(point.x)) \(Markup.coordinate(point.y))h0"
    }
    var marks = ""
    for group in [centers.count] + centers.indices {  // noise lies below
      let isNoise = group == centers.count
      for isSure in [false, true] {
        let path = paths[2 * group + (isSure ? 1 : 0)]
        guard !path.isEmpty else { continue }
        marks += "<path class=\"dots \(palette.cssClass(isNoise ? -1 : Int32(group)))"
        marks += "\(isSure ? "" : " pale")\" "
        marks += "stroke-width=\"\(Markup.coordinate(isNoise ? size / 2 : size))\" d=\"\(path)\"/>"
      }
    }
    return marks
  }

  /// The side of a cell of the plane of two components, in pixels.
  var cellSide: Double { points.count < 50_000 ? 6 : 4 }

  /// A path for each group and level of density, of the cells in which the group leads; noise leads
  /// only where there is nothing else, as it would hide small groups in the midst of it.
  ///
  /// - Parameters:
  ///   - palette: The colours of the groups.
  ///   - side: The side of a cell, in pixels.
  ///   - leastOpacity: The opacity of a group's emptiest cells, in percent.
  func cells(palette: GroupPalette, side: Double, leastOpacity: Int = 15) -> String {
    let across = Int((frame.width / side).rounded(.up))
    let down = Int((frame.height / side).rounded(.up))
    let groups = centers.count + 1
    let keys = points.map { point in
      let column = min(across - 1, Int(point.x / side))
      let row = min(down - 1, Int(point.y / side))
      return (row * across + column) * groups + point.group
    }.sorted()
    var drawn: [(cell: Int, group: Int, count: Int)] = []
    var place = 0
    while place < keys.count {
      let cell = keys[place] / groups
      let start = place
      var leader = (group: 0, count: 0)
      while place < keys.count, keys[place] / groups == cell {
        let first = place
        while place < keys.count, keys[place] == keys[first] { place += 1 }
        // Noise comes last.
        let isNoise = keys[first] % groups == groups - 1
        if isNoise ? leader.count == 0 : place - first > leader.count {
          leader = (keys[first] % groups, place - first)
        }
      }
      drawn.append((cell, leader.group, place - start))
    }
    let most = Double(drawn.lazy.map(\.count).max() ?? 1)

    let levels = 7
    var paths = [CellPath](repeating: CellPath(across: across), count: groups * levels)
    for entry in drawn {
      // The fourth root shows both the core and the rim of a group.
      let depth = (Double(entry.count) / most).squareRoot().squareRoot()
      let level = min(levels - 1, Int(depth * Double(levels)))
      paths[entry.group * levels + level].add(entry.cell)
    }
    var marks = "<g transform=\"scale(\(Markup.coordinate(side)))\" shape-rendering=\"crispEdges\">"
    for (index, path) in paths.map(\.text).enumerated() where !path.isEmpty {
      let label = index / levels == centers.count ? -1 : Int32(index / levels)
      let least = label < 0 ? 15 : leastOpacity
      let percent = least + (100 - least) * (index % levels) / (levels - 1)
      marks += "<path class=\"\(palette.cssClass(label))\" "
      marks += "fill-opacity=\"\(percent == 100 ? "1" : ".\(percent)")\" d=\"\(path)\"/>"
    }
    return marks + "</g>"
  }

  /// Cells of a grid as rectangles, a rectangle for each stretch of a row.
  private struct CellPath {
    let across: Int
    private var done = ""
    private var first = 0
    private var length = 0

    init(across: Int) { self.across = across }

    /// Adds a cell; they come row by row, each from left to right.
    mutating func add(_ cell: Int) {
      if length > 0, cell == first + length, cell % across != 0 {
        length += 1
        return
      }
      done = text
      (first, length) = (cell, 1)
    }

    var text: String {
      length == 0 ? done : done + "M\(first % across) \(first / across)h\(length)v1h-\(length)z"
    }
  }

  /// The squared distance of two places.
  private static func distance(_ a: (Double, Double), _ b: (x: Double, y: Double)) -> Double {
    (a.0 - b.x) * (a.0 - b.x) + (a.1 - b.y) * (a.1 - b.y)
  }

  private static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }
}
