import Clade
import CladeInsight
import CladeTables

/// Where rows and columns are in a file, for messages about them: the library counts both from 0
/// and knows no names.
struct RowPlaces {
  let source: TableSource
  /// The name of the column that each column of the matrix was made of.
  let columns: [String]

  /// The places of rows that a table holds, whose columns are those of the matrix.
  init(of table: borrowing Table) {
    self.init(source: table.source, columns: table.columnNames)
  }

  /// The places of rows in a table.
  init(source: TableSource, columns: [String]) {
    self.source = source
    self.columns = columns
  }

  /// The places of rows in a file of nothing but numbers.
  init(numbers path: String) {
    self.init(source: TableSource(path: path, hasNames: false), columns: [])
  }

  /// What `body` gives; the errors that it throws say where rows are.
  func describing<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as CladeError {
      throw describing(error)
    }
  }

  /// The same error with file, line and name of the column, and rows counted from 1.
  func describing(_ error: CladeError) -> CladeError {
    switch error {
    case .nonFiniteValue(let row, let column, let value):
      place(row, column, "holds \(value); only finite numbers can be clustered")
    case .valueOutOfRange(let row, let column, let value, let expected):
      place(row, column, "holds \(value) where \(expected) was expected")
    case .rowOfZeros(let row):
      place(row, nil, "holds only zeros, so it has no direction; leave such rows out")
    case .rowWithoutVariation(let row):
      place(
        row, nil,
        "holds the same number in all columns, so it correlates with nothing; leave such rows out")
    default: error
    }
  }

  private func name(of column: Int) -> String? {
    if columns.indices.contains(column) { return columns[column] }
    return source.hasNames ? nil : "column \(column + 1)"
  }

  private func place(_ row: Int, _ column: Int?, _ what: String) -> CladeError {
    .badFile(
      path: source.path == "-" ? "standard input" : source.path,
      line: source.lines?.line(ofRow: row),
      column: column.flatMap(name(of:)),
      reason: "row \(NumberFormat.count(row + 1)) \(what)")
  }
}

extension PreparedTable {
  /// The name of the table's column behind each column that distances are measured of.
  var measuredColumns: [String] {
    let names = preparation.features.map(\.column)
    guard mixed != nil else { return names }
    // A category is a single column there.
    return names.enumerated().filter { $0 == 0 || names[$0 - 1] != $1 }.map(\.element)
  }
}
