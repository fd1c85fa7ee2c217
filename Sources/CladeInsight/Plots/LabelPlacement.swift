/// Places the groups' numbers in a picture so that they don't cover each other.
struct LabelPlacement: Sendable {
  /// A label with the place that it names and the place where it stands.
  struct Label: Sendable {
    let text: String
    let group: Int
    let anchor: (x: Double, y: Double)
    let position: (x: Double, y: Double)
    /// Whether it stands so far away that a line should lead to its place.
    let needsLine: Bool
  }

  /// The labels, in the order in which they were given, less those that were left out.
  private(set) var labels: [Label] = []

  /// Puts each label at its anchor or, where another one stands already, as near as it fits.
  ///
  /// - Parameters:
  ///   - anchors: Text, group and place of each label; earlier ones choose first.
  ///   - height: The height of the letters.
  ///   - width: The width of the picture.
  ///   - bottom: The height of the picture.
  ///   - isBeside: Whether labels stand beside their anchors, so that small marks are seen, and are
  ///     left out where there is no room.
  init(
    anchors: [(text: String, group: Int, x: Double, y: Double)], height: Double, width: Double,
    bottom: Double, isBeside: Bool = false
  ) {
    // Sixteen directions at growing distances, nearest first; cosines and sines of 22.5° steps.
    let (a, b, c) = (0.923_879_532_511_286_7, 0.707_106_781_186_547_5, 0.382_683_432_365_089_8)
    let quarter = [(1.0, 0.0), (a, c), (b, b), (c, a)]
    let directions =
      quarter + quarter.map { (-$0.1, $0.0) } + quarter.map { (-$0.0, -$0.1) }
      + quarter.map { ($0.1, -$0.0) }
    var offsets = [(0.0, 0.0)]
    for ring in 1...8 {
      offsets += directions.map { ($0.0 * Double(ring) * height, $0.1 * Double(ring) * height) }
    }
    for anchor in anchors {
      let halfWidth = Double(anchor.text.count) * height * 0.32 + 3
      let halfHeight = height * 0.5 + 1
      let (aside, above) = (halfWidth + 1, halfHeight + 2)
      let beside = [(0, -above), (0, above), (aside, 0), (-aside, 0)]
      let candidates = (isBeside ? beside : offsets).map { offset in
        (
          x: min(max(anchor.x + offset.0, halfWidth), width - halfWidth),
          y: min(max(anchor.y + offset.1, halfHeight), bottom - halfHeight)
        )
      }
      let free = candidates.first { candidate in
        labels.allSatisfy { other in
          let otherHalf = Double(other.text.count) * height * 0.32 + 3
          return (candidate.x - other.position.x).magnitude >= halfWidth + otherHalf
            || (candidate.y - other.position.y).magnitude >= halfHeight * 2
        }
      }
      guard let position = free ?? (isBeside ? nil : candidates[0]) else { continue }
      let (dx, dy) = (position.x - anchor.x, position.y - anchor.y)
      labels.append(
        Label(
          text: anchor.text, group: anchor.group, anchor: (anchor.x, anchor.y), position: position,
          needsLine: !isBeside && dx * dx + dy * dy > 100))
    }
  }
}
