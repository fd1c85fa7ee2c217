import Clade
import CladeTables

/// What `fit` clusters: the prepared table, and the weights of its rows.
struct PreparedInput {
  /// The path of the table as it was given.
  let path: String
  let table: PreparedTable
  let weights: [Double]?
  /// What was done with each column of the table, the one with the weights included.
  let columns: [ColumnReport]
}

extension FitCommand {
  /// Table → matrix.
  func prepare(_ table: consuming Table) throws -> PreparedInput {
    var options = PreparationOptions()
    options.scaling = preparing.scale(for: method)
    options.columns = preparing.columns.isEmpty ? nil : preparing.columns
    options.ignored = preparing.ignore
    options.labelColumn = preparing.labelColumn
    var weights: [Double]?
    if let name = method.weights {
      if name == preparing.labelColumn {
        throw CladeError.invalidParameter(
          name: "--weights", value: "\"\(name)\"", reason: "it is the label column")
      }
      weights = try Self.weights(of: table, column: name)
      options.ignored.append(name)
      options.columns?.removeAll { $0 == name }
    }
    let rows = table.rowCount
    guard rows > 1 else {
      throw CladeError.emptyData(
        reason: rows == 0
          ? "\(input) has no rows"
          : "\(input) has one row, and groups need at least two; with --no-header a first row of "
            + "names counts as data")
    }
    let prepared = try Preparation.fit(
      consume table, options: options, threads: threads, progress: ProgressBar.observer)
    let columns = prepared.preparation.columnReports.map { report in
      report.name == method.weights
        ? ColumnReport(
          name: report.name, kind: report.kind, treatment: .leftOut,
          missingCount: report.missingCount, reason: "holds the weights of the rows")
        : report
    }
    return PreparedInput(path: input, table: prepared, weights: weights, columns: columns)
  }

  /// The weights that a column holds.
  private static func weights(of table: borrowing Table, column name: String) throws -> [Double] {
    let index = try table.index(ofColumn: name)
    guard let position = table.columns[index].position else {
      throw CladeError.badFile(
        path: table.source.path, line: nil, column: name,
        reason: "weights must be numbers, and this column holds text")
    }
    return try checkedWeights(
      table.numbers.column(position), path: table.source.path, column: name)
  }

  /// Weights that all are 0 or more.
  static func checkedWeights(
    _ weights: [Double], path: String, column name: String?
  ) throws -> [Double] {
    if let row = weights.firstIndex(where: { !($0 >= 0 && $0.isFinite) }) {
      throw CladeError.badFile(
        path: path, line: nil, column: name,
        reason: "row \(row + 1) has the weight "
          + (weights[row].isNaN ? "missing" : "\(weights[row])")
          + "; weights must be 0 or more, in every row")
    }
    return weights
  }
}
