import CladeCore

/// Reads which group each row belongs to: a file with a label a line, one that ``LabelWriter``
/// wrote, or a column of any table.
public enum LabelReader {
  private static let usualNames = ["label", "labels", "cluster", "group", "class", "target"]

  /// Reads labels.
  ///
  /// - Parameters:
  ///   - path: The file; "-" for standard input.
  ///   - column: The column that holds them. Without it the only column is taken, or the one called
  ///     `label` (or `labels`, `cluster`, `group`, `class`, `target`).
  ///   - options: How to read the file.
  ///   - threads: At most this many threads; `nil` for one per core.
  /// - Throws: `CladeError`, also where it isn't clear which column holds the labels.
  public static func read(
    _ path: String, column: String? = nil, options: ReadOptions = ReadOptions(),
    threads: Int? = nil
  ) throws -> GroupLabels {
    let table = try TableReader.read(path, options: options, threads: threads)
    return GroupLabels(table, column: try index(in: table, column))
  }

  private static func index(in table: Table, _ column: String?) throws -> Int {
    if let column { return try table.index(ofColumn: column) }
    if table.columns.count == 1 { return 0 }
    let names = table.columnNames.map { $0.lowercased() }
    for name in usualNames {
      if let index = names.firstIndex(of: name) { return index }
    }
    throw CladeError.badFile(
      path: table.source.path, line: nil, column: nil,
      reason: "it has \(table.columns.count) columns and none is called label; "
        + "say which one holds the labels")
  }
}
