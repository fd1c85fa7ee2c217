/// What the rows of one block of text hold.
final class ParsedBlock {
  /// The numbers of the numeric columns, row after row.
  private(set) var numbers: UnsafeMutablePointer<Double>
  private var capacity: Int
  /// The rows.
  var rowCount = 0
  /// The line ends in the block.
  var lineCount = 0
  /// The values of the text columns.
  var texts: [TextColumnBuilder] = []
  /// For each numeric column: how many rows have no number there.
  var missingCounts: [Int] = []
  /// What stands in numeric columns and is no finite number.
  var oddities: [Oddity] = []
  /// The texts of the oddities.
  var oddTexts = TextPool()
  /// For each text column: how many of its values are numbers.
  var numberCounts: [Int] = []
  /// For each text column: the first of its values that is no number.
  var firstWords: [FirstWord?] = []
  /// What ended the parsing before the end of the block.
  var problem: Problem?
  /// Where rows are no longer on the lines of their numbers; `nil` where there are too many such places.
  private(set) var lineShifts: [RowLines.Shift]? = []
  private var shift = 0

  /// Something in a numeric column that is no finite number.
  struct Oddity {
    enum Kind { case word, infinite, tooLarge }
    var kind: Kind
    /// The place among the numeric columns.
    var position: Int
    var row: Int
    /// The line, counted from the block's start.
    var line: Int
  }

  /// A word in a text column that may have been meant to be numeric.
  struct FirstWord {
    var text: String
    var line: Int
  }

  /// What makes a block unreadable, and the line counted from its start.
  enum Problem: Equatable {
    case ragged(line: Int, found: Int)
    case openQuote(line: Int)
    case nulByte(line: Int)
    case unreadable(line: Int, column: Int?, reason: String)
  }

  init() {
    capacity = 1 << 15
    numbers = .allocate(capacity: capacity)
  }

  deinit { numbers.deallocate() }

  func reset(numericColumns: Int, textColumns: Int) {
    rowCount = 0
    missingCounts = Array(repeating: 0, count: numericColumns)
    lineCount = 0
    texts = Array(repeating: TextColumnBuilder(), count: textColumns)
    oddities.removeAll(keepingCapacity: true)
    oddTexts = TextPool()
    numberCounts = Array(repeating: 0, count: textColumns)
    firstWords = Array(repeating: nil, count: textColumns)
    problem = nil
    lineShifts = []
    shift = 0
  }

  /// Notes on which line a row begins.
  @inline(__always)
  func note(row: Int, line: Int) {
    guard line &- row != shift else { return }
    shift = line &- row
    if lineShifts?.count == RowLines.limit { lineShifts = nil }
    lineShifts?.append(RowLines.Shift(row: row, lines: shift))
  }

  /// Makes room for `count` numbers, keeping the first `used`; returns where they are.
  func reserve(_ count: Int, used: Int) -> UnsafeMutablePointer<Double> {
    guard count > capacity else { return numbers }
    let larger = UnsafeMutablePointer<Double>.allocate(capacity: max(count, capacity * 2))
    larger.update(from: numbers, count: used)
    numbers.deallocate()
    numbers = larger
    capacity = max(count, capacity * 2)
    return larger
  }

  /// The number of numeric columns.
  var numericCount: Int { missingCounts.count }

  /// The numbers of one of `width` numeric columns.
  func column(_ position: Int, of width: Int) -> some Sequence<Double> {
    (0..<rowCount).lazy.map { [numbers] in numbers[$0 * width + position] }
  }

  /// Copies the numbers of some numeric columns to the place that the table has for them.
  func copyNumbers(_ kept: [Int], to target: UnsafeMutablePointer<Double>) {
    if kept.count == numericCount { return copyNumbers(columns: kept.count, to: target) }
    for row in 0..<rowCount {
      for (place, position) in kept.enumerated() {
        target[row * kept.count + place] = numbers[row * numericCount + position]
      }
    }
  }

  /// Copies the numbers to the place that the table has for them.
  func copyNumbers(columns: Int, to target: UnsafeMutablePointer<Double>) {
    target.initialize(from: numbers, count: rowCount * columns)
  }
}
