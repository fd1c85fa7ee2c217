import CladeCore

/// Finds out from the first bytes of a text how it is laid out.
struct LayoutDetector {
  private let path: String
  private let options: ReadOptions
  private let start: UnsafeMutablePointer<UInt8>
  private let count: Int
  /// Whether the bytes are all that the file has.
  private let isWhole: Bool
  private let missing: MissingWords
  private let decimals: DecimalParser

  private static let sampledRows = 1000

  init(path: String, options: ReadOptions, block: TextBlock, isWhole: Bool) {
    self.path = path
    self.options = options
    self.isWhole = isWhole
    start = block.bytes
    count = block.count
    missing = MissingWords(options.missing)
    decimals = DecimalParser(point: UInt8(ascii: options.decimalComma ? "," : "."))
  }

  /// What a field of the sample is.
  private enum Kind { case missing, number, word }

  /// The layout.
  ///
  /// - Throws: `CladeError` where the bytes are no table of text.
  func detect() throws -> DelimitedLayout {
    let (markLength, comments) = leadingLines()
    let body = comments.last?.upperBound ?? markLength
    guard body < count, !isBlank(from: body) else {
      throw CladeError.emptyData(reason: "\(path) is empty")
    }
    let delimiter = try options.delimiter ?? detectDelimiter(from: body)
    if options.decimalComma, delimiter == .comma {
      throw CladeError.invalidParameter(
        name: "delimiter", value: "a comma",
        reason: "numbers have decimal commas here; the fields need another delimiter")
    }
    let sample = sampleRows(from: body, delimiter: delimiter)
    guard let first = sample.rows.first else {
      throw CladeError.badFile(
        path: path, line: 1, column: nil,
        reason: "the first row does not end within \(count >> 20) MiB; is this a table?")
    }
    var layout = DelimitedLayout(
      delimiter: delimiter, hasHeader: false, rawNames: [], textPositions: [], forcedText: [],
      skippedBytes: body, skippedLines: lineEnds(body))
    var rows = sample.rows[...]
    var columnCount = first.count
    if options.header ?? isHeader(sample) {
      layout.hasHeader = true
      layout.rawNames = sample.firstTexts
      layout.skippedBytes = sample.firstRowEnd
      layout.skippedLines = lineEnds(sample.firstRowEnd)
      rows = rows.dropFirst()
      guard !rows.isEmpty || !isWhole else {
        throw CladeError.emptyData(
          reason: "\(path) has a header but no rows; "
            + "if its first line is a row, say that there is no header")
      }
      // A header may leave out the name of the first column, the rows' own names.
      if let next = rows.first, next.count == columnCount + 1,
        rows.allSatisfy({ $0.count == next.count })
      {
        columnCount += 1
        layout.rawNames.insert(Array("row".utf8), at: 0)
      }
    } else if options.header == nil, let comment = comments.last {
      adoptNames(from: comment, delimiter: delimiter, columnCount: columnCount, &layout)
    }
    setColumns(columnCount, rows, &layout)
    return layout
  }

  private func setColumns(
    _ columnCount: Int, _ rows: ArraySlice<[Kind]>, _ layout: inout DelimitedLayout
  ) {
    var isText = [Bool](repeating: false, count: columnCount)
    for row in rows {
      for (column, kind) in row.prefix(columnCount).enumerated() where kind == .word {
        isText[column] = true
      }
    }
    layout.textPositions = [Int32](repeating: -1, count: columnCount)
    let forced = Set(options.textColumns)
    let names = layout.names(options.encoding)
    var texts: Int32 = 0
    for column in 0..<columnCount {
      let isForced = forced.contains(names[column])
      guard isText[column] || isForced else { continue }
      if isForced { layout.forcedText.insert(Int(texts)) }
      layout.textPositions[column] = texts
      texts += 1
    }
  }

  // MARK: Before the table

  /// The length of a byte-order mark, and the lines that begin with # before anything else.
  private func leadingLines() -> (markLength: Int, comments: [Range<Int>]) {
    var position = count >= 3 && start[0] == 0xef && start[1] == 0xbb && start[2] == 0xbf ? 3 : 0
    let markLength = position
    var comments: [Range<Int>] = []
    while position < count, start[position] == UInt8(ascii: "#") {
      let rest = UnsafeRawBufferPointer(start: start + position, count: count - position)
      guard let length = BlockReader.find(UInt8(ascii: "\n"), in: rest) else { break }
      comments.append(position..<(position + length + 1))
      position += length + 1
    }
    return (markLength, comments)
  }

