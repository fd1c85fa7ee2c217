import CladeCore

/// How a table becomes a matrix: which columns are used and how they are scaled and encoded.
///
/// Fitting finds the kinds of the columns (see ``ColumnKind``), leaves out those that say nothing
/// about groups, and brings the rest to one scale. A preparation is part of a model, so that new
/// rows are treated in the same way. Nothing in it depends on the order of the rows or on threads.
public struct Preparation: Sendable, Equatable, Codable {
  var columns: [PreparedColumn]
  /// Whether columns are matched by their place, because the table had no names.
  var isPositional: Bool
  /// Whether rows are also kept as they were read; `nil`, as in files that don't say, for no.
  var mixed: Bool?

  private enum CodingKeys: String, CodingKey {
    case columns, mixed
    case isPositional = "by_position"
  }

  /// Whether rows are also kept as they were read, as Gower's metric compares them.
  public var keepsMixedRows: Bool { mixed ?? false }

  /// What each column of the table is and what became of it, in the order of the table.
  public var columnReports: [ColumnReport] { columns.map(\.report) }

  /// What each column of the prepared matrix stands for.
  public var features: [Feature] { columns.flatMap(\.features) }

  /// Whether the prepared matrix holds all of the table's columns in their order, and their numbers
  /// as they are.
  public var leavesNumbersAlone: Bool {
    columns.allSatisfy { column in
      if case .number(let scaling) = column.use {
        scaling.offset == 0 && scaling.scale == 1
      } else {
        false
      }
    }
  }

  /// Finds out how to prepare a table, and prepares it.
  ///
  /// The table is taken over: hand over the last copy (`consume table`) and a table of numbers is
  /// scaled in place, without a second copy of it in memory.
  ///
  /// - Parameters:
  ///   - table: The table.
  ///   - options: Which columns to use, and how to scale them.
  ///   - threads: At most this many threads; `nil` for one per core.
  ///   - progress: Is told of the stage "preparing".
  /// - Throws: `CladeError.unknownColumn`,
  ///   `CladeError.noUsableColumn`, `CladeError.nonFiniteValue`.
  /// - Complexity: O(n · d) time.
  public static func fit(
    _ table: consuming Table, options: PreparationOptions = PreparationOptions(),
    threads: Int? = nil, progress: ProgressObserver? = nil
  ) throws -> PreparedTable {
    let columns = table.columns.count
    // Roughly a fifth of the work each: to look at the numbers, to find the scales (two fifths), to
    // decide column by column, and to build the matrix.
    let count = ProgressCount(stage: "preparing", total: 5 * columns, observer: progress)
    let preparation = try PreparationFitter(
      table: copy table, options: options, threads: threads, progress: count
    ).fit()
    let prepared = try MatrixBuilder(preparation: preparation, threads: threads).build(table)
    count.add(columns)
    return prepared
  }

  /// Prepares other rows in the same way: columns are matched by their names.
  ///
  /// - Parameters:
  ///   - table: The rows; see ``fit(_:options:threads:progress:)`` about handing it over.
  ///   - ignored: Columns that weren't there when fitting and are to be left out.
  ///   - threads: At most this many threads; `nil` for one per core.
  ///   - progress: Is told of the stage "preparing".
  /// - Throws: `CladeError.unknownColumn` for a column that is used and isn't in the
  ///   table, `CladeError.badFile` for a column that wasn't there when
  ///   fitting, or that holds text where numbers were.
  public func apply(
    to table: consuming Table, ignored: [String] = [], threads: Int? = nil,
    progress: ProgressObserver? = nil
  ) throws -> PreparedTable {
    let count = ProgressCount(stage: "preparing", total: table.rowCount, observer: progress)
    return try MatrixBuilder(preparation: self, threads: threads, progress: count).build(
      ColumnMatcher(preparation: self, ignored: ignored).match(table))
  }
}
