import CladeCore

/// The groups of a table on its first two principal components, as a picture in SVG.
///
/// Up to 4,000 rows are dots; more are counted in a grid whose cells have the colour of the group
/// with most rows in them and are the darker the more rows they hold. Each group's number stands at
/// the row nearest to its median. A table of one dimension is a histogram, with the numbers at the
/// medians. The picture is the same, to the byte, for rows in another order.
public struct ScatterPlot: Sendable {
  /// The components that span the picture.
  public let components: PrincipalComponents
  /// The number of rows that lie outside the picture, since they would press the rest together.
  public let rowsOutside: Int
  /// Whether the picture shows cells of a grid rather than single rows.
  public let isDensity: Bool
  /// The number of rows whose dots are paler since they don't surely belong to their group.
  public let unsureCount: Int

  /// The colours of the groups.
  let palette: GroupPalette
  /// The axes, horizontal and vertical; the second is missing in a histogram.
  let axes: [AxisDescription]

  /// The map that places of the Earth were drawn on.
  let projection: MapProjection?
  /// The lowest and the highest value in the table's units, where there is but one column.
  let extent: (low: String, high: String)?

  private let width = 720.0
  private let height: Double
  private let title: String
  private let summary: String
  private let marks: String
  private let labels: [LabelPlacement.Label]
  private let isNumberedSmall: Bool

  /// The number of groups whose numbers found no room.
  let unnumberedCount: Int

  /// The side of a cell of a map, in pixels: roads can be seen.
  private static let mapCellSide = 3.0
  /// Above so many groups, numbers are smaller.
  private static let manyGroups = 12
  /// Above so many groups, those are numbered whose numbers find room beside their place.
  private static let crowd = 60
  /// Above this many rows, a grid is drawn instead of dots.
  static let dotLimit = 4000
  /// A row belongs to its group for sure from this probability on.
  static let sureness = 0.9

  /// Draws a picture.
  ///
  /// - Parameters:
  ///   - data: The prepared matrix (n × d), finite.
  ///   - labels: The group of each row (n), −1 for noise.
  ///   - features: What each column stands for (d).
  ///   - clusterCount: The number of groups k.
  ///   - probabilities: How surely each row belongs to its group (n), or empty.
  ///   - title: The picture's title.
  ///   - isGeographic: Whether the two columns are latitude and longitude in degrees, to be drawn
  ///     as a map instead of components.
  ///   - threads: At most this many threads; `nil` for one per core.
  /// - Throws: `CladeError.shapeMismatch` where the shapes don't fit.
  /// - Complexity: O(n · d²), less where the principal components are found from a sample.
  public init(
    data: Matrix<Double>, labels: [Int32], features: [Feature], clusterCount: Int,
    probabilities: [Double] = [], title: String, isGeographic: Bool = false, threads: Int? = nil
  ) throws {
    try self.init(
      data: data, labels: labels, features: features, clusterCount: clusterCount,
      probabilities: probabilities, title: title, isGeographic: isGeographic,
      components: PrincipalComponents(data, threads: threads), dotLimit: Self.dotLimit,
      palette: nil, threads: threads)
  }

