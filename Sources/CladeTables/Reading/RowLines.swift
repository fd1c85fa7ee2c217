/// On which line of a text file each row begins.
///
/// Most files have a row a line, so that only where that changes (a blank line, a field of several lines)
/// is kept.
package struct RowLines: Sendable, Equatable {
  /// A row from which on the number of its line is larger than its own by so much.
  package struct Shift: Sendable, Equatable {
    package let row: Int
    package let lines: Int

    package init(row: Int, lines: Int) { (self.row, self.lines) = (row, lines) }
  }

  /// So many are kept; lines of rows beyond aren't known.
  static let limit = 4096

  private var shifts: [Shift] = []
  /// The first row whose line isn't known.
  private var end = Int.max

  init() {}

  /// Takes in some rows.
  ///
  /// - Parameters:
  ///   - found: Where lines of these rows shift, counted from their first; `nil` if that isn't known.
  ///   - row: The number of rows before them.
  ///   - line: The number of lines before them.
  mutating func append(_ found: [Shift]?, row: Int, line: Int) {
    guard end == .max else { return }
    guard let found, shifts.count + found.count < Self.limit else {
      end = row
      return
    }
    for shift in [Shift(row: 0, lines: 0)] + found {
      let next = Shift(row: row + shift.row, lines: line - row + shift.lines)
      if shifts.last?.row == next.row { shifts.removeLast() }
      if shifts.last?.lines != next.lines { shifts.append(next) }
    }
  }

  /// The line on which a row begins, counted from 1, of a row counted from 0; `nil` where that isn't known.
  package func line(ofRow row: Int) -> Int? {
    guard row >= 0, row < end, let shift = shifts.last(where: { $0.row <= row }) else { return nil }
    return row + shift.lines + 1
  }
}
