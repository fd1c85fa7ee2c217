import CladeCore

/// The texts of one column of a table, whose rows are to be compared by them.
public struct TextTable: Sendable {
  /// The texts (n); a missing one is empty.
  public let texts: [String]
  /// The texts as what rows are called.
  public let identifiers: Identifiers
  /// The true groups, if there is a column of labels.
  public let truth: GroupLabels?

  /// The number of rows, n.
  public var rowCount: Int { texts.count }

  /// Takes the texts out of a table; numbers are spelled in their shortest form.
  ///
  /// - Parameters:
  ///   - table: The table.
  ///   - column: The place of the column with the texts.
  ///   - labelColumn: The place of the column with the true groups.
  /// - Complexity: O(n), and the memory of the texts.
  public init(_ table: Table, column: Int, labelColumn: Int? = nil) {
    let texts = table.texts(ofColumn: column)
    self.texts = texts.map { $0 ?? "" }
    identifiers = Identifiers(
      name: table.columns[column].name, text: table.columns[column].text ?? TextColumn(texts))
    truth = labelColumn.map { GroupLabels(table, column: $0) }
  }
}

extension PreparedTable {
  /// A table of rows without columns, of which only their texts are known.
  package init(_ texts: TextTable) {
    self.init(
      rowCount: texts.rowCount, identifiers: texts.identifiers, truth: texts.truth)
  }

  /// A table of so many rows without columns.
  package init(rowCount: Int, identifiers: Identifiers? = nil, truth: GroupLabels? = nil) {
    self.init(
      preparation: Preparation(columns: [], isPositional: false),
      matrix: Matrix(rows: rowCount, columns: 0), identifiers: identifiers, truth: truth)
  }
}
