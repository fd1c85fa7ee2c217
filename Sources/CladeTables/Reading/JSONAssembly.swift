import CladeCore

/// Puts the parsed parts of a JSON Lines file together, in their order, learns of new columns on the
/// way, and decides at the end what each column is: see ``OddValues``.
///
/// Numbers stay where the parser's threads copy them to. Rows that were stored before a column came,
/// or before one of numbers became one of text, are brought to the final width in the end.
final class JSONAssembly: BlockAssembling {
  /// The part of a table's cells, besides the first ``freeCells``, that has to be filled.
  private static let leastShare = 100
  private static let freeCells = 1_000_000

  private let path: String
  private let options: ReadOptions
  private let words: JSONWords
  private let names: [String]?
  private let layout: SharedJSONLayout
  private let store: PageStore<Double>
  private(set) var rowCount = 0
  private var lineCount: Int
  private var lines = RowLines()
  /// The values so far, missing ones too if they are spelled out.
  private var valueCount = 0
  private var columns: [Column] = []
  private var segments: [Segment] = []
  /// For each version of the layout before the present one the columns' places.
  private var formerPositions: [[Int32]] = []
  private var failure: (any Error)?

  /// What is known of a column so far.
  private struct Column {
    /// The rows, of those stored as numbers, that have one.
    var numberCount = 0
    /// What came instead of numbers.
    var odd = OddValues()
    /// The first row that is stored as text.
    var textStart = 0
    /// The rows from there on.
    var texts = TextColumnBuilder()
    /// How many of these texts are numbers, and the first that is none.
    var textNumbers = 0
    var firstWord: StrayWord?
  }

  /// Rows that were stored by one layout.
  private struct Segment {
    var rows: Int
    var columnCount: Int
    var version: Int
    /// The numbers of a row.
    var width: Int
  }

  init(
    path: String, start: JSONLayoutDetector.Result, layout: SharedJSONLayout, words: JSONWords,
    options: ReadOptions, plainSize: Int?
  ) throws {
    self.path = path
    self.options = options
    self.words = words
    self.layout = layout
    names = start.names
    lineCount = start.skippedLines
    let memoryLimit = MachineMemory.size
    // There are no more cells than ``checkShare(_:_:)`` allows.
    let bound = plainSize.map {
      min(memoryLimit >> 3, Self.freeCells + Self.leastShare * ($0 + 1)) << 3
    }
    guard let store = PageStore<Double>(limit: bound ?? memoryLimit) else {
      throw CladeError.cannotRead(path: path, reason: "there is no memory left")
    }
    self.store = store
  }

  var hasFailed: Bool { failure != nil }

  func throwFailure() throws {
    if let failure { throw failure }
  }

  func fail(_ error: any Error) {
    if let tooLong = error as? RowTooLong {
      failure = bad(
        line: 1, "the line is longer than \(tooLong.limit) bytes; is this JSON Lines?")
    } else {
      failure = error
    }
  }

  func prepare(for block: TextBlock, at offset: Int) {
    let line = JSONScanner(block.bytes + offset, end: block.bytes + block.count)
    layout.update { [words] in $0.learn(line, words) }
  }

  func append(_ block: JSONBlock) -> (() -> Void)? {
    let layout = self.layout.current
    let cells = block.cells
    do {
      try checkShare(block, columns: layout.columnCount)
      if let problem = cells.problem { throw error(for: problem, layout) }
      guard rowCount + cells.rowCount <= Int(Int32.max) else {
        throw bad(line: 1, "there are more than \(Int32.max) rows")
      }
      while columns.count < layout.columnCount { columns.append(Column()) }
      let positions =
        block.version == layout.version ? layout.positions : formerPositions[block.version]
      // The block's numbers of columns that are text by now don't go to the table.
      let kept = zip(positions, layout.positions).prefix(block.columnCount)
        .filter { $0 >= 0 && $1 >= 0 }.map { Int($0.0) }
      guard let target = store.extend(by: cells.rowCount * kept.count) else {
        throw MachineMemory.exceeded(path: path)
      }
      addColumns(cells, positions.prefix(block.columnCount), layout)
      addSegment(
        Segment(
          rows: cells.rowCount, columnCount: block.columnCount, version: layout.version,
          width: kept.count))
      lines.append(cells.lineShifts, row: rowCount, line: lineCount)
      rowCount += cells.rowCount
      lineCount += cells.lineCount
      valueCount += block.valueCount
      turnColumns(layout)
      return { cells.copyNumbers(kept, to: target) }
    } catch {
      failure = error
      return nil
    }
  }

