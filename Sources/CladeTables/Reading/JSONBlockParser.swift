import CKernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Turns the lines of a block into numbers and texts.
///
/// Stops before a line that has a key unknown to the layout, and where rows hold so little that they
/// would take memory out of proportion; the assembly sees to both, in the order of the lines.
struct JSONBlockParser: BlockParsing {
  let layout: SharedJSONLayout
  let words: JSONWords

  func makeParsed() -> JSONBlock { JSONBlock() }

  func parse(_ block: TextBlock, from offset: Int, into result: JSONBlock) -> Int {
    let layout = self.layout.current
    result.reset(layout)
    return layout.positions.withUnsafeBufferPointer { positions in
      layout.spellings.withUnsafeBufferPointer { spellings in
        layout.spelledBytes.withUnsafeBufferPointer { spelled in
          var lines = JSONLines(
            JSONScanner(block.bytes + offset, end: block.bytes + block.count),
            JSONLines.Columns(
              layout: layout, positions: positions, spellings: spellings, spelled: spelled),
            words: words, result)
          return lines.parse() - UnsafePointer(block.bytes)
        }
      }
    }
  }
}

/// The lines of a block while they are parsed.
private struct JSONLines {
  /// The layout, quick to look into.
  struct Columns {
    let layout: JSONLayout
    let positions: UnsafeBufferPointer<Int32>
    let spellings: UnsafeBufferPointer<JSONLayout.KeySpelling>
    let spelled: UnsafeBufferPointer<UInt8>

    var count: Int { positions.count }

    /// The length of the column's key if that is what stands at `p`, else 0.
    @inline(__always)
    func matchLength(_ column: Int, _ p: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Int {
      let spelling = spellings[column]
      let word = UInt64(littleEndian: UnsafeRawPointer(p).loadUnaligned(as: UInt64.self))
      guard word & spelling.mask == spelling.word, spelling.count <= end - p else { return 0 }
      if spelling.count > 8,
        memcmp(p + 8, spelled.baseAddress! + spelling.start + 8, spelling.count - 8) != 0
      {
        return 0
      }
      return spelling.count
    }
  }

  /// How a line ends.
  private enum End {
    case row, blank
    /// A key that is not in the layout.
    case unknownKey
    /// The line can't be read; what is wrong is in the block.
    case problem
  }

  /// A value that is not simply a number in a column of numbers.
  private struct Pending {
    enum Kind {
      case number(Double)
      case unusable(ParsedBlock.Oddity.Kind)
      case text
    }
    var kind: Kind
    var column: Int
    var text: JSONScanner.Text
  }

  /// The columns behind the expected one that are looked at before a key is looked up.
  private static let lookAhead = 4

  private var scanner: JSONScanner
  private let columns: Columns
  private let words: JSONWords
  private let result: JSONBlock
  private let cells: ParsedBlock
  private let width: Int
  private let form: JSONLayout.Form
  private var tables = DecimalTables.shared.kernelTables
  /// For each column the last row, counted from 1, in which it came.
  private let lastRows: UnsafeMutablePointer<Int32>
  private var row = 0
  private var line = 0
  /// The values of the rows so far, and of the present one.
  private var values = 0
  private var rowValues = 0
  /// The present row's numbers, and how many of them have come.
  private var target: UnsafeMutablePointer<Double>
  private var rowNumbers = 0
  private var pending: [Pending] = []

  init(_ scanner: JSONScanner, _ columns: Columns, words: JSONWords, _ result: JSONBlock) {
    self.scanner = scanner
    self.columns = columns
    self.words = words
    self.result = result
    cells = result.cells
    width = columns.layout.numericCount
    form = columns.layout.form
    target = cells.numbers
    lastRows = .allocate(capacity: max(1, columns.count))
    lastRows.initialize(repeating: 0, count: columns.count)
  }

