import CladeCore

/// Decides what becomes of each column of a table.
struct PreparationFitter {
  private let table: Table
  private var options: PreparationOptions
  private let statistics: ColumnStatistics
  private let summaries: [NumberSummary]
  private let progress: ProgressCount

  init(table: Table, options: PreparationOptions, threads: Int?, progress: ProgressCount) {
    self.table = table
    self.options = options
    if options.keepsMixedRows { self.options.scaling = .minmax }
    self.progress = progress
    statistics = ColumnStatistics(numbers: table.numbers, threads: threads)
    summaries = statistics.summaries()
    progress.add(table.columns.count)
  }

  /// What the caller says of a column.
  private enum Wish {
    case none, wanted, ignored, label
  }

  func fit() throws -> Preparation {
    guard table.rowCount > 0 else {
      throw CladeError.emptyData(reason: "the table has no rows")
    }
    let wishes = try self.wishes()
    for (index, column) in table.columns.enumerated() {
      if let position = column.position, let row = summaries[position].firstInfinite,
        wishes[index] == .none || wishes[index] == .wanted
      {
        throw CladeError.nonFiniteValue(
          row: row, column: index, value: "\(table.numbers[row, position])")
      }
    }
    let scalings = numberScalings()
    progress.add(2 * table.columns.count)
    try Task.checkCancellation()
    let classifier = ColumnClassifier(
      table: table, options: options, statistics: statistics, summaries: summaries)
    var columns: [PreparedColumn] = []
    for index in table.columns.indices {
      columns.append(prepare(index, wishes[index], classifier, scalings))
      progress.add(1)
    }
    guard columns.contains(where: { !$0.features.isEmpty }) else {
      if table.rowCount > 1, columns.allSatisfy({ $0.report.kind == .constant }) {
        throw CladeError.noUsableColumn(
          reason: "all \(table.rowCount) rows are equal, so they are one group at most")
      }
      let reasons = columns.prefix(5).map { "\($0.report.name): \($0.report.reason)" }
      throw CladeError.noUsableColumn(
        reason: reasons.joined(separator: "; ") + (columns.count > 5 ? "; …" : "")
          + ". Name the columns to use")
    }
    return Preparation(
      columns: columns, isPositional: !table.source.hasNames,
      mixed: options.keepsMixedRows ? true : nil)
  }

  // MARK: What the caller says

  private func wishes() throws -> [Wish] {
    var wishes = [Wish](
      repeating: options.columns == nil ? .none : .ignored, count: table.columns.count)
    for name in options.columns ?? [] { wishes[try table.index(ofColumn: name)] = .wanted }
    for name in options.ignored { wishes[try table.index(ofColumn: name)] = .ignored }
    if let name = options.labelColumn { wishes[try table.index(ofColumn: name)] = .label }
    return wishes
  }

  // MARK: One column

  private func prepare(
    _ index: Int, _ wish: Wish, _ classifier: ColumnClassifier, _ scalings: [NumberScaling]
  ) -> PreparedColumn {
    let column = table.columns[index]
    let finding = classifier.classify(index, wanted: wish == .wanted)
    func leftOut(_ reason: String, _ treatment: ColumnTreatment = .leftOut) -> PreparedColumn {
      PreparedColumn(
        report: ColumnReport(
          name: column.name, kind: finding.kind, treatment: treatment,
          missingCount: column.missingCount, reason: reason),
        use: treatment == .label ? .label : .leftOut)
    }
    switch wish {
    case .label: return leftOut("kept aside as the true groups", .label)
    case .ignored:
      return leftOut(
        options.ignored.contains(column.name) ? "left out as asked" : "left out: not asked for")
    case .none, .wanted: break
    }
    switch finding.kind {
    case .empty, .constant, .identifier, .freeText: return leftOut("left out: " + finding.reason)
    case .numeric:
      guard let position = column.position else { return leftOut("left out") }
      return number(column, kind: .numeric, .number(scalings[position]), scalings[position])
    case .dateTime:
      guard let text = column.text, let style = finding.dateStyle else {
        return leftOut("left out")
      }
      let scaling = dateScaling(text, style)
      return number(column, kind: .dateTime, .date(style, scaling), scaling)
    case .category:
      guard let text = column.text else { return leftOut("left out") }
      return category(column, text)
    }
  }