  /// - Throws: `CladeError.badFile` at the first row by which almost all of the table is holes.
  private func checkShare(_ block: JSONBlock, columns: Int) throws {
    func allows(_ rows: Int, _ values: Int) -> Bool {
      let cells = rows.multipliedReportingOverflow(by: columns)
      return !cells.overflow && cells.partialValue <= Self.freeCells + Self.leastShare * values
    }
    if allows(rowCount + block.ends.count, valueCount) { return }
    for (row, end) in block.ends.enumerated()
    where !allows(rowCount + row + 1, valueCount + Int(end.values)) {
      throw bad(
        line: Int(end.line) + 1, "the rows have hardly any keys in common; is this a table?")
    }
  }

  private func addSegment(_ segment: Segment) {
    if let last = segments.last, last.columnCount == segment.columnCount,
      last.version == segment.version
    {
      segments[segments.count - 1].rows += segment.rows
    } else if segment.rows > 0 {
      segments.append(segment)
    }
  }

  /// Adds a block's values; `positions` are those of the block's columns in it.
  private func addColumns(
    _ cells: ParsedBlock, _ positions: ArraySlice<Int32>, _ layout: JSONLayout
  ) {
    var odd: [Int: OddValues] = [:]
    if !cells.oddities.isEmpty {
      let numeric = positions.indices.filter { positions[$0] >= 0 }
      for (index, oddity) in cells.oddities.enumerated() {
        let column = numeric[oddity.position]
        let isNumeric = layout.positions[column] >= 0
        let line = lineCount + oddity.line + 1
        cells.oddTexts.withBytes(index) {
          if isNumeric {
            columns[column].odd.add($0, oddity.kind, row: rowCount + oddity.row, line: line)
          } else {
            odd[column, default: OddValues()].add($0, oddity.kind, row: oddity.row, line: line)
          }
        }
      }
    }
    for (column, position) in positions.enumerated() {
      let position = Int(position)
      if layout.positions[column] >= 0 {
        columns[column].numberCount += cells.rowCount - cells.missingCounts[position]
        continue
      }
      columns[column].texts.fill(to: rowCount - columns[column].textStart)
      if position < 0 {
        columns[column].texts.append(cells.texts[~position])
        columns[column].textNumbers += cells.numberCounts[~position]
        if columns[column].firstWord == nil, let word = cells.firstWords[~position] {
          columns[column].firstWord = StrayWord(text: word.text, line: lineCount + word.line + 1)
        }
      } else {
        let values = odd[column] ?? OddValues()
        let (texts, numberCount) = values.spelled(cells.column(position, of: cells.numericCount))
        columns[column].texts.append(texts)
        columns[column].textNumbers += numberCount
        if columns[column].firstWord == nil { columns[column].firstWord = values.firstWord }
      }
    }
  }

  /// Stores as text from now on what turns out to be words.
  private func turnColumns(_ layout: JSONLayout) {
    let turning = columns.indices.filter { column in
      layout.positions[column] >= 0 && columns[column].odd.wordCount > 0
        && columns[column].odd.outweigh(numbers: columns[column].numberCount)
    }
    guard !turning.isEmpty else { return }
    for column in turning { columns[column].textStart = rowCount }
    formerPositions.append(layout.positions)
    self.layout.update { $0.turn(turning) }
  }

  // MARK: The finished table

