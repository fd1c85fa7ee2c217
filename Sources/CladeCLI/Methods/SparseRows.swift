import CladeCore
import CladeTables

extension SparseFileFormat {
  /// Reads rows of which all have a direction.
  ///
  /// - Throws: Besides what reading throws, `CladeError.badFile` for a row of zeros.
  func readDirections(_ path: String, columnCount: Int?) throws -> SparseMatrix<Double> {
    let rows: SparseMatrix<Double> = try read(path, columnCount: columnCount)
    try rows.checkDirections(path: path)
    return rows
  }
}

extension SparseMatrix {
  /// Refuses rows of zeros in words for a person, who counts rows from 1.
  func checkDirections(path: String) throws {
    let zeros = (0..<rowCount).lazy.filter { row in
      values[rowStarts[row]..<rowStarts[row + 1]].allSatisfy { $0 == 0 }
    }
    guard let first = zeros.first else { return }
    let count = zeros.reduce(0) { count, _ in count + 1 }
    throw CladeError.badFile(
      path: path == "-" ? "standard input" : path, line: nil, column: nil,
      reason: "row \(first + 1) holds only zeros, so it has no direction; leave such rows out"
        + (count > 1 ? " (\(count) rows are like that)" : ""))
  }
}
