import CladeCore

/// How the rows of a stream are brought to one scale: as their first rows ask for, once and for
/// all.
///
/// Nothing that comes later changes it, so a row means the same at any time, and a model that holds
/// the ``preparation`` treats other rows in the same way.
public struct StreamScaling: Sendable {
  /// What a model needs to treat other rows as those of the stream.
  public let preparation: Preparation
  private let columns: [NumberScaling]

  /// Finds the scales.
  ///
  /// - Parameters:
  ///   - scaling: How to scale; ``Scaling/none`` looks at no row.
  ///   - rows: The first rows (m × d), of the columns that are used.
  ///   - stream: Where they come from; it has read its first row.
  ///   - threads: At most this many threads; `nil` for one per core. The scales don't depend on it.
  /// - Throws: `CladeError.invalidParameter` for ``Scaling/robust``.
  public init(
    _ scaling: Scaling, firstRows rows: Matrix<Double>, of stream: borrowing RowStream,
    threads: Int? = nil
  ) throws {
    let scaled = try ScaledRows(rows, scaling: scaling, threads: threads).preparation.columns
    columns = scaled.compactMap { column in
      if case .number(let numbers) = column.use { numbers } else { nil }
    }
    var places = [Int: Int]()
    for (position, column) in stream.usedColumns.enumerated() { places[column] = position }
    let prepared = stream.columnNames.enumerated().map { index, name in
      guard let position = places[index] else {
        return PreparedColumn(
          report: ColumnReport(
            name: name, kind: .numeric, treatment: .leftOut, missingCount: 0,
            reason: "left out: as was asked for"),
          use: .leftOut)
      }
      let report = scaled[position].report
      return PreparedColumn(
        report: ColumnReport(
          name: name, kind: report.kind, treatment: report.treatment, missingCount: 0,
          reason: report.reason
            + (scaling == .none ? "" : ", after the first \(rows.rowCount) rows")),
        use: scaled[position].use)
    }
    preparation = Preparation(columns: prepared, isPositional: !stream.hasNames)
  }

  /// Rows in these scales (m × d).
  ///
  /// - Complexity: O(m · d).
  public func scaled(_ rows: Matrix<Double>) -> Matrix<Double> {
    var rows = rows
    let columns = columns
    rows.withUnsafeMutableBufferPointer { values in
      columns.withUnsafeBufferPointer { columns in
        var index = 0
        while index < values.count {
          for scaling in columns {
            values[index] = scaling.prepared(values[index])
            index += 1
          }
        }
      }
    }
    return rows
  }
}