  /// Draws a picture in a plane that is known.
  ///
  /// - Parameters:
  ///   - components: What spans the picture.
  ///   - dotLimit: Above this many rows, a grid is drawn instead of dots.
  ///   - palette: The colours of the groups; `nil` to choose them.
  init(
    data: Matrix<Double>, labels: [Int32], features: [Feature], clusterCount: Int,
    probabilities: [Double], title: String, isGeographic: Bool, components: PrincipalComponents,
    dotLimit: Int, palette given: GroupPalette?, threads: Int?
  ) throws {
    guard labels.count == data.rowCount, features.count == data.columnCount,
      probabilities.isEmpty || probabilities.count == data.rowCount
    else {
      throw CladeError.shapeMismatch(
        expected: "\(data.rowCount) labels and probabilities, \(data.columnCount) features",
        found: "\(labels.count), \(probabilities.count), \(features.count)")
    }
    self.components = components
    projection =
      isGeographic && data.columnCount == 2 && data.rowCount > 0 ? MapProjection(data) : nil
    let scores = projection?.places ?? components.project(data, threads: threads)
    axes = zip(components.loadings, components.varianceShares).map {
      AxisDescription(share: $1, loadings: $0, features: features)
    }
    let flat =
      projection == nil && (scores.columnCount < 2 || components.varianceShares[1] <= 0)
    let group = { (row: Int) in labels[row] < 0 ? clusterCount : Int(labels[row]) }
    self.title = title
    isNumberedSmall = clusterCount > Self.manyGroups

    if flat {
      let drawing = Histogram(
        values: scores.columnCount > 0 ? scores.column(0) : [], groupCount: clusterCount,
        width: width, group: group)
      palette = given ?? GroupPalette(centers: drawing.centers)
      extent = Self.extent(data: data, features: features)
      height = drawing.height
      rowsOutside = drawing.rowsOutside
      isDensity = true
      unsureCount = 0
      marks = drawing.marks(palette: palette)
      self.labels = Self.place(
        drawing.centers, sizes: drawing.sizes, width: width, height: drawing.height)
      unnumberedCount = drawing.centers.count { $0 != nil } - self.labels.count
      summary = "A histogram of \(NumberFormat.count(data.rowCount)) rows, stacked by group."
      return
    }

    let frame = PlotFrame(
      scores: scores, width: width, heights: 320...(projection == nil ? 540 : 720))
    height = frame.height
    extent = nil
    let cloud = PointCloud(
      scores: scores, frame: frame, groupCount: clusterCount, probabilities: probabilities,
      group: group)
    palette = given ?? GroupPalette(centers: cloud.centers)
    rowsOutside = cloud.rowsOutside
    isDensity = data.rowCount > dotLimit
    unsureCount = isDensity ? 0 : cloud.unsureCount
    if !isDensity {
      marks = cloud.dots(palette: palette)
    } else if projection == nil {
      marks = cloud.cells(palette: palette, side: cloud.cellSide)
    } else {
      marks = cloud.cells(palette: palette, side: Self.mapCellSide, leastOpacity: 50)
    }
    self.labels = Self.place(
      cloud.anchors, sizes: cloud.sizes, width: width, height: frame.height)
    unnumberedCount = cloud.anchors.count { $0 != nil } - self.labels.count
    summary =
      (isDensity ? "The density of " : "A dot for each of ")
      + "\(NumberFormat.count(data.rowCount)) rows on "
      + (projection == nil ? "the first two principal components, " : "a map, ")
      + "coloured by group; each group's number stands at the row nearest to its median."
  }

  /// The picture as a file of its own, with its axes described, in light and dark.
  public func svg() -> String {
    let below =
      projection?.description ?? extent.map { "\($0.low) to \($0.high) →" }
      ?? axes.first.map { $0.text(number: 1, nameWidth: 22) + " →" } ?? ""
    let above =
      projection == nil && axes.count > 1 ? "↑ " + axes[1].text(number: 2, nameWidth: 22) : ""
    let text = { (content: String, y: Double, anchor: String, x: Double) in
      "<text class=\"a\" x=\"\(Markup.coordinate(x))\" y=\"\(Markup.coordinate(y))\" "
        + "text-anchor=\"\(anchor)\">\(Markup.escaped(content))</text>"
    }
    let (w, h) = (Markup.coordinate(width + 32), Markup.coordinate(height + 96))
    return """
      <svg xmlns="http://www.w3.org/2000/svg"\(isNumberedSmall ? " class=\"many\"" : "") \
      viewBox="0 0 \(w) \(h)" width="\(w)" height="\(h)" role="img" aria-labelledby="t d"><title id="t">\(Markup.escaped(title))</title>\
      <desc id="d">\(Markup.escaped(summary))</desc><style>\(Self.fileStyle)</style>\
      <rect class="ground" width="100%" height="100%"/>\
      <text class="t" x="16" y="28">\(Markup.escaped(title))</text>\
      \(above.isEmpty ? "" : text(above, 50, "start", 16))\
      <g transform="translate(16 60)">\(body)</g>\
      \(text(below, height + 82, "end", width + 16))</svg>

      """
  }

