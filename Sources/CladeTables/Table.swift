import CladeCore

/// A table as it was read: named columns of equal length, each of numbers or of text.
///
/// All numbers are in one row-major matrix over the numeric columns (``numbers``), so that a purely
/// numeric table goes into a fit without being copied. A missing number is NaN there, and each
/// column knows how many it has.
public struct Table: Sendable {
  /// The number of rows, n.
  public let rowCount: Int
  /// The columns, in the order of the file.
  public internal(set) var columns: [TableColumn]
  /// The numbers of the numeric columns, in their order: n × (number of numeric columns).
  public internal(set) var numbers: Matrix<Double>
  /// Where the table came from and how it was read.
  public let source: TableSource

  /// Creates a table.
  ///
  /// - Throws: `CladeError.shapeMismatch` unless the numeric columns, in their
  ///   order, stand for the columns of `numbers`, and every text column has as many rows.
  public init(
    columns: [TableColumn], numbers: Matrix<Double>, source: TableSource = TableSource()
  ) throws {
    let positions = columns.compactMap(\.position)
    guard positions == Array(0..<numbers.columnCount) else {
      throw CladeError.shapeMismatch(
        expected: "a numeric column for each of the \(numbers.columnCount) columns of numbers",
        found: "\(positions.count)")
    }
    let rows = columns.lazy.compactMap(\.text?.count).first ?? numbers.rowCount
    for column in columns {
      let count = column.text?.count ?? numbers.rowCount
      guard count == rows else {
        throw CladeError.shapeMismatch(
          expected: "\(rows) rows in every column", found: "\(count) in \"\(column.name)\"")
      }
    }
    self.init(rowCount: rows, columns: columns, numbers: numbers, source: source)
  }

  /// Creates a table of numbers only; columns without names are called "column 1", "column 2" …
  public init(_ numbers: Matrix<Double>, names: [String]? = nil, source: TableSource? = nil) {
    let given = names ?? []
    let missing = MissingCount.perColumn(of: numbers)
    let columns = (0..<numbers.columnCount).map { index in
      TableColumn(
        name: index < given.count ? given[index] : Table.defaultName(index),
        values: .numbers(position: index), missingCount: missing[index])
    }
    self.init(
      rowCount: numbers.rowCount, columns: columns, numbers: numbers,
      source: source ?? TableSource(hasNames: names != nil))
  }

  init(rowCount: Int, columns: [TableColumn], numbers: Matrix<Double>, source: TableSource) {
    self.rowCount = rowCount
    self.columns = columns
    self.numbers = numbers
    self.source = source
  }

  /// The names of the columns, in the order of the file.
  public var columnNames: [String] { columns.map(\.name) }

  /// Whether this is nothing but numbers without names, such as an NPY file.
  public var isPlainNumeric: Bool {
    !source.hasNames && columns.allSatisfy { $0.position != nil }
  }

  /// The place of the column with that name.
  ///
  /// - Throws: `CladeError.unknownColumn` with the name most like it.
  public func index(ofColumn name: String) throws -> Int {
    if let index = columns.firstIndex(where: { $0.name == name }) { return index }
    throw CladeError.unknownColumn(
      name: name, nearest: NearestName.of(name, among: columnNames))
  }

  /// The values of one column as text, missing ones `nil`; numbers in their shortest spelling.
  public func texts(ofColumn index: Int) -> [String?] {
    switch columns[index].values {
    case .text(let text):
      return (0..<text.count).map { text[$0] }
    case .numbers(let position):
      return (0..<rowCount).map { row in
        let value = numbers[row, position]
        return value.isNaN ? nil : NumberSpelling.shortest(value)
      }
    }
  }

  static func defaultName(_ index: Int) -> String { "column \(index + 1)" }
}

/// One column of a ``Table``.
public struct TableColumn: Sendable {
  /// The column's values.
  public enum Values: Sendable {
    /// Numbers; they are in the column `position` of ``Table/numbers``.
    case numbers(position: Int)
    /// Text.
    case text(TextColumn)
  }

  /// The column's name; unique in its table.
  public let name: String
  /// The column's values.
  public internal(set) var values: Values
  /// The number of rows that have no value.
  public let missingCount: Int

  /// Creates a column.
  public init(name: String, values: Values, missingCount: Int) {
    self.name = name
    self.values = values
    self.missingCount = missingCount
  }

  /// The place in ``Table/numbers`` if this is a numeric column.
  public var position: Int? {
    if case .numbers(let position) = values { position } else { nil }
  }

  /// The text if this is a text column.
  public var text: TextColumn? {
    if case .text(let text) = values { text } else { nil }
  }
}

/// Where a table came from and how it was read.
public struct TableSource: Sendable, Equatable {
  /// The file, "-" for standard input, or empty.
  public var path: String
  /// What the file turned out to be.
  public var format: TableFormat?
  /// What stands between the fields of a row, in a text file.
  public var delimiter: Delimiter?
  /// How the bytes spell letters, in a text file.
  public var encoding: TextEncoding?
  /// Whether the columns' names came with the data.
  public var hasNames: Bool
  /// The line on which the first row starts, counted from 1, in a text file.
  public var firstLine: Int?
  /// On which line each row begins, in a text file.
  package var lines: RowLines?

  /// Creates a description of where a table came from.
  public init(
    path: String = "", format: TableFormat? = nil, delimiter: Delimiter? = nil,
    encoding: TextEncoding? = nil, hasNames: Bool = true, firstLine: Int? = nil
  ) {
    self.path = path
    self.format = format
    self.delimiter = delimiter
    self.encoding = encoding
    self.hasNames = hasNames
    self.firstLine = firstLine
  }

  init(
    path: String, format: TableFormat, delimiter: Delimiter?, encoding: TextEncoding,
    hasNames: Bool, firstLine: Int, lines: RowLines
  ) {
    self.init(
      path: path, format: format, delimiter: delimiter, encoding: encoding, hasNames: hasNames,
      firstLine: firstLine)
    self.lines = lines
  }
}
