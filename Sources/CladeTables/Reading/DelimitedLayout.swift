import CladeCore

/// How a delimited text is laid out.
struct DelimitedLayout: Sendable {
  var delimiter: Delimiter
  var hasHeader: Bool
  /// The names' bytes as they stand in the file; made unique and filled up later.
  var rawNames: [[UInt8]]
  /// For each column its place among the text columns, −1 for a column of numbers.
  var textPositions: [Int32]
  /// Which of the text columns were asked to be text.
  var forcedText: Set<Int>
  /// The bytes before the first row: byte-order mark, comments and header.
  var skippedBytes: Int
  /// The lines before the first row.
  var skippedLines: Int

  var columnCount: Int { textPositions.count }
  var textColumnCount: Int { textPositions.lazy.filter { $0 >= 0 }.count }
  var numericColumnCount: Int { columnCount - textColumnCount }

  /// For each column of numbers the next column that is none, or the number of columns; for a column
  /// of text itself.
  var numericRunEnds: [Int] {
    var ends = Array(0..<columnCount)
    for column in ends.indices.reversed() where textPositions[column] < 0 {
      ends[column] = column + 1 < columnCount ? ends[column + 1] : columnCount
    }
    return ends
  }

  /// The columns' names under an encoding: none empty, none twice.
  func names(_ encoding: TextEncoding?) -> [String] {
    ColumnNames.completed(
      rawNames.map { hasHeader ? TextDecoding.string($0, encoding) : "" }, count: columnCount)
  }
}

/// Makes names for columns.
enum ColumnNames {
  /// `names` with every empty one called "column 2" or so, and a number behind one that is there
  /// twice: "size", "size (2)".
  static func completed(_ names: [String], count: Int) -> [String] {
    var taken: Set<String> = []
    // From which number on a name may still be free.
    var copies: [String: Int] = [:]
    return (0..<count).map { index in
      let given = index < names.count ? names[index] : ""
      let base = given.isEmpty ? Table.defaultName(index) : given
      var name = base
      guard !taken.insert(name).inserted else { return name }
      var copy = copies[base, default: 2]
      repeat {
        name = "\(base) (\(copy))"
        copy += 1
      } while !taken.insert(name).inserted
      copies[base] = copy
      return name
    }
  }
}
