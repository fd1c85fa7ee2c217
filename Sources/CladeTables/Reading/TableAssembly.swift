import CladeCore

/// Puts the parsed blocks of a delimited text together, in their order, and decides at the end what
/// each column is: see ``OddValues``.
final class TableAssembly: BlockAssembling {
  private let path: String
  private let layout: DelimitedLayout
  private let options: ReadOptions
  private let store: PageStore<Double>
  private(set) var rowCount = 0
  private var lineCount: Int
  private var lines = RowLines()
  /// For each numeric column how many rows have no number there.
  private var missingCounts: [Int]
  private var texts: [TextColumnBuilder]
  private var textNumbers: [Int]
  private var textFirstWords: [StrayWord?]
  /// For each numeric column what was odd in it, if anything.
  private var oddities: [Int: OddValues] = [:]
  private var failure: (any Error)?

  init(path: String, layout: DelimitedLayout, options: ReadOptions, plainSize: Int?) throws {
    self.path = path
    self.layout = layout
    self.options = options
    let memoryLimit = MachineMemory.size
    // A number takes at least one byte of text, if only what ends an empty field.
    let bound = plainSize.map { min(memoryLimit, ($0 + (1 << 17)) * 8) }
    guard let store = PageStore<Double>(limit: bound ?? memoryLimit) else {
      throw CladeError.cannotRead(path: path, reason: "there is no memory left")
    }
    self.store = store
    lineCount = layout.skippedLines
    missingCounts = Array(repeating: 0, count: layout.numericColumnCount)
    texts = Array(repeating: TextColumnBuilder(), count: layout.textColumnCount)
    textNumbers = Array(repeating: 0, count: layout.textColumnCount)
    textFirstWords = Array(repeating: nil, count: layout.textColumnCount)
  }

  var hasFailed: Bool { failure != nil }

  func throwFailure() throws {
    if let failure { throw failure }
  }

  func fail(_ error: any Error) {
    if let tooLong = error as? RowTooLong {
      failure = bad(
        line: 1,
        "a row is longer than \(tooLong.limit) bytes; is a quotation mark left open, or "
          + "is this no table?")
    } else {
      failure = error
    }
  }

  func append(_ block: ParsedBlock) -> (() -> Void)? {
    if let problem = block.problem {
      failure = error(for: problem)
      return nil
    }
    guard rowCount + block.rowCount <= Int(Int32.max) else {
      failure = bad(line: 1, "there are more than \(Int32.max) rows")
      return nil
    }
    guard let target = store.extend(by: block.rowCount * layout.numericColumnCount) else {
      failure = MachineMemory.exceeded(path: path)
      return nil
    }
    for column in missingCounts.indices { missingCounts[column] += block.missingCounts[column] }
    for column in texts.indices {
      texts[column].append(block.texts[column])
      textNumbers[column] += block.numberCounts[column]
      if textFirstWords[column] == nil, let word = block.firstWords[column] {
        textFirstWords[column] = StrayWord(text: word.text, line: lineCount + word.line + 1)
      }
    }
    for (index, oddity) in block.oddities.enumerated() {
      note(oddity, index, block)
    }
    lines.append(block.lineShifts, row: rowCount, line: lineCount)
    rowCount += block.rowCount
    lineCount += block.lineCount
    return { [columns = layout.numericColumnCount] in
      block.copyNumbers(columns: columns, to: target)
    }
  }

  func prepare(for block: TextBlock, at offset: Int) {}

  private func note(_ oddity: ParsedBlock.Oddity, _ index: Int, _ block: ParsedBlock) {
    block.oddTexts.withBytes(index) {
      oddities[oddity.position, default: OddValues()].add(
        $0, oddity.kind, row: rowCount + oddity.row, line: lineCount + oddity.line + 1)
    }
  }

  // MARK: The finished table