  /// The picture as a part of a page, whose styles it uses; the axes are described outside of it.
  func figure(id: String) -> String {
    let (w, h) = (Markup.coordinate(width), Markup.coordinate(height))
    return """
      <svg class="map\(isNumberedSmall ? " many" : "")" viewBox="0 0 \(w) \(h)" role="img" aria-labelledby="\(id)-t \(id)-d">\
      <title id="\(id)-t">\(Markup.escaped(title))</title>\
      <desc id="\(id)-d">\(Markup.escaped(summary))</desc>\(body)</svg>
      """
  }

  private var body: String {
    let lines = labels.filter(\.needsLine).map { label in
      "M\(Markup.coordinate(label.anchor.x)) \(Markup.coordinate(label.anchor.y))"
        + "L\(Markup.coordinate(label.position.x)) \(Markup.coordinate(label.position.y))"
    }
    let names = labels.map { label in
      "<text class=\"n\" x=\"\(Markup.coordinate(label.position.x))\" "
        + "y=\"\(Markup.coordinate(label.position.y))\" dy=\".35em\">\(label.text)</text>"
    }
    let (w, h) = (Markup.coordinate(width), Markup.coordinate(height))
    return "<rect class=\"field\" width=\"\(w)\" height=\"\(h)\" rx=\"3\"/>" + marks
      + (lines.isEmpty ? "" : "<path class=\"lead\" d=\"\(lines.joined())\"/>")
      + names.joined()
  }

  /// Labels at the groups' places; large groups choose first.
  private static func place(
    _ places: [(x: Double, y: Double)?], sizes: [Int], width: Double, height: Double
  ) -> [LabelPlacement.Label] {
    let order = places.indices.sorted { (sizes[$1], $0) < (sizes[$0], $1) }
    let anchors = order.compactMap { group in
      places[group].map { (text: "\(group)", group: group, x: $0.x, y: $0.y) }
    }
    return LabelPlacement(
      anchors: Array(anchors.prefix(200)), height: places.count > manyGroups ? 14 : 18,
      width: width, bottom: height, isBeside: anchors.count > crowd
    ).labels
  }

  /// The range of the only column of a table, in its units.
  private static func extent(
    data: Matrix<Double>, features: [Feature]
  ) -> (low: String, high: String)? {
    guard features.count == 1, features[0].category == nil else { return nil }
    let values = data.column(0)
    guard let low = values.min(), let high = values.max() else { return nil }
    let ends = [features[0].original(low), features[0].original(high)].sorted()
    let format =
      features[0].isDate
      ? NumberFormat(dateSpread: (ends[1] - ends[0]) / 4)
      : NumberFormat(
        spread: (ends[1] - ends[0]) / 4, magnitude: max(ends[0].magnitude, ends[1].magnitude))
    return (format.string(ends[0]), format.string(ends[1]))
  }

  /// Rules for the marks, shared by pages and files; a page sets the variables.
  static let markStyle = """
    .field{fill:var(--field)}.dots{fill:none;stroke:var(--c);stroke-linecap:round;opacity:.8}\
    .pale{opacity:.35}.lead{stroke:var(--ink);stroke-width:.8;opacity:.7;fill:none}\
    .n{fill:var(--ink);stroke:var(--field);stroke-width:4px;stroke-linejoin:round;\
    paint-order:stroke;font-weight:700;text-anchor:middle}
    """

  private static let fileStyle = """
    svg{--ink:#1b1d1f;--muted:#5c6166;--field:#f4f4f1;--ground:#fff;\
    font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}\
    \(GroupPalette.style)\(markStyle).n{font-size:18px}\
    .many .n{font-size:13px;stroke-width:3px}.ground{fill:var(--ground)}\
    .t{font-size:17px;font-weight:600;fill:var(--ink)}.a{font-size:12.5px;fill:var(--muted)}\
    @media(prefers-color-scheme:dark){svg{--ink:#e9e9e6;--muted:#a2a7ac;--field:#1f2225;\
    --ground:#16181a}}
    """
}