  /// Parses the lines; returns where it stopped.
  mutating func parse() -> UnsafePointer<UInt8> {
    defer { lastRows.deallocate() }
    var room = 0
    var numbers = cells.numbers
    var stop = scanner.end
    lines: while scanner.p < scanner.end {
      let start = scanner.p
      if (row + 1) * columns.count > 1 << 16 + 100 * values, row > 0 {
        stop = start
        break
      }
      if row == room {
        room = min(row * 2 + 64, max(row + 1, (1 << 17 + 200 * values) / max(1, columns.count)))
        numbers = cells.reserve(room * width, used: row * width)
      }
      target = numbers + row * width
      rowValues = 0
      rowNumbers = 0
      pending.removeAll(keepingCapacity: true)
      switch readLine() {
      case .row:
        cells.note(row: row, line: line)
        endRow()
      case .blank: break
      case .unknownKey:
        stop = start
        break lines
      case .problem: break lines
      }
      line += 1
      if scanner.p < scanner.end { scanner.p += 1 }
    }
    for position in cells.texts.indices { cells.texts[position].fill(to: row) }
    cells.rowCount = row
    cells.lineCount = line
    return stop
  }

  private mutating func readLine() -> End {
    let first = scanner.peek()
    let end: End
    switch first {
    case UInt8(ascii: "{") where form == .objects:
      scanner.p += 1
      end = readObject()
    case UInt8(ascii: "[") where form == .arrays:
      scanner.p += 1
      end = readArray()
    case UInt8(ascii: "\n"): return .blank
    case 0 where scanner.p == scanner.end: return .blank
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      return problem(
        "the lines before hold \(form == .objects ? "objects" : "arrays"), this one does not")
    default:
      return problem("there is no JSON object or array on this line")
    }
    guard case .row = end, !scanner.isAtLineEnd() else { return end }
    return problem("there is something behind the JSON \(form == .objects ? "object" : "array")")
  }

  private mutating func readObject() -> End {
    clearNumbers(from: 0)
    if scanner.skip(UInt8(ascii: "}")) { return .row }
    var expected = 0
    repeat {
      guard let column = key(expected) else { return .problem }
      if column < 0 { return .unknownKey }
      let mark = Int32(truncatingIfNeeded: row &+ 1)
      if lastRows[column] == mark { return problem("the key comes twice", column) }
      lastRows[column] = mark
      guard readValue(column) else { return .problem }
      expected = column + 1
    } while scanner.skip(UInt8(ascii: ","))
    return scanner.skip(UInt8(ascii: "}")) ? .row : malformed()
  }

  /// Reads a key and its colon; returns its column, −1 for one that isn't in the layout. Objects
  /// mostly have the same keys in the same order.
  @inline(__always)
  private mutating func key(_ expected: Int) -> Int? {
    _ = scanner.peek()
    for column in expected..<max(expected, min(columns.count, expected + Self.lookAhead)) {
      let length = columns.matchLength(column, scanner.p, scanner.end)
      guard length > 0 else { continue }
      scanner.p += length
      if scanner.skip(UInt8(ascii: ":")) { return column }
      _ = malformed()
      return nil
    }
    return otherKey()
  }

  private mutating func otherKey() -> Int? {
    guard scanner.string(), scanner.skip(UInt8(ascii: ":")) else {
      _ = malformed()
      return nil
    }
    return scanner.text.withBytes { columns.layout.column($0) } ?? -1
  }

  private mutating func readArray() -> End {
    var column = 0
    if width == columns.count, width > 1 {
      // Plain numbers, each with a comma behind it.
      var shape = clade_decimal_row(
        delimiter: UInt8(ascii: ","), point: UInt8(ascii: "."), left: .max, width: 0)
      var position: UnsafePointer<UInt8>? = scanner.p
      column = clade_parse_decimals(
        &position, scanner.end, width - 1, &shape, &tables, target)
      if column > 0, let position { scanner.p = position }
      rowNumbers = column
      rowValues = column
    }
    clearNumbers(from: column)
    if column == 0, scanner.skip(UInt8(ascii: "]")) {
      return columns.count == 0 ? .row : ragged("fewer")
    }
    repeat {
      if column == columns.count { return ragged("more") }
      guard readValue(column) else { return .problem }
      column += 1
    } while scanner.skip(UInt8(ascii: ","))
    guard scanner.skip(UInt8(ascii: "]")) else { return malformed() }
    return column == columns.count ? .row : ragged("fewer")
  }

