import Synchronization

/// The columns of a JSON Lines file, as far as it has been read.
struct JSONLayout: Sendable {
  /// What stands on a line.
  enum Form: Sendable { case objects, arrays }

  let form: Form
  /// For each column its place among those of numbers, or `~` its place among those of text.
  private(set) var positions: [Int32] = []
  private(set) var numericCount = 0
  private(set) var textCount = 0
  /// For each column whether it was asked to be text.
  private(set) var isForced: [Bool] = []
  /// How often columns of numbers have become columns of text.
  private(set) var version = 0
  /// The keys; an array's columns have none.
  private var keys = TextIndex()
  /// The keys as they mostly stand in the file.
  private(set) var spellings: [KeySpelling] = []
  /// The keys in quotes, one after the other.
  private(set) var spelledBytes: [UInt8] = []
  /// The names of columns that are text whatever they hold.
  private let textColumns: [String]

  /// How a key stands in the file, in quotes and without escapes.
  struct KeySpelling: Sendable {
    /// The first eight bytes, and a mask for those of them that belong to the key.
    var word: UInt64
    var mask: UInt64
    /// Where the spelling begins in ``JSONLayout/spelledBytes``.
    var start: Int
    /// Its length; 0 where the key has to be escaped.
    var count: Int
  }

  init(form: Form, textColumns: [String]) {
    self.form = form
    self.textColumns = textColumns
  }

  var columnCount: Int { positions.count }

  /// The column with that key, `nil` if none has it yet.
  func column(_ key: UnsafeRawBufferPointer) -> Int? { keys.find(key).map(Int.init) }

  /// The keys as names.
  var keyNames: [String] {
    (0..<keys.count).map { keys.pool.withBytes($0) { TextDecoding.string(Array($0), nil) } }
  }

  /// Adds the columns that come first on this line; those whose first value is a word are text.
  mutating func learn(_ scanner: JSONScanner, _ words: JSONWords) {
    var scanner = scanner
    switch form {
    case .objects:
      guard scanner.skip(UInt8(ascii: "{")) else { return }
      while scanner.string() {
        let key = scanner.text
        guard scanner.skip(UInt8(ascii: ":")) else { return }
        let value = scanner.value()
        key.withBytes { key in
          guard keys.find(key) == nil else { return }
          _ = keys.insert(key)
          addSpelling(key)
          addColumn(TextDecoding.string(Array(key), nil), isText: words.isWord(value, scanner.text))
        }
        guard value != nil, scanner.skip(UInt8(ascii: ",")) else { return }
      }
    case .arrays:
      guard columnCount == 0, scanner.skip(UInt8(ascii: "[")), !scanner.skip(UInt8(ascii: "]"))
      else { return }
      var value: JSONScanner.Scalar?
      repeat {
        value = scanner.value()
        addColumn(Table.defaultName(columnCount), isText: words.isWord(value, scanner.text))
      } while value != nil && scanner.skip(UInt8(ascii: ","))
    }
  }

  /// Adds the columns that an array of names has; `first` is the line behind it.
  mutating func addColumns(named names: [String], first: JSONScanner?, _ words: JSONWords) {
    var rest = first
    _ = rest?.skip(UInt8(ascii: "["))
    for name in names {
      let value = rest?.value()
      addColumn(name, isText: words.isWord(value, rest?.text))
      if value == nil || rest?.skip(UInt8(ascii: ",")) != true { rest = nil }
    }
  }

  private mutating func addColumn(_ name: String, isText: Bool) {
    let isForced = textColumns.contains(name)
    self.isForced.append(isForced)
    if isText || isForced {
      positions.append(~Int32(textCount))
      textCount += 1
    } else {
      positions.append(Int32(numericCount))
      numericCount += 1
    }
  }

  private mutating func addSpelling(_ key: UnsafeRawBufferPointer) {
    let start = spelledBytes.count
    spelledBytes.append(UInt8(ascii: "\""))
    spelledBytes.append(contentsOf: key)
    spelledBytes.append(UInt8(ascii: "\""))
    let isPlain = key.allSatisfy {
      $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
    }
    let count = spelledBytes.count - start
    var word: UInt64 = 0
    for index in (0..<min(8, count)).reversed() {
      word = word << 8 | UInt64(spelledBytes[start + index])
    }
    spellings.append(
      KeySpelling(
        word: word, mask: count >= 8 ? .max : (1 << UInt64(8 * count)) - 1, start: start,
        count: isPlain ? count : 0))
  }

  /// Makes columns of numbers columns of text.
  mutating func turn(_ columns: [Int]) {
    for column in columns { positions[column] = -1 }
    numericCount = 0
    textCount = 0
    let turned = Set(columns)
    for column in positions.indices {
      if positions[column] >= 0, !turned.contains(column) {
        positions[column] = Int32(numericCount)
        numericCount += 1
      } else {
        positions[column] = ~Int32(textCount)
        textCount += 1
      }
    }
    version += 1
  }
}

/// The layout that the threads share. It changes in the order of the rows only.
final class SharedJSONLayout: Sendable {
  private let layout: Mutex<JSONLayout>

  init(_ layout: JSONLayout) { self.layout = Mutex(layout) }

  /// The layout as it is now.
  var current: JSONLayout { layout.withLock { $0 } }

  func update(_ change: (inout sending JSONLayout) -> Void) {
    layout.withLock { change(&$0) }
  }
}

/// Tells words from numbers and from what stands for missing values.
struct JSONWords: Sendable {
  let missing: MissingWords
  private let decimals = DecimalParser()

  init(_ options: ReadOptions) { missing = MissingWords(options.missing) }

  /// What a text stands for.
  enum Meaning {
    case missing
    case number(Double)
    case word
  }

  func meaning(_ text: UnsafeRawBufferPointer) -> Meaning {
    if missing.contains(text) { return .missing }
    if let value = decimals.parse(text), value.isFinite { return .number(value) }
    return .word
  }

  /// Whether a value is a word.
  func isWord(_ value: JSONScanner.Scalar?, _ text: JSONScanner.Text?) -> Bool {
    guard case .text = value, let text else { return false }
    if case .word = text.withBytes(meaning) { return true }
    return false
  }
}
