/// One row of the table of profiles: a column of numbers, or one category of a column.
struct Trait: Sendable {
  /// The column's name.
  let column: String
  /// The category, `nil` for a number.
  let category: String?
  /// The part of the variance that the groups explain (η²), 0...1.
  let explained: Double
  /// The value of all rows.
  let overall: String
  /// What each group is like (k), `nil` for one without rows.
  let cells: [Cell?]

  /// A group's value.
  struct Cell: Sendable {
    /// The mean or the share, in the table's units.
    let value: String
    /// The standard deviation; empty for a category.
    let spread: String
    /// The difference from all rows, in standard deviations.
    let standardized: Double
  }

  /// The traits of all columns, those that the groups explain best first.
  static func all(of profiles: ClusterProfiles) -> [Trait] {
    guard let model = profiles.clusters.first(where: { $0.size > 0 }) else { return [] }
    var traits: [Trait] = []
    for (index, column) in model.columns.enumerated() {
      switch column.summary {
      case .number(let number):
        traits.append(numeric(column.name, index, number.format, number.overallMean, profiles))
      case .categories(let categories):
        // In the order of their frequency.
        let values = categories.indices.sorted {
          (categories[$1].overallShare, categories[$0].value)
            < (categories[$0].overallShare, categories[$1].value)
        }
        traits += values.prefix(12).map {
          category(column.name, index, categories[$0], profiles)
        }
      }
    }
    return traits.indices
      .sorted { (traits[$1].explained, $0) < (traits[$0].explained, $1) }
      .map { traits[$0] }
  }

  private static func numeric(
    _ name: String, _ index: Int, _ format: NumberFormat, _ mean: Double,
    _ profiles: ClusterProfiles
  ) -> Trait {
    var explained = 0.0
    let cells = profiles.clusters.map { profile -> Cell? in
      guard profile.size > 0, case .number(let number) = profile.columns[index].summary else {
        return nil
      }
      explained += profile.share * (number.standardizedMean * number.standardizedMean)
      return Cell(
        value: ReportPage.number(number.mean, format),
        spread: format.spread(number.standardDeviation),
        standardized: number.standardizedMean)
    }
    return Trait(
      column: name, category: nil, explained: min(1, explained),
      overall: ReportPage.number(mean, format), cells: cells)
  }

  private static func category(
    _ name: String, _ index: Int, _ model: CategorySummary, _ profiles: ClusterProfiles
  ) -> Trait {
    var explained = 0.0
    let cells = profiles.clusters.map { profile -> Cell? in
      guard profile.size > 0, case .categories(let categories) = profile.columns[index].summary,
        let category = categories.first(where: { $0.value == model.value })
      else { return nil }
      explained += profile.share * (category.standardizedShare * category.standardizedShare)
      return Cell(
        value: ReportPage.percent(category.share), spread: "",
        standardized: category.standardizedShare)
    }
    return Trait(
      column: name, category: model.value, explained: min(1, explained),
      overall: ReportPage.percent(model.overallShare), cells: cells)
  }
}
