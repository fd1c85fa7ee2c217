import CladeCore

/// Puts the columns of a new table into the order that a preparation knows, and checks them.
struct ColumnMatcher {
  let preparation: Preparation
  let ignored: [String]

  func match(_ table: consuming Table) throws -> Table {
    let table = table
    guard table.rowCount > 0 else {
      throw CladeError.emptyData(reason: "the table has no rows")
    }
    let path = table.source.path.isEmpty ? "the table" : table.source.path
    let isPositional = preparation.isPositional && !table.source.hasNames
    let places = isPositional ? try matchPlaces(table, path) : try matchNames(table, path)
    var columns: [TableColumn] = []
    for (wanted, place) in zip(preparation.columns, places) {
      guard let place else {
        // It was left out when fitting, so that it doesn't matter that it is missing.
        columns.append(
          TableColumn(
            name: wanted.report.name, values: .text(TextColumn.missing(rows: table.rowCount)),
            missingCount: table.rowCount))
        continue
      }
      let column = table.columns[place]
      try check(column, against: wanted, rows: table.rowCount, path: path)
      columns.append(
        TableColumn(
          name: wanted.report.name, values: column.values, missingCount: column.missingCount))
    }
    let rowCount = table.rowCount
    let source = table.source
    return Table(rowCount: rowCount, columns: columns, numbers: table.numbers, source: source)
  }

  private func matchPlaces(_ table: Table, _ path: String) throws -> [Int?] {
    let expected = preparation.columns.count
    guard table.columns.count == expected else {
      throw CladeError.shapeMismatch(
        expected: "\(expected) columns in \(path), as when the model was fitted",
        found: "\(table.columns.count)")
    }
    return Array(0..<expected)
  }

  private func matchNames(_ table: Table, _ path: String) throws -> [Int?] {
    let known = Set(preparation.columns.map(\.report.name))
    for name in ignored where !table.columns.contains(where: { $0.name == name }) {
      throw CladeError.unknownColumn(
        name: name, nearest: NearestName.of(name, among: table.columnNames))
    }
    let places = try preparation.columns.map { column -> Int? in
      let name = column.report.name
      if let place = table.columns.firstIndex(where: { $0.name == name }) { return place }
      guard column.features.isEmpty else {
        let candidates = table.columnNames.filter { !known.contains($0) }
        let nearest = NearestName.of(name, among: candidates)
        throw CladeError.badFile(
          path: path, line: nil, column: nil,
          reason: "the model needs a column \"\(name)\", which isn't there"
            + (nearest.map { "; is it \"\($0)\"? Then rename it" } ?? ""))
      }
      return nil
    }
    for column in table.columns where !known.contains(column.name) && !ignored.contains(column.name)
    {
      throw CladeError.badFile(
        path: path, line: nil, column: column.name,
        reason: "the model doesn't know this column; if it isn't needed, leave it out "
          + "(--ignore \"\(column.name)\")")
    }
    return places
  }

  private func check(
    _ column: TableColumn, against wanted: PreparedColumn, rows: Int, path: String
  ) throws {
    let isEmpty = column.missingCount == rows
    switch wanted.use {
    case .leftOut, .label, .category: return
    case .number where column.position != nil || isEmpty: return
    case .date where column.text != nil || isEmpty: return
    case .number:
      var place = "it holds text"
      if let text = column.text,
        let row = (0..<text.count).first(where: { row in
          text[row].map { Double($0) == nil } ?? false
        })
      {
        place = "\"\(Excerpt.of(text[row] ?? ""))\" in row \(row + 1) is no number"
      }
      throw CladeError.badFile(
        path: path, line: nil, column: column.name,
        reason: "\(place), but the column held numbers when the model was fitted; correct it, or "
          + "say that it stands for a missing value (--missing)")
    case .date:
      throw CladeError.badFile(
        path: path, line: nil, column: column.name,
        reason: "it holds numbers, but held dates when the model was fitted")
    }
  }
}

extension TextColumn {
  /// A column without any text.
  static func missing(rows: Int) -> TextColumn {
    TextColumn(codes: [Int32](repeating: -1, count: rows), values: TextPool(), isSorted: true)
  }
}
