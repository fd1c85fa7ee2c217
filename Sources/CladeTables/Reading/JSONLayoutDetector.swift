import CladeCore

/// Finds out from the first lines of a JSON Lines file whether they hold objects or arrays, and which
/// columns there are to begin with.
struct JSONLayoutDetector {
  /// What was found.
  struct Result {
    var layout: JSONLayout
    /// The names that a first array of texts gives.
    var names: [String]?
    /// The bytes and lines before the first row.
    var skippedBytes: Int
    var skippedLines: Int
  }

  let path: String
  let options: ReadOptions
  let words: JSONWords

  /// Whether the bytes hold two lines that aren't blank, which is what has to be seen.
  static func isEnough(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var found = 0
    var isBlank = true
    for byte in bytes {
      if byte == UInt8(ascii: "\n") {
        if !isBlank { found += 1 }
        if found == 2 { return true }
        isBlank = true
      } else if byte > UInt8(ascii: " ") {
        isBlank = false
      }
    }
    return false
  }

  /// - Throws: `CladeError.emptyData` where there is no line, `CladeError.badFile` where the first
  ///   one holds neither an object nor an array.
  func detect(_ block: TextBlock) throws -> Result {
    let start = UnsafePointer(block.bytes)
    let hasMark = block.count >= 3 && start[0] == 0xef && start[1] == 0xbb && start[2] == 0xbf
    var scanner = JSONScanner(start + (hasMark ? 3 : 0), end: start + block.count)
    let mark = hasMark ? 3 : 0
    var lines = 0
    while scanner.skip(UInt8(ascii: "\n")) { lines += 1 }
    let first = scanner
    switch scanner.peek() {
    case UInt8(ascii: "{"):
      var layout = JSONLayout(form: .objects, textColumns: options.textColumns)
      layout.learn(first, words)
      return Result(layout: layout, names: nil, skippedBytes: mark, skippedLines: 0)
    case UInt8(ascii: "["):
      var layout = JSONLayout(form: .arrays, textColumns: options.textColumns)
      if options.header != false, let (texts, end) = Self.texts(first) {
        // The names end with their line; a row comes behind it.
        var second = first
        second.p = min(end + 1, second.end)
        var skippedLines = lines + 1
        while second.skip(UInt8(ascii: "\n")) { skippedLines += 1 }
        let repeats = Self.texts(second).map { !Set($0.texts).isDisjoint(with: texts) } ?? false
        if options.header ?? !repeats {
          let names = texts.map { TextDecoding.string($0, nil) }
          layout.addColumns(named: names, first: second, words)
          return Result(
            layout: layout, names: names, skippedBytes: min(end + 1 - start, block.count),
            skippedLines: lines + 1)
        }
      }
      layout.learn(first, words)
      return Result(layout: layout, names: nil, skippedBytes: mark, skippedLines: 0)
    case 0 where scanner.p == scanner.end:
      throw CladeError.emptyData(reason: "\(path) has no rows")
    default:
      throw CladeError.badFile(
        path: path, line: lines + 1, column: nil,
        reason: "there is no JSON object or array on this line")
    }
  }

  /// The texts of an array that holds nothing else, all of them different, and the end of its line;
  /// `nil` for any other.
  private static func texts(
    _ scanner: JSONScanner
  ) -> (texts: [[UInt8]], end: UnsafePointer<UInt8>)? {
    var scanner = scanner
    var texts: [[UInt8]] = []
    guard scanner.skip(UInt8(ascii: "[")) else { return nil }
    repeat {
      guard scanner.string() else { return nil }
      texts.append(scanner.text.withBytes { Array($0) })
    } while scanner.skip(UInt8(ascii: ","))
    guard scanner.skip(UInt8(ascii: "]")), scanner.isAtLineEnd(), Set(texts).count == texts.count
    else { return nil }
    return (texts, scanner.p)
  }
}
