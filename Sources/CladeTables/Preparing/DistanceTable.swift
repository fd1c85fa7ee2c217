import CladeCore

/// A table that holds the distances between its rows rather than the rows.
///
/// Distances are all n × n of them, or the n · (n − 1) / 2 above the diagonal, row after row, as a
/// vector (an NPY array of one dimension, a single column or a single line). A table may also hold
/// what the rows are called, in a first column of text or of the numbers 0, 1, 2 … or 1, 2, 3 …,
/// and their true groups.
public struct DistanceTable: Sendable {
  /// The distances: n × n, or 1 × n · (n − 1) / 2. Whether they make sense is for the metric
  /// `precomputed` to say.
  public let distances: Matrix<Double>
  /// The number of rows that distances are between, n.
  public let rowCount: Int
  /// What each row is called, if the table says so.
  public let identifiers: Identifiers?
  /// The true groups, if there is a column of labels.
  public let truth: GroupLabels?
  /// The names of the columns of ``distances``, where the file has names.
  public let names: [String]?
  private let path: String

  /// Finds the distances in a table.
  ///
  /// - Parameters:
  ///   - table: The table. Where it is nothing but distances they aren't copied.
  ///   - labelColumn: The column with the true groups.
  ///   - ignored: Columns that hold something else.
  /// - Throws: `CladeError.unknownColumn`; `CladeError.badFile` where a column holds text, and
  ///   where there are neither n × n numbers nor n · (n − 1) / 2.
  /// - Complexity: O(1) for a table of nothing but numbers, else O(n²).
  public init(
    _ table: consuming Table, labelColumn: String? = nil, ignored: [String] = []
  ) throws {
    let table = table
    let path = table.source.path
    self.path = path
    let label = try labelColumn.map { try table.index(ofColumn: $0) }
    let others = try Set(ignored.map { try table.index(ofColumn: $0) })
    var columns = table.columns.indices.filter { $0 != label && !others.contains($0) }
    truth = label.map { GroupLabels(table, column: $0) }
    var identifiers: Identifiers?
    if let first = columns.first, columns.count == table.rowCount + 1,
      let found = Self.identifiers(table.columns[first], table)
    {
      identifiers = found
      columns.removeFirst()
    }
    self.identifiers = identifiers
    let positions = try columns.map { index in
      guard let position = table.columns[index].position else {
        throw Self.noNumber(table.columns[index], path)
      }
      return position
    }
    let isWhole = positions.elementsEqual(0..<table.numbers.columnCount)
    let numbers = isWhole ? table.numbers : table.numbers.gatheringColumns(positions)
    names = table.source.hasNames ? columns.map { table.columns[$0].name } : nil
    let (rows, width) = (numbers.rowCount, numbers.columnCount)
    if rows == width, rows > 0 {
      (distances, rowCount) = (numbers, rows)
    } else if min(rows, width) == 1, let count = GivenDistances.rowCount(pairs: max(rows, width)) {
      (distances, rowCount) = (numbers.asLine, count)
    } else {
      throw CladeError.badFile(
        path: path, line: nil, column: nil,
        reason: "it holds \(rows) × \(width) numbers, and distances are n × n, or the "
          + "n · (n − 1) / 2 above the diagonal in one line"
          + (min(rows, width) == 1
            ? "; \(max(rows, width)) are those of no number of rows"
            : ". Rows and not distances? Then choose another --metric"))
    }
  }

  /// What the rows are called, where a first column says so.
  private static func identifiers(_ column: TableColumn, _ table: Table) -> Identifiers? {
    switch column.values {
    case .text(let text): return Identifiers(name: column.name, text: text)
    case .numbers(let position):
      let values = table.numbers.column(position)
      guard let first = values.first, first == 0 || first == 1,
        values.enumerated().allSatisfy({ $1 == first + Double($0) })
      else { return nil }
      return Identifiers(name: column.name, numbers: values)
    }
  }

  /// What the metric says of the distances, in words for a person, who counts from 1.
  package func describing(_ error: CladeError) -> CladeError {
    DistanceWording(path: path, distances: distances, rowCount: rowCount, names: names)
      .describing(error)
  }

  private static func noNumber(_ column: TableColumn, _ path: String) -> CladeError {
    var place = "it holds text"
    if let text = column.text,
      let row = (0..<text.count).first(where: { text[$0].map { Double($0) == nil } ?? false })
    {
      place = "\"\(Excerpt.of(text[row] ?? ""))\" in row \(row + 1) is no number"
    }
    return .badFile(
      path: path, line: nil, column: column.name,
      reason: "\(place), and distances are numbers; leave columns that hold something else out")
  }
}

extension PreparedTable {
  /// A table of rows without columns, of which only the distances are known.
  package init(_ distances: DistanceTable) {
    self.init(
      rowCount: distances.rowCount, identifiers: distances.identifiers, truth: distances.truth)
  }
}

extension Matrix {
  /// All entries as a single row, on the same memory.
  var asLine: Matrix {
    let owner = self
    return withUnsafeBufferPointer { buffer in
      Matrix(
        rows: 1, columns: buffer.count, adopting: UnsafeMutableBufferPointer(mutating: buffer),
        writable: false
      ) { withExtendedLifetime(owner) {} }
    }
  }

  /// Some of the columns.
  fileprivate func gatheringColumns(_ columns: [Int]) -> Matrix {
    Matrix(rows: rowCount, columns: columns.count) { target in
      for row in 0..<rowCount {
        for (place, column) in columns.enumerated() {
          target.initializeElement(at: row * columns.count + place, to: self[row, column])
        }
      }
    }
  }
}