  private func isBlank(from offset: Int) -> Bool {
    (offset..<count).allSatisfy { start[$0] <= UInt8(ascii: " ") && start[$0] != 0 }
  }

  private func lineEnds(_ bytes: Int) -> Int {
    (0..<bytes).lazy.filter { start[$0] == UInt8(ascii: "\n") }.count
  }

  /// Takes the names from a comment above the first row, if it has as many as there are columns.
  private func adoptNames(
    from comment: Range<Int>, delimiter: Delimiter, columnCount: Int,
    _ layout: inout DelimitedLayout
  ) {
    let scanner = FieldScanner(delimiter: delimiter)
    var p = start + comment.lowerBound
    while p[0] == UInt8(ascii: "#") { p += 1 }
    guard let first = scanner.rowStart(&p) else { return }
    let texts = self.texts(first, end: start + comment.upperBound, scanner)
    guard texts.count == columnCount, texts.allSatisfy({ kind($0) == .word }) else { return }
    layout.hasHeader = true
    layout.rawNames = texts
  }

  // MARK: The delimiter

  private func detectDelimiter(from offset: Int) throws -> Delimiter {
    var candidates: [Delimiter] = [.tab, .semicolon, .pipe]
    if !options.decimalComma { candidates.append(.comma) }
    var best: (delimiter: Delimiter, agreement: Double)?
    for candidate in candidates + [.whitespace] {
      if candidate == .whitespace, let best, best.agreement >= 0.8 { break }
      let counts = fieldCounts(from: offset, delimiter: candidate)
      var occurrences: [Int: Int] = [:]
      for count in counts where count > 1 { occurrences[count, default: 0] += 1 }
      guard let most = occurrences.values.max() else { continue }
      let agreement = Double(most) / Double(counts.count)
      if agreement > best?.agreement ?? 0 { best = (candidate, agreement) }
    }
    if let best { return best.delimiter }
    return options.decimalComma ? .semicolon : .comma
  }

  private func fieldCounts(from offset: Int, delimiter: Delimiter) -> [Int] {
    let scanner = FieldScanner(delimiter: delimiter)
    var counts: [Int] = []
    var p = start + offset
    let end = start + count
    while p < end, counts.count < Self.sampledRows {
      guard let first = scanner.rowStart(&p) else { continue }
      let row = scanner.measureRow(first, end: end)
      // The last row may go on behind the sample.
      if row.next >= end, !isWhole, !counts.isEmpty { break }
      counts.append(row.fieldCount)
      p = row.next
    }
    return counts
  }

  // MARK: The sample

  private struct Sample {
    var rows: [[Kind]] = []
    var firstTexts: [[UInt8]] = []
    var firstRowEnd = 0
    /// Whether a text of the first row stands below it in the same column again.
    var repeatsFirst = false
  }

  private func sampleRows(from offset: Int, delimiter: Delimiter) -> Sample {
    let scanner = FieldScanner(delimiter: delimiter)
    var sample = Sample()
    var p = start + offset
    let end = start + count
    while p < end, sample.rows.count < Self.sampledRows {
      guard let first = scanner.rowStart(&p) else { continue }
      let row = scanner.measureRow(first, end: end)
      if row.next >= end, !isWhole { break }
      let texts = self.texts(first, end: end, scanner)
      if sample.rows.isEmpty {
        sample.firstTexts = texts
        sample.firstRowEnd = min(row.next - start, count)
      } else {
        for (text, top) in zip(texts, sample.firstTexts)
        where !text.isEmpty && text == top && kind(text) == .word {
          sample.repeatsFirst = true
        }
      }
      sample.rows.append(texts.map(kind))
      p = row.next
    }
    return sample
  }

  /// The texts of the row's fields, copied.
  private func texts(
    _ first: UnsafeMutablePointer<UInt8>, end: UnsafeMutablePointer<UInt8>, _ scanner: FieldScanner
  ) -> [[UInt8]] {
    var p = first
    var texts: [[UInt8]] = []
    while p < end {
      let field = scanner.field(p, end: end)
      texts.append(Array(field.text))
      if field.endsRow { break }
      p = field.next
    }
    return texts
  }

  private func kind(_ text: [UInt8]) -> Kind {
    text.withUnsafeBytes { bytes in
      if missing.contains(bytes) { return .missing }
      return decimals.parse(bytes) != nil || NumberWords.isInfinity(bytes) ? .number : .word
    }
  }

  private func isHeader(_ sample: Sample) -> Bool {
    guard let first = sample.rows.first, !sample.repeatsFirst else { return false }
    return !first.contains(.number) && first.contains(.word)
  }
}
