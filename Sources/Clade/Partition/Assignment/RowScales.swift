import CKernels
import CladeCore

/// What rounding the rows of a fit to 8 bits found, for ``CenterShortlist``: it is found once and
/// read in every iteration, in 16 bytes a row.
final class RowScales: @unchecked Sendable {
  // Unchecked: a row's entries are written only by the thread that has its chunk.

  /// What rows are rounded around (d): the mean of the first centers.
  let reference: [Float]
  private let rowCount: Int
  private let numbers: UnsafeMutablePointer<Float>
  private let starts: UnsafeMutablePointer<Int32>

  /// Whether as much memory is at hand: little beside rows of many columns.
  static func isUseful(columns: Int, rows: Int, bytes: Int) -> Bool {
    16 * rows <= 16 << 20 + rows * columns * bytes / 20
  }

  /// - Parameters:
  ///   - reference: What rows are rounded around (d).
  ///   - rows: How many rows there are.
  init(reference: [Float], rows: Int) {
    self.reference = reference
    rowCount = rows
    numbers = .allocate(capacity: 3 * rows)
    starts = .allocate(capacity: rows)
    numbers.initialize(repeating: -1, count: rows)
    (numbers + rows).initialize(repeating: 0, count: 2 * rows)
    starts.initialize(repeating: 0, count: rows)
  }

  deinit {
    numbers.deallocate()
    starts.deallocate()
  }

  /// The entries of the rows from `row` on.
  func entries(from row: Int) -> clade_row_scales {
    clade_row_scales(
      tops: numbers + row, norms: numbers + rowCount + row, losses: numbers + 2 * rowCount + row,
      starts: starts + row)
  }
}
