/// What the rows of one part of a JSON Lines file hold.
final class JSONBlock {
  /// The values; rows have those columns that the layout knew.
  let cells = ParsedBlock()
  /// The columns of the layout that the part was parsed by, and its version.
  private(set) var columnCount = 0
  private(set) var version = 0
  /// For each row the values up to its end, and its line.
  var ends: [RowEnd] = []

  /// Where a row ends, counted from the beginning of the part.
  struct RowEnd {
    var values: Int32
    var line: Int32
  }

  /// The values of all rows.
  var valueCount: Int { Int(ends.last?.values ?? 0) }

  func reset(_ layout: JSONLayout) {
    cells.reset(numericColumns: layout.numericCount, textColumns: layout.textCount)
    columnCount = layout.columnCount
    version = layout.version
    ends.removeAll(keepingCapacity: true)
  }
}