  /// The table.
  ///
  /// - Throws: `CladeError` where a column of numbers holds a stray word, an infinity or a number
  ///   too large.
  func finish() throws -> Table {
    guard rowCount > 0 else {
      throw CladeError.emptyData(
        reason: "\(path) has a header but no rows; "
          + "if its first line is a row, say that there is no header")
    }
    try checkTextColumns()
    var turned = try turnedColumns()
    let encoding = try encode(&turned)
    let names = layout.names(encoding)
    let width = layout.numericColumnCount
    var columns: [TableColumn] = []
    var kept: [Int] = []
    var numeric = 0
    for column in 0..<layout.columnCount {
      let textPosition = Int(layout.textPositions[column])
      if textPosition >= 0 {
        columns.append(textColumn(names[column], texts[textPosition].build()))
        texts[textPosition] = TextColumnBuilder()
        continue
      }
      if let builder = turned.removeValue(forKey: numeric) {
        columns.append(textColumn(names[column], builder.build()))
      } else {
        columns.append(
          TableColumn(
            name: names[column], values: .numbers(position: kept.count),
            missingCount: missingCounts[numeric]))
        kept.append(numeric)
      }
      numeric += 1
    }
    _ = store.reshape(
      [PageStore.Stretch(rows: rowCount, width: width, kept: kept)], width: kept.count,
      filling: .nan)
    let numbers = store.takeMatrix(rows: rowCount, columns: kept.count)
    return Table(
      rowCount: rowCount, columns: columns, numbers: numbers,
      source: TableSource(
        path: path, format: .delimited, delimiter: layout.delimiter, encoding: encoding,
        hasNames: layout.hasHeader, firstLine: layout.skippedLines + 1, lines: lines))
  }

  private func textColumn(_ name: String, _ text: TextColumn) -> TableColumn {
    TableColumn(
      name: name, values: .text(text), missingCount: text.missingCount)
  }

  private func name(numeric position: Int) -> String {
    let columns = layout.textPositions.indices.filter { layout.textPositions[$0] < 0 }
    return layout.names(options.encoding)[columns[position]]
  }

  /// Text columns that are all but a few words numbers.
  private func checkTextColumns() throws {
    let columns = layout.textPositions.indices.filter { layout.textPositions[$0] >= 0 }
    for (position, builder) in texts.enumerated() where !layout.forcedText.contains(position) {
      guard textNumbers[position] > 0, let word = textFirstWords[position] else { continue }
      try word.check(
        numbers: textNumbers[position], values: builder.count - builder.missingCount,
        in: layout.names(options.encoding)[columns[position]], path: path)
    }
  }

  /// The columns that began with numbers and are text after all, by their place among the numeric
  /// ones. Their numbers have no spelling of their own any more and get the shortest one.
  private func turnedColumns() throws -> [Int: TextColumnBuilder] {
    let width = layout.numericColumnCount
    var result: [Int: TextColumnBuilder] = [:]
    for position in oddities.keys.sorted() {
      guard let values = oddities.removeValue(forKey: position) else { continue }
      let numbers = (0..<rowCount).lazy.map { [store] in store[$0 * width + position] }
      result[position] = try values.textColumn(
        numbers: numbers, isForced: false, name: name(numeric: position), path: path)
    }
    return result
  }

  /// Makes all text UTF-8; returns how it was spelled.
  private func encode(_ turned: inout [Int: TextColumnBuilder]) throws -> TextEncoding {
    let isUTF8 =
      layout.rawNames.allSatisfy { TextDecoding.isUTF8($0) }
      && texts.allSatisfy(\.isUTF8) && turned.values.allSatisfy(\.isUTF8)
    switch options.encoding {
    case .utf8 where !isUTF8:
      throw TextDecoding.notUTF8(path: path)
    case .latin1, nil:
      if isUTF8, options.encoding == nil { return .utf8 }
      for column in texts.indices { texts[column].decodeLatin1() }
      for column in turned.keys { turned[column]?.decodeLatin1() }
      return .latin1
    default: return .utf8
    }
  }

  // MARK: Errors

  private func bad(line: Int, column: String? = nil, _ reason: String) -> CladeError {
    CladeError.badFile(path: path, line: lineCount + line, column: column, reason: reason)
  }

  private func error(for problem: ParsedBlock.Problem) -> CladeError {
    switch problem {
    case .ragged(let line, let found):
      bad(
        line: line + 1,
        "the row has \(found) \(found == 1 ? "field" : "fields") where \(layout.columnCount) were "
          + "expected (delimiter: \(layout.delimiter)); give all rows the same number")
    case .openQuote(let line):
      bad(line: line + 1, "a quotation mark is opened here and never closed")
    case .nulByte(let line):
      bad(line: line + 1, "there is a NUL byte; this is not a text table")
    case .unreadable(let line, let column, let reason):
      bad(line: line + 1, column: column.map { layout.names(options.encoding)[$0] }, reason)
    }
  }
}
