import CladeCore

/// What each cluster of a table is like, in the table's own units.
///
/// ```swift
/// let profiles = try ClusterProfiles(data: prepared, labels: model.labels, features: features)
/// profiles.clusters[0].phrases()   // ["body_mass_g 5076 (4202 overall)", …]
/// ```
///
/// The columns of the matrix are led back to the table's by their `Feature`: numbers by offset
/// and scale; the indicators of one categorical column are put together again. Every sum is exact,
/// so that the order of the rows and the number of threads change nothing.
public struct ClusterProfiles: Sendable, Equatable {
  /// A profile for each of the clusters 0..<k, in that order.
  public let clusters: [ClusterProfile]
  /// The profile of the rows labelled −1, or `nil` if there are none.
  public let noise: ClusterProfile?
  /// The number of rows, noise included.
  public let rowCount: Int

  /// Describes clusters.
  ///
  /// - Parameters:
  ///   - data: The prepared matrix (n × d).
  ///   - labels: The cluster of each row (n), −1 for noise.
  ///   - features: What each column of the matrix stands for (d).
  ///   - clusterCount: The number of clusters k where some may be without rows; by default the
  ///     largest label plus one.
  ///   - threads: At most this many threads; `nil` for one per core.
  /// - Throws: `CladeError.shapeMismatch`, `CladeError.nonFiniteValue`, or
  ///   `CladeError.invalidParameter` for a label below −1 or at least k.
  /// - Complexity: O(n · d) time, O(k · d) memory.
  public init(
    data: Matrix<Double>, labels: [Int32], features: [Feature], clusterCount: Int? = nil,
    threads: Int? = nil
  ) throws {
    guard labels.count == data.rowCount else {
      throw CladeError.shapeMismatch(
        expected: "\(data.rowCount) labels, one a row", found: "\(labels.count)")
    }
    guard features.count == data.columnCount else {
      throw CladeError.shapeMismatch(
        expected: "\(data.columnCount) features, one a column", found: "\(features.count)")
    }
    let highest = labels.max() ?? -1
    let k = clusterCount ?? Int(highest) + 1
    if let wrong = labels.first(where: { $0 < -1 || Int($0) >= k }) {
      throw CladeError.invalidParameter(
        name: "labels", value: "\(wrong)", reason: "labels are 0..<\(k), or −1 for noise")
    }

    let moments = try GroupMoments(data: data, labels: labels, groupCount: k, threads: threads)
    let columns = TableColumn.columns(of: features)
    let profile = { (group: Int, label: Int32) in
      Self.profile(group: group, label: label, moments: moments, columns: columns)
    }
    rowCount = data.rowCount
    clusters = (0..<k).map { profile($0, Int32($0)) }
    noise = moments.sizes[k] > 0 ? profile(k, -1) : nil
  }

  private static func profile(
    group: Int, label: Int32, moments: GroupMoments, columns: [TableColumn]
  ) -> ClusterProfile {
    let size = moments.sizes[group]
    let columns = size == 0 ? [] : columns.map { $0.profile(group: group, moments: moments) }
    return ClusterProfile(
      label: label,
      size: size,
      share: moments.rowCount == 0 ? 0 : Double(size) / Double(moments.rowCount),
      columns: columns,
      ranking: columns.indices.sorted {
        (columns[$1].effect, $0) < (columns[$0].effect, $1)
      })
  }
}

/// A column of the table with the matrix's columns that stand for it.
private struct TableColumn {
  let name: String
  /// A number's one column, or the indicators of the categories.
  let features: [(index: Int, feature: Feature)]

  /// The table's columns in the order in which they first appear.
  static func columns(of features: [Feature]) -> [TableColumn] {
    var columns: [TableColumn] = []
    var categorical: [String: Int] = [:]
    for (index, feature) in features.enumerated() {
      if feature.category != nil, let known = categorical[feature.column] {
        columns[known] = TableColumn(
          name: feature.column, features: columns[known].features + [(index, feature)])
      } else {
        if feature.category != nil { categorical[feature.column] = columns.count }
        columns.append(TableColumn(name: feature.column, features: [(index, feature)]))
      }
    }
    return columns
  }

  func profile(group: Int, moments: GroupMoments) -> ColumnProfile {
    if features[0].feature.category == nil {
      let (index, feature) = features[0]
      let difference = moments.restDifference(group: group, column: index)
      return ColumnProfile(
        name: name,
        summary: .number(
          NumberSummary(
            mean: feature.original(moments.mean(group: group, column: index)),
            standardDeviation: moments.deviation(group: group, column: index)
              * feature.scale.magnitude,
            overallMean: feature.original(moments.overallMean[index]),
            overallStandardDeviation: moments.overallDeviation[index] * feature.scale.magnitude,
            restMean: feature.original(moments.restMean(group: group, column: index)),
            standardizedMean: Self.signed(
              moments.standardizedMean(group: group, column: index), feature),
            difference: Self.signed(difference, feature),
            isDate: feature.isDate)),
        effect: difference.magnitude)
    }
    return categoryProfile(group: group, moments: moments)
  }

  private func categoryProfile(group: Int, moments: GroupMoments) -> ColumnProfile {
    var effect = 0.0
    var unnamed = (share: 1.0, overall: 1.0, rest: 1.0)
    var categories: [CategorySummary] = []
    for (index, feature) in features {
      let category = CategorySummary(
        value: feature.category ?? "",
        share: Self.share(feature.original(moments.mean(group: group, column: index))),
        overallShare: Self.share(feature.original(moments.overallMean[index])),
        restShare: Self.share(feature.original(moments.restMean(group: group, column: index))),
        standardizedShare: Self.signed(
          moments.standardizedMean(group: group, column: index), feature))
      categories.append(category)
      unnamed.share -= category.share
      unnamed.overall -= category.overallShare
      unnamed.rest -= category.restShare
      let difference = category.share - category.restShare
      if category.overallShare > 0 { effect += difference * difference / category.overallShare }
    }
    // Rows without any of the categories are one more.
    if unnamed.overall > 1e-9 {
      let difference = unnamed.share - unnamed.rest
      effect += difference * difference / unnamed.overall
    }
    let excess = categories.map { $0.share - $0.restShare }
    let order = categories.indices.sorted {
      (excess[$1], categories[$1].share, $0) < (excess[$0], categories[$0].share, $1)
    }
    return ColumnProfile(
      name: name, summary: .categories(order.map { categories[$0] }),
      effect: effect.squareRoot())
  }

  /// A share without the rounding errors of the way back to the table's units.
  private static func share(_ value: Double) -> Double {
    let rounded = (value * 1e12).rounded() / 1e12
    return min(max(0, rounded), 1)
  }

  private static func signed(_ value: Double, _ feature: Feature) -> Double {
    feature.scale < 0 ? -value : value
  }
}
