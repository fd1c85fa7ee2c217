import CKernels

/// Turns the text of a block into numbers and texts.
struct BlockParser: BlockParsing {
  let layout: DelimitedLayout
  let scanner: FieldScanner
  let decimals: DecimalParser
  let missing: MissingWords

  init(layout: DelimitedLayout, options: ReadOptions) {
    self.layout = layout
    scanner = FieldScanner(delimiter: layout.delimiter)
    decimals = DecimalParser(point: UInt8(ascii: options.decimalComma ? "," : "."))
    missing = MissingWords(options.missing)
  }

  func makeParsed() -> ParsedBlock { ParsedBlock() }

  /// Parses all rows of `block` into `result`; stops where a problem is.
  func parse(_ block: TextBlock, from offset: Int, into result: ParsedBlock) -> Int {
    result.reset(
      numericColumns: layout.numericColumnCount, textColumns: layout.textColumnCount)
    if let nul = BlockReader.find(0, in: block.rest(from: 0)) {
      let before = UnsafeRawBufferPointer(start: block.bytes, count: nul)
      result.problem = .nulByte(line: before.lazy.filter { $0 == UInt8(ascii: "\n") }.count)
      return block.count
    }
    let isWhitespace = scanner.quoting.isWhitespace
    let columnCount = layout.columnCount
    let last = columnCount - 1
    let width = layout.numericColumnCount
    let end = block.bytes + block.count
    var p = block.bytes + offset
    var line = 0
    var row = 0
    let runEnds = layout.numericRunEnds
    var tables = decimals.tables.kernelTables
    // Where the numbers go, and for how many rows there is room.
    var numbers = result.numbers
    var room = 0
    layout.textPositions.withUnsafeBufferPointer { textPositions in
      rows: while p < end {
        guard let first = scanner.rowStart(&p) else {
          line += 1
          continue
        }
        p = first
        if row == room {
          room = row * 2 + 64
          numbers = result.reserve(room * width, used: row * width)
        }
        var target = numbers + row * width
        var rowLine = line
        result.note(row: row, line: line)
        var column = 0
        while true {
          if textPositions[column] < 0 {
            // Plain numbers come in runs; a run may go on over many rows.
            let runEnd = runEnds[column]
            let goesOn = width == columnCount
            var layoutOfRow = clade_decimal_row(
              delimiter: layout.delimiter.byte, point: decimals.point,
              left: runEnd == columnCount ? columnCount - column : .max,
              width: goesOn ? columnCount : 0)
            var position: UnsafePointer<UInt8>? = UnsafePointer(p)
            let count = clade_parse_decimals(
              &position, end, goesOn ? (room - row) * width - column : runEnd - column,
              &layoutOfRow, &tables, target)
            if count > 0, let position {
              p = UnsafeMutablePointer(mutating: position)
              target += count
              column += count
              let rows = column / columnCount
              column -= rows * columnCount
              row += rows
              line += rows
              if rows > 0, column == 0 { continue rows }
              if rows > 0 { rowLine = line }
              if textPositions[column] >= 0 { continue }
            }
          }
          let field = scanner.field(p, end: end)
          if !field.isClosed {
            result.problem = .openQuote(line: line)
            break rows
          }
          let textPosition = Int(textPositions[column])
          if textPosition < 0 {
            target[0] = number(
              field, position: target - (numbers + row * width), row: row, line: line,
              result)
            target += 1
          } else {
            appendText(field, textPosition, line: line, result)
          }
          line += field.lineEnds
          p = field.next
          if field.endsRow {
            line += 1
            // Between blanks there are no empty fields: this one is not there.
            let isAbsent = isWhitespace && field.text.isEmpty && !field.isQuoted
            if column == last, !isAbsent { break }
            result.problem = .ragged(line: rowLine, found: isAbsent ? column : column + 1)
            break rows
          }
          if column == last {
            result.problem = .ragged(line: rowLine, found: columnCount + fieldsLeft(p, end))
            break rows
          }
          column += 1
        }
        row += 1
      }
    }
    result.rowCount = row
    result.lineCount = line
    return block.count
  }

  /// The number in a field of a numeric column, NaN where there is none; notes what is odd.
  private func number(
    _ field: FieldScanner.Field, position: Int, row: Int, line: Int, _ result: ParsedBlock
  ) -> Double {
    let text = field.text
    if missing.contains(text) {
      result.missingCounts[position] += 1
      return .nan
    }
    var value = 0.0
    let start = text.baseAddress!.assumingMemoryBound(to: UInt8.self)  // not empty: not missing
    let kind: ParsedBlock.Oddity.Kind
    if let end = decimals.parse(start, &value), end == start + text.count {
      if value.isFinite { return value }
      kind = .tooLarge
    } else if NumberWords.isInfinity(text) {
      kind = .infinite
    } else {
      kind = .word
    }
    result.missingCounts[position] += 1
    result.oddities.append(
      ParsedBlock.Oddity(kind: kind, position: position, row: row, line: line))
    result.oddTexts.append(text)
    return .nan
  }

  private func appendText(
    _ field: FieldScanner.Field, _ position: Int, line: Int, _ result: ParsedBlock
  ) {
    let text = field.text
    if missing.contains(text) {
      result.texts[position].appendMissing()
      return
    }
    result.texts[position].append(text)
    if isNumber(text) {
      result.numberCounts[position] += 1
    } else if result.firstWords[position] == nil {
      result.firstWords[position] = ParsedBlock.FirstWord(
        text: String(decoding: text, as: UTF8.self), line: line)
    }
  }

  /// Whether the text, which stands in a block, is a number.
  func isNumber(_ text: UnsafeRawBufferPointer) -> Bool {
    guard let first = text.first, first < 0x3a else { return NumberWords.isInfinity(text) }
    var value = 0.0
    let start = text.baseAddress!.assumingMemoryBound(to: UInt8.self)  // not empty: has a first
    if let end = decimals.parse(start, &value), end == start + text.count { return true }
    return NumberWords.isInfinity(text)
  }

  /// The number of fields from `start` to the end of the row.
  private func fieldsLeft(
    _ start: UnsafeMutablePointer<UInt8>, _ end: UnsafeMutablePointer<UInt8>
  ) -> Int {
    var p = start
    var count = 0
    while p < end {
      let field = scanner.field(p, end: end)
      count += 1
      if field.endsRow { break }
      p = field.next
    }
    return count
  }
}

/// Words that stand for numbers.
enum NumberWords {
  /// Whether the text spells infinity: inf or infinity, with a sign or without.
  static func isInfinity(_ text: UnsafeRawBufferPointer) -> Bool {
    guard text.count >= 3, text.count <= 9 else { return false }
    var word = String(decoding: text, as: UTF8.self).lowercased()
    if let sign = word.first, sign == "-" || sign == "+" { word.removeFirst() }
    return word == "inf" || word == "infinity"
  }
}
