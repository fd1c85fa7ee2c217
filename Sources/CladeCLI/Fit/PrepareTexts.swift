import Clade
import CladeTables

extension FitCommand {
  /// Table → dissimilarities of the texts in one of its columns.
  func prepareTexts(
    _ table: consuming Table, _ dissimilarity: TextDissimilarity, metric name: String
  ) throws -> PreparedInput {
    let weights = try weights(of: table)
    let column = try textColumn(of: table, metric: name)
    guard table.rowCount > 1 else {
      throw CladeError.emptyData(
        reason: "\(input) has \(table.rowCount == 0 ? "no texts" : "one text"), and groups need at "
          + "least two")
    }
    let source = table.source
    let texts = TextTable(
      table, column: column, labelColumn: try preparing.labelColumn.map(table.index(ofColumn:)))
    let progress = ProgressBar.observer
    let rows: Matrix<Double> =
      texts.rowCount <= Self.mostSquare
      ? try dissimilarity.distances(of: texts.texts, threads: threads, progress: progress)
      : try dissimilarity.condensedDistances(
        of: texts.texts, threads: threads, progress: progress)
    return PreparedInput(
      path: input, table: PreparedTable(texts), weights: weights, columns: [],
      measured: MetricInput(rows: rows, metric: .precomputed),
      places: RowPlaces(source: source, columns: []))
  }

  /// Up to so many texts all dissimilarities are held, else those above the diagonal.
  private static let mostSquare = 12_000

  /// The column that was named, or the only one with text.
  private func textColumn(of table: borrowing Table, metric name: String) throws -> Int {
    if let name = preparing.columns.first { return try table.index(ofColumn: name) }
    let others = try Set(
      (preparing.ignore + [preparing.labelColumn, method.weights].compactMap(\.self))
        .map { try table.index(ofColumn: $0) })
    let columns = table.columns
    let texts = columns.indices.filter { columns[$0].text != nil && !others.contains($0) }
    guard let first = texts.first else {
      throw CladeError.noUsableColumn(
        reason: "--metric \(name) compares texts, and no column holds any; name one with --columns")
    }
    guard texts.count == 1 else {
      let names = texts.prefix(4).map { "\"\(columns[$0].name)\"" }.joined(separator: ", ")
      throw CladeError.invalidParameter(
        name: "--metric", value: name,
        reason: "it compares the texts of one column, and \(texts.count) hold text "
          + "(\(names)\(texts.count > 4 ? " …" : "")); name one with --columns")
    }
    return first
  }
}