  private mutating func ragged(_ word: String) -> End {
    problem("the array has \(word) than the \(columns.count) values of the lines before")
  }

  @inline(__always)
  private func clearNumbers(from first: Int) {
    if first < width { (target + first).update(repeating: .nan, count: width - first) }
  }

  @inline(__always)
  private mutating func readValue(_ column: Int) -> Bool {
    rowValues &+= 1
    guard let value = scanner.value() else {
      _ = malformed()
      return false
    }
    switch value {
    case .number(let number):
      let position = Int(columns.positions[column])
      if position >= 0 {
        target[position] = number
        rowNumbers &+= 1
      } else {
        pending.append(Pending(kind: .number(number), column: column, text: scanner.text))
      }
    case .null: break
    case .text: pending.append(Pending(kind: .text, column: column, text: scanner.text))
    case .unusable(let kind):
      pending.append(Pending(kind: .unusable(kind), column: column, text: scanner.text))
    case .nested:
      _ = problem("there is an object or array inside; only flat ones can be read", column)
      return false
    }
    return true
  }

  // MARK: Whole rows

  private mutating func endRow() {
    for value in pending {
      let position = Int(columns.positions[value.column])
      if position >= 0 {
        addOdd(value, position)
      } else {
        addText(value, ~position, isForced: columns.layout.isForced[value.column])
      }
    }
    if rowNumbers < width {
      for position in 0..<width where target[position].isNaN {
        cells.missingCounts[position] += 1
      }
    }
    values += rowValues
    row += 1
    result.ends.append(
      JSONBlock.RowEnd(
        values: Int32(truncatingIfNeeded: values), line: Int32(truncatingIfNeeded: line)))
  }

  /// Something in a column of numbers.
  private mutating func addOdd(_ value: Pending, _ position: Int) {
    var kind = ParsedBlock.Oddity.Kind.word
    if case .unusable(let unusable) = value.kind { kind = unusable }
    value.text.withBytes { text in
      if kind == .word {
        switch words.meaning(text) {
        case .missing: return
        case .number(let number):
          target[position] = number
          rowNumbers += 1
          return
        case .word: break
        }
      }
      cells.oddities.append(
        ParsedBlock.Oddity(kind: kind, position: position, row: row, line: line))
      cells.oddTexts.append(text)
    }
  }

  /// Something in a column of text.
  private mutating func addText(_ value: Pending, _ position: Int, isForced: Bool) {
    cells.texts[position].fill(to: row)
    if case .number(let number) = value.kind {
      cells.texts[position].append(number)
      cells.numberCounts[position] += 1
      return
    }
    value.text.withBytes { text in
      if case .text = value.kind {
        switch words.meaning(text) {
        case .missing: return
        case .number(let number) where !isForced:
          cells.texts[position].append(number)
          cells.numberCounts[position] += 1
          return
        default:
          if cells.firstWords[position] == nil {
            cells.firstWords[position] = ParsedBlock.FirstWord(
              text: String(decoding: text, as: UTF8.self), line: line)
          }
        }
      } else {
        cells.numberCounts[position] += 1
      }
      cells.texts[position].append(text)
    }
  }

  // MARK: Problems

  private mutating func malformed() -> End { problem("this is not valid JSON") }

  private mutating func problem(_ reason: String, _ column: Int? = nil) -> End {
    cells.problem = .unreadable(line: line, column: column, reason: reason)
    return .problem
  }
}
