/// What was wrong with something that a caller handed in, and what to do about it.
///
/// Every case says which parameter, column, row or file is meant. ``description`` is one or two
/// lines for a person: what, where, and the remedy. Rows are counted from 0 in the library; lines
/// of a file are counted from 1.
public enum CladeError: Error, Equatable, Sendable {
  // MARK: Parameters and shapes

  /// A parameter has a value that it can't have.
  case invalidParameter(name: String, value: String, reason: String)
  /// Two things that belong together have other sizes than they should.
  case shapeMismatch(expected: String, found: String)
  /// Rows of one matrix differ in length.
  case raggedRows(row: Int, expected: Int, found: Int)

  // MARK: Data in memory

  /// There are no rows, or no columns.
  case emptyData(reason: String)
  /// A value is NaN or infinite where only finite numbers can be used.
  case nonFiniteValue(row: Int, column: Int, value: String)
  /// A row is all zeros where only its direction matters.
  case rowOfZeros(row: Int)
  /// A row holds the same number in all columns where only how its numbers vary matters.
  case rowWithoutVariation(row: Int)
  /// A value is outside of what its column can hold.
  case valueOutOfRange(row: Int, column: Int, value: String, expected: String)
  /// The labels of a clustering can't be used for what was asked.
  case badLabels(reason: String)
  /// More clusters were asked for than there are distinct rows.
  case tooManyClusters(k: Int, distinctRows: Int)
  /// Something that was asked for needs more memory than this machine has.
  case notEnoughMemory(purpose: String, bytes: Int, available: Int, remedy: String)

  // MARK: Files

  /// A file isn't there, is a folder, or can't be opened.
  case cannotRead(path: String, reason: String)
  /// A file or folder can't be written.
  case cannotWrite(path: String, reason: String)
  /// A file's content can't be understood. `line` is counted from 1.
  case badFile(path: String, line: Int?, column: String?, reason: String)
  /// A column that was named isn't there; `nearest` is the name most like it.
  case unknownColumn(name: String, nearest: String?)
  /// No column is left to cluster by.
  case noUsableColumn(reason: String)
  /// A model can't be used: another version, or damaged.
  case badModel(path: String, reason: String)
}

extension CladeError: CustomStringConvertible {
  /// One or two lines for a person: what, where, and what to do.
  public var description: String {
    switch self {
    case .invalidParameter(let name, let value, let reason):
      "\(name) can't be \(value): \(reason)"
    case .shapeMismatch(let expected, let found):
      "expected \(expected), found \(found)"
    case .raggedRows(let row, let expected, let found):
      "row \(row) has \(found) values where \(expected) were expected; "
        + "all rows need the same length"
    case .emptyData(let reason):
      "there is no data: \(reason)"
    case .nonFiniteValue(let row, let column, let value):
      "row \(row), column \(column) holds \(value); only finite numbers can be clustered, "
        + "so remove or impute it"
    case .rowOfZeros(let row):
      "row \(row) holds only zeros, so it has no direction; leave such rows out"
    case .rowWithoutVariation(let row):
      "row \(row) holds the same number in all columns, so it correlates with nothing; "
        + "leave such rows out"
    case .valueOutOfRange(let row, let column, let value, let expected):
      "row \(row), column \(column) holds \(value) where \(expected) was expected"
    case .badLabels(let reason):
      "can't use the labels: \(reason)"
    case .tooManyClusters(let k, let distinctRows):
      "\(k) clusters were asked for, but the data has only \(distinctRows) distinct "
        + "\(distinctRows == 1 ? "row" : "rows"); ask for at most that many"
    case .notEnoughMemory(let purpose, let bytes, let available, let remedy):
      "\(purpose) needs \(Self.gibibytes(bytes)) of memory, and this machine has "
        + "\(Self.gibibytes(available)); \(remedy)"
    case .cannotRead(let path, let reason):
      "can't read \(path): \(reason)"
    case .cannotWrite(let path, let reason):
      "can't write \(path): \(reason)"
    case .badFile(let path, let line, let column, let reason):
      path + (line.map { ", line \($0)" } ?? "") + (column.map { ", column \"\($0)\"" } ?? "")
        + ": \(reason)"
    case .unknownColumn(let name, let nearest):
      "there is no column \"\(name)\"" + (nearest.map { "; did you mean \"\($0)\"?" } ?? "")
    case .noUsableColumn(let reason):
      "no column is left to cluster by: \(reason)"
    case .badModel(let path, let reason):
      "can't use the model \(path): \(reason)"
    }
  }

  /// An amount of memory for a person.
  private static func gibibytes(_ bytes: Int) -> String {
    let tenths = (Double(bytes) / 0x1p30 * 10).rounded(.up)
    return "\(tenths / 10) GiB"
  }
}