  /// The table.
  ///
  /// - Throws: `CladeError` where a column of numbers holds a stray word, an infinity or a number
  ///   too large.
  func finish() throws -> Table {
    let layout = self.layout.current
    guard rowCount > 0, layout.columnCount > 0 else {
      throw CladeError.emptyData(reason: "\(path) has no rows")
    }
    let names = self.names(layout)
    for name in options.textColumns where !names.contains(name) {
      throw CladeError.unknownColumn(name: name, nearest: NearestName.of(name, among: names))
    }
    while columns.count < layout.columnCount { columns.append(Column()) }
    var result: [TableColumn] = []
    var numeric: [Int] = []
    for (column, name) in names.enumerated() {
      if let text = try text(column, name, isText: layout.positions[column] < 0) {
        result.append(
          TableColumn(name: name, values: .text(text), missingCount: text.missingCount))
      } else {
        result.append(
          TableColumn(
            name: name, values: .numbers(position: numeric.count),
            missingCount: rowCount - columns[column].numberCount))
        numeric.append(column)
      }
    }
    return Table(
      rowCount: rowCount, columns: result, numbers: try numbers(of: numeric, layout),
      source: TableSource(
        path: path, format: .jsonLines, delimiter: nil, encoding: .utf8,
        hasNames: self.names != nil || layout.form == .objects, firstLine: 1, lines: lines))
  }

  private func names(_ layout: JSONLayout) -> [String] {
    ColumnNames.completed(
      layout.form == .objects ? layout.keyNames : names ?? [], count: layout.columnCount)
  }

  /// The column as text, or `nil` if it is one of numbers.
  private func text(_ column: Int, _ name: String, isText: Bool) throws -> TextColumn? {
    let isForced = options.textColumns.contains(name)
    let values = columns[column].odd
    if !isText {
      if values.isEmpty, !isForced { return nil }
      return try values.textColumn(
        numbers: numbers(ofColumn: column, rows: rowCount), isForced: isForced, name: name,
        path: path)?.build()
    }
    var texts = TextColumnBuilder()
    swap(&texts, &columns[column].texts)
    texts.fill(to: rowCount - columns[column].textStart)
    var numberCount = columns[column].textNumbers
    if columns[column].textStart > 0 {
      var (all, earlier) = values.spelled(
        numbers(ofColumn: column, rows: columns[column].textStart))
      all.append(texts)
      numberCount += earlier
      texts = all
    }
    if !isForced, let word = values.firstWord ?? columns[column].firstWord {
      try word.check(
        numbers: numberCount, values: texts.count - texts.missingCount, in: name, path: path)
    }
    if !texts.isUTF8 {
      guard options.encoding != .utf8 else { throw TextDecoding.notUTF8(path: path) }
      texts.decodeLatin1()
    }
    return texts.build()
  }

  private func positions(_ segment: Segment) -> [Int32] {
    segment.version < formerPositions.count
      ? formerPositions[segment.version] : layout.current.positions
  }

  /// The numbers that a column has in the first rows, which are stored as numbers of it.
  private func numbers(ofColumn column: Int, rows: Int) -> [Double] {
    var result: [Double] = []
    result.reserveCapacity(rows)
    var start = 0
    for segment in segments where result.count < rows {
      defer { start += segment.rows * segment.width }
      if column >= segment.columnCount {
        result.append(contentsOf: repeatElement(.nan, count: segment.rows))
        continue
      }
      let position = Int(positions(segment)[column])
      for row in 0..<segment.rows { result.append(store[start + row * segment.width + position]) }
    }
    return result
  }

  /// The matrix of some columns, which all segments hold as numbers as far as they have them.
  private func numbers(of kept: [Int], _ layout: JSONLayout) throws -> Matrix<Double> {
    let stretches = segments.map { segment in
      let positions = self.positions(segment)
      return PageStore<Double>.Stretch(
        rows: segment.rows, width: segment.width,
        kept: kept.prefix { $0 < segment.columnCount }.map { Int(positions[$0]) })
    }
    guard store.reshape(stretches, width: kept.count, filling: .nan) else {
      throw MachineMemory.exceeded(path: path)
    }
    return store.takeMatrix(rows: rowCount, columns: kept.count)
  }

  // MARK: Errors

  private func bad(line: Int, column: String? = nil, _ reason: String) -> CladeError {
    CladeError.badFile(path: path, line: lineCount + line, column: column, reason: reason)
  }

  private func error(for problem: ParsedBlock.Problem, _ layout: JSONLayout) -> CladeError {
    guard case .unreadable(let line, let column, let reason) = problem else {
      return bad(line: 1, "this is not valid JSON")
    }
    return bad(line: line + 1, column: column.map { names(layout)[$0] }, reason)
  }
}
