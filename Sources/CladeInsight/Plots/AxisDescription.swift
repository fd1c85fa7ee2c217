import CladeCore

/// What a principal component stands for: its share of the variance and the columns that drive it.
struct AxisDescription: Sendable {
  /// The part of the whole variance along the axis, 0...1.
  let share: Double
  /// Columns that grow along the axis and columns that shrink, the strongest first.
  let rising: [String]
  let falling: [String]

  /// Names the columns whose loadings are at least half of the largest, at most `limit`.
  init(share: Double, loadings: [Double], features: [Feature], limit: Int = 4) {
    self.share = share
    let largest = loadings.lazy.map(\.magnitude).max() ?? 0
    let driving = loadings.indices
      .filter { loadings[$0].magnitude >= largest * 0.5 && loadings[$0] != 0 }
      .sorted { (loadings[$1].magnitude, $0) < (loadings[$0].magnitude, $1) }
      .prefix(limit)
    let name = { (index: Int) in
      let column = features[index].column
      return (column.isEmpty ? "(no name)" : column)
        + (features[index].category.map { " = " + $0 } ?? "")
    }
    rising = driving.filter { loadings[$0] > 0 }.map(name)
    falling = driving.filter { loadings[$0] < 0 }.map(name)
  }

  /// A line of plain text: "component 1 · 69 % of the variance · more mass, less depth".
  func text(number: Int, nameWidth: Int) -> String {
    let shorten = { (names: [String]) in
      names.map { Markup.shortened($0, width: nameWidth) }.joined(separator: ", ")
    }
    var parts = ["Component \(number)", "\(NumberFormat.percent(share)) of the variance"]
    var driving: [String] = []
    if !rising.isEmpty { driving.append("more " + shorten(rising)) }
    if !falling.isEmpty { driving.append("less " + shorten(falling)) }
    if !driving.isEmpty { parts.append(driving.joined(separator: "; ")) }
    return parts.joined(separator: " · ")
  }
}