  private func number(
    _ column: TableColumn, kind: ColumnKind, _ use: PreparedColumn.Use, _ scaling: NumberScaling
  ) -> PreparedColumn {
    let isDate = kind == .dateTime
    var words = isDate ? "read as seconds, " : ""
    let (offset, scale) = (
      NumberSpelling.rounded(scaling.offset), NumberSpelling.rounded(scaling.scale)
    )
    switch options.scaling {
    case .standard:
      words += isDate ? "standardised" : "standardised: mean \(offset), deviation \(scale)"
    case .robust: words += isDate ? "scaled" : "scaled: median \(offset), spread \(scale)"
    case .minmax where options.keepsMixedRows:
      words += isDate ? "differences over the range" : "differences over the range \(scale)"
    case .minmax: words += isDate ? "scaled to 0 to 1" : "scaled from \(offset) on, range \(scale)"
    case .none: words += "as it is"
    }
    if column.missingCount > 0, options.keepsMixedRows {
      words += "; \(column.missingCount) missing left out of distances"
    } else if column.missingCount > 0 {
      words += "; \(column.missingCount) missing set to the median"
      words += isDate ? "" : " \(NumberSpelling.rounded(scaling.median))"
    }
    return PreparedColumn(
      report: ColumnReport(
        name: column.name, kind: kind, treatment: .number, missingCount: column.missingCount,
        reason: words),
      use: use)
  }

  private func category(_ column: TableColumn, _ text: TextColumn) -> PreparedColumn {
    let distinct = text.distinct()
    let encoding = CategoryEncoding(
      categories: Array(distinct.texts), counts: distinct.counts, scaling: options.scaling)
    let isMixed = options.keepsMixedRows
    var words = "\(encoding.categories.count) categories, "
    words += isMixed ? "equal or not" : "together as heavy as one number"
    if column.missingCount > 0 {
      words += "; \(column.missingCount) missing "
      words += isMixed ? "left out of distances" : "belong to none of them"
    }
    return PreparedColumn(
      report: ColumnReport(
        name: column.name, kind: .category, treatment: isMixed ? .category : .oneHot,
        missingCount: column.missingCount, reason: words),
      use: .category(encoding))
  }

  // MARK: Scaling

  private func numberScalings() -> [NumberScaling] {
    Self.scalings(options.scaling, statistics, summaries)
  }

  private func dateScaling(_ text: TextColumn, _ style: DateStyle) -> NumberScaling {
    let seconds = DateColumn.seconds(text, style)
    let matrix = Matrix<Double>(rows: seconds.count, columns: 1) {
      _ = $0.initialize(from: seconds)
    }
    let statistics = ColumnStatistics(numbers: matrix, threads: self.statistics.threads)
    return Self.scalings(options.scaling, statistics, statistics.summaries())[0]
  }

  private static func scalings(
    _ scaling: Scaling, _ statistics: ColumnStatistics, _ summaries: [NumberSummary]
  ) -> [NumberScaling] {
    let columns = summaries.indices
    // Infinities are reported before a scale is used; they must only not get into a sum.
    let usable = summaries.map { $0.firstInfinite == nil && $0.count > 0 }
    guard usable.contains(true) else {
      return columns.map { _ in NumberScaling(median: 0, offset: 0, scale: 1) }
    }
    let wanted = columns.filter { usable[$0] }
    let fractions = scaling == .robust ? [0.5, 0.25, 0.75] : [0.5]
    var quantiles = [[Double]](repeating: [0, 0, 0], count: columns.count)
    let found = ColumnQuantiles(numbers: statistics.numbers, threads: statistics.threads)
      .quantiles(fractions, columns: wanted, counts: wanted.map { summaries[$0].count })
    for (column, values) in zip(wanted, found) { quantiles[column] = values }
    var means = [Double](repeating: 0, count: columns.count)
    var deviations = [Double](repeating: 1, count: columns.count)
    if scaling == .standard || scaling == .robust, summaries.allSatisfy({ $0.bound.isFinite }) {
      means = statistics.means(summaries)
      deviations = statistics.deviations(summaries, means: means)
    }
    return columns.map { column in
      let median = quantiles[column][0]
      guard usable[column] else { return NumberScaling(median: 0, offset: 0, scale: 1) }
      let (offset, scale): (Double, Double)
      switch scaling {
      case .none: (offset, scale) = (0, 1)
      case .standard: (offset, scale) = (means[column], deviations[column])
      case .minmax:
        let range = summaries[column].maximum - summaries[column].minimum
        (offset, scale) = (summaries[column].minimum, min(range, .greatestFiniteMagnitude))
      case .robust:
        // A normal distribution with deviation 1 has quartiles 1.3489795 apart.
        let spread = (quantiles[column][2] - quantiles[column][1]) / 1.3489795003921634
        (offset, scale) = (median, spread > 0 ? spread : deviations[column])
      }
      return NumberScaling(
        median: median, offset: offset, scale: scale > 0 && scale.isFinite ? scale : 1)
    }
  }
}

/// A column of dates as numbers.
enum DateColumn {
  /// Seconds since the start of 1970 in UTC, NaN where there is no date of that style.
  static func seconds(_ text: TextColumn, _ style: DateStyle) -> [Double] {
    let values = (0..<text.values.count).map { style.seconds(text.values[$0]) ?? .nan }
    return text.codes.map { $0 < 0 ? .nan : values[Int($0)] }
  }
}
