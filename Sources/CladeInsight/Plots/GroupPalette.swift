/// The colours of groups: eight that people with any kind of colour vision can tell apart.
///
/// Seven are Okabe and Ito's ("Color Universal Design", 2008), the yellow darkened on a light
/// ground; the eighth is grey. More groups share colours, those that lie far from each other;
/// groups are always marked by their number too.
struct GroupPalette: Sendable {
  /// The number of colours.
  static let size = 8
  private static let light = [
    "#0072B2", "#E69F00", "#009E73", "#D55E00", "#56B4E9", "#CC79A7", "#B3A100", "#6B6B6B",
  ]
  private static let dark = [
    "#3D9BDC", "#E69F00", "#1FB78C", "#E8702A", "#7CC7F2", "#D98FB8", "#E4D84A", "#A8A8A8",
  ]

  /// The colours on a light ground, over and over.
  static func lightColor(_ index: Int) -> String { light[index % size] }

  /// The colour of each group (k).
  private let colors: [Int]

  /// Chooses colours.
  ///
  /// - Parameter centers: Where each group lies in the picture (k), `nil` for one without rows.
  init(centers: [(x: Double, y: Double)?]) {
    var colors: [Int] = []
    for (group, center) in centers.enumerated() {
      guard group >= Self.size, let center else {
        colors.append(group % Self.size)
        continue
      }
      // The colour whose nearest group so far is farthest away.
      var nearest = [Double](repeating: .infinity, count: Self.size)
      for other in 0..<group {
        guard let place = centers[other] else { continue }
        let (dx, dy) = (place.x - center.x, place.y - center.y)
        nearest[colors[other]] = min(nearest[colors[other]], dx * dx + dy * dy)
      }
      colors.append(nearest.indices.max { (nearest[$0], $1) < (nearest[$1], $0) } ?? 0)
    }
    self.colors = colors
  }

  /// Takes the colours of groups in another picture.
  ///
  /// - Parameters:
  ///   - palette: The colours of the other picture.
  ///   - partners: The group there whose colour each group gets (k); those without one share the
  ///     colours that are used least.
  init(_ palette: GroupPalette, partners: [Int32?]) {
    var uses = [Int](repeating: 0, count: Self.size)
    var colors = partners.map { partner -> Int? in
      guard let partner, palette.colors.indices.contains(Int(partner)) else { return nil }
      uses[palette.colors[Int(partner)]] += 1
      return palette.colors[Int(partner)]
    }
    for group in colors.indices where colors[group] == nil {
      let least = uses.indices.min { (uses[$0], $0) < (uses[$1], $1) } ?? 0
      uses[least] += 1
      colors[group] = least
    }
    self.colors = colors.map { $0 ?? 0 }
  }

  /// The CSS class that colours a group's marks.
  func cssClass(_ label: Int32) -> String {
    label < 0 || Int(label) >= colors.count ? "gn" : "g\(colors[Int(label)])"
  }

  /// Style rules for the classes: `fill` for shapes, `--c` for all else.
  static let style = {
    let rules = { (palette: [String], noise: String) in
      palette.enumerated().map { ".g\($0){--c:\($1);fill:\($1)}" }.joined()
        + ".gn{--c:\(noise);fill:\(noise)}"
    }
    return rules(light, "#9A9A9A")
      + "@media(prefers-color-scheme:dark){\(rules(dark, "#7A7A7A"))}"
  }()
}
