import CladeCore

/// Finds out what the columns of a table are.
///
/// The rules, of which the first that fits holds. A column of text:
/// - empty, when no row has a value;
/// - constant, when all rows that have a value have the same;
/// - dates, when all values are dates of one style;
/// - an identifier, when every value is different and they are short, free text when they are long;
/// - a category, when there are at most ``PreparationOptions/maximumCategories`` different texts
///   and each comes twice on average;
/// - free text otherwise.
///
/// A column of numbers: empty, constant, an identifier, or numeric. It is an identifier when all
/// its numbers are whole and different, and it either has a name that says so (`id`, `user_id`,
/// `index`, none at all …) or is the first column and counts its rows from 0 or 1, ten at least.
/// Numbers without names (an NPY file, a file without a header) are never identifiers.
struct ColumnClassifier {
  let table: Table
  let options: PreparationOptions
  let statistics: ColumnStatistics
  let summaries: [NumberSummary]

  /// What a column is, and why if that is not plain.
  struct Finding {
    var kind: ColumnKind
    var reason = ""
    var dateStyle: DateStyle?
  }

  /// What the column is. One that the caller `wants` is never an identifier, and a category where
  /// it can be.
  func classify(_ index: Int, wanted: Bool) -> Finding {
    let column = table.columns[index]
    switch column.values {
    case .numbers(let position): return classifyNumbers(column.name, position, index, wanted)
    case .text(let text): return classifyText(text, wanted)
    }
  }

  private func classifyNumbers(
    _ name: String, _ position: Int, _ index: Int, _ wanted: Bool
  ) -> Finding {
    let summary = summaries[position]
    if summary.count == 0 { return Finding(kind: .empty, reason: "it has no values") }
    if summary.minimum == summary.maximum {
      return Finding(
        kind: .constant,
        reason: "it is \(NumberSpelling.shortest(summary.minimum)) in every row that has a value")
    }
    if !wanted, !table.isPlainNumeric, summary.isWhole, summary.count == table.rowCount,
      let reason = identifierReason(name, summary, index), statistics.areDistinct(column: position)
    {
      return Finding(kind: .identifier, reason: reason)
    }
    return Finding(kind: .numeric)
  }

  /// Why whole numbers look like identifiers, provided that they are all different.
  private func identifierReason(
    _ name: String, _ summary: NumberSummary, _ index: Int
  ) -> String? {
    let isUnnamed = table.source.hasNames && index == 0 && name == Table.defaultName(0)
    if isUnnamed || Self.namesIdentifier(name) {
      return "its name and its numbers, no two alike, are those of an identifier"
    }
    let countsRows =
      index == 0 && summary.count >= 10 && (summary.minimum == 0 || summary.minimum == 1)
      && summary.maximum - summary.minimum == Double(summary.count - 1)
    return countsRows ? "it counts the rows" : nil
  }

  /// Whether a name is one that people give to identifiers: id, user_id, userId, ID, index, key …
  static func namesIdentifier(_ name: String) -> Bool {
    let whole: Set = [
      "id", "ids", "index", "idx", "key", "uid", "uuid", "guid", "row", "rownames", "rowid",
      "row_number", "rownum", "no", "nr", "no.", "nr.", "#", "number", "unnamed: 0", "identifier",
    ]
    let lower = name.lowercased()
    if whole.contains(lower) { return true }
    if name.hasSuffix("Id") || name.hasSuffix("ID") { return true }
    return ["_id", " id", "-id", ".id", "_key", "_index", "_no", "_nr", "_uuid"]
      .contains { lower.hasSuffix($0) }
  }

  private func classifyText(_ text: TextColumn, _ wanted: Bool) -> Finding {
    let distinct = text.distinct()
    let present = distinct.counts.reduce(0, +)
    if present == 0 { return Finding(kind: .empty, reason: "it has no values") }
    if distinct.values.count == 1 {
      return Finding(
        kind: .constant,
        reason: "it is \"\(Excerpt.of(distinct.text(0)))\" in every row that has a value")
    }
    if let style = DateStyle.common(to: distinct.texts) {
      return Finding(kind: .dateTime, dateStyle: style)
    }
    let count = distinct.values.count
    if wanted {
      if count <= max(options.maximumCategories, 1000) { return Finding(kind: .category) }
      return Finding(kind: .freeText, reason: "it has \(count) different texts, too many")
    }
    if count == present {
      let letters = distinct.meanLength
      return letters > 40
        ? Finding(kind: .freeText, reason: "its texts are long and no two are alike")
        : Finding(kind: .identifier, reason: "no two of its values are alike")
    }
    if count <= options.maximumCategories, count * 2 <= present {
      return Finding(kind: .category)
    }
    return Finding(
      kind: .freeText,
      reason: "it has \(count) different texts in \(present) rows, too many for a category")
  }
}

/// The different texts of a column, and how many rows have each.
struct DistinctTexts {
  let pool: TextPool
  /// The numbers of the different texts in ``pool``, sorted by their bytes.
  let values: [Int]
  /// The rows that have each.
  let counts: [Int]

  var texts: some Sequence<String> { values.lazy.map { pool[$0] } }

  func text(_ index: Int) -> String { pool[values[index]] }

  var meanLength: Double {
    guard !values.isEmpty else { return 0 }
    let total = values.reduce(0) { $0 + pool.range($1).count }
    return Double(total) / Double(values.count)
  }
}

extension TextColumn {
  /// The different texts and their counts. One that no row has is left out.
  ///
  /// - Complexity: O(n), or O(n log n) for a column of a great many texts.
  func distinct() -> DistinctTexts {
    var counts = [Int](repeating: 0, count: values.count)
    for code in codes where code >= 0 { counts[Int(code)] += 1 }
    if isSorted {
      let used = counts.indices.filter { counts[$0] > 0 }
      return DistinctTexts(pool: values, values: used, counts: used.map { counts[$0] })
    }
    let order = counts.indices.filter { counts[$0] > 0 }.sorted { values.precedes($0, $1) }
    var distinct: [Int] = []
    var totals: [Int] = []
    for index in order {
      if let last = distinct.last, values.areEqual(last, index) {
        totals[totals.count - 1] += counts[index]
      } else {
        distinct.append(index)
        totals.append(counts[index])
      }
    }
    return DistinctTexts(pool: values, values: distinct, counts: totals)
  }
}
